"""Papers in the layouts that offices publish, each labelled by hand: what of them is found.

A paper is ``papers/NAME.txt`` with its label ``papers/NAME.json``; ``layout`` there says in one line
what the paper is for. Places, units, figures and sentences are invented.
"""

from __future__ import annotations

import json
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from xuncha.documents import read
from xuncha.extraction import extract

PAPERS = Path(__file__).parent / "papers"
NAMES = sorted(path.stem for path in PAPERS.glob("*.json"))
FLOOR = 0.6
OVERALL_FLOOR = 0.9
SAME_TITLE = 0.8
CONTAINED = 0.6

# Layouts that are not read well yet; a paper leaves this list with the change that reads it.
KNOWN_GAPS: dict[str, str] = {}


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    return "".join(character for character in text if unicodedata.category(character)[0] in "LN")


def _alike(one: str, other: str) -> bool:
    one, other = sorted((_plain(one), _plain(other)), key=len)
    if one and one in other and len(one) >= CONTAINED * len(other):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_TITLE


@cache
def _counts(name: str) -> tuple[int, int, int]:
    """Items found rightly, labelled and found in a paper; each label is met by one finding at most."""
    label = json.loads((PAPERS / f"{name}.json").read_text("utf-8"))
    wanted = _titles(label["findings"])
    found = _titles(extract(read(PAPERS / f"{name}.txt")).as_json()["findings"])
    left, right = list(found), 0
    for title in wanted:
        match = next((other for other in left if _alike(title, other)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return right, len(wanted), len(found)


def _titles(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["title"] for finding in findings if finding["level"] == "item"]


def _f1(right: int, wanted: int, found: int) -> float:
    return 2 * right / (wanted + found) if wanted + found else 1.0


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=KNOWN_GAPS[name]))
        if name in KNOWN_GAPS
        else name
        for name in NAMES
    ],
)
def test_most_findings_of_each_paper_are_found(name: str) -> None:
    assert _f1(*_counts(name)) >= FLOOR


def test_nearly_all_findings_are_found_in_the_layouts_that_are_read() -> None:
    counts = [_counts(name) for name in NAMES if name not in KNOWN_GAPS]
    assert _f1(*(sum(column) for column in zip(*counts, strict=True))) >= OVERALL_FLOOR


@pytest.mark.parametrize("name", NAMES)
def test_the_label_quotes_the_paper(name: str) -> None:
    label = json.loads((PAPERS / f"{name}.json").read_text("utf-8"))
    text = "".join(read(PAPERS / f"{name}.txt").text.split())
    for finding in label["findings"]:
        for span in (finding["title"], *finding["evidence"], *finding["measures"]):
            assert span in text


def test_known_gaps_are_papers_that_exist() -> None:
    assert set(KNOWN_GAPS) <= set(NAMES)
