"""Heat map: figures in cells of five inks, totals on both sides that agree; each figure opens its rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xuncha.web.pictures.inks import Scale, scale

ROW: Final = 26
_HEAD_LINE: Final = 16
_TILTED_HEAD: Final = 118
# Shares of the width, in percent: names at the left, totals at the right.
_NAMES: Final = 11.0
_TOTALS: Final = 6.0
# Pixels between the names and the totals at the narrowest screen that shows the picture whole.
_NARROWEST: Final = 700
_CHARACTER: Final = 12
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LONGEST_NAME: Final = 7
_LONGEST_TILTED: Final = 22


@dataclass(frozen=True, slots=True)
class Label:
    """Head of a row or column: its key, the name that is shown, the whole name that is read aloud."""

    key: int
    name: str
    full: str = ""

    @property
    def said(self) -> str:
        return self.full or self.name


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: ``ink`` k0-k5, ``url`` of its rows (empty: nothing to open), ``x`` its place; whether it is marked as
    holding something late.
    """

    number: int
    ink: str
    url: str
    said: str
    x: str
    is_late: bool = False

    @property
    def text(self) -> str:
        return f"{self.number:,}"

    @property
    def is_dark(self) -> bool:
        return self.ink in ("k4", "k5")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture; ``y`` in pixels from its top."""

    label: Label
    shown: str
    y: int
    cells: Sequence[Cell]
    total: Cell


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: its name in ``lines`` from top to bottom, or tilted."""

    label: Label
    lines: Sequence[tuple[str, int]]
    x: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A heat map ready to be shown: pixels downwards, percent of the width across, so that letters keep their size."""

    heads: Sequence[Head]
    lines: Sequence[Line]
    foot: Sequence[Cell]
    total: Cell
    scale: Scale
    width: str
    head_height: int
    is_tilted: bool

    @property
    def foot_y(self) -> int:
        return self.head_height + ROW * len(self.lines) + 4

    @property
    def height(self) -> int:
        return self.foot_y + ROW

    @property
    def totals_x(self) -> str:
        return f"{100 - _TOTALS:.2f}%"

    @property
    def totals_width(self) -> str:
        return f"{_TOTALS:.2f}%"


def draw(
    rows: Sequence[Label],
    columns: Sequence[Label],
    numbers: Mapping[tuple[int, int], int],
    *,
    url: Callable[[int | None, int | None], str],
    said: Callable[[Label | None, Label | None, int], str],
    late: Collection[tuple[int, int]] = (),
) -> HeatMap:
    """The picture of ``numbers`` by key of row and column.

    ``url`` gives the address of the rows behind a figure (null: the total over rows or columns); ``said`` the words
    read aloud for it. Cells of ``late`` bear the mark of it. Totals are sums of what is shown.
    """
    inks = scale(max(numbers.values(), default=0))
    width = (100 - _NAMES - _TOTALS) / max(len(columns), 1)
    places = [f"{_NAMES + i * width:.3f}%" for i in range(len(columns))]
    tilted = any(not _HAN.search(column.name) for column in columns)
    characters = max(3, int(_NARROWEST * width / 100 / _CHARACTER))
    heads = [
        Head(column, _tilted(column.name) if tilted else _wrapped(column.name, characters), place)
        for column, place in zip(columns, places, strict=True)
    ]
    deepest = max((len(head.lines) for head in heads), default=1)
    head_height = _TILTED_HEAD if tilted else deepest * _HEAD_LINE + 8
    if not tilted:
        heads = [Head(h.label, _sunk(h.lines, deepest), h.x) for h in heads]

    def cell(row: Label | None, column: Label | None, number: int, place: str, *, is_total: bool = False) -> Cell:
        address = url(row.key if row else None, column.key if column else None) if number else ""
        is_late = bool(row and column and (row.key, column.key) in late)
        return Cell(number, "" if is_total else inks.ink(number), address, said(row, column, number), place, is_late)

    lines = []
    for i, row in enumerate(rows):
        found = [numbers.get((row.key, column.key), 0) for column in columns]
        lines.append(
            Line(
                row,
                row.name if len(row.name) <= _LONGEST_NAME or not _HAN.search(row.name) else row.name[:6] + "…",
                head_height + i * ROW,
                [cell(row, column, n, x) for column, n, x in zip(columns, found, places, strict=True)],
                cell(row, None, sum(found), "", is_total=True),
            )
        )
    foot = [
        cell(None, column, sum(numbers.get((row.key, column.key), 0) for row in rows), x, is_total=True)
        for column, x in zip(columns, places, strict=True)
    ]
    whole = cell(None, None, sum(figure.number for figure in foot), "", is_total=True)
    return HeatMap(heads, lines, foot, whole, inks, f"{width:.3f}%", head_height, tilted)


def _wrapped(name: str, characters: int) -> list[tuple[str, int]]:
    """The name in lines of even length, none longer than the column holds."""
    count = max(1, math.ceil(len(name) / characters))
    even = math.ceil(len(name) / count)
    return [(name[i : i + even], 0) for i in range(0, len(name), even)]


def _sunk(lines: Sequence[tuple[str, int]], deepest: int) -> list[tuple[str, int]]:
    """The lines with their place from the top: they stand on the cells, not under the ceiling."""
    first = deepest - len(lines) + 1
    return [(words, (first + i) * _HEAD_LINE - 2) for i, (words, _) in enumerate(lines)]


def _tilted(name: str) -> list[tuple[str, int]]:
    return [(name if len(name) <= _LONGEST_TILTED else name[: _LONGEST_TILTED - 1].rstrip() + "…", 0)]
