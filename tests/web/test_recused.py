"""Whoever is recused from a unit finds it nowhere: on no page of the permission table that opens to that person."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.web.permission_table import FOLDER, Row, rows

pytest_plugins = [f"tests.web.routes.{file.stem}" for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
# What a recused person may read of the unit: that one is recused from it; and a paper that holds many units' matters is
# read whole by the office (docs/security.md, "Teams and recusals").
OWN = {"recusals", "old_ledger"}
OPEN = [row for row in rows() if row.method == "GET" and row.expected["recused"] == 200 and row.name not in OWN]
# The name of the unit, its short name as it stands in numbers, a word of its findings.
HIDDEN = ("卫生健康局", "卫健局", "疫苗冷链")


@pytest.fixture
def health_in_the_ledger(make_finding: Any, health: Any, education: Any) -> None:
    """Findings of the bureau in every state, one that the bureau shares with another, and one of another alone."""
    make_finding("疫苗冷链记录不全", issued=False)
    make_finding("疫苗冷链设备老化", facts=("疫苗冷链断电3次",))
    make_finding("共同的问题", unit=None, units=[health, education])
    make_finding("只给一家的疫苗冷链问题", unit=None, units=[health])
    make_finding("校车管理不严", unit=education)


@pytest.mark.parametrize("row", OPEN, ids=str)
def test_a_recused_officer_finds_the_unit_on_no_page(
    row: Row, cast: Any, health_in_the_ledger: None, request: pytest.FixtureRequest
) -> None:
    def find(value: Any, attribute: str = "pk") -> Any:
        if isinstance(value, dict):
            return {key: find(part) for key, part in value.items()}
        if not (isinstance(value, str) and value.startswith("@")):
            return value
        name, _, asked = value[1:].partition(".")
        thing = request.getfixturevalue(name)
        return getattr(thing, asked or attribute, thing)

    client = Client()
    client.force_login(cast.recused)
    headers = {"HX-Request": "true"} if row.htmx else {}
    answer: HttpResponse = client.get(reverse(row.name, kwargs=find(row.kwargs)), find(row.query), headers=headers)
    assert answer.status_code == 200
    said = answer.getvalue().decode("utf-8", "replace")
    assert [word for word in HIDDEN if word in said] == []
