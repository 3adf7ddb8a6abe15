"""Plans of rectification: those of a round unit by unit, and one whole, item by item with its measures."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from xuncha.organisation.models import Unit
from xuncha.rectification.models import DueDate, Measure, Plan, ProgressEntry, Rectification
from xuncha.rectification.permissions import (
    POLICY,
    known_measures,
    plans_visible_to,
    rectifications_visible_to,
)
from xuncha.rectification.workflow import ClosureState, MeasureKind, PlanState, Progress
from xuncha.rounds.models import Round
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.models import Grant, User
from xuncha.security.policy import in_force, units_acted_for
from xuncha.security.roles import Role, Scope

KIND_CHOICES: Final = [(kind.value, kind.label) for kind in MeasureKind]
"""Kinds of measures, code and label."""
PLAN_STEP: Final = "plan"
"""The deadline by which a plan is to be submitted."""
PERIOD_STEP: Final = DeadlineRule.PERIOD
"""The deadline that is the end of the concentrated period."""
# Words of the unit's own earlier measures that a form offers: so many of each field.
OFFERED: Final = 60
OFFERED_FIELDS: Final = ("lead_leader", "responsible_leader", "lead_section", "co_sections", "person", "phase")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A unit's plan in the list of a round. ``plan`` is null while it has not begun; ``due_on`` where no date runs.

    ``without``: items to be put right that have no measure yet.
    """

    unit: Unit
    plan: Plan | None
    items: int
    without: int
    measures: int
    done: int
    due_on: datetime.date | None
    is_own: bool


def plan_rows(actor: User, round: Round) -> list[PlanRow]:
    """Units with something to put right in a round, each with its plan; in as many queries for many as for one."""
    items = rectifications_visible_to(actor).filter(round=round)
    bare = ~Exists(Measure.objects.filter(rectification=OuterRef("pk")))
    counted = {
        unit: (number, without)
        for unit, number, without in items.order_by()
        .values_list("unit")
        .annotate(number=Count("pk"), without=Count("pk", filter=Q(bare)))
    }
    measures = {
        unit: (number, done)
        for unit, number, done in Measure.objects.filter(rectification__in=items.values("pk"))
        .order_by()
        .values_list("rectification__unit")
        .annotate(number=Count("pk"), done=Count("pk", filter=Q(progress=Progress.DONE)))
    }
    plans = {plan.unit_id: plan for plan in Plan.objects.filter(round=round, unit__in=counted)}
    due = plan_due_dates(round, list(counted))
    own = set(units_acted_for(actor).values_list("scope_id", flat=True))
    return [
        PlanRow(
            unit,
            plans.get(unit.pk),
            *counted[unit.pk],
            *measures.get(unit.pk, (0, 0)),
            due.get(unit.pk),
            unit.pk in own,
        )
        for unit in Unit.objects.filter(pk__in=counted).order_by("order", "id")
    ]


def returned_plans(actor: User, round: Round) -> list[Plan]:
    """The plans of the actor's own units that came back from their reviewers."""
    rows = Plan.objects.filter(round=round, unit__in=units_acted_for(actor), state=PlanState.RETURNED)
    return list(rows.select_related("unit").order_by("unit__order", "unit_id"))


def plan_due_dates(round: Round, units: Sequence[int]) -> dict[int, datetime.date]:
    """By when the plan of each unit is to be submitted, by the unit's key: the first where several feedbacks ask."""
    rows = DueDate.objects.filter(rule__code=PLAN_STEP, handing__feedback__round=round, handing__unit__in=units)
    return dict(rows.order_by("-due_on").values_list("handing__unit", "due_on"))


def approved_once() -> Q:
    """Of plans, those that were approved; while an approved one is revised the approval stands."""
    return Q(state=PlanState.APPROVED) | Q(approved_on__isnull=False)


def find_plan(actor: User, pk: int) -> Plan | None:
    """One plan, if it is in sight."""
    return plans_visible_to(actor).select_related("round__term", "unit", "submitted_by").filter(pk=pk).first()


def find_measure(actor: User, pk: int) -> Measure | None:
    """One measure that the actor may know and that stands in a plan, with its item and finding."""
    plans = Plan.objects.filter(round=OuterRef("rectification__round"), unit=OuterRef("rectification__unit"))
    rows = known_measures(actor).filter(Exists(plans))
    return (
        rows.select_related("rectification__finding", "rectification__unit", "rectification__claim")
        .filter(pk=pk)
        .first()
    )


def plan_of(item: Rectification) -> Plan | None:
    """The plan that an item belongs to, or null."""
    return Plan.objects.select_related("round__term", "unit").filter(round=item.round_id, unit=item.unit_id).first()


def may_write(actor: User, plan: Plan) -> bool:
    """Whether the actor writes for the unit whose plan it is."""
    return POLICY.may(actor, "write_plan", plan)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An item of a plan with its measures in their order; each measure bears ``reported_on``, null without a report."""

    item: Rectification
    measures: list[Measure] = field(default_factory=list)


def measures_with_reports() -> QuerySet[Measure]:
    """Measures in their order, each with the last day that a report of progress speaks of."""
    last = ProgressEntry.objects.filter(measure=OuterRef("pk")).order_by("-on").values("on")[:1]
    return Measure.objects.annotate(reported_on=Subquery(last)).order_by("order", "pk")


def last_report(measure: Measure) -> datetime.date | None:
    """The last day that a report of a measure speaks of; null without one."""
    return ProgressEntry.objects.filter(measure=measure).order_by("-on").values_list("on", flat=True).first()


def plan_items(actor: User, plan: Plan) -> list[PlanItem]:
    """The items of a plan that the actor may know, by number; two queries."""
    rows = (
        rectifications_visible_to(actor)
        .filter(round=plan.round_id, unit=plan.unit_id)
        .select_related("finding__category", "claim")
        .prefetch_related(Prefetch("measures", measures_with_reports(), to_attr="planned"))
        .order_by("finding__number_key", "pk")
    )
    return [PlanItem(item, item.planned) for item in rows]


def period_end(plan: Plan) -> datetime.date | None:
    """The last day of the concentrated period of the unit; null where none runs."""
    rows = DueDate.objects.filter(
        rule__code=PERIOD_STEP, handing__feedback__round=plan.round_id, handing__unit=plan.unit_id
    )
    return rows.order_by("-due_on").values_list("due_on", flat=True).first()


@dataclass(frozen=True, slots=True)
class StatedMeasures:
    """What a paper stated to be done about an item that has no measure yet, as measures of a draft."""

    item: Rectification
    measures: list[dict[str, Any]]


def stated_measures(actor: User, plan: Plan) -> list[StatedMeasures]:
    """Measures that notices and old ledgers stated, of the items without any, as the paper has them; one query.

    Leader, section, person and day are those that the paper names for the whole finding. How far the paper says it is
    does not come along: that is reported with evidence.
    """
    bare = ~Exists(Measure.objects.filter(rectification=OuterRef("pk")))
    rows = rectifications_visible_to(actor).filter(Q(bare), round=plan.round_id, unit=plan.unit_id)
    found = []
    for item in (
        rows.filter(finding__stated__isnull=False)
        .select_related("finding__stated")
        .order_by("finding__number_key", "pk")
    ):
        finding, stated = item.finding, item.finding.stated
        told = {
            "due_on": finding.stated_due,
            "responsible_leader": finding.stated_leader,
            "lead_section": stated.department,
            "person": stated.person,
        }
        texts = [str(each.get("text", "")).strip() for each in stated.measures]
        measures = [{**told, "text": text} for text in dict.fromkeys(texts) if text]
        if measures:
            found.append(StatedMeasures(item, measures))
    return found


def secretaries_of(unit: int) -> list[str]:
    """The names of those who are secretary of the unit today."""
    rows = in_force(Grant.objects.filter(role=Role.UNIT_SECRETARY, scope=Scope.UNIT, scope_id=unit))
    return list(dict.fromkeys(rows.order_by("pk").values_list("user__name", flat=True)))


def offered_words(unit: int) -> dict[str, list[str]]:
    """Of each field words that the unit used in its measures, the latest first: its own alone, in every round."""
    rows = Measure.objects.filter(rectification__unit=unit).order_by("-pk").values_list(*OFFERED_FIELDS)[:500]
    found: dict[str, dict[str, None]] = {name: {} for name in OFFERED_FIELDS}
    for row in rows:
        for name, said in zip(OFFERED_FIELDS, row, strict=True):
            if said and len(found[name]) < OFFERED:
                found[name].setdefault(said)
    return {name: list(words) for name, words in found.items()}


def is_done(measure: Measure) -> bool:
    """Whether a measure was carried out; basically done is not."""
    return measure.progress == Progress.DONE


def is_closed(item: Rectification) -> bool:
    """Whether an item is closed."""
    return item.closure == ClosureState.CLOSED
