"""A list of units from a sheet: read, held against what is there, and told row by row what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xuncha.documents.readers.lists import ListRow, read_list
from xuncha.organisation.actions import LONGEST
from xuncha.organisation.models import Unit
from xuncha.rulebook.queries import sectors

_FIELDS: Final = {
    "name": ("单位", "单位名称", "名称", "全称", "unit", "name", "full name"),
    "short_name": ("简称", "short name", "short_name"),
    "sector": ("系统", "行业", "sector"),
    "parent": ("上级单位", "上级", "主管单位", "parent", "unit above it"),
    "aliases": ("其他名称", "别名", "other names", "aliases"),
}
_SEPARATORS: Final = re.compile(r"[\n、，,;；]+")
_PLACE: Final = re.compile(r"^[县市区]")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row of the list would do: ``kind`` is added, changed or same; ``sector`` is a key, null where none."""

    number: int
    kind: str
    name: str
    short_name: str
    sector: int | None
    sector_name: str
    parent: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be used: row as the sheet counts, field, code of the fault, what was found."""

    row: int
    field: str
    code: str
    found: str


def read_units(path: Path) -> list[ListRow]:
    """The rows of the list. Errors: `DocumentError`."""
    return read_list(path, _FIELDS, needed=("name",))


def plan_units(rows: Sequence[ListRow]) -> tuple[list[Planned], list[Fault]]:
    """What the list would do to the units there are, and all that is wrong with it."""
    by_words = {words: sector for sector in sectors() for words in (sector.name, sector.code, sector.name_en) if words}
    units = list(Unit.objects.filter(state=Unit.State.ACTIVE).select_related("parent"))
    by_name = {unit.name: unit for unit in units}
    by_short = {unit.short_name: unit for unit in units}
    named = {row.cells["name"] for row in rows} | by_name.keys()
    shorts = {row.cells.get("short_name", "") for row in rows} | by_short.keys()
    planned: list[Planned] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    seen_short: dict[str, int] = {}
    for row in rows:
        name = row.cells["name"]
        unit = by_name.get(name)
        short = row.cells.get("short_name", "") or (unit.short_name if unit else _PLACE.sub("", name))
        words, parent = row.cells.get("sector", ""), row.cells.get("parent", "")
        sector = by_words.get(words)
        if not name:
            faults.append(Fault(row.number, "name", "required", ""))
        elif name in seen:
            faults.append(Fault(row.number, "name", "twice_in_list", f"{name}, {seen[name]}"))
        seen.setdefault(name, row.number)
        for field, value in (("name", name), ("short_name", short)):
            if len(value) > LONGEST[field]:
                faults.append(Fault(row.number, field, "too_long", value[:20]))
        if unit is None and (short in by_short or short in seen_short):
            faults.append(Fault(row.number, "short_name", "short_name_taken", short))
        seen_short.setdefault(short, row.number)
        if words and sector is None:
            faults.append(Fault(row.number, "sector", "unknown_sector", words))
        if parent and parent not in named and parent not in shorts:
            faults.append(Fault(row.number, "parent", "unknown_parent", parent))
        if parent and parent in (name, short):
            faults.append(Fault(row.number, "parent", "own_parent", parent))
        kind = "added"
        if unit is not None:
            has_parent = not parent or (
                unit.parent is not None and parent in (unit.parent.name, unit.parent.short_name)
            )
            kind = "same" if (sector is None or sector.pk == unit.sector_id) and has_parent else "changed"
        aliases = tuple(alias for alias in _SEPARATORS.split(row.cells.get("aliases", "")) if alias.strip())
        planned.append(
            Planned(
                row.number,
                kind,
                name,
                short,
                sector.pk if sector else None,
                sector.name if sector else "",
                parent,
                aliases,
            )
        )
    return planned, [*faults, *_circles(planned)]


def _circles(planned: Sequence[Planned]) -> list[Fault]:
    """Rows of the list that stand above one another in a circle."""
    own = {row.short_name: row.name for row in planned}
    above = {row.name: own.get(row.parent, row.parent) for row in planned if row.parent}
    faults = []
    for row in planned:
        at, steps = above.get(row.name), 0
        while at is not None and at != row.name and steps <= len(planned):
            at, steps = above.get(at), steps + 1
        if at == row.name and steps:
            faults.append(Fault(row.number, "parent", "circle", row.parent))
    return faults
