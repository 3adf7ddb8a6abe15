"""The groups of this product's own ledger put back in their places among the findings."""

from __future__ import annotations

from xuncha.documents.model import Document
from xuncha.extraction.ledger.grid import Box
from xuncha.extraction.ledger.layout import group_line, headings_above
from xuncha.extraction.ledger.rows import FindingRow
from xuncha.extraction.ledger.statement import statement
from xuncha.extraction.model import Finding, Span


def regroup(
    document: Document, items: list[tuple[FindingRow, Finding]], groups: list[tuple[int, str, Finding]]
) -> list[Finding]:
    """Items and groups in the order of the paper; a heading that people changed in the main table counts."""
    waiting = sorted(groups, key=lambda group: group[0])
    result: list[Finding] = []
    placed: dict[str, list[Finding]] = {}
    edited: set[int] = set()
    added: dict[str, Finding] = {}
    for position, (row, finding) in enumerate(items, start=1):
        number = _number(row.words("number"), position)
        while waiting and waiting[0][0] <= number:
            _, source, group = waiting.pop(0)
            result.append(group)
            placed.setdefault(source, []).append(group)
        above = headings_above(placed.get(row.words("source"), []), finding.path)
        box = row.box("group")
        if box is not None:
            new = _compare(document, box, above, edited, added)
            if new is not None:
                result.append(new)
                if not finding.path and row.box("path") is None:
                    finding.path = new.path
        if (
            not finding.path
            and row.box("path") is None
            and row.box("number") is not None
            and row.box("confidence") is None
        ):
            # A row that people added: it has no path of its own but a number.
            finding.path = (row.words("number").strip(),)
        result.append(finding)
    result.extend(group for _, _, group in waiting)
    return result


def _compare(
    document: Document, box: Box, above: list[Finding], edited: set[int], added: dict[str, Finding]
) -> Finding | None:
    """Take over changed headings from the group cell; gives a group that only the cell knows."""
    lines = _lines(box)
    if not above:
        if not lines or box.words in added:
            return None
        marker, title = statement(box.words, whole=True)
        words = box.words[title[0] : title[1]]
        added[box.words] = Finding((marker or words,), "group", Span(box.start + title[0], box.start + title[1]))
        return added[box.words]
    # Headings and lines are matched from the innermost; a missing outer line changes nothing.
    for group, (start, end) in zip(reversed(above), reversed(lines), strict=False):
        shown = document.text[box.start + start : box.start + end]
        known = document.text[group.title.start : group.title.end]
        if shown == group_line(group.path, known) or id(group) in edited:
            continue
        edited.add(id(group))
        marker = group.path[-1] if group.path else ""
        stripped = _after_marker(shown, marker)
        group.title = Span(box.start + end - len(stripped), box.start + end)
    return None


def _after_marker(shown: str, marker: str) -> str:
    opening = group_line((marker,), "题").removesuffix("题")
    if marker and shown.startswith(opening):
        return shown[len(opening) :]
    return shown


def _lines(box: Box) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    for line in box.words.split("\n"):
        if line.strip():
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _number(words: str, position: int) -> int:
    plain = words.strip().split(".")[0]
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else position
