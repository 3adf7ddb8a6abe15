"""The frame of every page offers what the person may open, and no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client


def _menu(person: Any) -> list[str]:
    client = Client()
    client.force_login(person)
    masthead = client.get("/").text.split('class="menu"')[1].split("</nav>")[0]
    addresses = re.findall(r'href="([^"]+)"', masthead)
    for address in addresses:
        assert client.get(address, follow=True).status_code == 200, f"{address} is in the menu and not open"
    return addresses


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        (
            "staff",
            [
                "/",
                "/ledger/",
                "/papers/",
                "/feedbacks/",
                "/rectification/",
                "/rounds/",
                "/units/",
                "/schemes/",
                "/openings/",
            ],
        ),
        ("reviewer", ["/", "/ledger/", "/feedbacks/", "/rectification/", "/rounds/", "/units/", "/schemes/"]),
        ("liaison", ["/", "/ledger/", "/feedbacks/", "/rectification/"]),
        ("outsider", ["/"]),
    ],
)
def test_the_menu_holds_what_the_person_may_open(cast: Any, name: str, addresses: list[str]) -> None:
    assert _menu(getattr(cast, name)) == addresses


def test_the_page_one_is_on_is_marked(staff: Any) -> None:
    client = Client()
    client.force_login(staff)
    assert '<a href="/units/" aria-current="page">' in client.get("/units/").text
