"""The picture of a round: findings by unit and category, each figure open to its rows of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xuncha.findings.queries import counts
from xuncha.organisation import queries as organisation
from xuncha.rounds import queries as rounds
from xuncha.rulebook import queries as rulebook
from xuncha.web.language import in_language
from xuncha.web.pictures import heat_map
from xuncha.web.pictures.heat_map import HeatMap, Label

# More rows or columns than this are summed in one at the end.
MOST: Final = 40
OTHERS: Final = -1
# A list of keys in an address has an end.
_MOST_IN_ADDRESS: Final = 60


def ledger_address(**asked: Any) -> str:
    """The ledger with these filters; a list repeats its name."""
    return f"{address('ledger')}?{urlencode({name: value for name, value in asked.items() if value}, doseq=True)}"


def address(name: str, *args: Any) -> str:
    """The address of a page; empty while the page does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def picture(request: HttpRequest, round: Any, found: Mapping[int, Mapping[str, int]] | None = None) -> dict[str, Any]:
    """Context of the part with the heat map: ``map`` and its words. ``found``: by unit and state, if already read."""
    actor: Any = request.user
    inspected = rounds.inspected_keys(actor, round)
    found = counts.by_unit_and_state(actor, round.pk) if found is None else found
    by_unit = {unit: sum(states.values()) for unit, states in found.items()}
    by_category = counts.by_category(actor, round.pk)
    rows, others, all_units = unit_heads(by_unit, inspected)
    shown = [row.key for row in rows if row.key != OTHERS]
    cells = counts.cells(actor, round.pk, shown)
    columns, folded = category_heads(by_category)
    numbers = folded_cells(cells, folded)
    if others:
        left = dict(by_category)
        for (_unit, category), number in cells.items():
            left[category] -= number
        for category, number in left.items():
            key = OTHERS if category in folded else category
            numbers[OTHERS, key] = numbers.get((OTHERS, key), 0) + number
    drawing = heat_map.draw(rows, columns, numbers, url=_address(round, others, folded), said=_said)
    return {"map": drawing, "map_title": _("Findings by unit and category"), **_words(drawing, all_units)}


def unit_heads(by_unit: Mapping[int, int], inspected: Collection[int]) -> tuple[list[Label], list[int], int]:
    """Heads of the rows, the units summed in the last one, and how many units there are; joint feedback leads."""
    keys = {*inspected, *by_unit} - {counts.NONE}
    most = MOST - (counts.NONE in by_unit)
    kept = keys
    if len(keys) > most:
        kept = set(sorted(keys, key=lambda key: (-by_unit.get(key, 0), key))[: most - 1])
    units = sorted(organisation.units_by_key(kept).values(), key=lambda unit: (unit.order, unit.pk))
    rows = [Label(unit.pk, unit.short_name, unit.name) for unit in units]
    if counts.NONE in by_unit:
        rows.insert(0, Label(counts.NONE, pgettext("row of the picture", "Joint"), _("Joint feedback")))
    others = sorted(keys - kept)
    if others:
        name = ngettext("Other %(count)s", "Other %(count)s", len(others)) % {"count": len(others)}
        rows.append(Label(OTHERS, name, _("The other units together")))
    return rows, others, len(keys)


def category_heads(by_category: Mapping[int, int]) -> tuple[list[Label], set[int]]:
    """Heads of the columns and the categories summed in the last one.

    All that are in use, with zeros; retired ones while findings bear them; "none" while findings bear none.
    """
    known = list(rulebook.categories(rulebook.leading_scheme(), with_retired=True))
    columns = [
        Label(category.pk, in_language(category.name, category.name_en), in_language(category.name, category.name_en))
        for category in known
        if category.retired_on is None or by_category.get(category.pk)
    ]
    strange = set(by_category) - {category.pk for category in known} - {counts.NONE}
    if by_category.get(counts.NONE):
        columns.append(Label(counts.NONE, _("No category")))
    folded = set(strange)
    if len(columns) > MOST:
        kept = sorted(columns, key=lambda column: -by_category.get(column.key, 0))[: MOST - 1]
        folded |= {column.key for column in columns} - {column.key for column in kept}
        columns = [column for column in columns if column.key not in folded]
    if folded:
        columns.append(Label(OTHERS, _("Others")))
    return columns, folded


def folded_cells(cells: Mapping[tuple[int, int], int], folded: Collection[int]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for (unit, category), number in cells.items():
        key = (unit, OTHERS if category in folded else category)
        found[key] = found.get(key, 0) + number
    return found


def _address(round: Any, others: list[int], folded: set[int]) -> Any:
    """The ledger's rows behind a figure; empty where an address cannot name them all."""

    def rows_address(unit: int | None, category: int | None) -> str:
        asked: dict[str, Any] = {"round": round.pk}
        for name, key, many in (("unit", unit, others), ("category", category, sorted(folded))):
            if key is None:
                continue
            if key == OTHERS:
                if len(many) > _MOST_IN_ADDRESS:
                    return ""
                asked["series" if name == "unit" else name] = many
            else:
                asked["series" if name == "unit" else name] = _NAMED[name] if key == counts.NONE else key
        return ledger_address(**asked)

    return rows_address


# What the ledger's filters call "joint" and "no category".
_NAMED: Final = {"unit": "none", "category": "none"}


def _said(unit: Label | None, category: Label | None, number: int) -> str:
    count = ngettext("%(count)s finding", "%(count)s findings", number) % {"count": f"{number:,}"}
    return _("%(unit)s, %(category)s: %(count)s") % {
        "unit": unit.said if unit else _("All units"),
        "category": category.said if category else _("all categories"),
        "count": count,
    }


def _words(drawing: HeatMap, units: int) -> dict[str, Any]:
    total = drawing.total.number
    sentence = _("%(count)s findings in %(units)s units.") % {"count": f"{total:,}", "units": f"{units:,}"}
    most = max(
        (
            (cell.number, line.label, head.label)
            for line in drawing.lines
            for head, cell in zip(drawing.heads, line.cells, strict=True)
        ),
        key=lambda found: found[0],
        default=None,
    )
    if most and most[0]:
        sentence += _(" Most: %(unit)s, %(category)s, %(count)s.") % {
            "unit": most[1].said,
            "category": most[2].said,
            "count": f"{most[0]:,}",
        }
    return {"map_summary": sentence, "map_total": total, "map_units": units}
