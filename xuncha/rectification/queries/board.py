"""整改看板: from fed back to closed, how many parts came how far, and how many stopped where and why.

A part is one finding with one unit. Every part stands at exactly one place (`STOPS`) or is closed, so that what stopped
and what went on add up at every step. Of units that the actor may not know nothing is counted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuncha.rectification.models import HandingOver, Plan, Rectification
from xuncha.rectification.permissions import fed_back_parts
from xuncha.rectification.queries.overdue import is_overdue, items
from xuncha.rectification.queries.plans import approved_once
from xuncha.rectification.rates import share
from xuncha.rectification.workflow import ClaimState, ClosureState, Horizon, PlanState, Progress
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import part_in_sight

NO_CATEGORY: Final = 0

# Steps of the funnel: code, word.
STEPS: Final = (
    ("fed_back", pgettext_lazy("step", "Fed back")),
    ("claimed", pgettext_lazy("step", "Claimed")),
    ("planned", pgettext_lazy("step", "Plan approved")),
    ("started", pgettext_lazy("step", "Under way")),
    ("applied", pgettext_lazy("step", "Applied for")),
    ("closed", pgettext_lazy("step", "Closed")),
)
# Where a part can stop: reason, the step that it reached last, word.
STOPS: Final = (
    ("not_handed", "fed_back", _("Not handed over")),
    ("silent", "fed_back", _("Not answered")),
    ("none_found", "fed_back", _("None found")),
    ("not_ours", "fed_back", _("Not ours")),
    ("no_plan", "claimed", _("No plan yet")),
    ("draft", "claimed", _("Plan being drafted")),
    ("submitted", "claimed", _("Plan under review")),
    ("returned_plan", "claimed", _("Plan returned")),
    ("not_started", "planned", _("Not started")),
    ("under_way", "started", pgettext_lazy("place", "Under way")),
    ("basically_done", "started", _("Basically done")),
    ("long_term", "started", _("Long-term")),
    ("done", "started", _("Done, not applied for")),
    ("returned", "started", _("Returned")),
    ("reopened", "started", _("Reopened")),
    ("to_verify", "applied", _("To be verified")),
    ("to_close", "applied", _("To be closed")),
)
STEP_OF: Final[Mapping[str, str]] = {reason: step for reason, step, _word in STOPS}
CLOSED: Final = "closed"
ORDER: Final = [code for code, _word in STEPS]


def not_taken_on(actor: User, round: Round) -> QuerySet[Any]:
    """Parts of a round without an item, each with its ``reason`` of `STOPS`."""
    opened = Rectification.objects.filter(finding=OuterRef("finding"), unit=OuterRef("unit"))
    handed = HandingOver.objects.filter(feedback=OuterRef("finding__feedback"), unit=OuterRef("unit"))
    rows = fed_back_parts(actor).filter(~Exists(opened), finding__round=round)
    return rows.annotate(
        reason=Case(
            When(claim__state=ClaimState.NONE_FOUND, then=Value("none_found")),
            When(claim__state=ClaimState.NOT_OURS, then=Value("not_ours")),
            When(Exists(handed), then=Value("silent")),
            default=Value("not_handed"),
        )
    )


def placed(rows: QuerySet[Rectification]) -> QuerySet[Any]:
    """Items each with its ``place``: a reason of `STOPS`, or closed.

    Progress, an application, or a plan that was approved once tell that an item got beyond its plan.
    """
    plan = Plan.objects.filter(round=OuterRef("round"), unit=OuterRef("unit"))
    waits = Q(progress=Progress.NOT_STARTED)
    return rows.annotate(
        place=Case(
            *(When(closure=closure, then=Value(place)) for closure, place in _BY_CLOSURE.items()),
            When(waits & Exists(plan.filter(approved_once())), then=Value("not_started")),
            *(When(waits & Exists(plan.filter(state=state)), then=Value(place)) for state, place in _BY_PLAN.items()),
            When(waits & Exists(plan), then=Value("draft")),
            When(waits, then=Value("no_plan")),
            When(progress=Progress.DONE, then=Value("done")),
            When(horizon=Horizon.LONG_TERM, then=Value("long_term")),
            When(progress=Progress.BASICALLY_DONE, then=Value("basically_done")),
            default=Value("under_way"),
        )
    )


def _place(progress: str, horizon: str, closure: str, plan: tuple[str, bool] | None) -> str:
    """What `placed` says in SQL, of a group of items of one unit. ``plan``: its state, and if it was approved once."""
    if closure in _BY_CLOSURE:
        return _BY_CLOSURE[closure]
    if progress == Progress.NOT_STARTED:
        if plan is None:
            return "no_plan"
        return "not_started" if plan[1] else _BY_PLAN.get(plan[0], "draft")
    if progress == Progress.DONE:
        return "done"
    if horizon == Horizon.LONG_TERM:
        return "long_term"
    return "basically_done" if progress == Progress.BASICALLY_DONE else "under_way"


_BY_CLOSURE: Final[Mapping[str, str]] = {
    ClosureState.CLOSED: CLOSED,
    ClosureState.APPLIED: "to_verify",
    ClosureState.VERIFIED: "to_close",
    ClosureState.RETURNED: "returned",
    ClosureState.REOPENED: "reopened",
}
_BY_PLAN: Final[Mapping[str, str]] = {PlanState.SUBMITTED: "submitted", PlanState.RETURNED: "returned_plan"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel: how many came so far, and of those that went no further, why: reason, word, number."""

    code: str
    word: Any
    number: int
    stops: tuple[tuple[str, Any, int], ...]

    @property
    def stopped(self) -> int:
        """How many went no further."""
        return sum(number for _code, _word, number in self.stops)


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """How one unit stands: how many parts at each place, how many of its items are late."""

    unit: int
    places: Mapping[str, int]
    overdue: int

    @property
    def fed_back(self) -> int:
        return sum(self.places.values())

    @property
    def closed(self) -> int:
        return self.places.get(CLOSED, 0)

    @property
    def taken_on(self) -> int:
        """Claimed and assigned: what has to be put right."""
        return sum(number for place, number in self.places.items() if STEP_OF.get(place) != "fed_back")

    @property
    def rate(self) -> str:
        return share(self.closed, self.taken_on)

    def at(self, *places: str) -> int:
        return sum(self.places.get(place, 0) for place in places)


@dataclass(frozen=True, slots=True)
class Board:
    """How a round stands, of the units that the actor may know."""

    units: tuple[UnitStanding, ...]
    findings: int
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> UnitStanding:
        """All units together."""
        return UnitStanding(0, self.places, sum(unit.overdue for unit in self.units))

    def funnel(self) -> list[Step]:
        """From fed back to closed; at every step those that stopped and those that went on add up."""
        found = []
        for i, (code, word) in enumerate(STEPS):
            reached = sum(n for place, n in self.places.items() if ORDER.index(STEP_OF.get(place, CLOSED)) >= i)
            stops = tuple((why, said, self.places.get(why, 0)) for why, step, said in STOPS if step == code)
            found.append(Step(code, word, reached, stops))
        return found


def board(actor: User, round: Round, today: datetime.date) -> Board:
    """How a round stands today; in four queries however many findings and units there are."""
    by_unit: dict[int, dict[str, int]] = {}
    late: dict[int, int] = {}
    plans = {
        unit: (state, is_approved)
        for unit, state, is_approved in Plan.objects.filter(part_in_sight(actor, round="round"), round=round)
        .order_by()
        .values_list("unit", "state", ExpressionWrapper(approved_once(), BooleanField()))
    }
    overdue = Case(When(is_overdue(today), then=Value(True)), default=Value(False), output_field=BooleanField())
    grouped = (
        items(actor, round)
        .order_by()
        .annotate(late=overdue)
        .values_list("unit", "progress", "horizon", "closure", "late")
        .annotate(number=Count("pk"))
    )
    for unit, progress, horizon, closure, is_late, number in grouped:
        _add(by_unit, unit, _place(progress, horizon, closure, plans.get(unit)), number)
        late[unit] = late.get(unit, 0) + (number if is_late else 0)
    waiting = not_taken_on(actor, round).order_by().values_list("unit", "reason").annotate(number=Count("pk"))
    for unit, reason, number in waiting:
        _add(by_unit, unit, reason, number)
    findings = fed_back_parts(actor).filter(finding__round=round).order_by().values("finding").distinct().count()
    places: dict[str, int] = {}
    for of_unit in by_unit.values():
        for place, number in of_unit.items():
            places[place] = places.get(place, 0) + number
    units = tuple(UnitStanding(unit, found, late.get(unit, 0)) for unit, found in sorted(by_unit.items()))
    return Board(units, findings, places)


def _add(by_unit: dict[int, dict[str, int]], unit: int, place: str, number: int) -> None:
    places = by_unit.setdefault(unit, {})
    places[place] = places.get(place, 0) + number


def cells(actor: User, round: Round) -> dict[tuple[int, int], int]:
    """Parts of a round by unit and category of the leading scheme (`NO_CATEGORY` for none)."""
    rows = fed_back_parts(actor).filter(finding__round=round).order_by().values_list("unit", "finding__category")
    return {(unit, category or NO_CATEGORY): number for unit, category, number in rows.annotate(number=Count("pk"))}


def late_cells(actor: User, round: Round, today: datetime.date) -> dict[tuple[int, int], int]:
    """Items that are late, by unit and category."""
    rows = items(actor, round).filter(is_overdue(today)).order_by().values_list("unit", "finding__category")
    return {(unit, category or NO_CATEGORY): number for unit, category, number in rows.annotate(number=Count("pk"))}
