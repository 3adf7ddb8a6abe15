"""The heat map prints every figure, zeros too, and its totals agree on both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.web.pictures.heat_map import Label, draw
from xuncha.web.pictures.inks import scale

KEYS = st.integers(0, 8)
NUMBERS = st.dictionaries(st.tuples(KEYS, KEYS), st.integers(0, 5000))


@given(NUMBERS, st.integers(0, 9), st.integers(1, 9))
def test_totals_are_those_of_the_figures(numbers: dict[tuple[int, int], int], rows: int, columns: int) -> None:
    heads = [Label(key, f"类别{key}") for key in range(columns)]
    lines = [Label(key, f"单位{key}") for key in range(rows)]
    drawn = draw(lines, heads, numbers, url=lambda row, column: "/", said=lambda row, column, number: "")
    shown = {(r, c): numbers.get((r, c), 0) for r in range(rows) for c in range(columns)}
    assert [[cell.number for cell in line.cells] for line in drawn.lines] == [
        [shown[r, c] for c in range(columns)] for r in range(rows)
    ]
    assert [line.total.number for line in drawn.lines] == [
        sum(shown[r, c] for c in range(columns)) for r in range(rows)
    ]
    assert [cell.number for cell in drawn.foot] == [sum(shown[r, c] for r in range(rows)) for c in range(columns)]
    assert drawn.total.number == sum(shown.values())


@given(st.integers(0, 10**7))
def test_inks_rise_with_the_number(largest: int) -> None:
    inks = scale(largest)
    assert list(inks.least) == sorted(set(inks.least))
    assert inks.least[0] == 1
    assert inks.ink(0) == "k0"
    if largest:
        assert inks.ink(max(largest, inks.least[-1])) == "k5"


def test_a_small_round_counts_on_its_fingers() -> None:
    assert scale(8).words() == "1、2、3–4、5–6、7+"
    assert scale(0).ink(0) == "k0"


@pytest.mark.parametrize("name", ["大局意识和贯彻决策部署", "其他"])
def test_a_long_name_breaks_into_even_lines(name: str) -> None:
    heads = [Label(key, name) for key in range(17)]
    drawn = draw([], heads, {}, url=lambda row, column: "", said=lambda row, column, number: "")
    assert "".join(words for words, _ in drawn.heads[0].lines) == name
    assert max(len(words) for words, _ in drawn.heads[0].lines) <= 3
