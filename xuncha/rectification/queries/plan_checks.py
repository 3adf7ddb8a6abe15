"""What a plan lacks before it can be submitted, each point explained; and what a person should look at once more."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from xuncha.findings import similarity
from xuncha.rectification.models import Measure, Plan, Rectification
from xuncha.rectification.queries.plans import PlanItem, is_closed, is_done
from xuncha.rectification.workflow import Horizon

# A goal can be checked by a figure, a named document, or something that will be there to see.
_FIGURE: Final = re.compile(
    r"[0-9０-９%％]|[一二两三四五六七八九十百千万全]+[个项次件人份处家名户笔元天条]|《[^》]+》|全部|清零"
)
# Between two milestones of a long-term item lies a year at most.
_YEAR: Final = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Fault:
    """One point of a plan. ``must``: it cannot be submitted so; else a person should look. ``data``: for the sentence.

    ``item`` and ``measure`` are those it is about, null where it is about the plan itself.
    """

    code: str
    must: bool = True
    item: Rectification | None = None
    measure: Measure | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def faults_of_plan(
    plan: Plan, items: Sequence[PlanItem], secretaries: Sequence[str], today: datetime.date
) -> list[Fault]:
    """All points of a plan, those about itself first, then item by item. ``secretaries``: names of the unit's today."""
    found = list(_of_itself(plan, items, secretaries))
    copied = _copied(items)
    for each in items:
        if is_closed(each.item):
            continue
        if not each.measures:
            found.append(Fault("no_measure", item=each.item))
        for measure in each.measures:
            found += faults_of_measure(measure, each.item, today)
            if measure.pk in copied:
                other = copied[measure.pk]
                found.append(Fault("copied", item=each.item, measure=measure, data={"other": other}))
        if each.item.horizon == Horizon.LONG_TERM and each.measures and _has_gap(each.measures, today):
            found.append(Fault("no_milestones", item=each.item))
    return found


def _of_itself(plan: Plan, items: Sequence[PlanItem], secretaries: Sequence[str]) -> Iterator[Fault]:
    if not items:
        yield Fault("no_item")
    if not plan.first_responsible:
        yield Fault("no_first_responsible")
    elif secretaries and plan.first_responsible not in secretaries:
        yield Fault("not_the_secretary", data={"names": list(secretaries), "name": plan.first_responsible})
    if not plan.leading_group:
        yield Fault("no_leading_group")
    if not plan.principles:
        yield Fault("no_principles", must=False)
    if not plan.guarantees:
        yield Fault("no_guarantees", must=False)


def faults_of_measure(measure: Measure, item: Rectification, today: datetime.date) -> list[Fault]:
    """What one measure lacks by itself; that its words stand elsewhere is seen of the whole plan only."""
    return list(_of_measure(measure, item, today))


def _of_measure(measure: Measure, item: Rectification, today: datetime.date) -> Iterator[Fault]:
    def fault(code: str, *, must: bool = True, **data: Any) -> Fault:
        return Fault(code, must, item, measure, data)

    if is_done(measure):
        return
    if not (measure.responsible_leader or measure.lead_leader):
        yield fault("no_leader")
    if not measure.lead_section:
        yield fault("no_section")
    if not measure.person:
        yield fault("no_person")
    if measure.due_on is None:
        yield fault("no_date")
    elif item.due_on is not None and item.horizon != Horizon.LONG_TERM and measure.due_on > item.due_on:
        yield fault("after_the_horizon", day=measure.due_on, last=item.due_on)
    elif measure.due_on < today:
        yield fault("in_the_past", must=False, day=measure.due_on)
    if not measure.goal:
        yield fault("no_goal")
    elif not measure.output and not _FIGURE.search(measure.goal):
        yield fault("vague_goal", must=False)


def _has_gap(measures: Sequence[Measure], today: datetime.date) -> bool:
    """Whether a long-term item has a stretch of more than a year without a milestone, counted from today."""
    days = sorted({measure.due_on for measure in measures if measure.due_on and not is_done(measure)})
    return any(later - earlier > _YEAR for earlier, later in zip([today, *days], days, strict=False))


def _copied(items: Sequence[PlanItem]) -> dict[int, Rectification]:
    """Measures whose words stand under another finding too, each with that other item.

    Only those that share a key are compared, so that a plan of hundreds of measures is quick to check.
    """
    sure = similarity.sure()
    by_key: dict[int, list[tuple[Measure, Rectification]]] = defaultdict(list)
    found: dict[int, Rectification] = {}
    for each in items:
        for measure in each.measures:
            keys = similarity.sketch(measure.text)
            seen: set[int] = set()
            for key in keys:
                for other, item in by_key[key]:
                    if item.pk == each.item.pk or other.pk in seen:
                        continue
                    seen.add(other.pk)
                    if similarity.likeness(measure.text, other.text) >= sure:
                        found.setdefault(measure.pk, item)
                        found.setdefault(other.pk, each.item)
            for key in keys:
                by_key[key].append((measure, each.item))
    return found


def faults_by_measure(faults: Sequence[Fault]) -> dict[int, list[Fault]]:
    """The points about each measure, by its key."""
    found: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.measure is not None:
            found[fault.measure.pk].append(fault)
    return dict(found)
