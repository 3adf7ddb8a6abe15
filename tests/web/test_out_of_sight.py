"""What somebody may not know stands on none of the pages that open to that person: every page of the permission table is
opened and searched for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.web.permission_table import FOLDER, Row, rows

pytest_plugins = [f"tests.web.routes.{file.stem}" for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
HEALTH, EDUCATION = ("卫生健康局", "卫健局", "疫苗冷链"), ("教育局", "校车")
# By person: names of the unit, in full and as they stand in numbers, and a word of its findings.
HIDDEN = {"recused": HEALTH, "withdrawn": HEALTH, "team_member": EDUCATION, "liaison": EDUCATION}
# Pages on which it may stand all the same: what one is recused from oneself; the names of all units where one says from
# which one keeps off.
MAY_STAND = {
    "recused": {"recusals"},
    "withdrawn": set(),
    "team_member": {"recusal_declare"},
    "liaison": set(),
}
OPEN = [
    (person, row)
    for person in HIDDEN
    for row in rows()
    if row.method == "GET" and row.expected[person] == 200 and row.name not in MAY_STAND[person]
]


@pytest.fixture
def two_units_in_the_ledger(make_finding: Any, health: Any, education: Any) -> None:
    """Findings of the bureau in every state, one that the bureau shares with another, and one of another alone."""
    make_finding("疫苗冷链记录不全", issued=False)
    make_finding("疫苗冷链设备老化", facts=("疫苗冷链断电3次",))
    make_finding("共同的问题", unit=None, units=[health, education])
    make_finding("只给一家的疫苗冷链问题", unit=None, units=[health])
    make_finding("校车管理不严", unit=education)
    make_finding("校车驾驶员资质不全", unit=education, issued=False)


@pytest.mark.parametrize(("person", "row"), OPEN, ids=str)
def test_what_one_may_not_know_stands_on_no_page(
    person: str, row: Row, cast: Any, two_units_in_the_ledger: None, request: pytest.FixtureRequest
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
    client.force_login(getattr(cast, person))
    headers = {"HX-Request": "true"} if row.htmx else {}
    answer: HttpResponse = client.get(reverse(row.name, kwargs=find(row.kwargs)), find(row.query), headers=headers)
    assert answer.status_code == 200
    said = answer.getvalue().decode("utf-8", "replace")
    assert [word for word in HIDDEN[person] if word in said] == []
