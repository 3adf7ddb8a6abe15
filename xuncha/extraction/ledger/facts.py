"""What a ledger says of itself: its sheet of facts, or the title and the lines above its head."""

from __future__ import annotations

import math
import re

from xuncha.extraction.ledger.entries import split_own
from xuncha.extraction.ledger.grid import Box
from xuncha.extraction.ledger.layout import FACT_OF_LABEL
from xuncha.extraction.ledger.tables import LedgerTable, LedgerTables
from xuncha.extraction.model import TOTALS, Extraction, Facts, Span

_UNIT = re.compile(
    r"(?:被巡察|被巡视|填报|填表|报送|整改|责任)(?:单位|党组织)(?:名称)?(?:[（(]盖章[)）])?[：:]\s*(?P<unit>[^\s：:（(，,；;]{2,40})"
)
_UNIT_IN_TITLE = re.compile(
    r"^(?P<unit>[^（(\s，,]{2,30}?(?:党委|党组|党总支|党支部|党工委|局|院|校|中心|公司|委员会|办公室|乡|镇|街道|社|村))"
    r"(?=(?:关于)?(?:落实|整改|巡察|巡视|反馈|对)|[^，,]{0,24}(?:轮|台账|清单))"
)
_ROUND = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}届)?[^，,。；;：:\s（(]{0,12}第[一二三四五六七八九十\d]{1,3}轮(?:巡察)?"
)
_ROUND_STARTS = re.compile(r"[一二三四五六七八九十]{1,3}届|中共|第[一二三四五六七八九十\d]{1,3}轮")
# The sign or space between a unit and what follows it in the same line may be lost.
_AFTER_UNIT = re.compile(
    r"[一二三四五六七八九十]{1,3}届|第[一二三四五六七八九十\d]{1,3}轮|(?:填报|填表|填写|联系|制表|报送)(?:人|时间|日期|电话)"
)
_DATE = re.compile(r"反馈(?:日期|时间)[：:]\s*(?P<y>\d{4})[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})")
_TITLE = re.compile(r"台账|清单|方案|一览表|统计表|情况表|明细表|任务分解|销号表|汇总表|整改")
_SHA = re.compile(r"[0-9a-f]{64}")


def read_facts(result: Extraction, tables: LedgerTables) -> None:
    """Fill the facts of ``result`` from the sheet of facts, or else from what stands above the head."""
    own = tables.of("facts")
    for table in own:
        _from_sheet(result, table)
    if not own:
        for table in tables.of("findings"):
            _from_above(result.facts, table.above)
            if result.facts.title is None:
                result.facts.title = _heading_before(result, table)


def _from_sheet(result: Extraction, table: LedgerTable) -> None:
    facts = result.facts
    for row in table.body():
        boxes = table.grid.row(row)
        name = FACT_OF_LABEL.get(boxes[0].words.strip()) if boxes else None
        values = list(boxes[1:])
        if name is None or not values:
            continue
        if name == "root_causes":
            for box in values:
                result.root_causes += [Span(box.start + start, box.start + end) for start, end in split_own(box.words)]
        elif len({box.words for box in values}) > 1 or len(values) + 1 < len(table.heads):
            # Of several papers only what they share is true of the ledger.
            continue
        elif name in TOTALS:
            number = _amount(values[0].words)
            if number is not None:
                facts.totals[name] = number
        elif name in ("title", "unit", "inspector", "round", "feedback_date"):
            setattr(facts, name, values[0].words)


def _amount(words: str) -> int | float | None:
    plain = words.replace(",", "").replace("，", "").strip()
    try:
        number = float(plain)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(plain) if plain.lstrip("-").isdigit() and plain.isascii() else number


def _from_above(facts: Facts, above: list[Box]) -> None:
    for box in above:
        words = box.words
        if facts.title is None and _TITLE.search(words) and len(words) <= 80 and "：" not in words:
            facts.title = words
        unit = _UNIT.search(words)
        if unit is not None and facts.unit is None:
            facts.unit = _AFTER_UNIT.split(unit["unit"], maxsplit=1)[0] or None
        found = _ROUND.search(words)
        if found is not None and facts.round is None:
            facts.round = _round(found[0])
        date = _DATE.search(words)
        if date is not None:
            facts.feedback_date = f"{date['y']}-{int(date['m']):02}-{int(date['d']):02}"
    if facts.unit is None and facts.title is not None:
        named = _UNIT_IN_TITLE.match(facts.title)
        if named is not None and "届" not in named["unit"]:
            facts.unit = named["unit"]


def _round(words: str) -> str:
    """The round without what the greedy search took along before it."""
    start = _ROUND_STARTS.search(words)
    return (words[start.start() :] if start is not None else words).removesuffix("巡察")


def _heading_before(result: Extraction, table: LedgerTable) -> str | None:
    """The nearest line before a table in a paper that may be its title."""
    blocks = result.document.blocks
    for block in reversed(blocks[max(0, table.grid.first_block - 4) : table.grid.first_block]):
        words = result.document.block_text(block)
        if _TITLE.search(words) and len(words) <= 60:
            return words
    return None
