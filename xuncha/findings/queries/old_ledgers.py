"""Old ledgers under import: their rows, what stands in the way, and what entering them will write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from django.db.models import Count, Q, QuerySet

from xuncha.findings import similarity
from xuncha.findings.models import ColumnMapping, LedgerRow, NumberSeries, Paper
from xuncha.findings.permissions import papers_visible_to
from xuncha.findings.queries.duplicates import Statement, nearest
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security.models import User

Decision = LedgerRow.Decision
_T = TypeVar("_T")
PAGE: Final = 50
SHOWN: Final = ("all", "add", "faulty", "left", "alike", "update", "skip")
"""What a list of rows can be narrowed to: see `shown`."""


def ledgers_visible_to(actor: User) -> QuerySet[Paper]:
    """Old ledgers on their way into the ledger; the office's alone."""
    return (
        papers_visible_to(actor)
        .filter(kind=Paper.Kind.LEDGER)
        .select_related("file", "round__term", "unit", "uploaded_by", "entered_by")
    )


def rounds_to_choose() -> QuerySet[Round]:
    """All rounds, the newest first."""
    return Round.objects.select_related("term").order_by("-term__number", "-number")


def units_to_choose(actor: User) -> QuerySet[Unit]:
    """The units that findings can be given to, of those that the actor may know."""
    return units_visible_to(actor).filter(state=Unit.State.ACTIVE).order_by("order", "id")


def categories_to_choose() -> QuerySet[Category]:
    """The categories of the leading scheme."""
    return Category.objects.filter(scheme__is_leading=True, retired_on__isnull=True).order_by("order", "id")


def mappings() -> QuerySet[ColumnMapping]:
    """The saved assignments of columns."""
    return ColumnMapping.objects.select_related("saved_by").order_by("name")


def shown(rows: QuerySet[LedgerRow], show: str, fault: str = "") -> QuerySet[LedgerRow]:
    """Rows narrowed: ``add`` (to be added), ``faulty`` (any fault), ``left`` (a serious one: not entered), ``alike``
    (possibly in the ledger), ``update``, ``skip`` (left out by decision); any other word: all."""
    if show == "add":
        rows = rows.filter(may_be_entered=True, decision=Decision.ADD)
    elif show == "faulty":
        rows = rows.exclude(fault_codes="")
    elif show == "left":
        rows = rows.filter(may_be_entered=False)
    elif show == "alike":
        rows = rows.filter(alike__isnull=False)
    elif show in (Decision.UPDATE, Decision.SKIP):
        rows = rows.filter(may_be_entered=True, decision=show)
    if fault:
        rows = rows.filter(fault_codes__contains=f"|{fault}|")
    return rows


def page_of_rows(
    paper: Paper, *, show: str = "all", fault: str = "", after: int = 0, size: int = PAGE
) -> tuple[list[LedgerRow], int | None]:
    """A page of rows in the order of the file, and the key after which the next one begins; null at the end."""
    rows = (
        shown(paper.rows.all(), show, fault)
        .filter(pk__gt=after)
        .select_related("unit", "alike__unit", "alike__stated", "alike__round")
        .order_by("pk")
    )
    found = list(rows[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


@dataclass
class Counts:
    """How many rows there are of each kind. Rows ``left`` have a serious fault and are not entered."""

    rows: int = 0
    add: int = 0
    update: int = 0
    skip: int = 0
    left: int = 0
    faulty: int = 0
    alike: int = 0
    by_fault: dict[str, int] = field(default_factory=dict)

    @property
    def written(self) -> int:
        """Rows that entering writes to the ledger."""
        return self.add + self.update


def counts(paper: Paper) -> Counts:
    """The rows of a paper counted, in one query."""
    found, faults = Counts(), Counter[str]()
    groups = paper.rows.values_list("fault_codes", "may_be_entered", "decision").annotate(
        count=Count("id"), alike=Count("alike_id")
    )
    for codes, may_be_entered, decision, count, alike in groups.order_by():
        found.rows += count
        found.alike += alike
        if not may_be_entered:
            found.left += count
        elif decision == Decision.ADD:
            found.add += count
        elif decision == Decision.UPDATE:
            found.update += count
        else:
            found.skip += count
        if codes:
            found.faulty += count
            for code in codes.strip("|").split("|"):
                faults[code] += count
    found.by_fault = dict(faults.most_common())
    return found


@dataclass(frozen=True)
class Series:
    """New findings of a unit (null: joint) in a round, and the serials they will be given as things stand."""

    round: Round
    unit: Unit | None
    count: int
    first: int

    @property
    def last(self) -> int:
        return self.first + self.count - 1


def planned(paper: Paper) -> list[Series]:
    """What entering the paper will add, by round and unit; three queries."""
    groups = list(
        shown(paper.rows.all(), "add").values_list("values__round", "unit_id").annotate(count=Count("id")).order_by()
    )
    rounds = Round.objects.select_related("term").in_bulk({round for round, _, _ in groups if round})
    units = Unit.objects.in_bulk({unit for _, unit, _ in groups if unit})
    given = {
        (series.round_id, series.unit_id): series.last
        for series in NumberSeries.objects.filter(round__in=rounds).only("round_id", "unit_id", "last")
    }
    found = [
        Series(rounds[round], units.get(unit) if unit else None, count, given.get((round, unit), 0) + 1)
        for round, unit, count in groups
        if round in rounds
    ]
    return sorted(
        found,
        key=lambda s: (
            -s.round.term.number,
            -s.round.number,
            s.unit is not None,
            s.unit.order if s.unit else 0,
            s.unit.pk if s.unit else 0,
        ),
    )


def faults_of(paper: Paper) -> list[dict[str, Any]]:
    """Every fault of the file in the order of its rows."""
    rows = paper.rows.exclude(fault_codes="").order_by("pk").values_list("faults", flat=True)
    return [fault for faults in rows.iterator(chunk_size=2000) for fault in faults]


def check_likeness(rows: Sequence[LedgerRow]) -> None:
    """Look up which finding of the ledger each row may repeat, and decide what follows unless a person does.

    What hardly differs from one that stands there adds to it what it states; an exact repeat in the file is left out.
    """
    checked = [row for row in rows if row.may_be_entered and row.values.get("finding") and row.values.get("round")]
    found = nearest([Statement(row.values["round"], row.unit_id, row.values["finding"]) for row in checked])
    for row, alike in zip(checked, found, strict=True):
        row.alike_id = alike.finding_id if alike else None
        row.likeness = round(alike.likeness, 3) if alike else None
        if "|repeated|" in row.fault_codes:
            row.decision = Decision.SKIP
        elif alike is not None and alike.likeness >= similarity.sure():
            row.decision = Decision.UPDATE
        else:
            row.decision = Decision.ADD


def rows_named(paper: Paper, codes: Sequence[str]) -> QuerySet[LedgerRow]:
    """Rows with one of the faults."""
    asked = Q()
    for code in codes:
        asked |= Q(fault_codes__contains=f"|{code}|")
    return paper.rows.filter(asked) if codes else paper.rows.none()


def in_parts(things: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Lists of at most ``size``, in order."""
    left = iter(things)
    while part := list(islice(left, size)):
        yield part
