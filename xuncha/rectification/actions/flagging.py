"""疑似纸面整改: flags are raised as things are written, by keys, without looking through everything; a person notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xuncha.rectification.models import Evidence, Measure, PaperFlag, PeopleHandled, ProgressEntry, Rectification
from xuncha.rectification.paper_only import lists_only_meetings, percent_alike, thresholds
from xuncha.rectification.permissions import POLICY, flags_visible_to
from xuncha.rectification.queries.closing import FORBIDDEN, obstacles
from xuncha.rectification.workflow import ClosureAct
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 2000
Kind = PaperFlag.Kind


def flag_reports(entries: Sequence[ProgressEntry]) -> None:
    """The same words elsewhere, and words of nothing but meetings; in as many queries for many reports as for one.

    Part of the act that reports. ``entries`` know their measure and its item.
    """
    flags: list[PaperFlag] = []
    same = _same_words(entries)
    recent = _recent_of_units(entries)
    for entry in entries:
        item = entry.measure.rectification_id
        other, share = same.get(entry.pk), 100
        if other is None:
            other, share = _most_alike(entry, recent)
        if other is not None:
            flags.append(_flag(entry, Kind.SAME_TEXT, other_entry=other, share=share))
        told = entry.rules_made or entry.recovered_fen
        if not told and lists_only_meetings(entry.words):
            flags.append(PaperFlag(rectification_id=item, kind=Kind.ONLY_MEETINGS, measure=entry.measure, entry=entry))
    PaperFlag.objects.bulk_create(flags)


def _flag(entry: ProgressEntry, kind: str, **more: Any) -> PaperFlag:
    return PaperFlag(
        rectification_id=entry.measure.rectification_id, kind=kind, measure=entry.measure, entry=entry, **more
    )


def _same_words(entries: Sequence[ProgressEntry]) -> dict[int, ProgressEntry]:
    """For each report an earlier one of another item in the very same words, whoever's; by key."""
    found: dict[int, ProgressEntry] = {}
    digests = {entry.digest for entry in entries if entry.digest}
    if not digests:
        return found
    rows = ProgressEntry.objects.filter(digest__in=digests).select_related("measure").order_by("-pk")
    earlier = list(rows[: thresholds().compared + len(entries)])
    for entry in entries:
        for other in earlier:
            is_alike = entry.digest and other.digest == entry.digest and other.pk < entry.pk
            if is_alike and other.measure.rectification_id != entry.measure.rectification_id:
                found[entry.pk] = other
                break
    return found


def _recent_of_units(entries: Sequence[ProgressEntry]) -> list[ProgressEntry]:
    """The newest reports of the same units, to be compared word for word."""
    units = {entry.measure.rectification.unit_id for entry in entries}
    rows = ProgressEntry.objects.filter(measure__rectification__unit__in=units).exclude(digest="")
    return list(rows.select_related("measure__rectification").order_by("-pk")[: thresholds().compared + len(entries)])


def _most_alike(entry: ProgressEntry, recent: Sequence[ProgressEntry]) -> tuple[ProgressEntry | None, int]:
    best, most = None, thresholds().likeness - 1
    for other in recent:
        mine, theirs = entry.measure.rectification, other.measure.rectification
        if other.pk >= entry.pk or theirs.unit_id != mine.unit_id or theirs.pk == mine.pk:
            continue
        share = percent_alike(entry.words, other.words)
        if share > most:
            best, most = other, share
    return best, most


def flag_evidence(evidence: Evidence, item: Rectification) -> None:
    """The same file elsewhere, and a date before the feedback. Part of the act that takes the file in."""
    flags = []
    other = Evidence.objects.filter(file=evidence.file_id).exclude(pk=evidence.pk).order_by("-pk").first()
    about = {"rectification": item, "measure_id": evidence.measure_id, "evidence": evidence}
    if other is not None:
        flags.append(PaperFlag(**about, kind=Kind.SAME_FILE, other_evidence=other))
    feedback = item.finding.feedback
    fed_back = feedback and (feedback.given_on or (feedback.issued_at and timezone.localdate(feedback.issued_at)))
    if evidence.dated_on is not None and fed_back and evidence.dated_on < fed_back:
        flags.append(PaperFlag(**about, kind=Kind.EARLY_PROOF))
    PaperFlag.objects.bulk_create(flags)


def flag_applied(items: Sequence[Rectification]) -> None:
    """Everything done on the last day, and measures that changed no fact. Part of the act that applies for closure."""
    known = thresholds()
    keys = [item.pk for item in items]
    by_item: dict[int, list[Measure]] = {key: [] for key in keys}
    for measure in Measure.objects.filter(rectification__in=keys).prefetch_related("entries").order_by("order", "pk"):
        by_item[measure.rectification_id].append(measure)
    handled = PeopleHandled.objects.filter(entry__measure__rectification__in=keys)
    with_people = set(handled.values_list("entry__measure", flat=True))
    there = set(PaperFlag.objects.filter(rectification__in=keys).values_list("rectification", "kind", "measure"))
    flags = []
    for item in items:
        measures = by_item[item.pk]
        on_last_day = item.due_on is not None and {measure.done_on for measure in measures} == {item.due_on}
        if on_last_day and len(measures) >= known.least_measures:
            flags.append(PaperFlag(rectification=item, kind=Kind.LAST_DAY))
        for measure in measures:
            counted = any(entry.rules_made or entry.recovered_fen for entry in measure.entries.all())
            if measure.kind in known.fact_kinds and not counted and measure.pk not in with_people:
                flags.append(PaperFlag(rectification=item, kind=Kind.NO_FACT, measure=measure))
    # Applied for again: what was flagged stays flagged once.
    PaperFlag.objects.bulk_create(
        [flag for flag in flags if (flag.rectification_id, flag.kind, flag.measure_id) not in there]
    )


@transaction.atomic
def note_flag(flag: PaperFlag, *, outcome: str, reason: str, seen: str, actor: User) -> PaperFlag:
    """要求说明、不成问题: what a reviewer or the office thinks of a flag, and why; no verdict on the item.

    ``seen``: the outcome as the actor saw it. Errors: `NotPermitted`, also for one's own unit or measure; `Invalid` by
    field; `Conflict` where somebody else noted something meanwhile.
    """
    POLICY.require(actor, "verify_items")
    known = flags_visible_to(actor).filter(pk=flag.pk)
    held = PaperFlag.objects.select_for_update().filter(pk__in=known.values("pk")).first()
    if held is None:
        raise NotPermitted("not_permitted", act="note_flag")
    item = Rectification.objects.get(pk=held.rectification_id)
    if obstacles(actor, [item], ClosureAct.RETURN).get(item.pk) in FORBIDDEN:
        raise NotPermitted("not_for_oneself", act="note_flag")
    if held.outcome != seen:
        raise Conflict("flag_noted", current=held)
    reason = reason.strip()
    faults = {} if outcome in PaperFlag.Outcome.values else {"outcome": "unknown"}
    if not reason:
        faults["reason"] = "required"
    elif len(reason) > LONGEST:
        faults["reason"] = "too_long"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = {"outcome": held.outcome}
    held.outcome, held.reason, held.noted_by, held.noted_at = outcome, reason, actor, timezone.now()
    held.save()
    after = {"outcome": outcome, "kind": held.kind}
    trail.record(actor=actor, act="note_flag", thing=held, before=before, after=after, reason=reason)
    return held
