"""Ruled tables of a PDF page: the cells that its horizontal and vertical rules enclose."""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final

from xuncha.documents.model import Cell
from xuncha.documents.readers.pdf import PlacedLine, plain_characters

_THIN: Final = 2.5
"""A drawn thing no thicker than this (points) is a rule."""
_NEAR: Final = 3.0
"""Rules closer than this are one."""
_MAX_OBJECTS: Final = 5_000
"""A page of more objects is a drawing; looking at each would take long."""
_MAX_RULES: Final = 400
"""A page with more different rules is a drawing, no table."""

_NEW_PARAGRAPH = re.compile(
    r"\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[①-⑳]"
)

Rule = tuple[float, float, float]
"""Where a rule stands across its direction, and where it begins and ends along it."""


def with_tables(page: Any, textpage: Any, lines: list[PlacedLine], *, first_table: int) -> tuple[list[PlacedLine], int]:
    """The lines with those inside ruled tables replaced by their cells, and the number of the next table."""
    across, upright = _rules(page)
    if len(across) < 3 or len(upright) < 3:
        return lines, first_table
    for bottom, top in _stretches(upright):
        within = [rule for rule in across if bottom - _NEAR <= rule[0] <= top + _NEAR]
        beside = [rule for rule in upright if bottom - _NEAR <= rule[1] and rule[2] <= top + _NEAR]
        lines, first_table = _with_table(textpage, lines, within, beside, number=first_table)
    return lines, first_table


def _stretches(upright: list[Rule]) -> list[tuple[float, float]]:
    """The stretches of the page, from above, that vertical rules cover without a gap: each may be a table."""
    stretches: list[tuple[float, float]] = []
    for _, start, end in sorted(upright, key=lambda rule: -rule[2]):
        if stretches and end >= stretches[-1][0] - _NEAR:
            stretches[-1] = (min(start, stretches[-1][0]), stretches[-1][1])
        elif len(stretches) < 50:
            stretches.append((start, end))
    return stretches


def _with_table(
    textpage: Any, lines: list[PlacedLine], across: list[Rule], upright: list[Rule], *, number: int
) -> tuple[list[PlacedLine], int]:
    """The lines with those between these rules replaced by cells, if the rules make a table."""
    boxes = _cells(across, upright)
    # A single row or column of boxes is decoration (a form's frame, underlined heads).
    if len(boxes) < 4 or len({box[0] for box in boxes}) < 2 or len({box[1] for box in boxes}) < 2:
        return lines, number
    xs, ys = _positions(upright), _positions(across)[::-1]
    cells: list[PlacedLine] = []
    for row, column, rows, columns in boxes:
        left, right = xs[column], xs[column + columns]
        top, bottom = ys[row], ys[row + rows]
        text = plain_characters(textpage.get_text_bounded(left=left, bottom=bottom, right=right, top=top))
        where = Cell(number, row, column, rows=rows, columns=columns)
        cells += [PlacedLine(words, left, right, bottom, top, where) for words in _paragraphs(text)]
    if len(cells) < 3:
        return lines, number
    left, right, top, bottom = xs[0], xs[-1], ys[0], ys[-1]

    def inside(line: PlacedLine) -> bool:
        return bottom < line.middle < top and left - _NEAR < line.left and line.right < right + _NEAR

    # Not a character may go: rules that leave a cell open make no table.
    if _characters(line for line in lines if inside(line)) != _characters(cells):
        return lines, number
    before = [line for line in lines if not inside(line) and line.middle >= top]
    after = [line for line in lines if not inside(line) and line.middle < top]
    return before + cells + after, number + 1


def _paragraphs(text: str) -> list[str]:
    """A cell's paragraphs: its lines are wrapped by its width and belong together, unless one begins with a number."""
    paragraphs: list[str] = []
    for line in text.splitlines():
        words = line.strip()
        if not words:
            continue
        if paragraphs and not (_NEW_PARAGRAPH.match(words) and paragraphs[-1][-1] in "。；;：:"):
            # Two half-width words must not become one.
            gap = " " if paragraphs[-1][-1].isascii() and paragraphs[-1][-1].isalpha() and words[0].isascii() else ""
            paragraphs[-1] += gap + words
        else:
            paragraphs.append(words)
    return paragraphs


def _characters(lines: Iterable[PlacedLine]) -> int:
    return sum(len(word) for line in lines for word in line.text.split())


def _rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    """The horizontal and the vertical rules drawn on a page."""
    from pypdfium2 import raw

    across: list[Rule] = []
    upright: list[Rule] = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    count = raw.FPDFPage_CountObjects(page)
    for index in range(count if count <= _MAX_OBJECTS else 0):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            continue
        width, height = right.value - left.value, top.value - bottom.value
        if height <= _THIN and width > 4 * _THIN:
            across.append(((bottom.value + top.value) / 2, left.value, right.value))
        elif width <= _THIN and height > 2 * _THIN:
            upright.append(((left.value + right.value) / 2, bottom.value, top.value))
        elif width > 4 * _THIN and height > 2 * _THIN and raw.FPDFPath_CountSegments(drawn) in (4, 5):
            # A cell drawn as a frame gives four rules.
            across += [(bottom.value, left.value, right.value), (top.value, left.value, right.value)]
            upright += [(left.value, bottom.value, top.value), (right.value, bottom.value, top.value)]
    return across, upright


def _positions(rules: list[Rule]) -> list[float]:
    """The different places of rules, ascending; rules close together count once."""
    places: list[float] = []
    for place in sorted(rule[0] for rule in rules):
        if not places or place - places[-1] > _NEAR:
            places.append(place)
    return places


def _nearest(places: list[float], value: float) -> int:
    i = bisect_left(places, value)
    if i and (i == len(places) or value - places[i - 1] <= places[i] - value):
        i -= 1
    return i


def _cells(across: list[Rule], upright: list[Rule]) -> list[tuple[int, int, int, int]]:
    """Cells as (row, column, rows, columns) in reading order; rows count from the top."""
    xs, ys = _positions(upright), _positions(across)
    if len(xs) * len(ys) > _MAX_RULES * _MAX_RULES // 4 or max(len(xs), len(ys)) > _MAX_RULES:
        return []
    wide, high = len(xs) - 1, len(ys) - 1
    # over[y][x]: a rule stands on line y over the column x; beside[x][y] likewise.
    over = [[False] * wide for _ in ys]
    beside = [[False] * high for _ in xs]
    for place, start, end in across:
        row = over[_nearest(ys, place)]
        for x in range(_nearest(xs, start), _nearest(xs, end)):
            row[x] = row[x] or (start <= xs[x] + _NEAR * 2 and end >= xs[x + 1] - _NEAR * 2)
    for place, start, end in upright:
        column = beside[_nearest(xs, place)]
        for y in range(_nearest(ys, start), _nearest(ys, end)):
            column[y] = column[y] or (start <= ys[y] + _NEAR * 2 and end >= ys[y + 1] - _NEAR * 2)
    taken = [[False] * wide for _ in range(high)]
    cells: list[tuple[int, int, int, int]] = []
    for y in range(high - 1, -1, -1):
        for x in range(wide):
            if taken[y][x] or not (over[y + 1][x] and beside[x][y]):
                continue
            columns = 1
            while x + columns < wide and not beside[x + columns][y]:
                columns += 1
            rows = 1
            while y - rows >= 0 and not over[y - rows + 1][x]:
                rows += 1
            if not (beside[x + columns][y] and over[y - rows + 1][x]):
                continue
            for below in range(rows):
                for right in range(columns):
                    taken[y - below][x + right] = True
            cells.append((high - 1 - y, x, rows, columns))
    return cells
