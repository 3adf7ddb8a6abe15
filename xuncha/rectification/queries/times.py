"""How long each step may take: by the rules of the office, or by a round's own times."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from xuncha.rectification.models import RoundTime
from xuncha.rounds.models import Round
from xuncha.rulebook import queries as rulebook
from xuncha.rulebook.models import DeadlineRule
from xuncha.rulebook.queries import MOST_TIME, Rules
from xuncha.vocabulary.days import Alert, TimeUnit, WorkCalendar

LONGEST_SOURCE: Final = 200


@dataclass(frozen=True, slots=True)
class OwnTime:
    """A round's own time for a step. ``unit`` as in `DeadlineRule.Unit`; ``source``: who says so."""

    amount: int
    unit: str
    source: str = ""


OwnTimes = Mapping[str, OwnTime]
"""A round's own times by the code of the rule."""


@dataclass
class Times:
    """When steps are due: the rules, each round's own times, and the calendar. Each day is reckoned once."""

    rules: Rules
    own: Mapping[int, OwnTimes]
    work: WorkCalendar
    _known: dict[tuple[int | None, datetime.date], dict[str, datetime.date]] = field(default_factory=dict)

    def due_days(self, round: int, handed_on: datetime.date) -> dict[str, datetime.date]:
        """When each step is due of what was handed over in a round on that day, by the code of its rule."""
        # Rounds without times of their own have the same days.
        key = (round if self.own.get(round) else None, handed_on)
        if key not in self._known:
            self._known[key] = rulebook.due_days(self._of(round), handed_on, self.work)
        return self._known[key]

    def _of(self, round: int) -> Rules:
        own = self.own.get(round, {})
        return {
            code: (base, replace(counting, amount=own[code].amount, unit=TimeUnit(own[code].unit)))
            if code in own
            else (base, counting)
            for code, (base, counting) in self.rules.items()
        }


def times(rules: Rules | None = None, work: WorkCalendar | None = None) -> Times:
    """As they are, or with these rules or this calendar; in up to four queries."""
    own: dict[int, dict[str, OwnTime]] = {}
    for row in RoundTime.objects.select_related("rule"):
        own.setdefault(row.round_id, {})[row.rule.code] = _as_told(row)
    return Times(
        rulebook.rules_of(rulebook.deadline_rules()) if rules is None else rules,
        own,
        rulebook.work_calendar() if work is None else work,
    )


def own_times(round: Round) -> dict[str, OwnTime]:
    """A round's own times, by the code of the rule."""
    rows = RoundTime.objects.filter(round=round).select_related("rule")
    return {row.rule.code: _as_told(row) for row in rows}


def _as_told(row: RoundTime) -> OwnTime:
    return OwnTime(row.amount, row.unit, row.source)


def alerts_of(code: str) -> tuple[Alert, ...]:
    """The warnings of a deadline; none where it is out of use."""
    rule = DeadlineRule.objects.filter(code=code, is_active=True).first()
    return rule.warnings if rule else ()


def faults_of(wanted: Mapping[str, OwnTime | None], known: Iterable[str]) -> dict[str, str]:
    """What is wrong with wanted own times (null: the rule's): ``CODE.field`` to code of the fault."""
    faults: dict[str, str] = {}
    codes = set(known)
    for code, own in wanted.items():
        if code not in codes:
            faults[f"{code}.amount"] = "no_such_rule"
        elif own is None:
            continue
        elif own.unit not in DeadlineRule.Unit.values:
            faults[f"{code}.unit"] = "required"
        elif own.amount > MOST_TIME[DeadlineRule.Unit(own.unit)]:
            faults[f"{code}.amount"] = "too_much_time"
        elif own.amount == 0 and own.unit != DeadlineRule.Unit.DAYS:
            faults[f"{code}.amount"] = "no_time"
        elif not own.source.strip():
            faults[f"{code}.source"] = "required"
        elif len(own.source) > LONGEST_SOURCE:
            faults[f"{code}.source"] = "too_long"
    return faults
