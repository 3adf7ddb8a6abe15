"""A copy of an old ledger to correct: faulty cells coloured, each with the sentence beside it, and a list in front."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import Container, head_of, is_zip
from xuncha.documents.readers.workbooks import open_workbook
from xuncha.documents.writers.files import replacing
from xuncha.documents.writers.workbook import MAX_CELL, clean
from xuncha.extraction.ledger.old.faults import Fault, expected_of, sentence
from xuncha.extraction.ledger.old.plan import column_number
from xuncha.extraction.ledger.old.survey import FAULT_SHEET

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

MAX_LISTED: Final = 20_000
"""Faults that are listed and coloured; a file with more has other troubles."""
MAX_NOTES: Final = 3_000
"""Cells that get a note; Excel opens more of them slowly. The list in front holds all."""
MAX_TAGS: Final = 2_500_000
MAX_AREA: Final = 200_000
"""Cells that merged cells and links may cover in a file that the library opens, for it makes an object of each."""
FILL: Final = "FFFDE0DC"
_AREA = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]{0,400}?ref=[\"']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"
)
# What a formula can do beside counting: start programs (DDE), fetch, link.
_ACTIVE = re.compile(
    r"\||\b(?:WEBSERVICE|HYPERLINK|CALL|REGISTER(?:\.ID)?|EXEC|IMPORTXML|IMPORTDATA)\s*\(", re.IGNORECASE
)
_HEADS: Final = {
    False: ("工作表", "行", "列", "列名", "现有内容", "应为", "是否为"),
    True: ("Sheet", "Row", "Column", "Head", "Found", "Expected", "Did you mean"),
}
_WIDTHS: Final = (14, 7, 7, 16, 40, 34, 34)

Wording = Callable[[Fault], str]


def mark(
    path: Path, faults: Iterable[Fault], out: Path, *, english: bool = False, describe: Wording | None = None
) -> None:
    """Write to ``out`` (xlsx) what ``path`` holds with its faults shown. Raises `DocumentError`, `OSError`.

    Of an xlsx formulas and formats stay (formulas that would start or fetch something become text; values are counted
    anew when the file is opened). Of csv, xls and what the library cannot take safely the words are copied. Every
    text is written as text. ``describe`` words a fault where `sentence` shall not.
    """
    listed = list(dict.fromkeys(faults))[:MAX_LISTED]
    say = describe or (lambda fault: sentence(fault, english=english))
    if is_zip(head_of(path)) and path.suffix.lower() != ".csv" and _may_be_loaded(path):
        with replacing(out) as place:
            if _marked_in_place(path, listed, place, say, english=english):
                return
            _copied(path, listed, place, say, english=english)
        return
    with replacing(out) as place:
        _copied(path, listed, place, say, english=english)


def _may_be_loaded(path: Path) -> bool:
    """Whether the library, which holds all in memory and trusts the file, can take this one."""
    with Container(path, form="xlsx") as container:
        tags = area = 0
        for name in container.names():
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            data = container.read(name) or b""
            tags += data.count(b"<")
            for found in _AREA.finditer(data):
                across = column_number(found[3].decode()) - column_number(found[1].decode()) + 1
                area += max(across, 1) * max(int(found[4]) - int(found[2]) + 1, 1)
            if b"\0" in data[:256] or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                return False
    return tags <= MAX_TAGS and area <= MAX_AREA


def _marked_in_place(path: Path, faults: Sequence[Fault], place: Path, say: Wording, *, english: bool) -> bool:
    """Mark the workbook itself; false where the library cannot read or write it again."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, keep_links=False, rich_text=True)
        if FAULT_SHEET in book.sheetnames:
            del book[FAULT_SHEET]
        fill = PatternFill("solid", start_color=FILL, end_color=FILL)
        for number, (name, row, letter, mine) in enumerate(_by_cell(faults)):
            if name not in book.sheetnames or not hasattr(book[name], "merged_cells"):
                continue
            cell = _beginning(book[name], row, letter)
            cell.fill = fill
            if number < MAX_NOTES:
                before = [cell.comment.text] if cell.comment is not None else []
                words = "\n".join([*before, *map(say, mine)])
                cell.comment = Comment(
                    clean(words)[:2000], "xuncha", height=30 + 18 * (1 + len(words) // 22), width=320
                )
        for sheet in book.worksheets:
            sheet.sheet_view.tabSelected = False
            for cells in sheet.iter_rows():
                for cell in cells:
                    if cell.data_type == "f" and _ACTIVE.search(str(getattr(cell.value, "text", cell.value))):
                        _put(cell, str(getattr(cell.value, "text", cell.value)))
        _list_in_front(book, faults, english=english)
        book.save(place)
    except (MemoryError, DocumentError):
        raise
    except Exception:
        # The library raises whatever comes to hand on what it does not know; the words can be copied still.
        return False
    return True


def _by_cell(faults: Iterable[Fault]) -> list[tuple[str, int, str, list[Fault]]]:
    found: dict[tuple[str, int, str], list[Fault]] = {}
    for fault in faults:
        found.setdefault((fault.sheet, fault.row, fault.column), []).append(fault)
    return [(*where, mine) for where, mine in found.items()]


def _beginning(sheet: Worksheet, row: int, letter: str) -> Any:
    """The cell at a place, or the one that is merged over it."""
    column = column_number(letter) + 1
    cell = sheet.cell(row, column)
    if type(cell).__name__ != "MergedCell":
        return cell
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _put(cell: Cell | MergedCell, words: str) -> None:
    """Write words as words, whatever sign they begin with."""
    cell.value = clean(words)[:MAX_CELL]
    cell.data_type = "s"
    if words[:1] in ("=", "+", "-", "@", "\t"):
        cell.quotePrefix = True


def _told(fault: Fault, *, english: bool) -> tuple[str, ...]:
    expected = expected_of(fault, english=english)
    found = (fault.sheet, str(fault.row), fault.column, fault.header, fault.found, expected)
    return (*found, (", " if english else "、").join(fault.suggestions))


def _list_in_front(book: Any, faults: Sequence[Fault], *, english: bool) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(FAULT_SHEET, 0)
    for column, (head, width) in enumerate(zip(_HEADS[english], _WIDTHS, strict=True), start=1):
        _put(sheet.cell(1, column), head)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    for row, fault in enumerate(faults, start=2):
        for column, words in enumerate(_told(fault, english=english), start=1):
            _put(sheet.cell(row, column), words)
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 2).value = fault.row
        if fault.sheet in book.sheetnames:
            quoted = fault.sheet.replace("'", "''")
            sheet.cell(row, 2).hyperlink = f"#'{quoted}'!{fault.column}{fault.row}"
    sheet.freeze_panes = "A2"
    sheet.sheet_view.tabSelected = True
    book.active = 0


def _copied(path: Path, faults: Sequence[Fault], place: Path, say: Wording, *, english: bool) -> None:
    """Write the words of the workbook anew, sheet by sheet, with its faults shown."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    target = xlsxwriter.Workbook(str(place), options)
    plain = target.add_format({"text_wrap": True, "valign": "top"})
    bold = target.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    faulty = target.add_format({"text_wrap": True, "valign": "top", "bg_color": f"#{FILL[2:]}", "border": 1})
    front = target.add_worksheet(FAULT_SHEET)
    for column, (head, width) in enumerate(zip(_HEADS[english], _WIDTHS, strict=True)):
        front.write_string(0, column, head, bold)
        front.set_column(column, column, width)
    for row, fault in enumerate(faults, start=1):
        for column, words in enumerate(_told(fault, english=english)):
            front.write_string(row, column, clean(words), plain)
        front.write_number(row, 1, fault.row, plain)
    front.freeze_panes(1, 0)
    marked = _by_cell(faults)
    names = {FAULT_SHEET.casefold()}
    with open_workbook(path) as book:
        for number, source in enumerate(book.sheets):
            if source.name == FAULT_SHEET:
                continue
            sheet = target.add_worksheet(_sheet_name(source.name, names))
            if source.is_hidden:
                sheet.hide()
            mine = {
                (row - 1, column_number(letter)): found for name, row, letter, found in marked if name == source.name
            }
            written = set()
            sheet.set_column(0, 40, 18)
            for row, cells in book.rows(number):
                for column, words in cells.items():
                    if row < 1_048_576 and column < 16_384:
                        sheet.write_string(
                            row, column, clean(words)[:MAX_CELL], faulty if (row, column) in mine else plain
                        )
                        written.add((row, column))
            for notes, ((row, column), found) in enumerate(mine.items()):
                if (row, column) not in written:
                    sheet.write_blank(row, column, None, faulty)
                if notes < MAX_NOTES:
                    sheet.write_comment(row, column, clean("\n".join(map(say, found)))[:2000], {"x_scale": 2.2})
            _merge(sheet, book.spans(number), written, mine)
    target.close()


def _merge(sheet: Any, spans: dict[tuple[int, int], tuple[int, int]], written: set[tuple[int, int]], mine: Any) -> None:
    """Merged cells as they were, if they are few and apart: they say for which rows a cell holds."""
    covered: set[tuple[int, int]] = set()
    room = MAX_AREA
    for (row, column), (down, across) in spans.items():
        if down * across == 1 or down * across > room:
            continue
        room -= down * across
        area = [(r, c) for r in range(row, row + down) for c in range(column, column + across)]
        if any(each in covered or ((each in written or each in mine) and each != (row, column)) for each in area):
            continue
        covered.update(area)
        # The cells are written already; only the area is told, as `merge_range` would overwrite them.
        sheet.merge.append([row, column, row + down - 1, column + across - 1])


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows, and no sheet has yet."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", clean(name)).strip("' ")[:31] or "台账"
    found, number = plain, 1
    while found.casefold() in taken:
        number += 1
        found = f"{plain[:26]} {number}"
    taken.add(found.casefold())
    return found
