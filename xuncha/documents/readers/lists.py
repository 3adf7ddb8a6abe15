"""A short list kept in a sheet, such as units or categories: its columns found by their heads, its rows as words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.readers.workbooks import open_workbook

# The head stands in one of the first rows: a title and a note may come before it.
_HEAD_WITHIN: Final = 10


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the list: ``number`` as the sheet counts, from 1; ``cells`` by the field's name, empty where blank."""

    number: int
    cells: Mapping[str, str]


def read_list(
    path: Path, fields: Mapping[str, Sequence[str]], *, needed: Sequence[str], most: int = 5000
) -> list[ListRow]:
    """The rows of the first sheet in which the needed fields stand.

    ``fields`` maps a field to the heads by which it is known. Errors: `DocumentError`; with code ``no_head`` where no
    row names the needed fields, ``too_large`` beyond ``most`` rows.
    """
    by_head = {_plain(head): field for field, heads in fields.items() for head in heads}
    with open_workbook(path) as book:
        for i, sheet in enumerate(book.sheets):
            if sheet.is_hidden:
                continue
            columns: dict[int, str] = {}
            rows: list[ListRow] = []
            for number, cells in book.rows(i):
                if not columns:
                    found = {
                        column: by_head[_plain(words)] for column, words in cells.items() if _plain(words) in by_head
                    }
                    if set(needed) <= set(found.values()):
                        columns = found
                    elif number >= _HEAD_WITHIN:
                        break
                    continue
                row = {field: cells.get(column, "").strip().removeprefix("'") for column, field in columns.items()}
                if any(row.values()):
                    rows.append(ListRow(number + 1, row))
                if len(rows) > most:
                    raise DocumentError("too_large", path, found=f"超过{most}行", expected=f"不超过{most}行的名单")
            if columns:
                return rows
    heads = "、".join(fields[field][0] for field in needed)
    raise DocumentError("no_head", path, found="没有找到表头", expected=f"含“{heads}”等列的表头")


def _plain(words: str) -> str:
    return "".join(words.split()).casefold().strip("*：:")
