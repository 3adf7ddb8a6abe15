"""The leadership's sheet: what a round comes to in a few numbers, and the snapshots in which they were frozen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Max, Q, Sum

from xuncha.findings.queries import counts
from xuncha.findings.workflow import FindingState
from xuncha.rectification import freezing
from xuncha.rectification.freezing import FrozenRow
from xuncha.rectification.models import DueDate, ProgressEntry, Snapshot
from xuncha.rectification.permissions import POLICY, measures_visible_to
from xuncha.rectification.queries.board import STOPS, not_taken_on, placed
from xuncha.rectification.queries.overdue import days_late, items
from xuncha.rectification.rates import share
from xuncha.rounds.models import Round
from xuncha.rounds.permissions import rounds_visible_to
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.models import Grant, User
from xuncha.security.policy import in_force, is_excluded, sees_all_parts
from xuncha.security.roles import Role, Scope

EARLY: Final = tuple(why for why, step, _word in STOPS if step == "fed_back")
ROUNDS_COMPARED: Final = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What was reported under a round's items: money recovered in fen, rules made."""

    recovered_fen: int
    rules_made: int


def facts(actor: User, round: Round, until: datetime.date) -> Facts:
    """What was reported up to a day, of what the actor may know."""
    rows = ProgressEntry.objects.filter(measure__rectification__in=items(actor, round).values("pk"), on__lte=until)
    if is_excluded(actor):
        rows = rows.filter(measure__in=measures_visible_to(actor).values("pk"))
    found = rows.aggregate(fen=Sum("recovered_fen"), rules=Sum("rules_made"))
    return Facts(found["fen"] or 0, found["rules"] or 0)


def period_end(round: Round) -> datetime.date | None:
    """The last day of the concentrated period of a round, of the units that have longest."""
    rows = DueDate.objects.filter(rule__code=DeadlineRule.PERIOD, handing__feedback__round=round)
    last: datetime.date | None = rows.aggregate(last=Max("due_on"))["last"]
    return last


def rounds_before(actor: User, round: Round, most: int = ROUNDS_COMPARED) -> list[Round]:
    """The round and those before it, the newest first."""
    earlier = Q(term__number__lt=round.term.number) | Q(term__number=round.term.number, number__lte=round.number)
    rows = rounds_visible_to(actor).select_related("term").filter(earlier)
    return list(rows.order_by("-term__number", "-number")[:most])


@dataclass(frozen=True, slots=True)
class AtThatTime:
    """How an earlier round stood as many days after its feedback: rate (empty without items), money in fen."""

    rate: str
    recovered_fen: int


def at_that_time(actor: User, before: Round, days: int) -> AtThatTime | None:
    """Null where the day of its feedback is not known. An item closed then and reopened since does not count."""
    if before.feedback_on is None:
        return None
    day = before.feedback_on + datetime.timedelta(days=days)
    found = items(actor, before).aggregate(of=Count("pk"), closed=Count("pk", filter=Q(closed_on__lte=day)))
    return AtThatTime(share(found["closed"], found["of"]), facts(actor, before, day).recovered_fen)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A category that was found in every one of several rounds: numbers, the newest last."""

    category: int
    numbers: tuple[int, ...]


def repeated(actor: User, rounds: Iterable[Round], most: int = 4) -> list[Repeated]:
    """Categories found in all of the rounds (given newest first), the most frequent in the newest first."""
    by_round = [counts.by_category(actor, round.pk, (FindingState.ISSUED,)) for round in rounds]
    if not by_round:
        return []
    always = [key for key in by_round[0] if key and all(each.get(key) for each in by_round)]
    always.sort(key=lambda key: (-by_round[0][key], key))
    return [Repeated(key, tuple(each[key] for each in reversed(by_round))) for key in always[:most]]


def leaders_in_charge(units: Iterable[int]) -> dict[int, str]:
    """The county leader in charge of each unit, by the unit's key."""
    rows = in_force(Grant.objects.filter(role=Role.LEADER_IN_CHARGE, scope=Scope.UNIT, scope_id__in=list(units)))
    return {int(unit): name for unit, name in rows.order_by("-pk").values_list("scope_id", "user__name") if unit}


def frozen_rows(actor: User, round: Round, today: datetime.date) -> Iterator[FrozenRow]:
    """All parts of a round as a snapshot keeps them; read one by one, so that a large round needs little memory."""
    opened = (
        placed(items(actor, round))
        .select_related("finding")
        .only("closure", "due_on", "suspended_on", "unit_id", "finding__number")
    )
    for item in opened.order_by().iterator(chunk_size=2000):
        yield FrozenRow(item.finding.number, item.unit_id, item.place, days_late(item, today) > 0)
    waiting = not_taken_on(actor, round).order_by().values_list("finding__number", "unit", "reason")
    for number, unit, reason in waiting.iterator(chunk_size=2000):
        yield FrozenRow(number, unit, reason, False)


def snapshots(actor: User, round: Round, most: int = 20) -> list[Snapshot]:
    """The snapshots of a round, the newest first, without their rows; none for whom a part is hidden from.

    Errors: `NotPermitted`.
    """
    POLICY.require(actor, "see_figures")
    if not sees_all_parts(actor):
        return []
    return list(Snapshot.objects.filter(round=round).select_related("by").defer("rows")[:most])


def find_snapshot(actor: User, pk: int) -> Snapshot | None:
    """One snapshot; null also for whom a part is hidden from. Errors: `NotPermitted`."""
    POLICY.require(actor, "see_figures")
    if not sees_all_parts(actor):
        return None
    return Snapshot.objects.select_related("by", "round__term").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a snapshot holds: signed here over these numbers and rows, and its numbers are those of its rows."""

    is_signed: bool
    is_recounted: bool


def check(snapshot: Snapshot) -> Checked:
    """Count the rows of a snapshot again, and look at its signature."""
    kept = bytes(snapshot.rows)
    told = freezing.digest(snapshot.figures, kept)
    again = freezing.counted(freezing.unpacked(kept), EARLY)
    same = all(snapshot.figures.get(name) == value for name, value in again.items())
    return Checked(freezing.holds(snapshot.line, snapshot.number, told), same)


@dataclass(frozen=True, slots=True)
class Moved:
    """A part that stands elsewhere than in a snapshot; ``before`` or ``after`` empty where it was not there."""

    number: str
    unit: int
    before: str
    after: str


def moved_since(actor: User, snapshot: Snapshot, today: datetime.date) -> list[Moved]:
    """What stands elsewhere today than in a snapshot."""
    then = {(row.number, row.unit): row.place for row in freezing.unpacked(bytes(snapshot.rows))}
    now = {(row.number, row.unit): row.place for row in frozen_rows(actor, snapshot.round, today)}
    return [
        Moved(number, unit, then.get((number, unit), ""), now.get((number, unit), ""))
        for number, unit in sorted({*then, *now})
        if then.get((number, unit)) != now.get((number, unit))
    ]


def numbers_now(actor: User, round: Round, today: datetime.date) -> Mapping[str, Any]:
    """The numbers of a snapshot as they are today."""
    found = facts(actor, round, today)
    told = freezing.counted(frozen_rows(actor, round, today), EARLY)
    return {**told, "recovered_fen": found.recovered_fen, "rules_made": found.rules_made}
