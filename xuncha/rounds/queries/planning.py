"""Terms, rounds and the units inspected in them, as the actor may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, QuerySet

from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import InspectedUnit, Round, Term
from xuncha.rounds.permissions import rounds_visible_to, terms_visible_to
from xuncha.security.models import User
from xuncha.security.policy import part_in_sight


def terms(actor: User) -> QuerySet[Term]:
    """The terms, newest first."""
    return terms_visible_to(actor).order_by("-number")


def rounds(actor: User) -> QuerySet[Round]:
    """The rounds, newest first, each with ``unit_count``: of the units that the actor may know."""
    known = part_in_sight(actor, "inspected__unit", round="pk")
    rows = rounds_visible_to(actor).annotate(unit_count=Count("inspected", filter=known))
    return rows.order_by("-term__number", "-number")


def find_round(actor: User, pk: int) -> Round | None:
    """The round, if the actor may see it."""
    return rounds_visible_to(actor).filter(pk=pk).first()


def rounds_by_key(keys: Collection[int]) -> dict[int, Round]:
    """Rounds by their key, to name a handful of rows that are shown already."""
    return Round.objects.select_related("term").in_bulk(list(keys))


def find_term(actor: User, pk: int) -> Term | None:
    """The term, if the actor may see it."""
    return terms_visible_to(actor).filter(pk=pk).first()


def next_number(term: Term) -> int:
    """The number that the next round of a term will bear."""
    return (Round.objects.filter(term=term).aggregate(last=Max("number"))["last"] or 0) + 1


def inspected(actor: User, round: Round) -> QuerySet[InspectedUnit]:
    """The units inspected in a round with their teams, in the order of the units, as far as the actor may know them."""
    return (
        InspectedUnit.objects.filter(part_in_sight(actor, round="round"), round=round)
        .select_related("unit", "unit__sector", "team")
        .order_by("unit__order", "unit_id")
    )


def inspected_keys(actor: User, round: Round) -> list[int]:
    """The keys of the units inspected in a round, of those the actor may know."""
    rows = InspectedUnit.objects.filter(part_in_sight(actor, round="round"), round=round)
    return list(rows.values_list("unit_id", flat=True))


def rounds_of_unit(actor: User, unit: Unit) -> QuerySet[InspectedUnit]:
    """In which rounds a unit was inspected, newest first."""
    return (
        InspectedUnit.objects.filter(unit=unit, round__in=rounds_visible_to(actor))
        .select_related("round", "round__term", "team")
        .order_by("-round__term__number", "-round__number")
    )


@dataclass(slots=True)
class CoveredUnit:
    """A unit and the rounds of a term in which it was inspected; none: not yet."""

    unit: Unit
    rounds: list[Round] = field(default_factory=list)


def coverage(actor: User, term: Term) -> tuple[list[Round], list[CoveredUnit]]:
    """全覆盖: the rounds of a term, oldest first, and every active unit or one inspected in it, with its rounds."""
    of_term = list(rounds_visible_to(actor).filter(term=term).order_by("number"))
    by_key = {round.pk: round for round in of_term}
    seen: dict[int, list[Round]] = {}
    for unit, round in (
        InspectedUnit.objects.filter(round__in=of_term).values_list("unit_id", "round_id").order_by("round__number")
    ):
        seen.setdefault(unit, []).append(by_key[round])
    units: Iterable[Unit] = (
        units_visible_to(actor).select_related("sector").order_by("sector__order", "sector_id", "order", "id")
    )
    return of_term, [
        CoveredUnit(unit, seen.get(unit.pk, [])) for unit in units if unit.pk in seen or unit.state == Unit.State.ACTIVE
    ]
