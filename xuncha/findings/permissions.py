"""Who sees which findings, and who may do what with them."""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, QuerySet
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler

from xuncha.findings.models import Addressee, Feedback, Finding, FindingCount, Paper, Recipient
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
            "recode_findings",
        }
    )
    reading_acts = frozenset({"see_history", "see_attributions", "see_papers", "export_all"})


POLICY: Final = FindingsPolicy()


class Unindexed(Func):
    """A column that no index may lead by: SQLite, which keeps no statistics, would take any index for a narrow one.

    PostgreSQL has statistics and sees the plain column.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def findings_visible_to(actor: User) -> QuerySet[Finding]:
    """The findings the actor may know of. The condition stands in the query; no list of keys is ever fetched."""
    if reads_the_ledger(actor):
        return Finding.objects.all()
    addressed = Addressee.objects.filter(unit__in=units_of(actor)).values("finding")
    return Finding.objects.filter(Exact(Unindexed(F("state")), FindingState.ISSUED), pk__in=addressed)


def feedbacks_visible_to(actor: User) -> QuerySet[Feedback]:
    """The feedback the actor may know of: a unit's once it was issued."""
    if reads_the_ledger(actor):
        return Feedback.objects.all()
    received = Recipient.objects.filter(unit__in=units_of(actor)).values("feedback")
    return Feedback.objects.filter(issued_at__isnull=False, pk__in=received)


def papers_visible_to(actor: User) -> QuerySet[Paper]:
    """Papers on their way into the ledger: the office's alone."""
    return Paper.objects.all() if keeps_the_ledger(actor) else Paper.objects.none()


def counts_visible_to(actor: User) -> QuerySet[FindingCount]:
    """The kept counts, drafts and joint findings included: nothing for a unit, which could infer others' from them."""
    return FindingCount.objects.all() if reads_the_ledger(actor) else FindingCount.objects.none()
