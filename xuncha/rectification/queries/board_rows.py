"""The rows behind each number of the board."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuncha.findings.models import Addressee
from xuncha.rectification.models import Rectification
from xuncha.rectification.permissions import fed_back_parts
from xuncha.rectification.queries.board import (
    CLOSED,
    NO_CATEGORY,
    ORDER,
    STEP_OF,
    STOPS,
    not_taken_on,
    placed,
)
from xuncha.rectification.queries.overdue import is_overdue, items
from xuncha.rounds.models import Round
from xuncha.security.models import User

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which rows stand behind a number: ``step`` (came so far), ``stop`` (stands there: a reason, or a step for all of
    its reasons), units, categories, late ones only. Empty is all.
    """

    step: str = ""
    stop: str = ""
    units: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    is_late: bool = False

    def places(self) -> frozenset[str] | None:
        """The places asked for, null for all."""
        if self.stop:
            return frozenset(why for why, step, _word in STOPS if self.stop in (why, step))
        if self.step and self.step != ORDER[0]:
            least = ORDER.index(self.step)
            return frozenset({CLOSED, *(why for why, step, _word in STOPS if ORDER.index(step) >= least)})
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """A part with its place; ``item`` is null where none was opened."""

    part: Addressee
    item: Rectification | None
    place: str


def rows(
    actor: User, round: Round, asked: BoardFilter, today: datetime.date, *, after: int = 0
) -> tuple[list[Row], int]:
    """A page of the rows behind a number, by part, and the key to go on after; 0 on the last page."""
    found = list(
        _narrowed(actor, round, asked, today)
        .filter(pk__gt=after)
        .select_related("finding", "unit")
        .order_by("pk")[: PAGE + 1]
    )
    page = found[:PAGE]
    by_pair = _items_of(actor, round, page)
    reasons: dict[int, str] = dict(
        not_taken_on(actor, round).filter(pk__in=[part.pk for part in page]).values_list("pk", "reason")
    )
    lines = []
    for part in page:
        item = by_pair.get((part.finding_id, part.unit_id))
        place = item.place if item is not None else reasons.get(part.pk, "silent")  # type: ignore[attr-defined]
        lines.append(Row(part, item, place))
    return lines, page[-1].pk if len(found) > PAGE else 0


def number(actor: User, round: Round, asked: BoardFilter, today: datetime.date) -> int:
    """How many rows stand behind a number."""
    return _narrowed(actor, round, asked, today).order_by().count()


def _narrowed(actor: User, round: Round, asked: BoardFilter, today: datetime.date) -> QuerySet[Addressee]:
    found = fed_back_parts(actor).filter(finding__round=round)
    if asked.units:
        found = found.filter(unit__in=asked.units)
    if asked.categories:
        chosen = Q(finding__category__in=[key for key in asked.categories if key != NO_CATEGORY])
        if NO_CATEGORY in asked.categories:
            chosen |= Q(finding__category__isnull=True)
        found = found.filter(chosen)
    of_part = Rectification.objects.filter(finding=OuterRef("finding"), unit=OuterRef("unit"))
    if asked.is_late:
        found = found.filter(Exists(of_part.filter(is_overdue(today))))
    places = asked.places()
    if places is not None:
        early = [why for why in places if STEP_OF.get(why) == ORDER[0]]
        later = places.difference(early)
        wanted = Q(Exists(placed(of_part).filter(place__in=sorted(later)))) if later else Q()
        if early:
            wanted |= Q(pk__in=not_taken_on(actor, round).filter(reason__in=sorted(early)).values("pk"))
        found = found.filter(wanted)
    return found


def _items_of(actor: User, round: Round, parts: Iterable[Addressee]) -> dict[tuple[int, int], Rectification]:
    there = list(parts)
    found = placed(
        items(actor, round).filter(finding__in={p.finding_id for p in there}, unit__in={p.unit_id for p in there})
    )
    return {(item.finding_id, item.unit_id): item for item in found}
