"""Who sees which findings, and who may do what with them."""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler

from xuncha.findings.models import Addressee, Feedback, Finding, FindingCount, Paper, Recipient, SealedNote
from xuncha.findings.workflow import FindingState
from xuncha.security.models import User
from xuncha.security.policy import (
    Policy,
    excluded,
    inspections_of,
    inspects,
    is_excluded,
    keeps_the_ledger,
    reads_the_ledger,
    units_of,
)
from xuncha.security.roles import Scope


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
            "see_sealed_notes",
            "add_sealed_note",
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
    rows = Finding.objects.all()
    if not reads_the_ledger(actor):
        rows = rows.filter(fed_back_to(actor) | inspected_by(actor) if inspects(actor) else fed_back_to(actor))
    return rows.filter(not_kept_from(actor)) if is_excluded(actor) else rows


def fed_back_to(actor: User) -> Q:
    """What was fed back to the actor's units, or those the actor is in charge of."""
    addressed = Addressee.objects.filter(unit__in=units_of(actor)).values("finding")
    return Q(Exact(Unindexed(F("state")), FindingState.ISSUED), pk__in=addressed)


def inspected_by(actor: User) -> Q:
    """What the actor's teams found: of their units in their round, drafts too; joint ones once they were fed back."""
    held = inspections_of(actor)
    own = held.filter(round_key=OuterRef("round_id"), scope_id=OuterRef("unit_id"))
    addressed = held.filter(round_key=OuterRef(OuterRef("round_id")), scope_id=OuterRef("unit_id"))
    shared = Addressee.objects.filter(Exists(addressed), finding=OuterRef("pk"))
    return Q(Exists(own)) | Q(Exists(shared), state=FindingState.ISSUED)


def not_kept_from(actor: User) -> Q:
    """回避: nothing of a unit or round that the actor is recused from. A joint finding stays if others got it too."""
    hidden = excluded(actor, Scope.UNIT)
    addressed = Addressee.objects.filter(finding=OuterRef("pk"))
    others = ~Exists(addressed.filter(unit__in=hidden)) | Exists(addressed.exclude(unit__in=hidden))
    joint = Q(unit__isnull=False) | others
    return ~Q(unit__in=hidden) & ~Q(round__in=excluded(actor, Scope.ROUND)) & joint


def feedbacks_visible_to(actor: User) -> QuerySet[Feedback]:
    """The feedback the actor may know of: a unit's once it was issued, a team's that to the units it inspected."""
    rows = Feedback.objects.all()
    if not reads_the_ledger(actor):
        received = Recipient.objects.filter(unit__in=units_of(actor)).values("feedback")
        mine = Q(pk__in=received)
        if inspects(actor):
            own = inspections_of(actor).filter(round_key=OuterRef(OuterRef("round_id")), scope_id=OuterRef("unit_id"))
            mine |= Q(Exists(Recipient.objects.filter(Exists(own), feedback=OuterRef("pk"))))
        rows = rows.filter(mine, issued_at__isnull=False)
    if is_excluded(actor):
        hidden = excluded(actor, Scope.UNIT)
        given = Recipient.objects.filter(feedback=OuterRef("pk"))
        rows = rows.exclude(round__in=excluded(actor, Scope.ROUND)).filter(
            ~Exists(given.filter(unit__in=hidden)) | Exists(given.exclude(unit__in=hidden))
        )
    return rows


def papers_visible_to(actor: User) -> QuerySet[Paper]:
    """Papers on their way into the ledger: the office's alone."""
    if not keeps_the_ledger(actor):
        return Paper.objects.none()
    if not is_excluded(actor):
        return Paper.objects.all()
    return Paper.objects.exclude(unit__in=excluded(actor, Scope.UNIT)).exclude(round__in=excluded(actor, Scope.ROUND))


def sealed_notes_visible_to(actor: User) -> QuerySet[SealedNote]:
    """The sealed notes the actor may know to exist: the office's, of findings in its sight. None is read by it."""
    if not POLICY.may(actor, "see_sealed_notes"):
        return SealedNote.objects.filter(Q(pk__in=()))
    rows = SealedNote.objects.all()
    return rows.filter(finding__in=findings_visible_to(actor)) if is_excluded(actor) else rows


def counts_visible_to(actor: User) -> QuerySet[FindingCount]:
    """The kept counts, drafts and joint findings included: nothing for a unit, which could infer others' from them."""
    if not reads_the_ledger(actor):
        return FindingCount.objects.none()
    if not is_excluded(actor):
        return FindingCount.objects.all()
    return FindingCount.objects.exclude(unit_id__in=excluded(actor, Scope.UNIT)).exclude(
        round_id__in=excluded(actor, Scope.ROUND)
    )
