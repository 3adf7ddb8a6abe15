"""The board: how a round stands from feedback to closure, where it sticks, what is late; and the rows behind it all."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from xuncha.organisation import queries as organisation
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import board as queries
from xuncha.rectification.queries import board_rows, pressing
from xuncha.rectification.queries.board_rows import BoardFilter
from xuncha.rectification.queries.overdue import days_late, overdue_items
from xuncha.rectification.rates import share
from xuncha.security.policy import reads_the_ledger
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number, numbers
from xuncha.web.language import in_language
from xuncha.web.rectification.board.addresses import rows_address
from xuncha.web.rectification.board.picture import picture
from xuncha.web.rectification.showing import rooms
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round
from xuncha.web.rounds.picture import address

SHOWN: Final = 10
"""Late items on the board; the others stand behind the number."""
# The mark beside the word of where a part stands.
_SHAPES: Final = {
    **dict.fromkeys(("not_handed", "silent", "none_found", "not_ours", "no_plan", "draft", "submitted"), "none"),
    "returned_plan": "returned",
    "to_verify": "applied",
    "to_close": "verified",
}


@require_safe
@inside(Room.RECTIFICATION)
def board(request: Asked) -> HttpResponse:
    """Of all units for those who read the ledger; for others of the units that are theirs to know."""
    round, today = chosen_round(request), timezone.localdate()
    context: dict[str, Any] = {"round": round, "rooms": rooms(request, "board"), "now": timezone.localtime()}
    if round is None:
        return render(request, "rectification/board/board.html", context)
    found = queries.board(request.user, round, today)
    whole = found.whole
    context |= {
        "board": found,
        "whole": whole,
        "definition": rate_words(whole),
        "steps": [_step(round, step, whole.fed_back) for step in found.funnel()],
        "beside": _("Basically done %(basic)s and long-term %(long)s are not counted as closed.")
        % {"basic": f"{whole.at('basically_done'):,}", "long": f"{whole.at('long_term'):,}"},
        **_late_rows(request, round, today),
        "late_url": rows_address(round, late=1) if whole.overdue else "",
        "units": _units(round, found) if len(found.units) > 1 else [],
        "to_verify": whole.at("to_verify"),
        "verify_url": address("closing_queue") if reads_the_ledger(request.user) else "",
        **picture(request, round, today),
    }
    return render(request, "rectification/board/board.html", context)


def rate_words(standing: Any) -> str:
    """The completion rate with what it is made of; never without."""
    if not standing.taken_on:
        return _("Completion rate: nothing claimed yet")
    return _("Completion rate %(rate)s%% (closed %(closed)s ÷ claimed and assigned %(taken)s)") % {
        "rate": standing.rate,
        "closed": f"{standing.closed:,}",
        "taken": f"{standing.taken_on:,}",
    }


def _step(round: Any, step: queries.Step, fed_back: int) -> dict[str, Any]:
    of_all = share(step.number, fed_back)
    return {
        "code": step.code,
        "word": step.word,
        "number": step.number,
        "url": rows_address(round, step=step.code) if step.number else "",
        "share": of_all,
        "bar": step.number / fed_back if fed_back else 0,
        "ink": "k5" if step.code == queries.CLOSED else "k3",
        "bar_label": _("%(word)s: %(share)s%% of what was fed back") % {"word": step.word, "share": of_all or "0.00"},
        "is_last": step.code == queries.CLOSED,
        "stopped": step.stopped,
        "stopped_url": rows_address(round, stop=step.code) if step.stopped else "",
        "why": [(word, n, rows_address(round, stop=why)) for why, word, n in step.stops if n],
    }


def _late_rows(request: Asked, round: Any, today: Any) -> dict[str, Any]:
    """The longest overdue, each with what the unit said, what was done about it, and the letter that comes next."""
    found = overdue_items(request.user, round, today, most=SHOWN)
    letters = pressing.last_letters(request.user, [late.item for late in found])
    reasons = pressing.reasons_given(request.user, [late.item for late in found])
    may_press = POLICY.may(request.user, "send_letters")
    kinds = pressing.kinds() if may_press else []
    return {
        "may_press": may_press,
        "late": [_late(late, reasons.get(late.item.pk, ""), letters.get(late.item.pk), kinds) for late in found],
    }


def _late(late: Any, reason: str, letter: Any | None, kinds: list[Any]) -> dict[str, Any]:
    following = pressing.next_kind([letter] if letter else [], kinds)
    press: dict[str, str] = {}
    if following is not None:
        asked = urlencode({"item": late.item.pk, "kind": following.code})
        press["url"] = f"{reverse('letter_send')}?{asked}"
        press["word"] = _("Send: %(kind)s") % {"kind": in_language(following.name, following.name_en)}
    return {
        "late": late,
        "reason": reason,
        "letter": letter,
        "letter_name": in_language(letter.kind.name, letter.kind.name_en) if letter else "",
        "press": press,
        "finding": late.item.finding,
        "unit": late.item.unit,
        "url": item_address(late.item),
        "words": ngettext("%(n)s day", "%(n)s days", late.days) % {"n": late.days},
    }


def item_address(item: Any) -> str:
    """The page of an item."""
    return address("item", item.pk) or reverse("finding", args=[item.finding_id])


def _units(round: Any, found: queries.Board) -> list[dict[str, Any]]:
    names = organisation.units_by_key([each.unit for each in found.units])
    lines = [
        {
            "unit": names[each.unit],
            "standing": each,
            "url": rows_address(round, unit=each.unit),
            "late_url": rows_address(round, unit=each.unit, late=1) if each.overdue else "",
            "numbers": [
                (step.number, rows_address(round, unit=each.unit, step=step.code) if step.number else "")
                for step in queries.Board((each,), 0, each.places).funnel()
            ],
        }
        for each in found.units
        if each.unit in names
    ]
    return sorted(lines, key=lambda line: (line["unit"].order, line["unit"].pk))


@require_safe
@inside(Room.RECTIFICATION)
def rows(request: Asked) -> HttpResponse:
    """The parts behind a number of the board."""
    round, today = chosen_round(request), timezone.localdate()
    if round is None:
        raise Http404
    asked = BoardFilter(
        step=_known(request.GET.get("step", ""), [code for code, _word in queries.STEPS]),
        stop=_known(
            request.GET.get("stop", ""), [*(why for why, _step, _word in queries.STOPS), *(queries.ORDER[:-1])]
        ),
        units=tuple(numbers(request.GET.getlist("unit"))),
        categories=tuple(numbers(request.GET.getlist("category"))),
        is_late=request.GET.get("late") == "1",
    )
    found, after = board_rows.rows(request.user, round, asked, today, after=number(request.GET.get("after")) or 0)
    total = board_rows.number(request.user, round, asked, today)
    kept = [(name, value) for name in request.GET if name != "after" for value in request.GET.getlist(name)]
    context = {
        "round": round,
        "rooms": rooms(request, "board"),
        "title": _title(asked, request.user),
        "total": total,
        "rows": [_row(row, today) for row in found],
        "next_url": "?" + urlencode([*kept, ("after", after)]) if after else "",
    }
    return render(request, "rectification/board/rows.html", context)


def _known(word: str, known: list[str]) -> str:
    return word if word in known else ""


def _title(asked: BoardFilter, actor: Any) -> str:
    words = [str(word) for code, word in queries.STEPS if code in (asked.step, asked.stop)]
    if asked.stop in queries.ORDER:
        words = [_("Came to “%(step)s” and no further") % {"step": words[0]}]
    words += [str(word) for why, _step, word in queries.STOPS if why == asked.stop]
    if asked.is_late:
        words.append(pgettext("board", "Overdue"))
    if asked.units:
        known = organisation.units_by_key(asked.units)
        words += [known[key].short_name for key in asked.units[:3] if key in known and _may_name(actor, key)]
    return " · ".join(words) or _("Fed back")


def _may_name(actor: Any, unit: int) -> bool:
    return reads_the_ledger(actor) or organisation.own_units(actor).filter(pk=unit).exists()


def _row(row: board_rows.Row, today: Any) -> dict[str, Any]:
    words: dict[str, Any] = {why: word for why, _step, word in queries.STOPS}
    days = days_late(row.item, today) if row.item else 0
    return {
        "finding": row.part.finding,
        "unit": row.part.unit,
        "item": row.item,
        "url": item_address(row.item) if row.item else reverse("finding", args=[row.part.finding_id]),
        "place": row.place,
        "word": words.get(row.place) or _("Closed"),
        "shape": _SHAPES.get(row.place, row.place),
        "due_on": row.item.due_on if row.item else None,
        "due_code": "suspended" if row.item and row.item.suspended_on else "late" if days else "none",
        "due_word": ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days} if days else "",
    }
