"""Each indicator has a page, and a pair of tables in and leads expected that a person can follow."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from xuncha.risk.catalogue import shipped
from xuncha.risk.citations import spelled_out
from xuncha.risk.data import Data
from xuncha.risk.explaining import index, page
from xuncha.risk.loading import load
from xuncha.risk.running import Outcome, run

PAIRS = Path(__file__).parent / "pairs"
_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")


def expanded(text: str) -> str:
    """``T{1..3},B{5..7}`` stands for three lines, T1,B5 to T3,B7."""
    lines = []
    for line in text.strip().splitlines():
        ranges = list(_RANGE.finditer(line))
        count = int(ranges[0][2]) - int(ranges[0][1]) + 1 if ranges else 1
        lines += [_RANGE.sub(lambda m, i=i: str(int(m[1]) + i), line) for i in range(count)]
    return "\n".join(lines) + "\n"


def ran(code: str, pair: dict[str, Any], folder: Path) -> Outcome:
    for table, text in pair["tables"].items():
        (folder / f"{table}.csv").write_text(expanded(text), "utf-8")
    loaded = load(folder, as_of=dt.date.fromisoformat(pair.get("as_of", "2024-12-31")), ids="as-is")
    assert loaded.faults() == []
    (outcome,) = run(
        Data(loaded.backend, loaded.columns, loaded.as_of), [shipped()[code]], own={code: pair.get("parameters", {})}
    )
    assert outcome.refusal is None
    return outcome


@pytest.mark.parametrize("code", shipped())
def test_tables_in_leads_out(code: str, tmp_path: Path) -> None:
    pair = tomllib.loads((PAIRS / f"{code}.toml").read_text("utf-8"))
    outcome = ran(code, pair, tmp_path)
    assert {lead.key: lead.fields["value"] for lead in outcome.leads} == pytest.approx(pair["leads"], rel=1e-6)
    assert pair["leads"], "a pair without a lead shows nothing"
    assert outcome.skipped == pair.get("skipped", {})
    for lead in outcome.leads:
        assert lead.sentence is not None and lead.sentence.zh.endswith("疑点，需核实。") and lead.evidence
        assert "None" not in lead.sentence.zh and lead.indicator.of_person == (lead.priority is None)


@pytest.mark.parametrize("code", shipped())
def test_every_indicator_has_its_page(code: str, root: Path) -> None:
    """Made by ``bin/xuncha risk explain CODE``; it says what the code says."""
    assert (root / "docs" / "indicators" / f"{code}.md").read_text("utf-8") == page(shipped()[code])


def test_the_index_leads_to_every_page(root: Path) -> None:
    assert (root / "docs" / "indicators" / "index.md").read_text("utf-8") == index(shipped().values())


@pytest.mark.parametrize("code", shipped())
def test_sources_are_spelled_out(code: str) -> None:
    for source in (shipped()[code].sources, *(parameter.source for parameter in shipped()[code].parameters)):
        assert not re.search(
            r"\b(TBR?|CGR?|YSR?|TZ|JS|YB|CFF?|XK|ZB|RY|XS|PR|CV|OCP|GTI|ARA|DZ)\d*\b", spelled_out(source, "zh")
        )
        assert not re.search(
            r"[a-z]{4,}",
            spelled_out(source, "zh")
            .replace("Cardinal", "")
            .replace("Prozorro", "")
            .replace("Arachne", "")
            .replace("Nigrini", ""),
        ), source


def test_no_page_and_no_pair_is_left_over(root: Path) -> None:
    assert {path.stem for path in (root / "docs" / "indicators").glob("*-*.md")} == shipped().keys()
    assert {path.stem for path in PAIRS.glob("*.toml")} == shipped().keys()


@pytest.mark.parametrize("code", shipped())
def test_the_file_is_named_after_the_code_and_sources_are_given(code: str) -> None:
    indicator = shipped()[code]
    module = indicator.find.__module__.rsplit(".", 1)[1]
    assert module.startswith(code.lower().replace("-", "_") + "_")
    assert indicator.sources and all(parameter.source for parameter in indicator.parameters)
    for words in (indicator.name, indicator.question, indicator.formula, indicator.false_positives, indicator.sentence):
        assert all(words)
    said = indicator.sentence.zh + indicator.sentence.en + indicator.formula.zh
    assert not re.search("违纪|违法事实|corrupt|guilty", said)
