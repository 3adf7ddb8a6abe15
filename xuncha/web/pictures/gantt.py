"""Timeline of measures (时间表): bars over the days of a calendar, in percent of a column that any table can hold."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuncha.web.language import in_language, is_chinese

_WEEK: Final = datetime.timedelta(days=7)
_DAY: Final = datetime.timedelta(days=1)
_SHORTEST: Final = 12 * _WEEK
_LONGEST: Final = 54 * _WEEK
# Weeks with which each has its label, each second, each fourth.
_STEPS: Final = ((20, 1), (36, 2), (60, 4))
# Weeks of room that the narrowest column gives; a longer scale is drawn wider and scrolls.
WIDTHS: Final = ((18, 1), (28, 2), (60, 3))


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of the column: ``x`` and ``width`` in percent; ``is_cut``: it goes on beyond the right edge."""

    x: str
    width: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from Monday ``first`` to Sunday ``last``, both included."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def width(self) -> int:
        """How wide it is to be drawn: 1 in the room there is, 2 and 3 wider."""
        weeks = self.days // 7
        return next(width for most, width in WIDTHS if weeks <= most)

    def share(self, day: datetime.date) -> float:
        """Where a day begins, 0-100; days beyond an end lie on it."""
        return min(max((day - self.first).days / self.days * 100, 0.0), 100.0)

    def at(self, day: datetime.date) -> str:
        return f"{self.share(day):.3f}%"

    def box(self, first: datetime.date, last: datetime.date) -> Box | None:
        """From the beginning of one day to the end of another; null where nothing of it is in sight."""
        start, end = self.share(first), self.share(last + _DAY)
        if end <= start:
            return None
        return Box(f"{start:.3f}%", f"{end - start:.3f}%", is_cut=last > self.last)


def scale_of(days: Iterable[datetime.date], today: datetime.date, *, with_today: bool) -> Scale:
    """A scale that holds the days, and today where something is still open: twelve weeks at least, a year at most."""
    known = sorted(days) or [today]
    first = known[0]
    last = min(known[-1] + 4 * _DAY, first + _LONGEST)
    if with_today and first - 5 * _WEEK <= today <= first + _LONGEST:
        first, last = min(first, today), max(last, today + 4 * _DAY)
    first -= _DAY * first.weekday()
    last = max(last, first + _SHORTEST - _DAY)
    return Scale(first, last + _DAY * (6 - last.weekday()))


@dataclass(frozen=True, slots=True)
class Label:
    """A word over the column; ``said`` is the whole of it."""

    word: str
    x: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under all bars: rest, months, weeks, today and the end of the period (both null where not in sight)."""

    scale: Scale
    rests: Sequence[tuple[Box, bool]]
    months: Sequence[Label]
    weeks: Sequence[Label]
    holidays: Sequence[Label]
    today: Label | None
    period_end: str


def ground(scale: Scale, rests: Sequence[Any], today: datetime.date, period_end: datetime.date | None) -> Ground:
    """The ground of a scale. ``rests``: stretches of days; one without a ``name`` is a weekend."""
    stripes = [(box, bool(rest.name)) for rest in rests if (box := scale.box(rest.first, rest.last))]
    named = [rest for rest in rests if rest.name]
    # A holiday's name is longer than its days are wide, in English by much.
    around = _DAY * (1 if is_chinese() else 6)
    is_today = scale.first <= today <= scale.last

    def is_free(day: datetime.date) -> bool:
        # Nor under the flag of today, which is drawn to both sides of it.
        hidden = is_today and abs((day - today).days) <= scale.days // 18
        return not hidden and not any(rest.first - around <= day <= rest.last + around for rest in named)

    return Ground(
        scale,
        stripes,
        _months(scale),
        [Label(str(day.day), scale.at(day)) for day in _mondays(scale) if is_free(day)],
        [_holiday(scale, rest) for rest in named],
        Label(_("Today %(day)s") % {"day": f"{today:%m-%d}"}, f"{scale.share(today) + 50 / scale.days:.3f}%")
        if is_today
        else None,
        scale.at(period_end + _DAY) if period_end is not None and scale.first <= period_end < scale.last else "",
    )


def _months(scale: Scale) -> list[Label]:
    # How a month is written over a timeline: a format of dates.
    form = pgettext("format of a month", "M")
    found = [Label(date_format(scale.first, form), "0%")] if scale.first.day <= 24 else []
    day = scale.first.replace(day=1)
    while (day := (day + 32 * _DAY).replace(day=1)) <= scale.last - 5 * _DAY:
        found.append(Label(date_format(day, form), scale.at(day)))
    return found


def _mondays(scale: Scale) -> list[datetime.date]:
    weeks = scale.days // 7
    step = next(step for most, step in _STEPS if weeks <= most)
    return [scale.first + _WEEK * i for i in range(0, weeks, step)]


def _holiday(scale: Scale, rest: Any) -> Label:
    name = in_language(rest.name, rest.name_en)
    middle = (scale.share(rest.first) + scale.share(rest.last + _DAY)) / 2
    # The sign for "festival" says nothing that the place does not.
    return Label(name.removesuffix("节"), f"{middle:.3f}%", name)


@dataclass(frozen=True, slots=True)
class Bar:
    """One measure in time: outline what is planned, ``done`` of it, what is late or granted, where its output is.

    ``said``: the same in words. Without ``plan`` no day is set.
    """

    said: str
    plan: Box | None = None
    done: Box | None = None
    late: Box | None = None
    granted: Box | None = None
    output: str = ""
    is_finished: bool = False


def bar(
    scale: Scale,
    *,
    starts_on: datetime.date | None,
    due_on: datetime.date | None,
    today: datetime.date,
    done_until: datetime.date | None,
    is_finished: bool,
    granted_until: datetime.date | None,
    is_late: bool,
    has_output: bool,
    words: str,
) -> Bar:
    """A bar. ``done_until``: the last day reported on, null without a report; ``is_late``: past the day that holds;
    ``words``: how far it is.
    """
    if due_on is None:
        return Bar(_("no date set"))
    first = starts_on or due_on
    until = min(done_until, due_on) if done_until is not None else None
    limit = max(due_on, granted_until) if granted_until is not None else due_on
    output = scale.at(due_on + _DAY) if has_output and scale.first <= due_on <= scale.last else ""
    return Bar(
        _said(first, due_on, words, limit if limit > due_on else None, (today - limit).days if is_late else 0),
        scale.box(first, due_on),
        scale.box(first, until) if until is not None and until >= first and not is_finished else None,
        scale.box(limit + _DAY, today) if is_late else None,
        scale.box(due_on + _DAY, limit) if limit > due_on else None,
        output,
        is_finished,
    )


def _said(
    first: datetime.date, due_on: datetime.date, words: str, granted: datetime.date | None, days_late: int
) -> str:
    said = _("%(first)s to %(last)s, %(words)s") % {"first": first, "last": due_on, "words": words}
    if granted is not None:
        said = _("%(said)s; extended to %(day)s") % {"said": said, "day": granted}
    if days_late:
        said = _("%(said)s; %(n)s days overdue") % {"said": said, "n": days_late}
    return said
