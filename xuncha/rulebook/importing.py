"""A category scheme as a file: toml, csv or xlsx in and out."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from xuncha.documents.readers.lists import read_list
from xuncha.documents.writers.workbook import Column, Properties, Row, Sheet, write_workbook
from xuncha.rulebook.models import Category, Scheme
from xuncha.rulebook.queries import Wanted
from xuncha.security.errors import Invalid

FORMATS: Final = ("toml", "xlsx", "csv")
# The first head is the one that is written.
_FIELDS: Final = {
    "code": ("代码", "code"),
    "letter": ("代号", "sign", "letter"),
    "name": ("类别", "名称", "类别名称", "category", "name"),
    "name_en": ("英文名称", "english name", "name_en"),
    "group": ("小标题", "上级", "group", "heading"),
    "retired": ("停用", "retired"),
    "became": ("改为", "became"),
}
_YES: Final = frozenset({"是", "yes", "true", "1", "停用", "已停用"})
_WIDTHS: Final = {"code": 26, "letter": 8, "name": 28, "name_en": 36, "group": 22, "retired": 8, "became": 26}


def read_scheme(path: Path) -> list[Wanted]:
    """The categories that a file asks for, in its order.

    Errors: `DocumentError` where the file cannot be read; `Invalid` ``not_toml`` with the place.
    """
    if path.suffix.lower() == ".toml":
        return _from_toml(path)
    rows = read_list(path, _FIELDS, needed=("name",))
    return [
        Wanted(
            code=row.cells.get("code", ""),
            letter=row.cells.get("letter", ""),
            name=row.cells["name"],
            name_en=row.cells.get("name_en", ""),
            group=row.cells.get("group", ""),
            is_retired=row.cells.get("retired", "").casefold() in _YES or bool(row.cells.get("became", "")),
            became=row.cells.get("became", ""),
        )
        for row in rows
    ]


def _from_toml(path: Path) -> list[Wanted]:
    try:
        written = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid("not_toml", faults={}, place=str(error)) from error
    entries = written.get("categories")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Invalid("no_categories", faults={})
    return [
        Wanted(
            **{name: str(entry.get(name) or "").strip() for name in ("code", "letter", "name", "name_en", "group")},
            is_retired=bool(entry.get("retired") or entry.get("became")),
            became=str(entry.get("became") or "").strip(),
        )
        for entry in entries
    ]


def write_scheme(scheme: Scheme, categories: Sequence[Category], path: Path) -> None:
    """Write the scheme to ``path``; its ending says how."""
    rows = [_cells(category) for category in categories]
    if path.suffix == ".toml":
        path.write_text(_toml(scheme, rows), "utf-8")
    elif path.suffix == ".csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([heads[0] for heads in _FIELDS.values()])
        writer.writerows([_safe(row[name]) for name in _FIELDS] for row in rows)
        path.write_text("\ufeff" + out.getvalue(), "utf-8")
    else:
        columns = tuple(Column(heads[0], _WIDTHS[name]) for name, heads in _FIELDS.items())
        cells = [Row(tuple(row[name] for name in _FIELDS)) for row in rows]
        sheet = Sheet(scheme.name, scheme.name, columns, cells)
        write_workbook(path, [sheet], properties=Properties(title=scheme.name))


def _cells(category: Category) -> dict[str, str]:
    return {
        "code": category.code,
        "letter": category.letter,
        "name": category.name,
        "name_en": category.name_en,
        "group": category.group,
        "retired": "是" if category.retired_on else "",
        "became": category.became.code if category.became else "",
    }


def _safe(words: str) -> str:
    """A cell that begins like a formula is kept from being one."""
    return "'" + words if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words


def _toml(scheme: Scheme, rows: Sequence[dict[str, str]]) -> str:
    lines = ["[scheme]", f"name = {_quoted(scheme.code)}", f"label = {_quoted(scheme.name)}"]
    for row in rows:
        lines += ["", "[[categories]]"]
        for name, words in row.items():
            if name == "retired":
                lines += ["retired = true"] if words else []
            elif words:
                lines.append(f"{name} = {_quoted(words)}")
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    escaped: Any = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
    return f'"{escaped}"'
