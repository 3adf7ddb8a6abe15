"""What was handed over, the due dates and duties that follow, and which of them a change would move."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from xuncha.findings.models import Feedback
from xuncha.rectification.models import DueDate, Duty, HandingOver
from xuncha.rectification.permissions import due_dates_visible_to, duties_visible_to, handings_visible_to
from xuncha.rectification.queries.times import Times
from xuncha.rounds.models import Round
from xuncha.rulebook import queries as rulebook
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.models import User


def handings_of(actor: User, feedback: Feedback) -> dict[int, HandingOver]:
    """What of a feedback was handed over, by the unit's key: of others a unit is told nothing."""
    rows = handings_visible_to(actor).filter(feedback=feedback).select_related("unit", "by")
    return {handing.unit_id: handing for handing in rows}


def due_dates(actor: User, round: Round | None = None) -> QuerySet[DueDate]:
    """The due dates that the actor may know, the earliest first; of a round, or of all."""
    rows = due_dates_visible_to(actor).select_related("rule", "handing__unit", "handing__feedback")
    return (rows if round is None else rows.filter(handing__feedback__round=round)).order_by(
        "due_on", "rule__order", "handing__unit__order", "handing__unit_id"
    )


NAMED: Final = 6
"""Units named beside a number of them."""


@dataclass(frozen=True, slots=True)
class StepDue:
    """A step that units have to take by the same day, how many units, and the first of them."""

    rule: DeadlineRule
    due_on: datetime.date
    units: int
    named: tuple[str, ...]


def steps_due(actor: User, round: Round | None) -> list[StepDue]:
    """The steps of a round by day, each with the units that have to take it."""
    found: dict[tuple[int, datetime.date], list[DueDate]] = {}
    for due in due_dates(actor, round):
        found.setdefault((due.rule_id, due.due_on), []).append(due)
    return [
        StepDue(rows[0].rule, day, len(rows), tuple(each.handing.unit.short_name for each in rows[:NAMED]))
        for (_rule, day), rows in found.items()
    ]


def duties(actor: User, round: Round | None = None) -> QuerySet[Duty]:
    """The duties that the actor may know, by date, those without one last; of a round, or of all."""
    rows = duties_visible_to(actor).select_related("requirement", "handing__unit", "handing__feedback")
    if round is not None:
        rows = rows.filter(handing__feedback__round=round)
    return rows.order_by("due_on", "handing__feedback_id", "requirement__order", "id")


@dataclass(frozen=True, slots=True)
class DutyCount:
    """A demand, by when it is due, and how many units have met it."""

    title: str
    due_on: datetime.date | None
    done: int
    of: int


def duty_counts(actor: User, round: Round | None) -> list[DutyCount]:
    """The demands of a round with how many units have met each, by date; those without one last."""
    rows = duties_visible_to(actor)
    if round is not None:
        rows = rows.filter(handing__feedback__round=round)
    grouped = (
        rows.order_by()
        .values_list("requirement", "requirement__title", "due_on")
        .annotate(of=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)))
    )
    counted = [DutyCount(title, due, done, of) for _key, title, due, of, done in grouped.order_by("requirement")]
    return sorted(counted, key=lambda each: (each.due_on is None, each.due_on or datetime.date.max))


def find_duty(actor: User, pk: int) -> Duty | None:
    """One duty, if it is in sight."""
    return duties_visible_to(actor).select_related("handing", "requirement").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Move:
    """Due dates that a change would move: of a round and a step, from a day to a day, of how many units.

    ``after``: null where the step is no longer due.
    """

    round: Round
    rule: DeadlineRule
    handed_on: datetime.date
    before: datetime.date
    after: datetime.date | None
    units: int
    named: tuple[str, ...]


def moves(actor: User, wanted: Times, *, round: Round | None = None) -> list[Move]:
    """Whom these times would move, of all rounds or of one, in four queries however many units there are."""
    rows = due_dates_visible_to(actor).order_by("-handing__handed_on", "rule__order", "due_on")
    if round is not None:
        rows = rows.filter(handing__feedback__round=round)
    grouped = rows.values_list("handing__feedback__round", "rule", "handing__handed_on", "due_on")
    known = {rule.pk: rule for rule in rulebook.deadline_rules(with_retired=True)}
    found = []
    for key, rule, handed_on, before, units in grouped.annotate(units=Count("pk")):
        after = wanted.due_days(key, handed_on).get(known[rule].code)
        if after != before:
            found.append((key, known[rule], handed_on, before, after, units))
    rounds = Round.objects.select_related("term").in_bulk({each[0] for each in found})
    named = _named(actor, {each[2] for each in found})
    return [
        Move(rounds[key], rule, handed_on, before, after, units, named[key, handed_on])
        for key, rule, handed_on, before, after, units in found
    ]


def _named(actor: User, days: set[datetime.date]) -> dict[tuple[int, datetime.date], tuple[str, ...]]:
    """The first units that something was handed over to, by round and day."""
    named: dict[tuple[int, datetime.date], tuple[str, ...]] = {}
    rows = handings_visible_to(actor).filter(handed_on__in=days).order_by("unit__order", "unit_id")
    for round, day, unit in rows.values_list("feedback__round", "handed_on", "unit__short_name"):
        so_far = named.get((round, day), ())
        if len(so_far) < NAMED and unit not in so_far:
            named[round, day] = (*so_far, unit)
    return named
