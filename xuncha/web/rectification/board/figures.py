"""The leadership's sheet, one printed A4, and the snapshots in which its numbers were frozen."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.organisation import queries as organisation
from xuncha.rectification.actions.freezing import freeze_figures
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import board as board_queries
from xuncha.rectification.queries import figures as queries
from xuncha.rectification.queries.overdue import overdue_items
from xuncha.rulebook import queries as rulebook
from xuncha.security.policy import sees_all_parts
from xuncha.web.asked import Asked
from xuncha.web.language import in_language, is_chinese
from xuncha.web.rectification.board.addresses import rows_address
from xuncha.web.rectification.board.pages import item_address
from xuncha.web.rectification.showing import rooms
from xuncha.web.rounds.chosen import chosen_round
from xuncha.web.rounds.picture import ledger_address
from xuncha.web.rounds.wording import count_word

LONGEST: Final = 4
_NAMES: Final = {
    "findings": lazy("Findings fed back"),
    "units": lazy("Units"),
    "fed_back": lazy("Fed back to units"),
    "taken_on": lazy("Claimed and assigned"),
    "closed": lazy("Closed findings"),
    "rate": lazy("Completion rate (closed ÷ claimed and assigned)"),
    "basically_done": lazy("Basically done (not counted as closed)"),
    "long_term": lazy("Long-term (not counted as closed)"),
    "reopened": lazy("Reopened and open"),
    "overdue": lazy("Overdue now"),
    "recovered_fen": lazy("Money recovered"),
    "rules_made": lazy("Rules made or amended"),
}
_PLACES: Final[dict[str, Any]] = {why: word for why, _step, word in board_queries.STOPS}


def money(fen: int) -> str:
    """Yuan by ten thousands to the hundredth, half up, as offices print it: 312.46; in English yuan to the fen."""
    if is_chinese():
        hundredths = (fen + 5_000) // 10_000
        return f"{hundredths // 100:,}.{hundredths % 100:02}"
    return f"{fen // 100:,}.{fen % 100:02}"


def money_unit() -> str:
    """What `money` counts in."""
    return _("yuan")


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: Asked) -> HttpResponse:
    """Two minutes for the leadership; the office freezes the numbers here."""
    POLICY.require(request.user, "see_figures")
    round, today = chosen_round(request), timezone.localdate()
    if request.method == "POST":
        POLICY.require(request.user, "freeze_figures")
        if round is None:
            raise Http404
        made = freeze_figures(round, actor=request.user)
        messages.success(request, _("Frozen as snapshot %(number)s.") % {"number": made.number})
        return redirect("snapshot", made.pk)
    context: dict[str, Any] = {"round": round, "rooms": rooms(request, "figures"), "now": timezone.localtime()}
    if round is None:
        return render(request, "rectification/figures/figures.html", context)
    found = board_queries.board(request.user, round, today)
    whole, told = found.whole, queries.facts(request.user, round, today)
    context |= {
        "number": count_word(round.number),
        "board": found,
        "whole": whole,
        "lead": _lead(round, found, today),
        "big": _big(request, round, found, told, today),
        "late": _late(request, round, today),
        "late_url": rows_address(round, late=1) if whole.overdue else "",
        **_repeated(request, round),
        "snapshots": [(each, reverse("snapshot", args=[each.pk])) for each in queries.snapshots(request.user, round)],
        "may_freeze": POLICY.may(request.user, "freeze_figures") and sees_all_parts(request.user),
    }
    return render(request, "rectification/figures/figures.html", context)


def _lead(round: Any, found: board_queries.Board, today: datetime.date) -> dict[str, Any]:
    """The sentence at the top: time left, how much, what is late and where."""
    end = queries.period_end(round)
    left = (end - today).days if end else None
    late = sorted((each for each in found.units if each.overdue), key=lambda each: (-each.overdue, each.unit))
    names = organisation.units_by_key([each.unit for each in late[:3]])
    return {
        "left": left,
        "over": -left if left is not None and left < 0 else 0,
        "units": len(found.units),
        "where": _(", ").join(names[each.unit].short_name for each in late[:3] if each.unit in names),
        "since": (today - round.feedback_on).days if round.feedback_on else None,
    }


def _big(
    request: Asked, round: Any, found: board_queries.Board, told: Any, today: datetime.date
) -> list[dict[str, Any]]:
    whole = found.whole
    again = whole.at("reopened")
    before = [each for each in queries.rounds_before(request.user, round, 2) if each.pk != round.pk]
    then = None
    if before and round.feedback_on:
        then = queries.at_that_time(request.user, before[0], (today - round.feedback_on).days)
    counting = _("closed %(closed)s ÷ claimed and assigned %(taken)s, without what is basically done")
    last = _("Last round at this time: %(value)s")
    return [
        {
            "word": _("Completion rate"),
            "figure": whole.rate or "—",
            "unit": "%" if whole.rate else "",
            "note": counting % {"closed": f"{whole.closed:,}", "taken": f"{whole.taken_on:,}"},
            "before": last % {"value": f"{then.rate}%"} if then and then.rate else "",
            "url": rows_address(round, step="closed") if whole.closed else "",
        },
        {
            "word": _("Overdue findings"),
            "mark": "late",
            "figure": f"{whole.overdue:,}",
            "unit": _("findings of it"),
            "note": _("past their day, not applied for, not extended"),
            "before": "",
            "url": rows_address(round, late=1) if whole.overdue else "",
        },
        {
            "word": _("Reopened findings"),
            "mark": "reopened",
            "figure": f"{again:,}",
            "unit": _("findings of it"),
            "note": _("relapsed after closure, not closed again"),
            "before": "",
            "url": rows_address(round, stop="reopened") if again else "",
        },
        {
            "word": _("Money recovered"),
            "figure": money(told.recovered_fen),
            "unit": money_unit(),
            "note": _("as units reported it; %(n)s rules made or amended") % {"n": f"{told.rules_made:,}"},
            "before": last % {"value": f"{money(then.recovered_fen)} {money_unit()}"} if then else "",
            "url": "",
        },
    ]


def _late(request: Asked, round: Any, today: datetime.date) -> list[dict[str, Any]]:
    found = overdue_items(request.user, round, today, most=LONGEST)
    leaders = queries.leaders_in_charge(late.item.unit_id for late in found)
    return [
        {
            "finding": late.item.finding,
            "unit": late.item.unit,
            "url": item_address(late.item),
            "words": ngettext("%(n)s day", "%(n)s days", late.days) % {"n": late.days},
            "leader": leaders.get(late.item.unit_id, ""),
        }
        for late in found
    ]


def _repeated(request: Asked, round: Any) -> dict[str, Any]:
    """What comes back round after round: its numbers, drawn and printed; how many units it is in this time."""
    rounds = queries.rounds_before(request.user, round)
    if len(rounds) < 2:
        return {"repeated": [], "rounds": []}
    found = queries.repeated(request.user, rounds)
    names = {each.pk: in_language(each.name, each.name_en) for each in rulebook.categories(rulebook.leading_scheme())}
    cells = board_queries.cells(request.user, round)
    most = max((max(each.numbers) for each in found), default=1)
    lines = []
    for each in found:
        units = sum(category == each.category for _unit, category in cells)
        bars = [
            {"x": 16 * i, "y": 24 - max(1, 24 * n // most), "height": max(1, 24 * n // most)}
            for i, n in enumerate(each.numbers)
        ]
        lines.append(
            {
                "name": names.get(each.category, ""),
                "numbers": each.numbers[:-1],
                "last": each.numbers[-1],
                "bars": bars,
                "width": 16 * len(bars),
                "units": ngettext("%(n)s unit", "%(n)s units", units) % {"n": units},
                "url": ledger_address(round=round.pk, category=each.category, state="issued"),
            }
        )
    return {"repeated": lines, "rounds": [count_word(each.number) for each in reversed(rounds)]}


@require_safe
def snapshot(request: Asked, pk: int) -> HttpResponse:
    """Numbers as they were frozen, whether they hold, and what changed since."""
    found = queries.find_snapshot(request.user, pk)
    if found is None:
        raise Http404
    today = timezone.localdate()
    now, moved = queries.numbers_now(request.user, found.round, today), queries.moved_since(request.user, found, today)
    units = organisation.units_by_key({each.unit for each in moved[:SHOWN]})
    context = {
        "snapshot": found,
        "checked": queries.check(found),
        "rows": [
            {
                "word": word,
                "then": _number(name, found.figures.get(name, 0)),
                "now": _number(name, now[name]),
                "is_other": found.figures.get(name) != now[name],
            }
            for name, word in _NAMES.items()
        ],
        "moved": [
            {
                "number": each.number,
                "unit": units[each.unit].short_name if each.unit in units else "",
                "before": _place(each.before),
                "after": _place(each.after),
            }
            for each in moved[:SHOWN]
        ],
        "moved_total": len(moved),
    }
    return render(request, "rectification/figures/snapshot.html", context)


SHOWN: Final = 200


def _place(place: str) -> Any:
    if place == board_queries.CLOSED:
        return _("Closed")
    return _PLACES.get(place, "—")


def _number(name: str, value: Any) -> str:
    if name == "rate":
        return f"{value}%" if value else "—"
    if name == "recovered_fen":
        return f"{money(value)} {money_unit()}"
    return f"{value:,}"
