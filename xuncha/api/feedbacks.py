"""Feedback and what it demands."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xuncha.api.errors import NotFound, Problem
from xuncha.api.findings import UnitRef, unit_of
from xuncha.api.signing_in import actor_of
from xuncha.findings.queries import feedback as queries
from xuncha.security import policy
from xuncha.security.roles import Room

router = Router()


class FeedbackRow(Schema):
    """A feedback; ``findings`` counts those that the caller may see."""

    id: int
    title: str
    kind: str
    round: str
    given_on: datetime.date | None
    is_issued: bool
    findings: int
    requirements: int


class FeedbackPage(Schema):
    """A page, newest first; ``before`` asks for the next one, null on the last."""

    items: list[FeedbackRow]
    before: int | None


class Demand(Schema):
    """整改要求: who must do what by when."""

    title: str
    who: str
    due_on: datetime.date | None
    due_words: str


class FeedbackWhole(FeedbackRow):
    """With its recipients as far as the caller may know of them, and its demands."""

    recipients: list[UnitRef]
    demands: list[Demand]


@router.get("", response={200: FeedbackPage, 401: Problem, 403: Problem}, url_name="feedbacks")
def list_feedbacks(request: HttpRequest, round: int | None = None, before: int | None = None) -> Any:
    """Feedback, newest first; a unit gets what was issued to it."""
    actor = actor_of(request)
    policy.require_room(actor, Room.FEEDBACK)
    page = queries.page_of_feedbacks(actor, queries.FeedbackFilter(round=round), before=before)
    return {"items": [_row(feedback) for feedback in page.feedbacks], "before": page.before}


@router.get("/{int:pk}", response={200: FeedbackWhole, 401: Problem, 404: Problem}, url_name="feedback")
def get_feedback(request: HttpRequest, pk: int) -> Any:
    """One feedback."""
    actor = actor_of(request)
    feedback = queries.feedback_of(actor, pk)
    if feedback is None:
        raise NotFound
    return {
        **_row(feedback),
        "recipients": [unit_of(unit) for unit in queries.recipients_of(actor, feedback)],
        "demands": [
            {"title": each.title, "who": each.who, "due_on": each.due_on, "due_words": each.due_words}
            for each in queries.requirements_of(feedback)
        ],
    }


def _row(feedback: Any) -> dict[str, Any]:
    return {
        "id": feedback.pk,
        "title": feedback.title,
        "kind": feedback.kind,
        "round": str(feedback.round),
        "given_on": feedback.given_on,
        "is_issued": feedback.issued_at is not None,
        "findings": feedback.findings_count,
        "requirements": feedback.requirements_count,
    }
