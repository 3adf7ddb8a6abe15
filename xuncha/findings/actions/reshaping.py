"""Review of a paper: one draft made into two, two into one, and the way back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from xuncha.extraction.classify import classify
from xuncha.findings.actions.reviewing import Level, fields_of, hold, keep_step, under_review
from xuncha.findings.models import Draft, DraftChange, Paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.splitting import Half, Place, cut
from xuncha.findings.workflow import DraftState
from xuncha.rulebook.models import Category
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User

LABEL = 12
# What may stand between two stretches of a paper that are in truth one sentence.
_BETWEEN = " \t\n，,；;、。"


@transaction.atomic
def split(key: int, *, place: Place, version: int | None, actor: User) -> DraftChange:
    """拆分: two findings, cut at the place; both accepted, each with the category its own words speak for."""
    draft = hold(key, version, actor)
    if draft.level != Level.ITEM:
        raise Invalid("cannot_split", faults={})
    halves = cut(pieces_of(draft), place)
    if halves is None:
        raise Invalid("cannot_split", faults={})
    before = {draft.pk: fields_of(draft)}
    following = (
        Draft.objects.filter(paper=draft.paper_id, position__gt=draft.position)
        .order_by("position")
        .values_list("position", flat=True)
        .first()
    )
    second = Draft(
        paper=draft.paper,
        position=(draft.position + following) / 2 if following is not None else draft.position + 1,
        group=draft.group,
        path=draft.path,
        nature=draft.nature,
        origin=draft.origin,
        stated=draft.stated,
        due=draft.due,
        units=draft.units,
        unit_words=draft.unit_words,
        seen_at=draft.seen_at,
        codes=draft.codes,
    )
    draft.label, second.label = _labels(draft)
    for each, half in zip((draft, second), halves, strict=True):
        _take(each, half)
        each.state = DraftState.ACCEPTED
        each.is_edited = True
        each.confidence = 1.0
    return keep_step(draft.paper, "split", actor, before, [draft, second])


def pieces_of(draft: Draft) -> list[dict[str, Any]]:
    """Statement and facts of a draft, as `splitting` cuts them."""
    return [
        {"text": draft.statement, "start": draft.start, "end": draft.end, "page": draft.page},
        *({"start": None, "end": None, "page": None, **piece} for piece in draft.evidence),
    ]


def _labels(draft: Draft) -> tuple[str, str]:
    stem = draft.label.partition("-")[0]
    siblings = Draft.objects.filter(paper=draft.paper_id, label__startswith=f"{stem}-").values_list("label", flat=True)
    last = max((int(label.rpartition("-")[2]) for label in siblings), default=0)
    first = draft.label if last else f"{stem}-1"
    return first[:LABEL], f"{stem}-{max(last, 1) + 1}"[:LABEL]


def _take(draft: Draft, half: Half) -> None:
    piece = half.statement
    draft.statement, draft.start, draft.end, draft.page = piece["text"], piece["start"], piece["end"], piece["page"]
    draft.evidence = half.evidence
    heading = draft.group.statement if draft.group is not None else ""
    said = classify(draft.statement, "；".join(fact["text"] for fact in half.evidence), heading)
    category = Category.objects.filter(scheme__is_leading=True, code=said.code, retired_on__isnull=True).first()
    draft.category = category
    draft.category_reasons = list(said.reasons)


def previous_of(draft: Draft) -> Draft | None:
    """The finding before it that is still in the count."""
    return (
        Draft.objects.filter(paper=draft.paper_id, level=Level.ITEM, position__lt=draft.position)
        .exclude(state=DraftState.DROPPED)
        .order_by("-position")
        .first()
    )


@transaction.atomic
def merge(key: int, *, version: int | None, actor: User) -> DraftChange:
    """并入上一条: its words become facts of the finding before it, or the rest of its sentence where that was torn."""
    draft = hold(key, version, actor)
    if draft.level != Level.ITEM:
        raise Invalid("nothing_before", faults={})
    previous = previous_of(draft)
    if previous is None:
        raise Invalid("nothing_before", faults={})
    previous = hold(previous.pk, None, actor)
    before = {previous.pk: fields_of(previous), draft.pk: fields_of(draft)}
    if _torn(draft.paper.text, previous, draft):
        previous.statement = draft.paper.text[previous.start : draft.end]
        previous.end = draft.end
        previous.evidence = draft.evidence
    else:
        own, *facts = pieces_of(draft)
        previous.evidence = [*previous.evidence, own, *facts]
    previous.measures = [*previous.measures, *draft.measures]
    previous.units = list(dict.fromkeys([*previous.units, *draft.units])) if previous.units and draft.units else []
    previous.unit_words = list(dict.fromkeys([*previous.unit_words, *draft.unit_words]))
    previous.stated = {**draft.stated, **previous.stated}
    noted = {note["unit"] for note in previous.seen_at}
    previous.seen_at = [*previous.seen_at, *(note for note in draft.seen_at if note["unit"] not in noted)]
    previous.is_edited = True
    return keep_step(draft.paper, "merge", actor, before, [previous])


def _torn(text: str, previous: Draft, draft: Draft) -> bool:
    if previous.evidence or previous.end is None or previous.start is None or draft.start is None:
        return False
    as_read = text[previous.start : previous.end] == previous.statement
    return as_read and previous.end <= draft.start and not text[previous.end : draft.start].strip(_BETWEEN)


@transaction.atomic
def undo(paper: Paper, *, actor: User) -> DraftChange:
    """撤销: take back the actor's own last step, unless somebody else went on from it.

    Errors: `Invalid` when there is none; `Conflict` with who changed the same drafts since.
    """
    POLICY.require(actor, "review_paper")
    under_review(paper)
    step = DraftChange.objects.select_for_update().filter(paper=paper, by=actor, undone=False).order_by("-id").first()
    if step is None:
        raise Invalid("nothing_to_undo", faults={})
    for later in DraftChange.objects.filter(paper=paper, id__gt=step.pk, undone=False).select_related("by"):
        if later.after.keys() & step.after.keys():
            raise Conflict("changed_since", by=later.by, current=None)
    now = timezone.now()
    drafts = Draft.objects.filter(paper=paper).in_bulk([int(key) for key in step.after])
    for key, fields in step.before.items():
        draft = drafts.get(int(key))
        if fields is None:
            if draft is not None:
                draft.delete()
            continue
        version = draft.version + 1 if draft is not None else 1
        Draft(**{**fields, "paper": paper, "version": version, "changed_by": actor, "changed_at": now}).save()
    step.undone = True
    step.save(update_fields=["undone"])
    return DraftChange.objects.create(
        paper=paper, act="undo", by=actor, before=step.after, after=step.before, undone=True
    )
