"""The timeline's geometry: a scale of whole weeks, what lies under the bars, and the bars of every state."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils.translation import override

from xuncha.rectification.queries.timeline import Rest
from xuncha.web.pictures.gantt import Scale, bar, ground, scale_of

TODAY = datetime.date(2026, 11, 20)


def day(words: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2026-{words}")


SCALE = Scale(day("08-24"), day("11-29"))


def made(**changed: Any) -> Any:
    asked = {
        "starts_on": day("10-12"),
        "due_on": day("11-13"),
        "today": TODAY,
        "done_until": None,
        "is_finished": False,
        "granted_until": None,
        "is_late": False,
        "has_output": False,
        "words": "进行中",
    }
    with override("zh-hans"):
        return bar(SCALE, **{**asked, **changed})


def test_a_scale_is_of_whole_weeks_and_holds_all_days_and_today() -> None:
    scale = scale_of([day("09-15"), day("10-30")], TODAY, with_today=True)
    assert (scale.first.isoweekday(), scale.last.isoweekday()) == (1, 7)
    assert scale.first == day("09-14") and scale.last >= TODAY


def test_what_lies_years_ahead_does_not_stretch_it() -> None:
    scale = scale_of([day("09-15"), datetime.date(2036, 1, 1)], TODAY, with_today=True)
    assert scale.days <= 55 * 7 and scale.width == 3


def test_without_a_day_it_still_has_twelve_weeks() -> None:
    assert scale_of([], TODAY, with_today=True).days >= 84


def test_a_day_of_many_years_ago_leaves_today_out() -> None:
    scale = scale_of([datetime.date(2020, 5, 1)], TODAY, with_today=True)
    assert scale.last < TODAY


def test_a_bar_runs_from_the_beginning_of_its_first_day_to_the_end_of_its_last() -> None:
    drawn = made(today=day("10-01"))
    assert drawn.plan.x == f"{49 / 98 * 100:.3f}%" and drawn.plan.width == f"{33 / 98 * 100:.3f}%"
    assert (drawn.done, drawn.late, drawn.granted, drawn.output) == (None, None, None, "")


def test_late_is_hatched_from_the_day_after_until_today() -> None:
    drawn = made(done_until=day("11-06"), is_late=True)
    assert drawn.late.x == f"{82 / 98 * 100:.3f}%" and drawn.late.width == f"{7 / 98 * 100:.3f}%"
    assert drawn.done.width == f"{26 / 98 * 100:.3f}%"
    assert drawn.said == "2026-10-12至2026-11-13，进行中；超期7天"


def test_what_was_granted_is_not_late_and_runs_off_the_edge() -> None:
    drawn = made(granted_until=datetime.date(2027, 6, 30))
    assert drawn.late is None and drawn.granted.is_cut
    assert drawn.said.endswith("延至2027-06-30")


def test_what_is_finished_is_neither_late_nor_partly_done() -> None:
    drawn = made(is_finished=True, done_until=day("11-10"), has_output=True)
    assert drawn.is_finished and drawn.late is None and drawn.done is None
    assert drawn.output == f"{82 / 98 * 100:.3f}%"


def test_without_a_day_nothing_is_drawn_and_that_is_said() -> None:
    assert made(due_on=None).plan is None and made(due_on=None).said == "没有时限"


@pytest.mark.parametrize(("language", "word", "weeks"), [("zh-hans", "国庆", "28"), ("en", "National Day", "21")])
def test_holidays_are_named_and_keep_the_weeks_off_their_name(language: str, word: str, weeks: str) -> None:
    rests = [Rest(day("09-19"), day("09-19")), Rest(day("10-01"), day("10-07"), "国庆节", "National Day")]
    with override(language):
        drawn = ground(SCALE, rests, TODAY, day("11-26"))
    assert [label.word for label in drawn.holidays] == [word]
    assert [is_holiday for _box, is_holiday in drawn.rests] == [False, True]
    words = [label.word for label in drawn.weeks]
    assert weeks in words and "5" not in words
    assert drawn.today is not None and drawn.period_end == f"{95 / 98 * 100:.3f}%"
