"""What the desk shows: what waits, what came in, what changed; for a unit what it received."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet

from xuncha.findings.models import Draft, Feedback, Finding, Paper, Requirement
from xuncha.findings.permissions import POLICY, feedbacks_visible_to, findings_visible_to, papers_visible_to
from xuncha.findings.workflow import DraftState, PaperState
from xuncha.rounds.models import Round
from xuncha.rounds.permissions import rounds_visible_to
from xuncha.security.models import TrailEntry, User
from xuncha.security.policy import is_excluded, reads_the_ledger

# Where the desk stops: the page behind the link has the rest.
SHOWN: Final = 8
# Entries of the trail that are looked at at once; an import of ten thousand rows is stepped over as one.
_WINDOW: Final = 400
_MANY: Final = 10_000
WAITING: Final = (PaperState.REVIEW, PaperState.FAILED, PaperState.READING, PaperState.WAITING, PaperState.ENTERING)


def rounds_for(actor: User, most: int = 30) -> list[Round]:
    """The rounds that the actor can choose between, newest first: readers all, a unit those it had feedback of."""
    rows = rounds_visible_to(actor)
    if not reads_the_ledger(actor):
        rows = Round.objects.select_related("term").filter(pk__in=feedbacks_visible_to(actor).values("round"))
    return list(rows.order_by("-term__number", "-number")[:most])


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A paper that somebody must look at; ``done`` of ``of`` drafts were looked at."""

    paper: Paper
    done: int
    of: int
    is_mine: bool


def waiting_papers(actor: User, most: int = SHOWN) -> list[WaitingPaper]:
    """Papers that were read and wait for review, could not be read, or are being read: my own first."""
    papers = list(
        papers_visible_to(actor)
        .filter(state__in=WAITING)
        .select_related("uploaded_by", "round", "round__term", "unit")
        .defer("text", "reading", "error")
        .order_by("-id")[: most * 4]
    )
    papers.sort(key=lambda paper: (paper.uploaded_by_id != actor.pk, -paper.pk))
    papers = papers[:most]
    drafts = (
        Draft.objects.filter(paper__in=[paper.pk for paper in papers], level=Draft.Level.ITEM)
        .order_by()
        .values_list("paper")
        .annotate(of=Count("pk"), done=Count("pk", filter=~Q(state=DraftState.UNSEEN)))
    )
    counted = {paper: (done, of) for paper, of, done in drafts}
    return [
        WaitingPaper(paper, *counted.get(paper.pk, (0, 0)), is_mine=paper.uploaded_by_id == actor.pk)
        for paper in papers
    ]


def waiting_count(actor: User) -> int:
    """How many papers wait for review."""
    return papers_visible_to(actor).filter(state=PaperState.REVIEW).count()


def recent_imports(actor: User, most: int = 5) -> list[Paper]:
    """The papers entered last."""
    return list(
        papers_visible_to(actor)
        .filter(state=PaperState.ENTERED)
        .select_related("entered_by", "round", "round__term", "unit")
        .defer("text", "reading", "error")
        .order_by("-id")[:most]
    )


def unissued_feedbacks(actor: User, most: int = SHOWN) -> list[Feedback]:
    """Feedback that was entered and not yet issued, the newest first."""
    if not reads_the_ledger(actor):
        return []
    rows = feedbacks_visible_to(actor).filter(issued_at__isnull=True).select_related("round", "round__term")
    return list(rows.order_by("-id")[:most])


@dataclass(frozen=True, slots=True)
class Doing:
    """One act on the ledger: by whom, when, on how many findings; ``finding`` the first of them, if it is there.

    ``is_bounded``: there are more than ``number``.
    """

    batch: uuid.UUID
    act: str
    actor: str
    at: datetime
    number: int
    is_bounded: bool
    finding: Finding | None


def latest_doings(actor: User, most: int = SHOWN) -> list[Doing]:
    """What was done to findings last, one a batch, newest first; for readers of the whole ledger."""
    if not POLICY.may(actor, "see_history"):
        return []
    entries = TrailEntry.objects.filter(object_kind=Finding._meta.label_lower).order_by("-id")
    lines: dict[uuid.UUID, dict[str, Any]] = {}
    before: int | None = None
    for _ in range(most):
        window = list(
            (entries if before is None else entries.filter(id__lt=before)).values(
                "id", "batch", "act", "at", "object_id", "actor__name", "actor__username"
            )[:_WINDOW]
        )
        for row in window:
            line = lines.setdefault(row["batch"], {**row, "number": 0})
            line["number"] += 1
            line["object_id"] = row["object_id"]
        if len(window) < _WINDOW or len(lines) > most:
            break
        cut = window[-1]["batch"]
        first = TrailEntry.objects.filter(batch=cut).aggregate(first=Min("id"))["first"]
        lines[cut]["number"] = TrailEntry.objects.filter(batch=cut)[: _MANY + 1].count()
        before = first
    shown = list(lines.values())[:most]
    findings = findings_visible_to(actor).only("id", "number").in_bulk([line["object_id"] for line in shown])
    if is_excluded(actor):
        # What was done to a finding that is hidden is hidden with it.
        shown = [line for line in shown if line["object_id"] in findings]
    return [_doing(line, findings) for line in shown]


def _doing(line: Mapping[str, Any], findings: Mapping[int, Finding]) -> Doing:
    return Doing(
        line["batch"],
        line["act"],
        line["actor__name"] or line["actor__username"] or "",
        line["at"],
        min(line["number"], _MANY),
        line["number"] > _MANY,
        findings.get(line["object_id"]),
    )


# What a unit sees: only what was fed back to it, never a count of anything else.


@dataclass(frozen=True, slots=True)
class Received:
    """A feedback that a unit received, with the findings of it that are addressed to the unit."""

    feedback: Feedback
    number: int


def received(actor: User, round: Round | None = None, most: int = SHOWN) -> list[Received]:
    """The feedback given to the actor's unit, newest first."""
    rows = feedbacks_visible_to(actor).select_related("round", "round__term")
    if round is not None:
        rows = rows.filter(round=round)
    feedbacks = list(rows.order_by("-issued_at", "-id")[:most])
    counted = dict(
        findings_visible_to(actor)
        .filter(feedback__in=[feedback.pk for feedback in feedbacks])
        .order_by()
        .values_list("feedback")
        .annotate(found=Count("pk"))
    )
    return [Received(feedback, counted.get(feedback.pk, 0)) for feedback in feedbacks]


def own_findings(actor: User, round: Round | None = None) -> QuerySet[Finding]:
    """The findings addressed to the actor's unit, in the order of their numbers."""
    rows = findings_visible_to(actor).select_related("category")
    return (rows.filter(round=round) if round is not None else rows).order_by("number_key", "id")


def own_by_category(actor: User, round: Round | None = None) -> list[tuple[int | None, str, str, int]]:
    """The own findings by category: key, name, English name, how many; most first."""
    rows = findings_visible_to(actor)
    rows = rows.filter(round=round) if round is not None else rows
    grouped = rows.values_list("category_id", "category__name", "category__name_en").annotate(found=Count("pk"))
    return [(key, name or "", english or "", number) for key, name, english, number in grouped.order_by("-found")]


def own_requirements(actor: User, round: Round | None = None, most: int = SHOWN) -> list[Requirement]:
    """What the feedback given to the actor's unit demands: by date, those without one last."""
    feedbacks = feedbacks_visible_to(actor)
    if round is not None:
        feedbacks = feedbacks.filter(round=round)
    rows = Requirement.objects.filter(feedback__in=feedbacks.values("pk")).select_related("feedback")
    return list(rows.order_by("due_on", "feedback_id", "order")[:most])
