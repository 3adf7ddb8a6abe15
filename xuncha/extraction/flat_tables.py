"""Tables that came as lines of plain text, their cells parted by tabs or gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xuncha.documents.model import Block, Document
from xuncha.extraction import statements
from xuncha.extraction.cues import cue
from xuncha.extraction.measures import measures, status_at_end
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.prose import Prose
from xuncha.extraction.status import status_of

_GAP = re.compile(r"\t[ \t\u3000]*|[ \u3000]{2,}")
_NUMBER = re.compile(r"[（(]?(\d{1,3})[)）]?[.、．]?$")
_GROUP = re.compile(r"[（(](?P<pcn>[一二三四五六七八九十]{1,3})[)）]|(?P<cn>[一二三四五六七八九十]{1,3})、")
_COLUMNS = ("problem", "measures", "status", "due", "leader", "department", "person")


@dataclass(frozen=True, slots=True)
class FlatTable:
    """The findings of one table and the stretch of text it takes."""

    span: Span
    findings: list[Finding]


def cells(document: Document, block: Block) -> list[Span]:
    """The cells of a line, by its gaps."""
    spans, start = [], block.start
    for gap in _GAP.finditer(document.text, block.start, block.end):
        spans.append(Span(start, gap.start()))
        start = gap.end()
    spans.append(Span(start, block.end))
    return [span for span in spans if span.start < span.end]


def columns(words: list[str]) -> list[str] | None:
    """What the columns of a head hold; null where the line is no head of a table of findings."""
    kinds = [_column(word) for word in words]
    told = [kind for kind in kinds if kind]
    if (
        len(words) < 3
        or "problem" not in told
        or not {"measures", "status"} & set(told)
        or any(len(word) > 16 for word in words)
    ):
        return None
    return kinds


def _column(word: str) -> str:
    if re.fullmatch(r"序号|编号|号", word):
        return "number"
    if cue("labels", "problem").fullmatch(word) or word in ("问题", "问题清单", "存在问题", "巡察发现问题"):
        return "problem"
    if re.search(r"结果|完成情况|进度|状态|是否", word):
        return "status"
    for kind in _COLUMNS[1:]:
        if cue("labels", kind).search(word):
            return kind
    return "problem" if word.endswith("问题") else ""


def flat_tables(document: Document, prose: Prose) -> list[FlatTable]:
    """The tables of findings among the lines of a document."""
    found: list[FlatTable] = []
    blocks = [block for block in document.blocks if block.cell is None]
    k = 0
    while k < len(blocks):
        head = columns([prose.words(span) for span in cells(document, blocks[k])])
        if head is None:
            k += 1
            continue
        table, k = _rows(document, prose, blocks, k, head)
        if table is not None:
            found.append(table)
    return found


def _rows(
    document: Document, prose: Prose, blocks: list[Block], first: int, head: list[str]
) -> tuple[FlatTable | None, int]:
    findings: list[Finding] = []
    path: tuple[str, ...] = ()
    k = first + 1
    while k < len(blocks):
        row = cells(document, blocks[k])
        words = prose.words(row[0])
        if len(row) >= 2 and _NUMBER.match(words):
            findings.append(_finding(prose, row, head, path))
        elif len(row) == 1 and (group := _GROUP.match(words)):
            marker = group.group("cn") or f"({group.group('pcn')})"
            path = (marker,)
            findings.append(Finding(path, "group", Span(row[0].start + group.end(), row[0].end)))
        else:
            break
        k += 1
    items = sum(1 for finding in findings if finding.level == "item")
    end = blocks[k - 1].end
    return (FlatTable(Span(blocks[first].start, end), findings) if items else None), k


def _finding(prose: Prose, row: list[Span], head: list[str], path: tuple[str, ...]) -> Finding:
    number = _NUMBER.match(prose.words(row[0]))
    marker = number.group(1) if number else ""
    kinds = head if head[0] == "number" else ["number", *head]
    finding: Finding | None = None
    for kind, span in zip(kinds, row, strict=False):
        words = prose.words(span)
        if kind == "problem" and finding is None:
            title, evidence = statements.statement_and_facts(prose, span)
            finding = Finding((*path, marker), "item", statements.unwrap(prose, title), evidence, confidence=0.9)
        elif finding is None:
            continue
        elif kind == "measures":
            finding.measures.extend(measures(prose, span, results=True))
            finding.status = finding.status or status_at_end(words)
        elif kind == "status":
            finding.status = status_of(words) or finding.status
            finding.stated["status"] = words
    for kind, span in zip(kinds, row, strict=False):
        if finding is not None and kind in ("due", "leader", "department", "person"):
            finding.stated[kind] = prose.words(span)
    return finding or Finding((*path, marker), "item", row[-1], confidence=0.3)
