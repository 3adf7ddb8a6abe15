"""What the office sets as a file: a category scheme (toml, csv or xlsx), its holidays (csv or xlsx), in and out."""

from __future__ import annotations

import csv
import datetime
import io
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from xuncha.documents.readers.lists import read_list
from xuncha.documents.writers.workbook import Column, Properties, Row, Sheet, write_workbook
from xuncha.rulebook.models import Category, Holiday, Scheme
from xuncha.rulebook.queries import Wanted, WantedDay
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


DAY_FORMATS: Final = ("xlsx", "csv")
# Ten years of them are some 400.
MOST_DAYS: Final = 1000
DAYS_TITLE: Final = "节假日"
# How a day is written: off, worked instead.
OFF: Final = "放假"
WORKED: Final = "上班"
_DAY_FIELDS: Final = {
    "day": ("日期", "date", "day"),
    "kind": ("类别", "安排", "kind"),
    "name": ("名称", "节日", "节假日", "name", "holiday"),
    "name_en": ("英文名称", "english name", "name_en"),
    "source": ("来源", "依据", "source"),
}
_DAY_WIDTHS: Final = {"day": 14, "kind": 10, "name": 24, "name_en": 36, "source": 30}
_OFF: Final = frozenset({OFF, "休", "休息", "off", "holiday"})
_WORKED: Final = frozenset({WORKED, "班", "调休上班", "补班", "work", "workday"})
_LONGEST_OF_DAY: Final = {"name": 40, "name_en": 60, "source": 200}


def read_days(path: Path) -> list[WantedDay]:
    """The holidays and make-up workdays that a file lists, one a row, by day.

    Errors: `DocumentError` where the file cannot be read; `Invalid` ``faulty_rows`` with all ``rows``: line as the
    sheet counts, head of the column, code of the fault, what was found.
    """
    faults: list[tuple[int, str, str, str]] = []
    found: dict[datetime.date, WantedDay] = {}
    for row in read_list(path, _DAY_FIELDS, needed=("day", "kind", "name"), most=MOST_DAYS):
        told = {name: row.cells.get(name, "") for name in _DAY_FIELDS}
        day, kind = _day(told["day"]), told["kind"].casefold()
        wrong = [
            ("day", "not_a_day") if day is None else ("day", "day_twice") if day in found else None,
            ("kind", "off_or_worked") if kind not in _OFF | _WORKED else None,
            ("name", "required") if not told["name"] else None,
            *((name, "too_long") if len(told[name]) > most else None for name, most in _LONGEST_OF_DAY.items()),
        ]
        rest = [(row.number, _DAY_FIELDS[each[0]][0], each[1], told[each[0]][:30]) for each in wrong if each]
        faults += rest
        if day is not None and not rest:
            found[day] = WantedDay(day, kind in _OFF, told["name"], told["name_en"], told["source"])
    if faults:
        raise Invalid("faulty_rows", faults={}, rows=faults)
    if not found:
        raise Invalid("no_days", faults={})
    return [found[day] for day in sorted(found)]


def _day(words: str) -> datetime.date | None:
    plain = words.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    parts = plain.split(" ")[0].split("T")[0].split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return datetime.date(year, month, day)
    except ValueError:
        return None


def write_days(days: Iterable[Holiday], path: Path) -> None:
    """Write holidays and make-up workdays to ``path``, csv or xlsx by its ending."""
    rows = [
        {
            "day": each.day.isoformat(),
            "kind": OFF if each.is_off else WORKED,
            "name": each.name,
            "name_en": each.name_en,
            "source": each.source,
        }
        for each in days
    ]
    if path.suffix == ".csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([heads[0] for heads in _DAY_FIELDS.values()])
        writer.writerows([_safe(row[name]) for name in _DAY_FIELDS] for row in rows)
        path.write_text("\ufeff" + out.getvalue(), "utf-8")
        return
    columns = tuple(Column(heads[0], _DAY_WIDTHS[name]) for name, heads in _DAY_FIELDS.items())
    sheet = Sheet(DAYS_TITLE, DAYS_TITLE, columns, [Row(tuple(row[name] for name in _DAY_FIELDS)) for row in rows])
    write_workbook(path, [sheet], properties=Properties(title=DAYS_TITLE))
