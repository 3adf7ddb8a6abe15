"""Where the problems of a round lie and which are late: by unit and category, each figure open to its rows."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuncha.rectification.queries import board as queries
from xuncha.rounds import queries as rounds
from xuncha.web.asked import Asked
from xuncha.web.pictures import heat_map
from xuncha.web.pictures.heat_map import Label
from xuncha.web.rectification.board.addresses import rows_address
from xuncha.web.rounds.picture import OTHERS, category_heads, folded_cells, unit_heads

_MOST_IN_ADDRESS: Final = 60


def picture(request: Asked, round: Any, today: datetime.date) -> dict[str, Any]:
    """Context of the heat map: ``map`` and its words. Totals are those of the funnel's first step."""
    actor = request.user
    found, late = queries.cells(actor, round), queries.late_cells(actor, round, today)
    by_unit: dict[int, int] = {}
    by_category: dict[int, int] = {}
    for (unit, category), number in found.items():
        by_unit[unit] = by_unit.get(unit, 0) + number
        by_category[category] = by_category.get(category, 0) + number
    rows, others, units = unit_heads(by_unit, rounds.inspected_keys(actor, round))
    columns, folded = category_heads(by_category)

    def together(numbers: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        summed: dict[tuple[int, int], int] = {}
        for (unit, category), number in folded_cells(numbers, folded).items():
            key = (OTHERS if unit in others else unit, category)
            summed[key] = summed.get(key, 0) + number
        return summed

    def url(unit: int | None, category: int | None) -> str:
        asked_units = others if unit == OTHERS else [unit] if unit is not None else []
        asked_categories = sorted(folded) if category == OTHERS else [category] if category is not None else []
        if len(asked_units) > _MOST_IN_ADDRESS or len(asked_categories) > _MOST_IN_ADDRESS:
            return ""
        return rows_address(round, unit=asked_units, category=asked_categories)

    red = together(late)

    def said(unit: Label | None, category: Label | None, number: int) -> str:
        words = _("%(unit)s, %(category)s: %(count)s") % {
            "unit": unit.said if unit else _("All units"),
            "category": category.said if category else _("all categories"),
            "count": ngettext("%(count)s finding", "%(count)s findings", number) % {"count": f"{number:,}"},
        }
        overdue = red.get((unit.key, category.key), 0) if unit and category else 0
        return words + (_("; overdue %(n)s") % {"n": f"{overdue:,}"} if overdue else "")

    drawing = heat_map.draw(rows, columns, together(found), url=url, said=said, late=red)
    total = drawing.total.number
    summary = _("%(count)s findings in %(units)s units.") % {"count": f"{total:,}", "units": f"{units:,}"}
    return {
        "map": drawing,
        "map_title": _("Findings by unit and category"),
        "map_summary": summary,
        "map_total": total,
        "map_units": units,
    }
