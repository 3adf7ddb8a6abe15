"""Deadlines and their warnings in words, and what a change of them or of the calendar would move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from xuncha.rectification.queries import handing
from xuncha.rectification.queries.times import times
from xuncha.rulebook import queries
from xuncha.rulebook.queries import WantedRule
from xuncha.vocabulary.days import Alert, WorkCalendar
from xuncha.web.language import in_language
from xuncha.web.rounds.wording import round_name

CHOICES: Final = queries.RULE_CHOICES
WEEKDAYS: Final = (
    *((1, lazy("Monday")), (2, lazy("Tuesday")), (3, lazy("Wednesday")), (4, lazy("Thursday"))),
    *((5, lazy("Friday")), (6, lazy("Saturday")), (7, lazy("Sunday"))),
)


def choice(name: str, code: str) -> str:
    """A choice in words; one not known by its code."""
    return str(dict(CHOICES[name]).get(code, code))


def joined(words: Iterable[Any]) -> str:
    """Words one after the other, as the language of the page joins them."""
    return _(", ").join(str(word) for word in words)


def time_words(rule: Any) -> str:
    """How long a step may take: 自次日起15个工作日."""
    if rule.amount == 0:
        return _("the same day")
    counted = {
        "days": ngettext("%(n)s day", "%(n)s days", rule.amount),
        "working_days": ngettext("%(n)s working day", "%(n)s working days", rule.amount),
        "months": ngettext("%(n)s month", "%(n)s months", rule.amount),
    }[rule.unit] % {"n": f"{rule.amount:,}"}
    return counted if rule.from_next_day else _("%(time)s, the first day included") % {"time": counted}


def left_words(days_left: int) -> str:
    """From when a warning holds: 剩10天, 超期1天."""
    if days_left < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -days_left) % {"n": -days_left}
    return ngettext("%(n)s day left", "%(n)s days left", days_left) % {"n": days_left}


def alert_lines(alerts: Sequence[Alert]) -> list[dict[str, str]]:
    """Warnings in words, the earliest first."""
    return [
        {
            "left": left_words(alert.days_left),
            "colour": alert.colour,
            "colour_word": choice("colour", alert.colour),
            "word": in_language(alert.word, alert.word_en),
            "told": joined(choice("told", code) for code in alert.recipients),
        }
        for alert in sorted(alerts, key=lambda each: -each.days_left)
    ]


def field_words(name: str, value: Any) -> str:
    """A field of a deadline in words."""
    if name == "alerts":
        lines = alert_lines([Alert(**{**each, "recipients": tuple(each["recipients"])}) for each in value])
        return "; ".join(_("%(left)s: %(colour)s, “%(word)s”, to %(told)s") % _named(line) for line in lines)
    if name == "from_next_day":
        return _("does not count") if value else _("counts")
    if name == "is_active":
        return _("Yes") if value else _("No")
    return choice(name, value) if name in CHOICES else str(value)


def _named(line: dict[str, str]) -> dict[str, str]:
    return {"left": line["left"], "colour": line["colour_word"], "word": line["word"], "told": line["told"]}


def rest_words(rest: Iterable[int]) -> str:
    """Weekdays in words; where none rests, says so."""
    return joined(word for number, word in WEEKDAYS if number in set(rest)) or _("none")


def moves_of(
    actor: Any, *, rule: Any = None, wanted: WantedRule | None = None, work: WorkCalendar | None = None
) -> list[dict[str, Any]]:
    """The due dates that a wanted rule or calendar would move, in words: of which round, which step, of whom."""
    rules = dict(queries.rules_of(queries.deadline_rules()))
    if rule is not None and wanted is not None:
        rules.pop(rule.code, None)
        if wanted.is_active:
            rules[rule.code] = (wanted.base, wanted.counting)
    return moves_in_words(handing.moves(actor, times(rules, work)))


def moves_in_words(moves: Iterable[Any]) -> list[dict[str, Any]]:
    """Due dates that would move, as the table of a preview shows them."""
    return [
        {
            "round": round_name(move.round),
            "step": in_language(move.rule.name, move.rule.name_en),
            "handed_on": move.handed_on,
            "before": move.before,
            "after": move.after,
            "units": move.units,
            "named": _(", ").join(move.named),
            "is_more": move.units > len(move.named),
        }
        for move in moves
    ]


def moved_words(number: int) -> str:
    """What a change did to the dates."""
    if not number:
        return _("Saved.")
    return ngettext("Saved; %(n)s due date moved.", "Saved; %(n)s due dates moved.", number) % {"n": f"{number:,}"}
