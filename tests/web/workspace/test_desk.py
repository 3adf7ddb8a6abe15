"""The desk: the office sees what waits and the picture of the round; a unit what it received and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xuncha.findings.models import Finding
from xuncha.findings.queries import ledger
from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.web.rounds import picture as pictures


class _Request:
    def __init__(self, user: Any) -> None:
        self.user = user


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with override("zh-hans"):
        yield


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from(["draft", "issued", "withdrawn"])), max_size=12))  # fmt: skip
def test_the_picture_is_a_recount(
    make_finding: Any, staff: Any, round_8: Round, choices: list[tuple[int, int, str]]
) -> None:
    with transaction.atomic():
        units: list[Unit | None] = [None, *Unit.objects.order_by("pk")]
        categories: list[Category | None] = [None, *Category.objects.order_by("pk")[:4]]
        for unit, category, state in choices:
            finding = make_finding(unit=units[unit], units=[], category=categories[category], issued=False)
            Finding.objects.filter(pk=finding.pk).update(state=state)
        drawn = pictures.picture(_Request(staff), round_8)["map"]  # type: ignore[arg-type]
        current = Finding.objects.filter(state__in=["draft", "issued"])
        for line in drawn.lines:
            for head, cell in zip(drawn.heads, line.cells, strict=True):
                assert (
                    cell.number == current.filter(unit=line.label.key or None, category=head.label.key or None).count()
                )
                assert bool(cell.url) == bool(cell.number)
        assert drawn.total.number == current.count()
        transaction.set_rollback(True)


def test_many_units_are_summed_and_the_totals_still_agree(
    make_finding: Any, staff: Any, round_8: Round, education: Unit, monkeypatch: Any
) -> None:
    monkeypatch.setattr(pictures, "MOST", 2)
    for unit in (education, education, None):
        make_finding(unit=unit)
    make_finding()
    drawn = pictures.picture(_Request(staff), round_8)["map"]  # type: ignore[arg-type]
    assert [line.total.number for line in drawn.lines] == [1, 3]
    assert drawn.total.number == 4
    assert len(drawn.heads) == 2


def test_a_figure_opens_its_rows(make_finding: Any, staff: Any, health: Unit, category: Category) -> None:
    finding = make_finding()
    page = client_of(staff).get("/").content.decode()
    asked = f"round={finding.round_id}&amp;series={health.pk}&amp;category={category.pk}"
    assert asked in page


def test_the_desk_of_a_unit_holds_nothing_of_others(
    make_finding: Any, liaison: Any, health: Unit, education: Unit
) -> None:
    mine = make_finding("本单位的问题")
    make_finding("别人的问题", unit=education)
    make_finding("未反馈的问题", issued=False)
    joint = make_finding("集中反馈的问题", unit=None, units=[health, education])
    make_finding("与本单位无关的集中反馈", unit=None, units=[education])
    page = client_of(liaison).get("/").content.decode()
    assert mine.number in page and joint.number in page
    for words in ("教育局", "别人", "未反馈", "无关", "data-heat"):
        assert words not in page
    assert "反馈问题2个" in re.sub(r"\s+", "", page)


def test_an_outsider_sees_an_empty_desk(make_finding: Any, outsider: Any) -> None:
    make_finding()
    page = client_of(outsider).get("/").content.decode()
    assert "14-8" not in page and "十四届" not in page


@pytest.mark.parametrize("address", ["/", "/rounds/", "/units/", "/schemes/"])
def test_more_rows_take_no_more_queries(
    address: str, make_finding: Any, staff: Any, round_8: Round, education: Unit, django_assert_max_num_queries: Any
) -> None:
    client = client_of(staff)
    make_finding()
    client.get(address)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = count()
    for i in range(10):
        make_finding(unit=education)
        Unit.objects.create(name=f"县{i}局", short_name=f"{i}局", path=f"/{i}x/")
        Round.objects.create(term=round_8.term, number=20 + i)
    assert count() <= before + 1


def test_the_round_chosen_is_remembered(round_8: Round, make_finding: Any, staff: Any) -> None:
    newer = Round.objects.create(term=round_8.term, number=9)
    client = client_of(staff)
    assert "十四届第九轮" in client.get("/").content.decode()
    client.get(f"/?round={round_8.pk}")
    assert client.get("/").context["round"] == round_8
    assert client.get(f"/?round={newer.pk}").context["round"] == newer
    assert client.get("/?round=nonsense").status_code == 200


def test_each_figure_of_the_picture_is_as_many_rows(
    make_finding: Any, staff: Any, health: Unit, education: Unit, round_8: Round
) -> None:
    make_finding()
    make_finding(category=None)
    make_finding(unit=education, issued=False)
    make_finding(unit=None, units=[health, education])
    drawn = pictures.picture(_Request(staff), round_8)["map"]  # type: ignore[arg-type]
    figures = [cell for line in drawn.lines for cell in (*line.cells, line.total)]
    for cell in [*figures, *drawn.foot, drawn.total]:
        if cell.url:
            asked = LedgerQuery.from_params(QueryDict(cell.url.partition("?")[2]))
            page = ledger.page(staff, asked)
            assert len(page.rows) == cell.number, cell.said
            assert ledger.count(staff, asked).number == cell.number
