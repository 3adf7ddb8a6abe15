"""The board as the permission table calls it."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests.rectification.laid_down import answered, feedback_to, item_of, part_in
from xuncha.notices.models import Notice
from xuncha.rectification.actions.extending import ask_for_time
from xuncha.rectification.actions.freezing import freeze_figures
from xuncha.rectification.actions.looking_back import draw_look_back
from xuncha.rectification.actions.pressing import send_letter
from xuncha.rectification.actions.sweeping import sweep
from xuncha.rectification.models import LetterKind, Plan
from xuncha.rectification.workflow import ClosureState, Progress


@pytest.fixture
def stops(round_8: Any, health: Any, education: Any, staff: Any, category: Any, liaison: Any) -> SimpleNamespace:
    """Parts of two units in every state; ``late``: an item of health that is overdue."""
    today = timezone.localdate()
    feedback = feedback_to(round_8, [health, education], staff)
    Plan.objects.create(round=round_8, unit=health, state="approved", approved_on=today)
    for unit in (health, education):
        part_in(feedback, unit, staff, category)
        answered(part_in(feedback, unit, staff, category), "not_ours")
        for progress in Progress.values:
            item_of(part_in(feedback, unit, staff, category), progress=progress, due_on=today)
        for closure in ClosureState.values:
            item_of(part_in(feedback, unit, staff), closure=closure, due_on=today)
    late = item_of(part_in(feedback, health, staff, category), due_on=today - datetime.timedelta(days=12))
    late.measures.create(text="清理", responsible_leader="韩牧之", written_by=liaison)
    return SimpleNamespace(late=late, health=health, education=education, round=round_8)


@pytest.fixture
def letter_to_health(stops: SimpleNamespace, staff: Any) -> Any:
    """A letter to the health bureau about its late item."""
    return send_letter(
        [stops.late.pk],
        kind=LetterKind.objects.get(code="supervision"),
        demand="一周内补齐监理资料，并说明原因",
        reply_by=timezone.localdate() + datetime.timedelta(days=7),
        seen=0,
        actor=staff,
    )


@pytest.fixture
def asked_by_health(stops: SimpleNamespace, liaison: Any) -> Any:
    """An extension that the health bureau asks for."""
    wanted = timezone.localdate() + datetime.timedelta(days=30)
    return ask_for_time(stops.late, kind="extension", day=wanted, reason="等待专家复核", actor=liaison, version=1)


@pytest.fixture
def late_of_health(stops: SimpleNamespace) -> Any:
    """An item of the health bureau that is overdue, among parts in every state."""
    return stops.late


@pytest.fixture
def snapshot_of_round(stops: SimpleNamespace, staff: Any, round_8: Any) -> Any:
    """The numbers of the round as frozen before one more item was closed."""
    made = freeze_figures(round_8, actor=staff)
    item_of(part_in(feedback_to(round_8, [stops.health], staff), stops.health, staff), closure="closed")
    return made


@pytest.fixture
def told_of_health(stops: SimpleNamespace, head: Any, staff: Any, unit_secretary: Any) -> int:
    """What the nightly pass told of the items of the health bureau; the key of the last notice."""
    with override("zh-hans"):
        sweep(timezone.localdate())
    return Notice.objects.latest("pk").pk


@pytest.fixture
def drawn_to_look_back(stops: SimpleNamespace, staff: Any) -> Any:
    """A draw of the closed items of the round."""
    return draw_look_back(stops.round, number=2, actor=staff)


@pytest.fixture
def first_drawn(drawn_to_look_back: Any) -> Any:
    """The first item of it."""
    return drawn_to_look_back.items.first()
