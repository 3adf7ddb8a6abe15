"""A ledger read back: its rows as findings, every one tied to its cells. What people wrote into cells counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xuncha.documents.model import Document
from xuncha.extraction.ledger.categories import category_code
from xuncha.extraction.ledger.entries import path_of, split_any, split_own, units_of
from xuncha.extraction.ledger.facts import read_facts
from xuncha.extraction.ledger.grid import Box
from xuncha.extraction.ledger.grouping import regroup
from xuncha.extraction.ledger.layout import status_cell
from xuncha.extraction.ledger.mapping import ColumnMapping
from xuncha.extraction.ledger.rows import FindingRow, Heading, Left, finding_rows
from xuncha.extraction.ledger.statement import statement
from xuncha.extraction.ledger.suggestions import suggest
from xuncha.extraction.ledger.tables import LedgerTable, LedgerTables, recognise
from xuncha.extraction.ledger.words import facet_of, status_of
from xuncha.extraction.model import Extraction, Facts, Finding, Requirement, Span

_STATED = ("leader", "department", "person", "due")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YES = ("是", "√", "✓", "Y", "y", "立行立改")


class NoLedger(ValueError):
    """A document without a table whose columns are those of a ledger."""


def read_ledger(
    document: Document, mapping: ColumnMapping | None = None, *, tables: LedgerTables | None = None
) -> Extraction:
    """The findings, requirements and facts that a ledger holds. Raises `NoLedger` where none is found."""
    tables = tables if tables is not None else recognise(document, mapping)
    if tables is None:
        raise NoLedger(document.name)
    result = Extraction(document, Facts(kind="ledger"), warnings=list(document.warnings))
    groups = [_with_source(document, table, row) for table in tables.of("groups") for row in finding_rows(table)]
    open_ones: list[Finding] = []
    for table in tables.of("findings"):
        items: list[tuple[FindingRow, Finding]] = []
        reader = _TableReader(document, table)
        for part in finding_rows(table):
            if isinstance(part, Left):
                result.warnings.append(part.told())
            elif isinstance(part, Heading):
                reader.heading(part)
            else:
                items.append((part, reader.finding(part)))
        if table.is_own:
            result.findings.extend(regroup(document, items, [group for group in groups if group is not None]))
            groups = []
            # A row that people added says nothing of how sure it is.
            open_ones += [finding for row, finding in items if row.box("confidence") is None]
        else:
            result.findings.extend(reader.findings)
            open_ones += reader.findings
        result.warnings.extend(_unread(table))
    for table in tables.of("requirements"):
        result.requirements.extend(_requirements(table))
    suggest(result, open_ones)
    read_facts(result, tables)
    result.facts.kind = _kind(tables)
    return result


def _with_source(document: Document, table: LedgerTable, part: object) -> tuple[int, str, Finding] | None:
    """A row of the sheet of groups: before which number it stands, of which file, and the group."""
    if not isinstance(part, FindingRow):
        return None
    group = _TableReader(document, table).own_finding(part, level="group")
    before = _NUMBER.match(part.words("before"))
    return (int(float(before[0])) if before else 1_000_000_000, part.words("source"), group)


def _unread(table: LedgerTable) -> Iterator[str]:
    unread = table.unmapped()
    if unread:
        yield f"未采用的列：{'、'.join(unread)}"


def _kind(tables: LedgerTables) -> str:
    findings = tables.of("findings")
    if any(table.has("status") or table.has("progress") for table in findings):
        return "ledger"
    return "plan" if any(table.has("measures") for table in findings) else "ledger"


def _requirements(table: LedgerTable) -> Iterator[Requirement]:
    for part in finding_rows(table):
        if isinstance(part, FindingRow) and (part.box("title") or part.box("duties")):
            title = part.box("title")
            yield Requirement(
                path_of(part.words("path")),
                None if title is None else Span(title.start, title.end),
                _entries(part.boxes("duties"), own=True),
                part.words("due") or None,
            )


def _entries(boxes: list[Box], *, own: bool) -> list[Span]:
    found: list[Span] = []
    for box in boxes:
        pieces = split_own(box.words, first=len(found) + 1) if own else split_any(box.words)
        found += [Span(box.start + start, box.start + end) for start, end in pieces]
    return found


class _TableReader:
    """Turns the rows of one table into findings; in a foreign table keeps the groups met so far."""

    def __init__(self, document: Document, table: LedgerTable) -> None:
        self._document, self._table = document, table
        self.findings: list[Finding] = []
        self._group: Finding | None = None
        self._group_box: Box | None = None

    def finding(self, row: FindingRow) -> Finding:
        if self._table.is_own:
            return self.own_finding(row, level="item")
        finding = self._foreign_finding(row)
        self.findings.append(finding)
        return finding

    def heading(self, heading: Heading) -> None:
        """A row that only names a group."""
        self._open_group(heading.box)

    def _open_group(self, box: Box) -> None:
        if self._group_box is not None and self._group_box.words == box.words:
            return
        marker, title = statement(box.words, whole=True)
        words = box.words[title[0] : title[1]]
        path = (marker or words,)
        self._group_box = box
        self._group = Finding(path, "group", Span(box.start + title[0], box.start + title[1]))
        self.findings.append(self._group)

    def own_finding(self, row: FindingRow, *, level: str) -> Finding:
        """A finding as this product's own ledger holds it, what people changed included."""
        title = row.box("title") or row.first()
        finding = Finding(path_of(row.words("path")), level, Span(title.start, title.end))
        finding.evidence = _entries(row.boxes("evidence"), own=True)
        finding.measures = [*_entries(row.boxes("measures"), own=True), *_entries(row.boxes("progress"), own=True)]
        self._common(row, finding)
        finding.category_reasons = [row.words("reasons")[start:end] for start, end in split_own(row.words("reasons"))]
        shown, original = row.words("status"), row.words("stated_status")
        finding.status = status_of(shown)
        if original and shown == status_cell(finding.status, original):
            finding.stated["status"] = original
        elif shown and shown != status_cell(finding.status, None):
            finding.stated["status"] = shown
        return finding

    def _common(self, row: FindingRow, finding: Finding) -> None:
        """What stands alike in every ledger."""
        finding.units = [unit for box in row.boxes("unit") for unit in units_of(box.words)]
        finding.category = category_code(row.words("category"))
        finding.nature = facet_of(row.words("nature"), ("common", "individual"))
        finding.origin = facet_of(row.words("origin"), ("legacy", "emerging"))
        finding.severity = row.words("severity") or None
        finding.immediate = any(row.words("immediate").startswith(word) for word in _YES)
        finding.confidence = _share(row.words("confidence"))
        for name in _STATED:
            words = row.all_words(name)
            if words:
                finding.stated[name] = words

    def _foreign_finding(self, row: FindingRow) -> Finding:
        group = row.box("group")
        if group is not None:
            self._open_group(group)
        title = row.box("title") or row.first()
        marker, (start, end) = statement(title.words, whole=bool(row.boxes("evidence")))
        above = self._group.path if self._group is not None else ()
        own = marker or row.words("path").strip() or row.words("number").strip().rstrip("、.．")
        finding = Finding((*above, own) if own else above, "item", Span(title.start + start, title.start + end))
        finding.evidence = _entries(row.boxes("evidence"), own=False)
        if not row.boxes("evidence") and end < len(title.words):
            rest = title.words[end:]
            for first, last in split_any(rest.lstrip("。：:；;，, \n")):
                shift = title.start + end + len(rest) - len(rest.lstrip("。：:；;，, \n"))
                finding.evidence.append(Span(shift + first, shift + last))
        finding.measures = _entries(row.boxes("measures"), own=False)
        self._common(row, finding)
        self._foreign_status(row, finding)
        return finding

    def _foreign_status(self, row: FindingRow, finding: Finding) -> None:
        words = row.all_words("status")
        if words:
            finding.stated["status"] = words
            finding.status = status_of(words)
        progress = row.boxes("progress")
        if len(progress) == 1 and len(progress[0].words) <= 12 and status_of(progress[0].words):
            finding.status = finding.status or status_of(progress[0].words)
            finding.stated.setdefault("status", progress[0].words)
        else:
            finding.measures += _entries(progress, own=False)


def _share(words: str) -> float:
    """A ratio written as 85%, 0.85 or 85; 1 where nothing is written."""
    match = _NUMBER.search(words)
    if match is None:
        return 1.0
    number = float(match[0])
    if "%" in words or "％" in words or number > 1:
        number /= 100
    return min(max(number, 0.0), 1.0)
