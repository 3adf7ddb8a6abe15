"""What has to be put right, as the permission table calls it."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest

from tests.rectification.put_right import MakeItem, MakeMeasure, make_done, make_item, make_measure
from xuncha.rectification.actions.closing import take_step
from xuncha.rectification.actions.proving import add_evidence
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import Evidence, Measure, PaperFlag, Rectification

__all__ = ["make_done", "make_item", "make_measure"]


@pytest.fixture
def item_of_health(make_item: MakeItem, make_measure: MakeMeasure) -> Rectification:
    """Something the health bureau has to put right, with two measures."""
    item = make_item(horizon="long_term", progress="under_way")
    make_measure(item, kind="recovery")
    make_measure(item, "制定专项资金拨付时限办法", kind="rule_making")
    return item


@pytest.fixture
def items_in_many_states(make_item: MakeItem, item_of_health: Rectification, education: Any) -> Rectification:
    """Items of two units that stand in different ways."""
    make_item(due_on=None, progress="basically_done", closure="returned")
    make_item(suspended_on="2026-09-01", inherited=True, horizon="immediate")
    make_item(unit=education, progress="done", closure="closed", closed_on="2026-10-01")
    return item_of_health


@pytest.fixture
def measure_of_health(item_of_health: Rectification) -> Measure:
    """A measure of the health bureau."""
    return item_of_health.measures.order_by("order")[0]


@pytest.fixture
def form_of_progress(measure_of_health: Measure) -> dict[str, Any]:
    """The page of progress as the health bureau sends it."""
    key = measure_of_health.pk
    return {
        "on": "2026-09-10",
        "measure": key,
        f"words-{key}": "资金已拨付到松坪、石桥两个卫生院",
        f"progress-{key}": "under_way",
        f"was-{key}": "not_started",
        f"version-{key}": measure_of_health.version,
        f"recovered-{key}": "2,864,000.50",
    }


@pytest.fixture
def evidence_of_health(measure_of_health: Measure, liaison: Any) -> Evidence:
    """A photograph as evidence of the health bureau."""
    picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    return add_evidence(measure_of_health, "拨付凭证.png", picture, actor=liaison)


@pytest.fixture
def reported_item(
    item_of_health: Rectification, measure_of_health: Measure, evidence_of_health: Evidence, liaison: Any
) -> Rectification:
    """An item of which something was reported, with evidence."""
    words = "资金已拨付到松坪、石桥两个卫生院，其余正在核对"
    day = datetime.date(2026, 9, 10)
    report_progress([Report(measure_of_health.pk, "done", words, day, 1, 0, 286_400_050)], actor=liaison)
    return item_of_health


@pytest.fixture
def applied_item(make_done: MakeItem, unit_secretary: Any) -> Rectification:
    """An item of the health bureau whose closure is applied for."""
    item = make_done(measures=2)
    return take_step({item.pk: item.version}, act="apply", words="资金已全部到位，办法已执行。", actor=unit_secretary)[
        0
    ]


@pytest.fixture
def form_of_verdict(applied_item: Rectification) -> dict[str, Any]:
    """A verdict on it, as the page sends it."""
    key = applied_item.pk
    return {"act": "pass", "chosen": key, f"version-{key}": applied_item.version, "confirm": "1"}


@pytest.fixture
def form_without_reasons(form_of_verdict: dict[str, Any]) -> dict[str, Any]:
    """A return that says nothing."""
    return {**form_of_verdict, "act": "return"}


@pytest.fixture
def form_of_application(make_done: MakeItem) -> dict[str, Any]:
    """What the secretary sends to apply for an item of the health bureau."""
    item = make_done()
    return {"act": "apply", "chosen": item.pk, f"version-{item.pk}": item.version, "confirm": "1"}


@pytest.fixture
def form_of_check(applied_item: Rectification) -> dict[str, Any]:
    """A check on the spot, as the page sends it."""
    return {"version": applied_item.version, "on": "2026-09-20", "who": "程砚、顾青岚", "words": "两个卫生院均已到账"}


@pytest.fixture
def flag_of_health(
    make_item: MakeItem, make_measure: MakeMeasure, education: Any, other_liaison: Any, liaison: Any
) -> Any:
    """A sign that the health bureau reported what the education bureau had reported."""
    words = "高度重视，召开专题会议2次，对资金拨付进行全面排查，建立长效机制"
    day = datetime.date(2026, 9, 10)
    theirs, mine = make_measure(make_item(unit=education)), make_measure(make_item())
    report_progress([Report(theirs.pk, "under_way", words, day, 1)], actor=other_liaison)
    report_progress([Report(mine.pk, "under_way", words, day, 1)], actor=liaison)
    return PaperFlag.objects.filter(rectification=mine.rectification, kind="same_text").get()
