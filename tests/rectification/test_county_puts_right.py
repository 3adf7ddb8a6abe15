"""The demonstration county shows every progress, every step of closure and every sign that there is."""

from __future__ import annotations

from typing import Any

from tests.cast import make_user
from tests.rectification.put_right import MakeItem
from xuncha.cli.demo.righting import put_right
from xuncha.rectification.models import PaperFlag, Plan, Rectification
from xuncha.rectification.workflow import ClosureState, Progress
from xuncha.security.models import User
from xuncha.security.roles import Role


def test_everything_is_there_to_see(
    make_item: MakeItem, everybody: Any, hospital: Any, round_8: Any, health: Any
) -> None:
    for _ in range(8):
        make_item()
    for _ in range(3):
        make_item(unit=hospital)
    Plan.objects.all().delete()
    User.objects.filter(pk=everybody.unit_secretary.pk).update(name="闻静泽")
    people = {
        "shenzhihe": everybody.liaison,
        "wenjingze": User.objects.get(pk=everybody.unit_secretary.pk),
        "chengyan": everybody.reviewer,
        "luheng": everybody.head,
        "jishuyan": make_user("jishuyan", "季书言", Role.UNIT_LIAISON, hospital),
    }
    put_right(people, round_8)
    assert set(Rectification.objects.values_list("closure", flat=True)) == set(ClosureState.values)
    assert set(Rectification.objects.values_list("progress", flat=True)) == set(Progress.values)
    assert set(PaperFlag.objects.values_list("kind", flat=True)) >= {
        *("same_text", "same_file", "only_meetings", "no_fact", "early_proof")
    }
