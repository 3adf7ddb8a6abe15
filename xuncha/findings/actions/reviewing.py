"""Review of a paper: what a person says of each draft. Each act is one step, kept with before and after.

The steps are the record of a review; the ledger and its trail know nothing of a paper until it is entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from xuncha.findings.actions.checking import has_control_signs
from xuncha.findings.models import Draft, DraftChange, Paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.splitting import unsure_below
from xuncha.findings.workflow import DraftState, Nature, Origin, PaperState, Severity
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rulebook.models import Category, Scheme
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

Level = Draft.Level
LONGEST: Final = {"statement": 4000, "fact": 4000, "leader": 60, "department": 100, "person": 100, "who": 100}
LONGEST_DUE: Final = 100
LONGEST_STATUS: Final = 40
LONGEST_NOTE: Final = 300
MOST_PIECES: Final = 200
STATED: Final = ("leader", "department", "person", "due", "status", "who")
_KEPT: Final = tuple(
    field.attname
    for field in Draft._meta.concrete_fields
    if field.attname not in ("paper_id", "version", "changed_by_id", "changed_at")
)


def hold(key: int, version: int | None, actor: User) -> Draft:
    """The draft, held for a change; inside the caller's transaction.

    Errors: `NotPermitted`; `IllegalTransition` when the paper is not under review; `Conflict` when the draft is no
    longer as the actor saw it, or is gone.
    """
    POLICY.require(actor, "review_paper")
    paper = _papers().filter(drafts=key).first()
    if paper is None:
        raise Conflict("draft_gone", current=None)
    POLICY.require(actor, "review_paper", paper)
    under_review(paper)
    draft = Draft.objects.select_related("changed_by", "group").filter(pk=key).first()
    if draft is None:
        raise Conflict("draft_gone", current=None)
    draft.paper = paper
    if version is not None and draft.version != version:
        raise Conflict("draft_changed", current=draft)
    return draft


def hold_review(paper: Paper, actor: User) -> Paper:
    """The paper, held for a change of several drafts; inside the caller's transaction. Errors: as `hold`."""
    POLICY.require(actor, "review_paper", paper)
    held = _papers().filter(pk=paper.pk).first()
    if held is None:
        raise Conflict("draft_gone", current=None)
    under_review(held)
    return held


def _papers() -> QuerySet[Paper]:
    # Steps of one review come one after the other, in the order of their keys, and never beside an entry into the
    # ledger: whoever asks for the steps behind one misses none.
    return Paper.objects.select_for_update(of=("self",)).defer("text", "reading")


def under_review(paper: Paper) -> None:
    """Errors: `IllegalTransition` unless the paper is under review."""
    if paper.state != PaperState.REVIEW:
        raise IllegalTransition("not_under_review", act="review_paper", state=paper.state)


def fields_of(draft: Draft) -> dict[str, Any]:
    """All that a step keeps of a draft."""
    return {name: getattr(draft, name) for name in _KEPT}


def keep_step(
    paper: Paper, act: str, actor: User, before: Mapping[int, dict[str, Any] | None], after: Iterable[Draft]
) -> DraftChange:
    """Save drafts as they now are, and the step that made them so. Those of ``before`` not in ``after`` are gone."""
    now = timezone.now()
    drafts = list(after)
    for draft in drafts:
        draft.changed_by, draft.changed_at = actor, now
        if draft.pk is not None:
            draft.version += 1
    there = [draft for draft in drafts if draft.pk is not None]
    # Only what changed: accepting a thousand at once would otherwise write every field of each.
    changed = {name for draft in there for name in _changed(draft, before.get(draft.pk))}
    Draft.objects.bulk_update(there, [*sorted(changed), "changed_by", "changed_at", "version"], batch_size=200)
    for draft in drafts:
        if draft.pk is None:
            draft.save()
    told = {str(draft.pk): fields_of(draft) for draft in drafts}
    gone = [key for key in before if str(key) not in told]
    Draft.objects.filter(pk__in=gone).delete()
    return DraftChange.objects.create(
        paper=paper,
        act=act,
        by=actor,
        before={**dict.fromkeys(told), **{str(key): value for key, value in before.items()}},
        after={**told, **{str(key): None for key in gone}},
    )


def _changed(draft: Draft, before: Mapping[str, Any] | None) -> list[str]:
    return [
        name.removesuffix("_id")
        for name in _KEPT
        if name != "id" and (before is None or before.get(name) != getattr(draft, name))
    ]


@transaction.atomic
def accept(key: int, *, version: int | None, actor: User) -> DraftChange:
    """采纳: it will enter the ledger. A heading without members becomes a finding of its own."""
    draft = hold(key, version, actor)
    before = {draft.pk: fields_of(draft)}
    if draft.level == Level.GROUP:
        if draft.members.exclude(state=DraftState.DROPPED).exists():
            raise Invalid("group_has_members", faults={})
        draft.level = Level.ITEM
    draft.state = DraftState.ACCEPTED
    name_it(draft)
    return keep_step(draft.paper, "accept", actor, before, [draft])


def name_it(draft: Draft) -> None:
    """Give a finding that came later into the count the next number of the review."""
    if draft.label or draft.level != Level.ITEM:
        return
    labels = Draft.objects.filter(paper=draft.paper_id).exclude(label="").values_list("label", flat=True)
    draft.label = str(max((int(label.partition("-")[0]) for label in labels), default=0) + 1)


@transaction.atomic
def accept_sure(paper: Paper, *, group: int | None, actor: User) -> DraftChange | None:
    """采纳本组: accept all of a group (null: of the paper) that nobody looked at and that were read with certainty."""
    paper = hold_review(paper, actor)
    waiting = Draft.objects.filter(
        paper=paper, level=Level.ITEM, state=DraftState.UNSEEN, confidence__gte=unsure_below()
    )
    if group is not None:
        waiting = waiting.filter(group__in=_below(paper, group))
    drafts = list(waiting)
    if not drafts:
        return None
    before = {draft.pk: fields_of(draft) for draft in drafts}
    for draft in drafts:
        draft.state = DraftState.ACCEPTED
    return keep_step(paper, "accept_sure", actor, before, drafts)


def _below(paper: Paper, group: int) -> set[int]:
    parents = Draft.objects.filter(paper=paper, level=Level.GROUP).values_list("pk", "group_id")
    under: dict[int | None, list[int]] = {}
    for pk, parent in parents:
        under.setdefault(parent, []).append(pk)
    found: set[int] = set()
    waiting = [group]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += under.get(pk, [])
    return found


@transaction.atomic
def drop(key: int, *, version: int | None, actor: User) -> DraftChange:
    """舍弃: it will not enter the ledger."""
    draft = hold(key, version, actor)
    before = {draft.pk: fields_of(draft)}
    draft.state = DraftState.DROPPED
    return keep_step(draft.paper, "drop", actor, before, [draft])


@transaction.atomic
def reclassify(key: int, *, scheme: int | None, category: int | None, version: int | None, actor: User) -> DraftChange:
    """改类别: the code in the leading scheme (scheme null) or in a further one; category null takes it away."""
    draft = hold(key, version, actor)
    before = {draft.pk: fields_of(draft)}
    further = scheme is not None and not Scheme.objects.filter(pk=scheme, is_leading=True).exists()
    known = Category.objects.filter(retired_on__isnull=True, scheme__state=Scheme.State.ACTIVE)
    known = known.filter(scheme=scheme) if further else known.filter(scheme__is_leading=True)
    if category is not None and not known.filter(pk=category).exists():
        raise Invalid("unknown_category", faults={})
    if further:
        codes = {k: v for k, v in draft.codes.items() if k != str(scheme)}
        draft.codes = codes if category is None else {**codes, str(scheme): category}
    else:
        draft.category_id = category
        draft.category_reasons = []
    return keep_step(draft.paper, "reclassify", actor, before, [draft])


@transaction.atomic
def readdress(key: int, *, units: Sequence[int], version: int | None, actor: User) -> DraftChange:
    """改反馈对象: the units it is addressed to; none: all that the paper was given to."""
    draft = hold(key, version, actor)
    before = {draft.pk: fields_of(draft)}
    draft.units = _known_units(units, actor)
    return keep_step(draft.paper, "readdress", actor, before, [draft])


@transaction.atomic
def note_seen_at(key: int, *, notes: Sequence[Mapping[str, Any]], version: int | None, actor: User) -> DraftChange:
    """见于: the office's private note of the units where it was seen."""
    draft = hold(key, version, actor)
    before = {draft.pk: fields_of(draft)}
    known = set(_known_units([int(note["unit"]) for note in notes], actor))
    by_unit = {int(note["unit"]): str(note.get("note", "")).strip()[:LONGEST_NOTE] for note in notes}
    draft.seen_at = [{"unit": unit, "note": words} for unit, words in by_unit.items() if unit in known]
    return keep_step(draft.paper, "note_seen_at", actor, before, [draft])


def _known_units(units: Iterable[int], actor: User) -> list[int]:
    asked = list(dict.fromkeys(units))
    active = units_visible_to(actor).filter(pk__in=asked, state=Unit.State.ACTIVE)
    known = set(active.values_list("pk", flat=True))
    return [unit for unit in asked if unit in known]


@transaction.atomic
def edit(key: int, *, changes: Mapping[str, Any], version: int | None, actor: User) -> DraftChange:
    """修改: what a person wrote instead; that is an acceptance too.

    ``changes``: statement; evidence, measures, duties as lists of words; nature, origin, severity, immediate; due; and
    the fields of `STATED`. What is not named stays. Errors: `Invalid` with a code per field.
    """
    draft = hold(key, version, actor)
    faults = faults_of(changes)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = {draft.pk: fields_of(draft)}
    if "statement" in changes:
        draft.statement = changes["statement"].strip()
    for name in ("evidence", "measures", "duties"):
        if name in changes:
            setattr(draft, name, _pieces(changes[name], getattr(draft, name)))
    for name in ("nature", "origin", "severity", "immediate"):
        if name in changes:
            setattr(draft, name, changes[name])
    stated = {name: str(changes[name]).strip() for name in STATED if name in changes}
    draft.stated = {name: words for name, words in {**draft.stated, **stated}.items() if words}
    if "due" in changes:
        draft.due = stated["due"]
    draft.is_edited = draft.is_edited or fields_of(draft) != before[draft.pk]
    draft.state = DraftState.ACCEPTED
    if draft.level == Level.GROUP and not draft.members.exclude(state=DraftState.DROPPED).exists():
        draft.level = Level.ITEM
    name_it(draft)
    return keep_step(draft.paper, "edit", actor, before, [draft])


def _pieces(texts: Sequence[str], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Words that were there keep their place in the paper."""
    places = {piece["text"]: dict(piece) for piece in known}
    return [
        places.get(text, {"text": text, "start": None, "end": None, "page": None})
        for text in (text.strip() for text in texts)
        if text
    ]


def faults_of(changes: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Field to (code, limit) of what cannot be used."""
    faults: dict[str, tuple[str, int]] = {}
    if "statement" in changes:
        if not changes["statement"].strip():
            faults["statement"] = ("required", 0)
        elif len(changes["statement"]) > LONGEST["statement"]:
            faults["statement"] = ("too_long", LONGEST["statement"])
        elif has_control_signs(changes["statement"]):
            faults["statement"] = ("control_signs", 0)
    for name in ("evidence", "measures", "duties"):
        if any(len(text) > LONGEST["fact"] for text in changes.get(name, ())):
            faults[name] = ("line_too_long", LONGEST["fact"])
        elif len(changes.get(name, ())) > MOST_PIECES:
            faults[name] = ("too_many", MOST_PIECES)
        elif any(has_control_signs(text) for text in changes.get(name, ())):
            faults[name] = ("control_signs", 0)
    limits = {**LONGEST, "due": LONGEST_DUE, "status": LONGEST_STATUS}
    for name in STATED:
        if len(str(changes.get(name, ""))) > limits[name]:
            faults[name] = ("too_long", limits[name])
        elif has_control_signs(str(changes.get(name, ""))):
            faults[name] = ("control_signs", 0)
    for name, known in (("nature", Nature.values), ("origin", Origin.values), ("severity", Severity.values)):
        if changes.get(name) and changes[name] not in known:
            faults[name] = ("unknown", 0)
    return faults
