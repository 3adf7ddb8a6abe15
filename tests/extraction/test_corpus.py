"""The labelled documents beside the checkout: the reference speech item for item, and the figures aimed at."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from xuncha.documents import read
from xuncha.extraction import extract

AIMS = {
    "items.f1": 0.90,
    "groups.f1": 0.90,
    "evidence.f1": 0.75,
    "measures.f1": 0.80,
    "requirements.f1": 0.75,
    "category.acc": 0.85,
    "facts.acc": 0.90,
    "negatives.clean": 1.0,
}


@pytest.fixture(scope="module")
def figures(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """What the scorer says of all labelled documents."""
    folder = tmp_path_factory.mktemp("predictions")
    for path in sorted((shared / "corpus").glob("*.txt")):
        result = extract(read(path)).as_json()
        (folder / f"{path.stem}.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    command = [sys.executable, str(shared / "tools" / "score_extraction.py"), str(shared / "corpus"), str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return {name: float(value) for name, value in re.findall(r"^(\S+)\s+([\d.]+)$", told, re.MULTILINE)}


@pytest.mark.parametrize("name", AIMS)
def test_the_labelled_documents_are_read_as_aimed_at(figures: dict[str, float], name: str) -> None:
    assert figures[name] >= AIMS[name]


def test_the_reference_speech_is_read_item_for_item(shared: Path) -> None:
    label = json.loads((shared / "corpus" / "seed.json").read_text("utf-8"))
    result = extract(read(shared / "corpus" / "seed.txt")).as_json()

    def told(findings: list[dict[str, object]]) -> list[tuple[object, ...]]:
        return [(f["level"], f["path"], re.sub(r"\s", "", str(f["title"])), f["category"]) for f in findings]

    assert [entry for entry in told(result["findings"]) if entry[0] == "item"] == [
        entry for entry in told(label["findings"]) if entry[0] == "item"
    ]
    assert result["document"]["round"] == label["round"]
    assert result["document"]["truncated"] is True
