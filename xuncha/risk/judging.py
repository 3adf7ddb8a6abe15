"""A reviewers' file read: a sheet or csv with a verdict beside the number, or indicator and key, of each lead."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xuncha.risk.marks import number
from xuncha.risk.verdicts import WORDS, Judged

HEADS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("疑点编号", "number"),
    "indicator": ("指标", "indicator"),
    "key": ("主键", "key"),
    "verdict": ("核实结论", "结论", "verdict"),
    "evidence": ("依据指纹", "evidence print"),
    "reviewer": ("核实人", "reviewer"),
    "day": ("核实日期", "date", "reviewed"),
    "reason": ("理由", "reason"),
}
_LOOKED_AT: Final = 30
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


class NotReadable(Exception):
    """A file in which no verdicts can be found; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english
        super().__init__(english)


@dataclass(frozen=True, slots=True)
class Misread:
    """A line whose verdict could not be taken, Chinese and English."""

    line: int
    chinese: str
    english: str


@dataclass(slots=True)
class Reading:
    """What a file says. `open`: leads without a verdict yet; `unprinted`: verdicts that do not say on what evidence."""

    judged: list[Judged] = field(default_factory=list)
    misread: list[Misread] = field(default_factory=list)
    open: int = 0
    unprinted: int = 0


def read(path: Path, prints: Mapping[str, str] | None = None) -> Reading:
    """Read a reviewers' file. Raises `NotReadable`.

    ``prints``: evidence by number, of the run that was reviewed, for files that do not say it.
    """
    heads: dict[str, int] = {}
    reading = Reading()
    taken: dict[str, tuple[int, Judged]] = {}
    for line, row in _rows(path):
        named = _heads(row)
        if {"verdict"} <= named.keys() and ("number" in named or {"indicator", "key"} <= named.keys()):
            heads = named
        elif heads:
            _take(
                line,
                {name: _words(row[at]) if at < len(row) else "" for name, at in heads.items()},
                reading,
                taken,
                prints,
            )
    if not heads:
        raise NotReadable(
            "没有找到表头：应有“核实结论”，以及“疑点编号”或“指标”和“主键”",
            'no heads found: there must be "Verdict", and "Number" or "Indicator" and "Key"',
        )
    reading.judged = [judged for _, judged in taken.values()]
    reading.unprinted = sum(not judged.evidence for judged in reading.judged)
    return reading


def _take(
    line: int,
    cells: dict[str, str],
    reading: Reading,
    taken: dict[str, tuple[int, Judged]],
    prints: Mapping[str, str] | None,
) -> None:
    said = " ".join(cells["verdict"].lower().split())
    named = cells.get("number", "")
    if not named and cells.get("key") and cells.get("indicator"):
        named = number(cells["indicator"].split()[0].upper(), cells["key"])
    if not said:
        reading.open += bool(named)
        return
    verdict = WORDS.get(said)
    if verdict is None:
        reading.misread.append(
            Misread(
                line,
                f"结论“{cells['verdict']}”不认识，应为属实、不属实或不能判断",
                f'verdict "{cells["verdict"]}" is not known; write so, not so or cannot tell',
            )
        )
        return
    if "-" not in named:
        reading.misread.append(Misread(line, "没有疑点编号", "the number of the lead is missing"))
        return
    evidence = cells.get("evidence", "") or (prints or {}).get(named, "")
    judged = Judged(named, evidence, verdict, cells.get("reviewer", ""), cells.get("day", ""), cells.get("reason", ""))
    earlier = taken.get(named)
    if earlier is not None and earlier[1].verdict != verdict:
        reading.misread.append(
            Misread(
                line,
                f"与第 {earlier[0]} 行对同一疑点的结论不同，两行都未采用",
                f"contradicts line {earlier[0]} on the same lead; neither was taken",
            )
        )
        del taken[named]
        return
    taken[named] = (line, judged)


def _heads(row: list[Any]) -> dict[str, int]:
    """Which cell of a row is the head of what."""
    by_word = {word: name for name, words in HEADS.items() for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        name = by_word.get("".join(_words(cell).split()).lower()) or by_word.get(" ".join(_words(cell).split()).lower())
        if name is not None:
            found.setdefault(name, at)
    return found


def _words(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return str(cell).lower()
    words = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else "" if cell is None else str(cell)
    # The sign that keeps a spreadsheet from taking a text for a formula.
    return words.strip().removeprefix("'")


def _rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        yield from _sheets(path)
        return
    try:
        content = path.read_bytes()
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise NotReadable(reason, reason) from None
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise NotReadable("文字不是 UTF-8，也不是 GB18030", "the text is neither UTF-8 nor GB18030")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, list(row)
    except csv.Error as fault:
        raise NotReadable(f"第 {reader.line_num} 行不能读：{fault}", f"line {reader.line_num}: {fault}") from None


def _sheets(path: Path) -> Iterator[tuple[int, list[Any]]]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except Exception as fault:  # the reader's errors have no common kind
        raise NotReadable(f"不是可读的工作簿：{fault}", f"is not a readable workbook: {fault}") from None
    for rows in sheets:
        # Only the sheet that has a column for verdicts: the others of a report bear numbers of leads too.
        if any("verdict" in _heads(row) for row in rows[:_LOOKED_AT]):
            yield from enumerate(rows, start=1)
