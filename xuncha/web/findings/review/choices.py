"""What can be chosen in a review: categories of the schemes, units by list, sector and round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xuncha.findings.queries import review
from xuncha.web.findings.review.rows import category_name


@dataclass
class SchemeChoice:
    """A scheme with its categories under their headings; each (key, sign, name, whether it is the present one)."""

    pk: int
    name: str
    is_leading: bool
    groups: list[tuple[str, list[tuple[int, str, str, bool]]]]
    has_one: bool


def scheme_choices(draft: Any) -> list[SchemeChoice]:
    """All active schemes, the leading one first; two queries."""
    found = []
    for scheme in review.schemes_to_choose_from():
        now = draft.category_id if scheme.is_leading else draft.codes.get(str(scheme.pk))
        groups: dict[str, list[tuple[int, str, str, bool]]] = {}
        for category in scheme.categories.all():
            groups.setdefault(category.group, []).append(
                (category.pk, category.letter, category_name(category), category.pk == now)
            )
        found.append(SchemeChoice(scheme.pk, _name(scheme), scheme.is_leading, list(groups.items()), now is not None))
    return found


def further_codes(codes: Mapping[str, int]) -> list[tuple[str, str]]:
    """The codes of a draft in further schemes: (scheme, category)."""
    return [(_name(category.scheme), category_name(category)) for category in review.categories_of(codes.values())]


def unit_names(keys: Iterable[int]) -> dict[int, str]:
    """Short names of units; no query without keys."""
    keys = set(keys)
    return review.unit_names(keys) if keys else {}


@dataclass
class UnitChoice:
    """A unit to be chosen, whether it is, and the note on it."""

    pk: int
    name: str
    full_name: str
    sector: int
    in_round: bool
    is_chosen: bool
    note: str = ""


@dataclass
class UnitChoices:
    """Units of the round first, then the others; ``sectors`` as (key, name, how many units)."""

    in_round: list[UnitChoice] = field(default_factory=list)
    others: list[UnitChoice] = field(default_factory=list)
    sectors: list[tuple[int, str, int]] = field(default_factory=list)
    notes: bool = False

    @property
    def parts(self) -> list[tuple[str, list[UnitChoice]]]:
        return [(_("Units of the round"), self.in_round), (_("Other units"), self.others)]

    @property
    def chosen(self) -> int:
        return sum(unit.is_chosen for unit in [*self.in_round, *self.others])


def unit_choices(actor: Any, paper: Any, draft: Any, *, notes: bool) -> UnitChoices:
    """The units to choose addressees from, or those where it was seen; two queries."""
    noted = {note["unit"]: note.get("note", "") for note in draft.seen_at}
    chosen = set(noted) if notes else set(draft.units)
    found = UnitChoices(notes=notes)
    sectors: dict[int, tuple[str, int]] = {}
    for unit in review.units_to_choose_from(actor, paper):
        choice = UnitChoice(
            pk=unit.pk,
            name=unit.short_name,
            full_name=unit.name,
            sector=unit.sector_id or 0,
            in_round=unit.in_round,
            is_chosen=unit.pk in chosen,
            note=noted.get(unit.pk, ""),
        )
        (found.in_round if unit.in_round else found.others).append(choice)
        if unit.sector is not None:
            name, number = sectors.get(unit.sector.pk, (_name(unit.sector), 0))
            sectors[unit.sector.pk] = (name, number + 1)
    found.sectors = [(pk, name, number) for pk, (name, number) in sorted(sectors.items())]
    return found


def _name(thing: Any) -> str:
    return str(thing.name_en or thing.name if get_language() == "en" else thing.name)
