"""填报进展: a unit says how far its measures are, many at once, with what came of them; items follow their measures."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xuncha.rectification.actions.flagging import flag_reports
from xuncha.rectification.actions.following import follow
from xuncha.rectification.models import Measure, PeopleHandled, ProgressEntry, Rectification
from xuncha.rectification.paper_only import fingerprint
from xuncha.rectification.permissions import measures_visible_to, rectifications_worked_on_by, units_signed_for_by
from xuncha.rectification.workflow import CLOSURE_HELD, HandlingForm, Progress
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 4000
MOST: Final = 500
"""Measures in one act."""
MOST_RULES: Final = 10_000
MOST_PEOPLE: Final = 100_000
MOST_FEN: Final = 10**15
"""Ten thousand milliard yuan: whoever types more mistook the unit."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit reports of one measure up to a day. ``version``: that of the measure as it was seen.

    ``recovered_fen``: money recovered, in fen; ``people``: how many by form. All count what this report adds.
    """

    measure: int
    progress: str
    words: str
    on: datetime.date
    version: int
    rules_made: int = 0
    recovered_fen: int = 0
    people: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def report_progress(reports: Sequence[Report], *, actor: User) -> list[ProgressEntry]:
    """填报进展, all or none; each measure, and each item that moves with its measures, on the trail.

    Errors: `NotPermitted` for a measure of another unit, or for people handled by anybody but the secretary; `Invalid`
    whose faults are ``MEASURE.field``; `Conflict` whose ``measures`` were reported on or taken out meanwhile;
    `IllegalTransition` (``item_held``) where the item is applied for or closed.
    """
    if not 0 < len(reports) <= MOST:
        raise Invalid("faulty_fields", faults={"reports": "choose_reports"})
    keys = {report.measure for report in reports}
    wanted = measures_visible_to(actor).filter(pk__in=keys)
    # Items are held before measures, by every act: two of them cannot wait for each other.
    items = {
        item.pk: item
        for item in Rectification.objects.select_for_update(of=("self",))
        .filter(pk__in=rectifications_worked_on_by(actor).filter(pk__in=wanted.values("rectification")).values("pk"))
        .order_by("pk")
    }
    held = Measure.objects.select_for_update().filter(rectification__in=items)
    measures = {measure.pk: measure for measure in held.order_by("pk")}
    missing = keys - measures.keys()
    if missing and len(keys) == len(reports) and not Measure.objects.filter(pk__in=missing).exists():
        # Somebody of the unit took them out while the words were typed.
        raise Conflict("measures_changed", measures=sorted(missing))
    if missing or len(keys) != len(reports):
        raise NotPermitted("not_permitted", act="report_progress")
    own = set(units_signed_for_by(actor).values_list("scope_id", flat=True))
    if any(report.people and items[measures[report.measure].rectification_id].unit_id not in own for report in reports):
        raise NotPermitted("not_permitted", act="report_people")
    faults = {f"{report.measure}.{name}": fault for report in reports for name, fault in _faults(report)}
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    if any(items[measures[key].rectification_id].closure in CLOSURE_HELD for key in keys):
        raise IllegalTransition("item_held", act="report_progress", state="held")
    stale = [report.measure for report in reports if report.version != measures[report.measure].version]
    if stale:
        raise Conflict("measures_changed", measures=stale)
    batch = uuid.uuid4()
    changes: list[trail.Change] = []
    entries = []
    for report in reports:
        measure = measures[report.measure]
        before = {"progress": measure.progress, "done_on": measure.done_on}
        entries.append(_entry(report, measure, actor))
        measure.progress = report.progress
        measure.done_on = report.on if report.progress == Progress.DONE else None
        measure.version += 1
        measure.save(update_fields=["progress", "done_on", "version"])
        changes.append((measure, before, _told(report, measure)))
    touched = {measures[key].rectification_id for key in keys}
    changes += follow([items[key] for key in touched])
    for entry in entries:
        entry.measure.rectification = items[entry.measure.rectification_id]
    flag_reports(entries)
    trail.record_many(actor=actor, act="report_progress", changes=changes, batch=batch)
    return entries


def _entry(report: Report, measure: Measure, actor: User) -> ProgressEntry:
    entry = ProgressEntry.objects.create(
        measure=measure,
        on=report.on,
        words=report.words.strip(),
        digest=fingerprint(report.words),
        progress=report.progress,
        rules_made=report.rules_made,
        recovered_fen=report.recovered_fen,
        by=actor,
    )
    PeopleHandled.objects.bulk_create(
        PeopleHandled(entry=entry, form=form, number=number) for form, number in report.people.items() if number
    )
    return entry


def _told(report: Report, measure: Measure) -> dict[str, Any]:
    told: dict[str, Any] = {
        "progress": measure.progress,
        "done_on": measure.done_on,
        "on": report.on,
        "words": report.words.strip(),
    }
    told |= {name: getattr(report, name) for name in ("rules_made", "recovered_fen") if getattr(report, name)}
    if any(report.people.values()):
        # Restricted where it is kept, and so on the trail: it tells only that something was said.
        told["people"] = trail.Sealed(str(sorted(report.people.items())))
    return told


def _faults(report: Report) -> list[tuple[str, str]]:
    faults = []
    if report.progress not in Progress.values:
        faults.append(("progress", "unknown"))
    if not report.words.strip():
        faults.append(("words", "required"))
    elif len(report.words) > LONGEST:
        faults.append(("words", "too_long"))
    if report.on > timezone.localdate():
        faults.append(("on", "in_future"))
    if not 0 <= report.rules_made <= MOST_RULES:
        faults.append(("rules_made", "out_of_range"))
    if not 0 <= report.recovered_fen <= MOST_FEN:
        faults.append(("recovered", "out_of_range"))
    for form, number in report.people.items():
        if form not in HandlingForm.values:
            faults.append(("people", "unknown"))
        elif not 0 <= number <= MOST_PEOPLE:
            faults.append((f"people_{form}", "out_of_range"))
    return faults
