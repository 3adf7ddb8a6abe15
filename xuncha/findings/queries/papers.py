"""Papers on their way into the ledger: lists, progress, what waits for review, where an original may be had."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from xuncha.findings.models import Draft, Feedback, Finding, Paper, Presence
from xuncha.findings.permissions import POLICY, findings_visible_to, paper_not_kept_from, papers_visible_to
from xuncha.findings.workflow import DraftState, PaperState
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.models import TrailEntry, User
from xuncha.security.policy import is_excluded

PAGE: Final = 50
UNDER_WAY: Final = (PaperState.WAITING, PaperState.READING)
KINDS: Final = tuple(Paper.Kind.choices)
"""Kinds of papers, code and label."""
OPEN: Final = (*UNDER_WAY, PaperState.FAILED, PaperState.REVIEW, PaperState.ENTERING)
PRESENT_FOR: Final = datetime.timedelta(seconds=60)
"""Who was seen at a review this long ago is still at it. Our own setting."""


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """What a list of papers is narrowed to; empty and null: not narrowed. ``q`` is a part of the file name."""

    states: tuple[str, ...] = ()
    kind: str = ""
    round: int | None = None
    unit: int | None = None
    by: int | None = None
    batch: uuid.UUID | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page of papers, newest first; ``before`` is the key to ask for the next page with, null on the last."""

    papers: list[Paper]
    before: int | None


def papers(actor: User, narrowed: PaperFilter | None = None) -> QuerySet[Paper]:
    """The papers the actor may see, newest first, without their text, each with its counts.

    ``findings_count`` (entered), ``items`` (findings read out), ``undecided`` (of them not looked at).
    """
    narrowed = narrowed or PaperFilter()
    rows = papers_visible_to(actor)
    if narrowed.states:
        rows = rows.filter(state__in=narrowed.states)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.round is not None:
        rows = rows.filter(round=narrowed.round)
    if narrowed.unit is not None:
        rows = rows.filter(unit=narrowed.unit)
    if narrowed.by is not None:
        rows = rows.filter(uploaded_by=narrowed.by)
    if narrowed.batch is not None:
        rows = rows.filter(batch=narrowed.batch)
    if narrowed.q:
        rows = rows.filter(name__icontains=narrowed.q)
    return with_counts(rows).order_by("-id")


def with_counts(rows: QuerySet[Paper]) -> QuerySet[Paper]:
    """Papers with the counts of `papers`, and without text and reading, which may be large."""
    items = Draft.objects.filter(level=Draft.Level.ITEM).exclude(state=DraftState.DROPPED)
    return (
        rows.defer("text", "reading")
        .select_related("round__term", "unit", "uploaded_by", "entered_by", "file")
        .annotate(
            findings_count=_number(Finding.objects.all()),
            items=_number(items),
            undecided=_number(undecided_drafts()),
        )
    )


def undecided_drafts() -> QuerySet[Draft]:
    """Findings that nobody has said anything of yet. Requirements are taken over unless they were dropped."""
    return Draft.objects.filter(state=DraftState.UNSEEN, level=Draft.Level.ITEM).exclude(label="")


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().filter(paper=OuterRef("pk")).values("paper").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def page_of_papers(
    actor: User, narrowed: PaperFilter | None = None, *, before: int | None = None, size: int = PAGE
) -> PaperPage:
    """A page of the list. ``before``: only those older than this key."""
    rows = papers(actor, narrowed)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return PaperPage(found[:size], found[size - 1].pk if len(found) > size else None)


def counts_by_state(actor: User) -> Mapping[str, int]:
    """How many papers stand in each state; states without any are 0."""
    counted = papers_visible_to(actor).order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(PaperState.values, 0) | dict(counted)


def paper_of(actor: User, pk: int) -> Paper | None:
    """One paper whole; null where it is not there or not in sight."""
    rows = papers_visible_to(actor).select_related("round__term", "unit", "uploaded_by", "entered_by", "file")
    return rows.filter(pk=pk).first()


def original_of(actor: User, pk: int) -> Paper | None:
    """A paper whose original the actor may have: the office any, who reads the ledger those that findings came from."""
    rows = papers_visible_to(actor)
    if POLICY.may(actor, "see_papers"):
        came_of_it = Paper.objects.filter(pk__in=findings_visible_to(actor).filter(paper=pk).values("paper"))
        rows = rows | (came_of_it.filter(paper_not_kept_from(actor)) if is_excluded(actor) else came_of_it)
    # The same bytes may be kept for another paper; of this one they are destroyed.
    return rows.exclude(state=PaperState.DESTROYED).select_related("file").filter(pk=pk).first()


def reviews_waiting(actor: User) -> QuerySet[Paper]:
    """待核对: papers up for review, the longest waiting first, with their counts. For the desk."""
    return with_counts(papers_visible_to(actor).filter(state=PaperState.REVIEW)).order_by("id")


def recent_imports(actor: User) -> QuerySet[Paper]:
    """最近入账: papers that were entered, the newest first, with their counts. For the desk."""
    return with_counts(papers_visible_to(actor).filter(state=PaperState.ENTERED)).order_by("-entered_at", "-id")


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far one upload is read: papers in all, and of them done (read, failed or put aside)."""

    batch: uuid.UUID
    total: int
    done: int
    failed: int
    aside: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.total


def batch_progress(actor: User, batch: uuid.UUID) -> BatchProgress:
    """How far one upload is read."""
    counted = dict(papers_visible_to(actor).filter(batch=batch).order_by().values_list("state").annotate(Count("pk")))
    total = sum(counted.values())
    waiting = sum(counted.get(state, 0) for state in UNDER_WAY)
    return BatchProgress(
        batch,
        total,
        total - waiting,
        counted.get(PaperState.FAILED, 0),
        counted.get(PaperState.DISCARDED, 0),
    )


def ahead_of(actor: User, paper: Paper) -> int:
    """How many papers are read before this waiting one."""
    return Paper.objects.filter(Q(state=PaperState.WAITING, pk__lt=paper.pk) | Q(state=PaperState.READING)).count()


def others_of(actor: User, paper: Paper) -> QuerySet[Paper]:
    """What else came in of the very same bytes or the very same text, the newest first."""
    same = Q(file=paper.file_id)
    if paper.text_sha256:
        same |= Q(text_sha256=paper.text_sha256)
    rows = papers_visible_to(actor).filter(same).exclude(pk=paper.pk)
    return rows.exclude(reading__has_key="same_as").select_related("uploaded_by", "entered_by").defer("text", "reading")


def at_review(papers: list[Paper]) -> Mapping[int, list[str]]:
    """Who has which review open now: names by the key of the paper."""
    seen = Presence.objects.filter(paper__in=papers, seen_at__gte=timezone.now() - PRESENT_FOR)
    names: dict[int, list[str]] = {}
    for paper, name in seen.order_by("paper", "user").values_list("paper", F("user__name")):
        names.setdefault(paper, []).append(name)
    return names


def rounds_of_papers(actor: User) -> QuerySet[Round]:
    """The rounds that papers belong to, newest first; to narrow a list by."""
    used = papers_visible_to(actor).exclude(round=None).values("round")
    return Round.objects.select_related("term").filter(pk__in=used).order_by("-term__number", "-number")


def rounds_to_choose() -> QuerySet[Round]:
    """All rounds, newest first."""
    return Round.objects.select_related("term").order_by("-term__number", "-number")


def units_to_choose(actor: User) -> QuerySet[Unit]:
    """The active units in their order."""
    return units_visible_to(actor).filter(state=Unit.State.ACTIVE).order_by("order", "id")


def history_of(paper: Paper) -> list[TrailEntry]:
    """What was done with a paper, oldest first."""
    return list(trail.history_of(paper).order_by("id"))


def same_as(actor: User, paper: Paper) -> Paper | None:
    """The paper of the very same bytes, or of the very same text, that this one was recognised by; null if none."""
    key = paper.reading.get("same_as") or paper.reading.get("same_text_as")
    return None if key is None else papers_visible_to(actor).select_related("uploaded_by").filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a paper that was entered: its feedback (null where it had none), how many findings and demands."""

    feedback: Feedback | None
    findings: int
    requirements: int
    first: str
    last: str


def entered(paper: Paper) -> Entered:
    """What became of a paper that was entered."""
    feedback = Feedback.objects.filter(paper=paper).annotate(demands=Count("requirements")).order_by("id").first()
    numbers = Finding.objects.filter(paper=paper).order_by("number_key", "id").values_list("number", flat=True)
    return Entered(
        feedback,
        numbers.count(),
        feedback.demands if feedback is not None else 0,
        numbers.first() or "",
        numbers.last() or "",
    )
