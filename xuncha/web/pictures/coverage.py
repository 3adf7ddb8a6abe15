"""Coverage map (全覆盖图): a square for each unit, filled where it was inspected in the term, sector by sector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from xuncha.web.rounds.wording import count_word

COLUMNS: Final = 8
_LABEL: Final = 10.0
ROW: Final = 32


@dataclass(frozen=True, slots=True)
class Square:
    """A unit: ``rounds`` in which it was inspected, empty where it was not; ``x``, ``y`` its place."""

    name: str
    said: str
    rounds: str
    url: str
    x: str
    y: int


@dataclass(frozen=True, slots=True)
class Band:
    """A sector with its squares; ``done`` of ``of`` were inspected."""

    name: str
    done: int
    of: int
    y: int
    squares: Sequence[Square]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map, pixels down and percent across."""

    bands: Sequence[Band]
    height: int
    width: str


def draw(groups: Sequence[tuple[str, Sequence[tuple[Any, Sequence[Any]]]]], *, url: Callable[[Any], str]) -> Coverage:
    """The map of sectors, each with its units and the rounds in which they were inspected."""
    width = (100 - _LABEL) / COLUMNS
    bands = []
    y = 0
    for name, units in groups:
        squares = [
            Square(
                unit.short_name if len(unit.short_name) <= 7 else unit.short_name[:6] + "…",
                _said(unit, rounds),
                "、".join(str(round.number) for round in rounds),
                url(unit),
                f"{_LABEL + i % COLUMNS * width:.3f}%",
                i // COLUMNS * ROW,
            )
            for i, (unit, rounds) in enumerate(units)
        ]
        bands.append(Band(name, sum(bool(rounds) for _unit, rounds in units), len(units), y, squares))
        y += (len(units) + COLUMNS - 1) // COLUMNS * ROW + 8
    return Coverage(bands, y, f"{width:.3f}%")


def _said(unit: Any, rounds: Sequence[Any]) -> str:
    if not rounds:
        return _("%(unit)s: not yet inspected in this term") % {"unit": unit.name}
    return _("%(unit)s: inspected in round %(rounds)s") % {
        "unit": unit.name,
        "rounds": "、".join(count_word(round.number) for round in rounds),
    }
