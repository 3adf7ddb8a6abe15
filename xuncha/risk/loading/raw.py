"""A file's rows as text in a DuckDB table ``raw``: `line`, `c0` … `cN`, `extra` (cells beyond the heads).

A plain UTF-8 csv is read by DuckDB itself; one that is not quite plain (GB18030, line ends inside cells, blank lines,
rows of uneven length) row by row, so that every row keeps its line and none is lost.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from xuncha.risk.loading.cells import name, quoted
from xuncha.risk.loading.direct import Direct
from xuncha.risk.loading.heads import LOOKED_AT, Placed, place
from xuncha.risk.schema import Table

BATCH: Final = 50_000
_CHUNK: Final = 1 << 24
_HEAD_BYTES: Final = 1 << 18
_DELIMITERS: Final = (",", "\t", ";", "|", "，")
# A cell may hold a whole text; the default limit of the module is 128 KiB.
csv.field_size_limit(1 << 26)

Row = tuple[int, Sequence[str | None]]


class Unreadable(Exception):
    """A file whose rows cannot be had; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english
        super().__init__(english)


@dataclass(frozen=True, slots=True)
class Survey:
    """What the bytes of a text file tell before it is parsed."""

    encoding: str
    start: int
    """Length of a byte order mark."""
    line_ends: int
    ends_open: bool
    """The last line has no end."""
    is_plain: bool
    """UTF-8, no bare carriage returns, no zeros: where DuckDB finds a row a line, Python would find the same."""
    has_wide: bool
    is_ascii: bool = False
    blanks: str = " \t\r"
    """Those of the three that occur."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a file, or of one sheet of it, now in ``raw``; `placed` is null where no head was found."""

    sheet: str
    placed: Placed | None
    rows: int
    has_wide: bool
    is_sheet: bool
    direct: int = 0
    """So many rows are plain and in ``direct_rows`` instead."""

    @property
    def careful(self) -> int:
        return self.rows - self.direct


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parts(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    table: Table,
    settled: dict[str, str],
    direct_for: Callable[[Placed], Direct | None] = lambda placed: None,
) -> Iterator[Part]:
    """Lay the rows of each part of a file into ``raw``, one part after the other. Raises `Unreadable`.

    ``direct_for``: how plain rows under those heads may come in without ``raw``; null where they may not.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            yield _parquet(connection, path, table, settled)
        elif suffix in (".xlsx", ".xlsm", ".xls"):
            yield from _workbook(connection, path, table, settled)
        else:
            yield _text(connection, path, table, settled, direct_for)
    except OSError as fault:
        raise Unreadable(f"读不出：{fault.strerror or fault}", f"cannot be read: {fault.strerror or fault}") from None


def survey(path: Path) -> Survey:
    """Read a text file once: encoding, line ends, signs that only a careful parser takes. Raises `Unreadable`."""
    with path.open("rb") as file:
        head = file.read(4)
        start = 3 if head.startswith(codecs.BOM_UTF8) else 0
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return Survey("utf-16", 0, 0, False, False, True)
        file.seek(start)
        utf8 = codecs.getincrementaldecoder("utf-8")()
        is_utf8, line_ends, plain, wide, is_ascii, last, blanks = True, 0, True, False, True, b"\n", set[str]()
        while chunk := file.read(_CHUNK):
            if not chunk.isascii() or utf8.getstate()[0]:
                is_ascii = False
                wide = wide or _has_wide(last[-1:] + chunk)
                is_utf8 = is_utf8 and _decodes(utf8, chunk)
            if b"\r" in chunk or last == b"\r":
                joined = last + chunk
                plain = plain and joined.count(b"\r") == joined.count(b"\r\n") + joined.endswith(b"\r")
            plain = plain and b"\0" not in chunk
            blanks |= {blank for blank in " \t\r" if blank not in blanks and blank.encode() in chunk}
            line_ends += chunk.count(b"\n")
            last = chunk[-1:]
        is_utf8 = is_utf8 and _decodes(utf8, b"", final=True)
    return Survey(
        "utf-8" if is_utf8 else "gb18030",
        start,
        line_ends,
        last != b"\n",
        is_utf8 and plain,
        wide or not is_utf8,
        is_ascii,
        "".join(sorted(blanks)),
    )


def _has_wide(words: bytes) -> bool:
    return b"\xef" in words and (b"\xef\xbc" in words or b"\xef\xbd" in words)


def _decodes(decoder: codecs.IncrementalDecoder, words: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(words, final)
    except UnicodeDecodeError:
        return False
    return True


def _text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    table: Table,
    settled: dict[str, str],
    direct_for: Callable[[Placed], Direct | None],
) -> Part:
    seen = survey(path)
    with path.open("rb") as file:
        file.seek(seen.start)
        head = file.read(_HEAD_BYTES)
    whole = len(head) < _HEAD_BYTES
    words = codecs.getincrementaldecoder(seen.encoding)("replace" if seen.encoding == "utf-8" else "strict")
    try:
        text = words.decode(head, final=whole)
    except UnicodeDecodeError:
        raise _undecodable() from None
    delimiter, placed, line = _dialect(text, table, settled)
    if placed is None:
        rows = sum(1 for _ in _csv_rows(path, seen, delimiter, 0))
        return Part("", None, rows, seen.has_wide, is_sheet=False)
    if seen.is_plain:
        found = _by_duckdb(connection, path, seen, delimiter, placed, line, direct_for(placed))
        if found is not None:
            return found
    rows = insert(connection, _csv_rows(path, seen, delimiter, placed.row + 1), placed.width)
    return Part("", placed, rows, seen.has_wide, is_sheet=False)


def _undecodable() -> Unreadable:
    return Unreadable("文字不是 UTF-8，也不是 GB18030", "the text is neither UTF-8 nor GB18030")


def _dialect(text: str, table: Table, settled: dict[str, str]) -> tuple[str, Placed | None, int]:
    """The sign between cells, the heads, and the number of physical lines up to and with the heads."""
    best: tuple[int, str, Placed | None, int] = (-1, ",", None, 0)
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows: list[list[str]] = []
        lines: list[int] = []
        try:
            for row in itertools.islice(reader, LOOKED_AT):
                rows.append(row)
                lines.append(reader.line_num)
        except csv.Error:
            continue
        placed = place(table, rows, settled)
        if placed is not None and len(placed.columns) > best[0]:
            best = (len(placed.columns), delimiter, placed, lines[placed.row])
    return best[1:]


def _by_duckdb(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    seen: Survey,
    delimiter: str,
    placed: Placed,
    line: int,
    direct: Direct | None,
) -> Part | None:
    """The rows by DuckDB's own reader; null where it would not see a row a line."""
    expected = seen.line_ends + seen.ends_open - line
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(placed.width))
    # A single column: an empty cell is a blank line, which the reader passes over.
    if placed.width < 2 or expected <= 0 or len(delimiter.encode()) > 1:
        return None
    reader = (
        f"read_csv({quoted(str(path))}, header=false, skip={line}, auto_detect=false, delim={quoted(delimiter)}, "
        f"quote='\"', escape='\"', null_padding=true, strict_mode=true, columns={{{columns}}})"
    )
    try:
        if direct is not None:
            found, rest = direct.lay(connection, reader, seen, placed, line)
            part = Part("", placed, found, seen.has_wide, is_sheet=False, direct=found - rest)
            return part if found == expected else None
        connection.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT *, NULL::VARCHAR AS extra FROM {reader}")
    except duckdb.Error:
        return None
    row = connection.execute("SELECT count(*) FROM raw").fetchone()
    if row is None or row[0] != expected:
        return None
    connection.execute(f"CREATE OR REPLACE TEMP VIEW raw_lines AS SELECT rowid + {line + 1} AS line, * FROM raw")
    return Part("", placed, expected, seen.has_wide, is_sheet=False)


def _csv_rows(path: Path, seen: Survey, delimiter: str, passed_over: int) -> Iterator[Row]:
    with path.open("r", encoding="utf-8-sig" if seen.encoding == "utf-8" else seen.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        line = 1
        try:
            for number, row in enumerate(reader):
                if number >= passed_over:
                    yield line, row
                line = reader.line_num + 1
        except UnicodeDecodeError:
            raise _undecodable() from None
        except csv.Error as fault:
            raise Unreadable(f"第 {line} 行不能读：{fault}", f"line {line} cannot be read: {fault}") from None


def insert(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row], width: int) -> int:
    """Lay rows of any length into ``raw``; gives how many."""
    columns = ", ".join(f"c{i} VARCHAR" for i in range(width))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE raw (line BIGINT, {columns}, extra VARCHAR)")
    connection.execute("CREATE OR REPLACE TEMP VIEW raw_lines AS SELECT * FROM raw")
    count = 0
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH)):
        count += len(batch)
        lines: list[int] = []
        cells: list[list[str | None]] = [[] for _ in range(width)]
        extra: list[str | None] = []
        for line, row in batch:
            lines.append(line)
            for position in range(width):
                cells[position].append(row[position] if position < len(row) else None)
            beyond = [cell.strip() for cell in row[width:] if cell is not None and cell.strip()]
            extra.append(" ".join(beyond) if beyond else None)
        arrays = [
            pa.array(lines, pa.int64()),
            *(pa.array(column, pa.string()) for column in cells),
            pa.array(extra, pa.string()),
        ]
        names = ["line", *(f"c{i}" for i in range(width)), "extra"]
        connection.register("raw_batch", pa.table(arrays, names=names))
        connection.execute("INSERT INTO raw SELECT * FROM raw_batch")
        connection.unregister("raw_batch")
    return count


def _parquet(connection: duckdb.DuckDBPyConnection, path: Path, table: Table, settled: dict[str, str]) -> Part:
    try:
        heads = [
            row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(path))})").fetchall()
        ]
        placed = place(table, [heads], settled)
        cast = ", ".join(f"{name(head)}::VARCHAR AS c{i}" for i, head in enumerate(heads))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {cast}, NULL::VARCHAR AS extra FROM read_parquet({quoted(str(path))})"
        )
    except duckdb.Error:
        raise Unreadable("不是可读的 parquet 文件", "is not a readable parquet file") from None
    connection.execute("CREATE OR REPLACE TEMP VIEW raw_lines AS SELECT rowid + 1 AS line, * FROM raw")
    row = connection.execute("SELECT count(*) FROM raw").fetchone()
    return Part("", placed, int(row[0]) if row else 0, has_wide=True, is_sheet=False)


def _workbook(
    connection: duckdb.DuckDBPyConnection, path: Path, table: Table, settled: dict[str, str]
) -> Iterator[Part]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
    except Exception as fault:  # the reader's errors have no common kind
        raise Unreadable(f"不是可读的工作簿：{fault}", f"is not a readable workbook: {fault}") from None
    empty: list[tuple[str, int]] = []
    found = False
    for sheet in names:
        try:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except Exception as fault:
            raise Unreadable(f"工作表“{sheet}”不能读：{fault}", f'sheet "{sheet}" cannot be read: {fault}') from None
        cells = [[_words(cell) for cell in row] for row in rows]
        placed = place(table, cells[:LOOKED_AT], settled)
        if placed is None:
            empty.append((sheet, sum(any(cell for cell in row) for row in cells)))
            continue
        found = True
        below = ((placed.row + 2 + number, row) for number, row in enumerate(cells[placed.row + 1 :]))
        count = insert(connection, below, placed.width)
        yield Part(sheet, placed, count, has_wide=True, is_sheet=True)
    # A cover or a legend beside the data is no fault; a workbook in which no sheet has the heads is.
    for sheet, filled in empty if not found else ():
        if filled:
            yield Part(sheet, None, filled, has_wide=True, is_sheet=True)


def _words(cell: Any) -> str:
    """A cell of a workbook as text that `cells` reads back without loss."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            return repr(cell)
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)
