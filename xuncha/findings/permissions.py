"""Who sees which findings, and who may do what with them."""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler

from xuncha.findings.models import (
    Addressee,
    Draft,
    Feedback,
    Finding,
    FindingCount,
    LedgerRow,
    Paper,
    Recipient,
    SealedNote,
)
from xuncha.findings.workflow import FindingState, PaperState
from xuncha.rounds.models import InspectedUnit
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

# Nobody but who sent it has said anything of it yet.
_UNREAD: Final = (PaperState.WAITING, PaperState.READING, PaperState.FAILED)


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

    def may(self, actor: User, act: str, thing: object | None = None) -> bool:
        if not super().may(actor, act, thing):
            return False
        # A paper may be out of sight of somebody who has the right: whoever is recused from a unit that it speaks of.
        if not isinstance(thing, Paper) or not is_excluded(actor):
            return True
        return papers_visible_to(actor).filter(pk=thing.pk).exists()


POLICY: Final = FindingsPolicy()


class Unindexed(Func):
    """A column that no index may lead by: SQLite, which keeps no statistics, would take any index for a narrow one.

    PostgreSQL has statistics and sees the plain column.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class NamesOneOf(Func):
    """Whether a list that is kept as JSON names one of the keys that a query gives; a missing list names nothing.

    ``key``: where it is a list of objects, the name under which each has its key.
    """

    arity = 2
    output_field = BooleanField()

    def __init__(self, field: Any, keys: QuerySet[Any, Any], *, key: str = "") -> None:
        super().__init__(field, Subquery(keys))
        self.extra["key"] = key

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        key = self.extra["key"]
        value = f"json_extract(named.value, '$.{key}')" if key else "named.value"
        return self._written(compiler, f"EXISTS (SELECT 1 FROM json_each({{}}) AS named WHERE {value} IN {{}})")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        path = f"$[*].{self.extra['key']}" if self.extra["key"] else "$[*]"
        value = "(named.value #>> ARRAY[]::text[])::bigint"
        # A value inside another comes as text.
        rows = f"jsonb_path_query(({{}})::jsonb, '{path}') AS named(value)"
        return self._written(compiler, f"EXISTS (SELECT 1 FROM {rows} WHERE {value} IN {{}})")

    def _written(self, compiler: SQLCompiler, words: str) -> tuple[str, list[Any]]:
        field, keys = (compiler.compile(each) for each in self.get_source_expressions())
        return words.format(field[0], keys[0]), [*field[1], *keys[1]]


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
    """Papers on their way into the ledger: the office's alone, but for whoever is recused from what they speak of."""
    if not keeps_the_ledger(actor):
        return Paper.objects.none()
    return Paper.objects.filter(paper_not_kept_from(actor)) if is_excluded(actor) else Paper.objects.all()


def paper_not_kept_from(actor: User) -> Q:
    """回避: no paper of a unit or round that the actor is recused from, nor one that may speak of such a unit.

    That is a joint paper to a whole round that inspects it, or is not known yet; one that names it as recipient, in
    a draft, a private note or a row; an old ledger with a row of an unknown unit, or none yet; any of no known unit.
    What one uploaded oneself stays in sight until it is read.
    """
    hidden = excluded(actor, Scope.UNIT)
    drafts = Draft.objects.filter(
        Q(NamesOneOf(F("units"), hidden)) | Q(NamesOneOf(F("seen_at"), hidden, key="unit")), paper=OuterRef("pk")
    )
    rows = LedgerRow.objects.filter(paper=OuterRef("pk"))
    of_them = rows.filter(Q(unit__isnull=True) | Q(unit__in=hidden) | Q(NamesOneOf(KT("values__units"), hidden)))
    inspected = InspectedUnit.objects.filter(round=OuterRef("round"), unit__in=hidden)
    addressed = Q(reading__has_key="recipients") & ~Q(NamesOneOf(KT("reading__recipients"), hidden))
    whole_round = ~Q(reading__has_key="recipients") & Q(round__isnull=False) & ~Exists(inspected)
    clear = (
        Q(kind=Paper.Kind.LEDGER) & Exists(rows) & ~Exists(of_them)
        | Q(kind=Paper.Kind.JOINT) & (addressed | whole_round)
        | ~Q(kind__in=(Paper.Kind.LEDGER, Paper.Kind.JOINT)) & Q(unit__isnull=False)
    ) & ~Exists(drafts)
    own = Q(uploaded_by=actor, state__in=_UNREAD)
    return ~Q(unit__in=hidden) & ~Q(round__in=excluded(actor, Scope.ROUND)) & (clear | own)


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
