"""Papers of the field that report no finding, though they are full of the words findings are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from xuncha.documents import read
from xuncha.extraction import extract

TRAPS = Path(__file__).parent / "traps"
NAMES = sorted(path.stem for path in TRAPS.glob("*.txt"))

# Traps that still catch the extraction; a paper leaves this list with the change that sees through it.
KNOWN_GAPS: dict[str, str] = {}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=KNOWN_GAPS[name]))
        if name in KNOWN_GAPS
        else name
        for name in NAMES
    ],
)
def test_a_paper_without_findings_yields_none(name: str) -> None:
    result = extract(read(TRAPS / f"{name}.txt")).as_json()
    assert [finding["title"] for finding in result["findings"]] == []


def test_there_are_at_least_twenty_traps() -> None:
    assert len(NAMES) >= 20
    assert set(KNOWN_GAPS) <= set(NAMES)
