"""Papers of the field that report no finding, though they are full of the words findings are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extraction.composing import document
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


def test_a_text_of_another_field_is_other_and_holds_no_finding() -> None:
    result = extract(document("秋天的早晨", "雾从河面上升起来，船夫把缆绳解开，岸上没有人说话。")).as_json()
    assert result["document"]["kind"] == "other"
    assert result["findings"] == []
