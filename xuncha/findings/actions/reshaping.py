"""Review of a paper: one draft made into two, two into one, one that was missed, and the way back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from xuncha.extraction.classify import classify
from xuncha.findings.actions.reviewing import LONGEST, Level, fields_of, hold, hold_review, keep_step, name_it
from xuncha.findings.models import Draft, DraftChange, Paper
from xuncha.findings.queries.review import pieces_of
from xuncha.findings.splitting import Half, Place, cut
from xuncha.findings.workflow import DraftState
from xuncha.rulebook.models import Category
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User

LABEL = 12
# What may stand between two stretches of a paper that are in truth one sentence.
_BETWEEN = " \t\n，,；;、。"
# What a person marks beside the words of a finding; nothing shorter than four characters is one.
_EDGE = " \t\n　，,；;、。：:"
LEAST_MISSED = 4


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
    second = Draft(
        paper=draft.paper,
        position=_between(draft, None),
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
    _classify(draft)


def _classify(draft: Draft) -> None:
    heading = draft.group.statement if draft.group is not None else ""
    said = classify(draft.statement, "；".join(fact["text"] for fact in draft.evidence), heading)
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
def add_missed(paper: Paper, *, start: int, end: int, actor: User) -> DraftChange:
    """补录: words of the paper that were not read as a finding become one, accepted, with what they speak for.

    ``start``/``end`` are code points of `Paper.text`; white space and marks at the edges are left out. It stands
    behind what comes before it in the paper, under the same heading. Errors: `Invalid` where no words are left.
    """
    paper = hold_review(paper, actor)
    text = paper.text
    start, end = max(start, 0), min(end, len(text))
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    if end - start < LEAST_MISSED:
        raise Invalid("no_words", faults={})
    if "\n" in text[start:end]:
        raise Invalid("across_paragraphs", faults={})
    if end - start > LONGEST["statement"]:
        raise Invalid("too_long", faults={"statement": ("too_long", LONGEST["statement"])})
    placed = Draft.objects.filter(paper=paper).exclude(start=None).exclude(level=Level.REQUIREMENT)
    before = placed.filter(start__lte=start).order_by("-start", "-position").first()
    after = placed.filter(start__gt=start).order_by("start", "position").first()
    draft = Draft(
        paper=paper,
        position=_between(before, after),
        group=before if before is not None and before.level == Level.GROUP else before.group if before else None,
        path=before.path if before is not None else [],
        statement=text[start:end],
        start=start,
        end=end,
        page=_page_at(paper, start),
        state=DraftState.ACCEPTED,
        is_edited=True,
    )
    _classify(draft)
    name_it(draft)
    return keep_step(paper, "add", actor, {}, [draft])


def _between(before: Draft | None, after: Draft | None) -> float:
    if before is None:
        return after.position - 1 if after is not None else 1.0
    following = (
        Draft.objects.filter(paper=before.paper_id, position__gt=before.position)
        .order_by("position")
        .values_list("position", flat=True)
        .first()
    )
    return (before.position + following) / 2 if following is not None else before.position + 1


def _page_at(paper: Paper, offset: int) -> int | None:
    page = None
    for start, number in paper.reading.get("page_starts", ()):
        if start > offset:
            break
        page = number
    return page


@transaction.atomic
def undo(paper: Paper, *, actor: User) -> DraftChange:
    """撤销: take back the actor's own last step, unless somebody else went on from it.

    Errors: `Invalid` when there is none; `Conflict` with who changed the same drafts since.
    """
    paper = hold_review(paper, actor)
    step = DraftChange.objects.filter(paper=paper, by=actor, undone=False).order_by("-id").first()
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
