"""整改事项: what has to be put right, as lists and one by one, of the parts that the actor may know."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from xuncha.findings.models import Finding
from xuncha.organisation.models import Unit
from xuncha.rectification.models import (
    ClaimStep,
    ClosureStep,
    Evidence,
    HandingOver,
    Measure,
    ProgressEntry,
    Rectification,
)
from xuncha.rectification.permissions import (
    evidence_visible_to,
    handings_visible_to,
    known_measures,
    people_handled_visible_to,
    rectifications_visible_to,
    rectifications_worked_on_by,
    units_signed_for_by,
)
from xuncha.rectification.queries.overdue import is_overdue, running
from xuncha.rectification.queries.plan_drafts import told_to
from xuncha.rectification.queries.times import alerts_of
from xuncha.rectification.workflow import CLOSURE_HELD, ClosureState, HandlingForm, Horizon, Progress
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.models import User
from xuncha.vocabulary.days import Alert

PAGE: Final = 50
BOUND: Final = 10_000
"""Rows that are counted on one heap; beyond it the list says "10,000+"."""
HEAPS: Final = ("open", "late", "soon", "returned", "applied", "closed", "")
"""Codes of the heaps of the list; empty for all."""
PROGRESS_CHOICES: Final = Progress.choices
HORIZON_CHOICES: Final = Horizon.choices
FORM_CHOICES: Final = HandlingForm.choices
"""The forms in which people are dealt with, code and label."""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What a list of items is narrowed to. ``heap``: a code of `HEAPS`, to_verify or verified; others: codes.

    ``is_workable``: only of units the actor acts for, and none that somebody looks at or that is closed; ``is_ready``:
    of those, what the actor as secretary may apply for.
    """

    round: int | None = None
    unit: int | None = None
    heap: str = ""
    progress: str = ""
    horizon: str = ""
    is_workable: bool = False
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, after which a page begins: ``due_on`` is null among the items without a day."""

    due_on: datetime.date | None
    pk: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of items; ``after`` is the place to ask for the next page with, null on the last."""

    items: list[Rectification]
    after: Place | None


def _heap(code: str, today: datetime.date) -> Q:
    if code == "late":
        return is_overdue(today)
    if code == "soon":
        until = today + datetime.timedelta(days=max((alert.days_left for alert in item_alerts()), default=0))
        return running() & Q(due_on__gte=today, due_on__lte=until)
    if code == "open":
        return ~Q(closure=ClosureState.CLOSED)
    if code == "to_verify":
        return Q(closure=ClosureState.APPLIED)
    if code == "applied":
        return Q(closure__in=(ClosureState.APPLIED, ClosureState.VERIFIED))
    if code == "returned":
        return Q(closure__in=(ClosureState.RETURNED, ClosureState.REOPENED))
    return Q(closure=code) if code else Q()


def _narrowed(actor: User, narrowed: ItemFilter) -> QuerySet[Rectification]:
    rows = rectifications_visible_to(actor)
    if narrowed.is_workable:
        rows = rectifications_worked_on_by(actor).exclude(closure__in=CLOSURE_HELD)
    if narrowed.is_ready:
        rows = rows.filter(unit__in=units_signed_for_by(actor), progress=Progress.DONE)
    for name in ("round", "unit", "progress", "horizon"):
        if getattr(narrowed, name):
            rows = rows.filter(**{name: getattr(narrowed, name)})
    return rows


def page(actor: User, narrowed: ItemFilter, *, after: Place | None = None, size: int = PAGE) -> ItemPage:
    """A page of items, the earliest due first and those without a day last, each with finding and unit."""
    rows = _narrowed(actor, narrowed).filter(_heap(narrowed.heap, timezone.localdate()))
    found: list[Rectification] = []
    if after is None or after.due_on is not None:
        dated = rows.filter(due_on__isnull=False)
        if after is not None:
            later = Q(due_on__gt=after.due_on) | Q(due_on=after.due_on, pk__gt=after.pk)
            # Said twice: by the first an index is entered in the middle.
            dated = dated.filter(later, due_on__gte=after.due_on)
        found = list(_complete(dated).order_by("due_on", "pk")[: size + 1])
    if len(found) <= size:
        undated = rows.filter(due_on__isnull=True)
        if after is not None and after.due_on is None:
            undated = undated.filter(pk__gt=after.pk)
        found += _complete(undated).order_by("pk")[: size + 1 - len(found)]
    last = found[size - 1] if len(found) > size else None
    return ItemPage(found[:size], Place(last.due_on, last.pk) if last else None)


def _complete(rows: QuerySet[Rectification]) -> QuerySet[Rectification]:
    return rows.select_related("finding", "unit")


def counts(actor: User, narrowed: ItemFilter) -> dict[str, int]:
    """How many items lie on each heap, counted to `BOUND` and one; one bounded query a heap."""
    today = timezone.localdate()
    rows = _narrowed(actor, narrowed).order_by()
    return {code: rows.filter(_heap(code, today))[: BOUND + 1].count() for code in HEAPS}


@dataclass(frozen=True, slots=True)
class MeasureCount:
    """How many measures an item has, and how many of them are done."""

    of: int = 0
    done: int = 0


def measure_counts(actor: User, items: Iterable[int]) -> dict[int, MeasureCount]:
    """The measures of items by the key of the item, of those the actor may know; in at most three queries."""
    rows = known_measures(actor).filter(rectification__in=list(items)).select_related("rectification").order_by()
    of: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for measure in told_to(actor, rows.only("progress", "rectification__round", "rectification__unit")):
        of[measure.rectification_id] += 1
        done[measure.rectification_id] += measure.progress == Progress.DONE
    return {key: MeasureCount(number, done[key]) for key, number in of.items()}


def units_with_items(actor: User, round: int | None) -> list[Unit]:
    """The units that have something to put right, of those the actor may know."""
    rows = _narrowed(actor, ItemFilter(round=round))
    return list(Unit.objects.filter(pk__in=rows.values("unit")).order_by("order", "id"))


def item_alerts() -> tuple[Alert, ...]:
    """The warnings before an item is due: those of the concentrated period; none where it has none."""
    return alerts_of(DeadlineRule.PERIOD)


def find_item(actor: User, pk: int) -> Rectification | None:
    """One item, if it is in sight, with finding, feedback, unit and claim."""
    rows = rectifications_visible_to(actor).select_related("finding__feedback", "unit", "claim", "round__term")
    return rows.filter(pk=pk).first()


def is_workable(actor: User, item: Rectification) -> bool:
    """Whether the actor may plan, report and apply for the item now."""
    return item.closure not in CLOSURE_HELD and rectifications_worked_on_by(actor).filter(pk=item.pk).exists()


def items_of_finding(actor: User, finding: Finding) -> list[Rectification]:
    """What has to be put right of a finding, by unit: of other units' parts a unit is told nothing."""
    rows = rectifications_visible_to(actor).filter(finding=finding).select_related("unit", "finding")
    return list(rows.order_by("unit__order", "unit_id"))


def some_items(actor: User, keys: Sequence[int]) -> list[Rectification]:
    """Items by key, of those the actor may know, the earliest due first."""
    return list(_complete(rectifications_visible_to(actor).filter(pk__in=keys)).order_by("due_on", "pk"))


def measures_by_item(actor: User, items: Iterable[int]) -> dict[int, list[Measure]]:
    """The measures of items in order, each with what was reported (newest first) and its evidence; of a unit that
    rewrites its plan others read what was submitted last.
    """
    entries = Prefetch("entries", ProgressEntry.objects.select_related("by").order_by("-pk"))
    evidence = Prefetch("evidence", Evidence.objects.select_related("file", "by").order_by("pk"))
    keys = list(items)
    rows = known_measures(actor).filter(rectification__in=keys).select_related("written_by", "rectification")
    found: dict[int, list[Measure]] = {key: [] for key in keys}
    for measure in told_to(actor, rows.prefetch_related(entries, evidence).order_by("order", "pk")):
        found[measure.rectification_id].append(measure)
    return found


def measures_of(actor: User, item: Rectification) -> list[Measure]:
    """The measures of one item, as `measures_by_item` gives them."""
    return measures_by_item(actor, [item.pk])[item.pk]


def items_of_measures(actor: User, measures: Iterable[int]) -> list[int]:
    """The keys of the items that measures belong to, of those the actor may know."""
    return list(known_measures(actor).filter(pk__in=list(measures)).values_list("rectification", flat=True).distinct())


def find_measure(actor: User, pk: int) -> Measure | None:
    """One measure, if it is in sight."""
    return known_measures(actor).select_related("rectification__finding").filter(pk=pk).first()


def find_evidence(actor: User, pk: int) -> Evidence | None:
    """One file of evidence, if its measure is in sight."""
    rows = evidence_visible_to(actor).filter(measure__in=known_measures(actor).values("pk"))
    found = rows.select_related("file", "measure__rectification").filter(pk=pk).first()
    return found if found is not None and told_to(actor, [found.measure]) else None


def people_by_measure(actor: User, measures: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many people were dealt with, by measure and form, of what the actor may see; in one query."""
    rows = people_handled_visible_to(actor).filter(entry__measure__in=list(measures)).order_by()
    found: dict[int, dict[str, int]] = {}
    for measure, form, number in rows.values_list("entry__measure", "form").annotate(number=Sum("number")):
        found.setdefault(measure, {})[form] = number
    return found


def handing_of(actor: User, item: Rectification) -> HandingOver | None:
    """How the feedback with the finding came to the unit."""
    rows = handings_visible_to(actor).filter(feedback=item.finding.feedback_id, unit=item.unit_id)
    return rows.select_related("by").first()


def claim_steps(item: Rectification) -> list[ClaimStep]:
    """What was said over the claim, oldest first."""
    return list(ClaimStep.objects.filter(claim=item.claim_id).select_related("by").order_by("pk"))


def closure_steps(items: Sequence[Rectification]) -> dict[int, list[ClosureStep]]:
    """The steps of items on their way to closure, oldest first, by the key of the item."""
    found: dict[int, list[ClosureStep]] = {item.pk: [] for item in items}
    rows: Any = ClosureStep.objects.filter(rectification__in=list(found)).select_related("by")
    for step in rows.prefetch_related("marked").order_by("pk"):
        found[step.rectification_id].append(step)
    return found
