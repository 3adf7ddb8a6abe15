"""Who sees which findings, and who may do what with them."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from xuncha.findings.models import Addressee, Feedback, Finding, Paper, Recipient
from xuncha.findings.workflow import FindingState
from xuncha.security.models import User
from xuncha.security.policy import Policy, keeps_the_ledger, reads_the_ledger, units_of


class FindingsPolicy(Policy):
    """The office keeps the ledger; reviewers read it; a unit reads what was fed back to it."""

    office_acts = frozenset(
        {
            "import_papers",
            "review_paper",
            "enter_paper",
            "discard_paper",
            "import_ledger",
            "add_finding",
            "edit_finding",
            "split_finding",
            "merge_findings",
            "withdraw_finding",
            "issue_feedback",
            "address_finding",
            "attribute_finding",
            "undo",
            "share_view",
        }
    )
    reading_acts = frozenset({"see_history", "see_attributions", "see_papers", "export_all"})


POLICY: Final = FindingsPolicy()


def findings_visible_to(actor: User) -> QuerySet[Finding]:
    """The findings the actor may know of. The condition stands in the query; no list of keys is ever fetched."""
    if reads_the_ledger(actor):
        return Finding.objects.all()
    addressed = Addressee.objects.filter(unit__in=units_of(actor)).values("finding")
    return Finding.objects.filter(Q(state=FindingState.ISSUED) & Q(pk__in=addressed))


def feedbacks_visible_to(actor: User) -> QuerySet[Feedback]:
    """The feedback the actor may know of: a unit's once it was issued."""
    if reads_the_ledger(actor):
        return Feedback.objects.all()
    received = Recipient.objects.filter(unit__in=units_of(actor)).values("feedback")
    return Feedback.objects.filter(issued_at__isnull=False, pk__in=received)


def papers_visible_to(actor: User) -> QuerySet[Paper]:
    """Papers on their way into the ledger: the office's alone."""
    return Paper.objects.all() if keeps_the_ledger(actor) else Paper.objects.none()
