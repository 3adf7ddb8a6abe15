"""Addresses and forms with what nobody types: each is refused or ignored, none breaks the page."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.web.permission_table import addresses
from xuncha.findings.models import Finding
from xuncha.findings.queries.ledger import SORTS, LedgerQuery
from xuncha.findings.queries.ledger.order import Order
from xuncha.web.asked import number, numbers

HUGE = "9" * 30
# Figures that are no numbers to Python, a sign no database holds, more figures than a key has, words.
HOSTILE = ("²", "\0", HUGE, "9" * 5000, "-1", "1.5", "'\"--", "\ufffd")
NAMES = (
    *("round", "unit", "sector", "category", "paper", "feedback", "changed_by", "series", "state", "q", "sort"),
    *("before", "after", "page", "find", "draft", "here", "since", "show", "fault", "step", "mapping", "seen", "batch"),
    *("by", "kind", "under", "numbers", "finding", "also", "chosen", "list", "limit", "with_gone", "gone", "place"),
)
CURSORS = ([0, 0, "\0", 1], [0, 0, "9", 10**30], [0, 0, "9", 1e300], [0.5, 0, "9", 1], [0, 0, 10**30], [HUGE])


def _named() -> list[str]:
    return sorted({name for name in addresses().values() if name})


def _reversed(name: str, key: Any) -> str:
    for kwargs in ({}, {"pk": key}, {"pk": key, "key": key}, {"facet": "round"}, {"pk": key, "ending": "csv"}):
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""


def test_a_number_is_a_number() -> None:
    assert [number(words) for words in (None, "", "7", "٣", *HOSTILE)] == [None, None, 7, *[None] * (1 + len(HOSTILE))]
    assert numbers(["1", HUGE, "²", "2"]) == [1, 2]


def test_no_address_breaks_at_a_key_beyond_all_keys(cast: Any) -> None:
    client = Client()
    client.force_login(cast.staff)
    for name in _named():
        address = _reversed(name, int(HUGE))
        if HUGE in address:
            assert client.get(address).status_code in (403, 404, 405), address
            assert client.post(address).status_code in (302, 400, 403, 404, 405, 409, 422), address


@pytest.mark.parametrize(("person", "turn"), [("staff", 0), ("staff", 3), ("liaison", 5)])
def test_no_address_breaks_at_what_nobody_types(person: str, turn: int, cast: Any, make_finding: Any) -> None:
    finding: Finding = make_finding()
    client = Client()
    client.force_login(getattr(cast, person))
    sent = QueryDict(mutable=True)
    for place, field in enumerate(NAMES):
        sent[field] = HOSTILE[(place + turn) % len(HOSTILE)]
    for name in _named():
        address = _reversed(name, finding.pk)
        if address:
            response = client.get(f"{address}?{sent.urlencode()}")
            assert response.status_code < 500, name
            response.getvalue()


@pytest.mark.parametrize("packed", CURSORS, ids=ascii)
@pytest.mark.parametrize("sort", SORTS)
def test_a_cursor_that_was_made_up_is_none(packed: Any, sort: str) -> None:
    order = Order(LedgerQuery(sort=sort))
    assert order.read(base64.urlsafe_b64encode(json.dumps(packed).encode()).decode()) is None
    assert order.read(base64.urlsafe_b64encode(b"[" * 50_000).decode()) is None
