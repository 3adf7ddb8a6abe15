"""The query's filters as conditions in SQL, each with what may be said of its size beforehand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact, In
from django.db.models.sql.compiler import SQLCompiler

from xuncha.findings.models import Addressee, Finding, Manifestation, SearchText, search
from xuncha.findings.permissions import Unindexed, fed_back_to, inspected_by, not_kept_from
from xuncha.findings.queries.ledger.query import NONE, OFFICE_FACETS, LedgerQuery
from xuncha.findings.workflow import CURRENT, FindingState
from xuncha.organisation.models import Unit
from xuncha.security.models import User
from xuncha.security.policy import (
    inspects,
    is_excluded,
    part_in_sight,
    reads_the_ledger,
    sees_all_parts,
    units_of,
)

BEGINS_A_RUN: Final = re.compile("[a-z0-9]")
_GLOB: Final = re.compile(r"[*?\[]")
COLUMNS: Final = {
    "round": "round_id",
    "category": "category_id",
    "state": "state",
    "severity": "severity",
    "nature": "nature",
    "origin": "origin",
    "immediate": "immediate",
    "paper": "paper_id",
    "feedback": "feedback_id",
    "changed_by": "changed_by_id",
    "series": "unit_id",
}


@dataclass
class Condition:
    """One condition of a query. A plan uses one of its two faces.

    ``driving`` lets its own index lead; ``checking`` is asked of each row while another index leads. ``members`` gives
    its findings in SQL, to count how many they are; ``columns`` names column and values, where it is about a column
    of the finding; ``match`` is the search in the index of words.
    """

    name: str
    checking: Q
    driving: Q | None = None
    members: tuple[str, Sequence[object]] | None = None
    columns: tuple[str, tuple[object, ...]] | None = None
    match: tuple[str, Sequence[object]] | None = None

    @property
    def is_single(self) -> bool:
        """Whether it names one value of a column, so that an index gives its rows in order."""
        return self.columns is not None and len(self.columns[1]) == 1


def words_of(query: LedgerQuery) -> list[str]:
    """The folded words that all have to stand in a finding."""
    return list(dict.fromkeys(search.fold(query.words).split()))


def conditions(actor: User, query: LedgerQuery, vendor: str) -> list[Condition]:
    """All conditions of the query for the actor, the right to see among them."""
    reads = reads_the_ledger(actor)
    found: list[Condition] = []
    if not reads:
        found.append(_own(actor))
    if is_excluded(actor):
        found.append(Condition("recused", checking=not_kept_from(actor)))
    for facet, values in query.filters.items():
        if facet in OFFICE_FACETS and not reads:
            continue
        if facet in ("unit", "sector"):
            found.append(_addressed(facet, values, actor))
        else:
            found.append(_column(facet, values))
    if "state" not in query.filters and reads:
        # Nearly all are current: nothing to lead by, and not worth counting.
        found.append(Condition("state", checking=Q(_hidden("state", sorted(CURRENT)))))
    words = words_of(query)
    if words:
        found.append(_matching(words, vendor))
        if not reads:
            found.append(Condition("q", checking=_told_of(words)))
    return found


def _own(actor: User) -> Condition:
    """What was fed back to the actor's units: `permissions.findings_visible_to`, in two faces; of a team in one."""
    if inspects(actor):
        mine = fed_back_to(actor) | inspected_by(actor)
        return Condition("own", checking=mine, members=_sql(Finding.objects.filter(mine).values("pk")))
    addressed = Addressee.objects.filter(unit__in=units_of(actor))
    asked = Addressee.objects.filter(In(Unindexed(F("unit")), units_of(actor)), finding=OuterRef("pk"))
    issued = Q(_hidden("state", [FindingState.ISSUED]))
    return Condition(
        "own",
        checking=issued & Q(Exists(asked)),
        driving=issued & Q(pk__in=addressed.values("finding")),
        members=_sql(addressed.values("finding")),
    )


def _addressed(facet: str, values: Sequence[str], actor: User) -> Condition:
    keys = [int(value) for value in values]
    units: Any = keys if facet == "unit" else Unit.objects.filter(sector__in=keys).values("pk")
    addressed = Addressee.objects.filter(unit__in=units)
    # Row by row the index of the finding leads, not one of all that the units ever got.
    asked = Addressee.objects.filter(In(Unindexed(F("unit")), units), finding=OuterRef("pk"))
    # Whether a joint finding was addressed to somebody else as well is not theirs to find out.
    if not reads_the_ledger(actor) and not inspects(actor):
        addressed = addressed.filter(unit__in=units_of(actor))
        asked = asked.filter(In(Unindexed(F("unit")), units_of(actor)))
    elif not sees_all_parts(actor):
        known = part_in_sight(actor, round="finding__round")
        addressed, asked = addressed.filter(known), asked.filter(known)
    return Condition(
        facet,
        checking=Q(Exists(asked)),
        driving=Q(pk__in=addressed.values("finding")),
        members=_sql(addressed.values("finding")),
    )


def _column(facet: str, values: Sequence[str]) -> Condition:
    column = COLUMNS[facet]
    asked: list[object]
    if facet == "immediate":
        asked = [value == "yes" for value in values]
    elif facet in ("round", "category", "paper", "feedback", "changed_by", "series"):
        asked = [int(value) for value in values if value != NONE]
    else:
        asked = ["" if value == NONE else value for value in values]
    is_null = facet in ("category", "series") and NONE in values
    checking, driving = Q(), Q()
    if asked:
        checking = Q(_hidden(column, asked))
        # Of one truth Django asks by the bare column, which SQLite finds in no index; of a list it does not.
        is_listed = len(asked) > 1 or column == "immediate"
        driving = Q(**{f"{column}__in": asked}) if is_listed else Q(**{column: asked[0]})
    if is_null:
        checking |= Q(**{f"{column}__isnull": True})
        driving |= Q(**{f"{column}__isnull": True})
    return Condition(
        facet,
        checking=checking,
        driving=driving,
        members=_sql(Finding.objects.filter(driving).values("pk")),
        columns=(column, (*asked, *([None] if is_null else []))),
    )


def _hidden(column: str, values: Sequence[object]) -> Any:
    hidden = Unindexed(F(column))
    return Exact(hidden, values[0]) if len(values) == 1 else In(hidden, list(values))


class StandsIn(Func):
    """Whether a folded word stands in a folded text; letters and digits only at the beginning of a run of them.

    That is what the index of words can answer, so both ways of asking give the same rows: 25 finds 25年, not 2025年.
    """

    output_field = BooleanField()
    arity = 2

    def __init__(self, text: Any, word: str) -> None:
        super().__init__(text, Value(word))
        self.begins_a_run = BEGINS_A_RUN.match(word) is not None
        self.word = word

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        if not self.begins_a_run:
            return self.as_sql(compiler, connection, function="INSTR", template="%(function)s(%(expressions)s) > 0")
        text, params = compiler.compile(self.get_source_expressions()[0])
        return f"(' ' || {text}) GLOB %s", [*params, "*[^a-z0-9]" + _GLOB.sub(r"[\g<0>]", self.word) + "*"]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        if not self.begins_a_run:
            return self.as_sql(compiler, connection, function="STRPOS", template="%(function)s(%(expressions)s) > 0")
        text, params = compiler.compile(self.get_source_expressions()[0])
        return f"(' ' || {text}) ~ %s", [*params, "[^a-z0-9]" + re.escape(self.word)]


def _matching(words: Sequence[str], vendor: str) -> Condition:
    texts: QuerySet[SearchText] = SearchText.objects.filter(finding=OuterRef("pk"))
    for word in words:
        texts = texts.filter(StandsIn(F("text"), word))
    exact = Q(Exists(texts))
    asked = search.match(" ".join(words), vendor)
    if asked is None:
        return Condition("q", checking=exact)
    return Condition("q", checking=exact, driving=exact & Q(pk__in=RawSQL(*asked)), members=asked, match=asked)


def _told_of(words: Sequence[str]) -> Q:
    """Of a joint finding a unit is told number, statement and facts: by what else is stated it finds none."""
    told = Q(unit__isnull=False)
    facts = Manifestation.objects.filter(finding=OuterRef("pk"))
    shown = Q()
    for word in words:
        shown &= (
            Q(number__icontains=word) | Q(statement__icontains=word) | Q(Exists(facts.filter(text__icontains=word)))
        )
    return told | shown


def _sql(rows: QuerySet[Any, Any]) -> tuple[str, Sequence[object]]:
    return rows.order_by().query.sql_with_params()
