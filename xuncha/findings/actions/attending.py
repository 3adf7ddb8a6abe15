"""Review of a paper: who has it open and where, so that two people see each other and one comes back to the place."""

from __future__ import annotations

from django.utils import timezone

from xuncha.findings.models import Draft, Paper, Presence
from xuncha.findings.permissions import POLICY
from xuncha.security.models import User


def attend(paper: Paper, *, draft: int | None, actor: User) -> None:
    """Note that the actor is in this review now, at a draft (null: where one was). No step, nothing for the trail."""
    POLICY.require(actor, "review_paper", paper)
    changes: dict[str, object] = {"seen_at": timezone.now()}
    if draft is not None and Draft.objects.filter(paper=paper, pk=draft).exists():
        changes["draft_id"] = draft
    if not Presence.objects.filter(paper=paper, user=actor).update(**changes):
        Presence.objects.update_or_create(paper=paper, user=actor, defaults=changes)
