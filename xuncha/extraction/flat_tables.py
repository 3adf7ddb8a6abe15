"""Tables that came as lines of plain text, their cells parted by tabs or gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xuncha.documents.model import Block, Document
from xuncha.extraction import statements
from xuncha.extraction.ledger.words import field_of_head
from xuncha.extraction.measures import measures, status_at_end
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.prose import Prose
from xuncha.extraction.status import status_of

_GAP = re.compile(r"\t[ \t\u3000]*|[ \u3000]{2,}")
_NUMBER = re.compile(r"[（(]?(\d{1,3})[)）]?[.、．]?$")
_GROUP = re.compile(r"[（(](?P<pcn>[一二三四五六七八九十]{1,3})[)）]|(?P<cn>[一二三四五六七八九十]{1,3})、")


LONGEST_HEAD = 16
LONGEST_ROW = 12


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
    """What a column of this head holds, in the terms of labels; empty where the ledger's words know no such head."""
    field = field_of_head(word) or ""
    return {"title": "problem", "evidence": "problem", "progress": "status"}.get(field, field)


def flat_tables(document: Document, prose: Prose) -> list[FlatTable]:
    """The tables of findings among the lines of a document."""
    found: list[FlatTable] = []
    blocks = [block for block in document.blocks if block.cell is None]
    k = 0
    while k < len(blocks):
        head = columns([prose.words(span) for span in cells(document, blocks[k])])
        if head is None:
            table, k = _one_cell_a_line(document, prose, blocks, k)
            if table is not None:
                found.append(table)
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


def _one_cell_a_line(document: Document, prose: Prose, blocks: list[Block], first: int) -> tuple[FlatTable | None, int]:
    """A table copied so that each cell is a line: the heads, then row by row, each row begun by its number."""
    head: list[str] = []
    k = first
    while k < len(blocks) and blocks[k].end - blocks[k].start <= LONGEST_HEAD:
        kind = _column(document.block_text(blocks[k]))
        if not kind:
            break
        head.append(kind)
        k += 1
    if len(head) < 3 or head[0] != "number" or "problem" not in head or not {"measures", "status"} & set(head):
        return None, first + 1
    findings: list[Finding] = []
    while k + len(head) <= len(blocks):
        number = _NUMBER.match(document.block_text(blocks[k]))
        if number is None or int(number.group(1)) != len(findings) + 1:
            break
        last = k + len(head)
        # A cell of several lines makes a row longer: it reaches to the next number.
        for later in range(last, min(last + LONGEST_ROW, len(blocks))):
            following = _NUMBER.match(document.block_text(blocks[later]))
            if following is not None and int(following.group(1)) == len(findings) + 2:
                last = later
                break
        row = [Span(block.start, block.end) for block in blocks[k:last]]
        extra = len(row) - len(head)
        if extra > 0 and "measures" in head:
            at = head.index("measures")
            row[at : at + extra + 1] = [Span(row[at].start, row[at + extra].end)]
        findings.append(_finding(prose, row, head, ()))
        k = last
    if not findings:
        return None, first + 1
    return FlatTable(Span(blocks[first].start, blocks[k - 1].end), findings), k


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
