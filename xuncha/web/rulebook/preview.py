"""What a change of a scheme would do, in words: to its categories and to the findings that bear them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuncha.findings.workflow import FindingState
from xuncha.rounds import queries as rounds
from xuncha.rulebook.queries import Difference
from xuncha.web.rounds.wording import round_name

_KINDS: Final = {
    "added": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "retired": gettext_lazy("retired"),
    "mapped": gettext_lazy("becomes another"),
    "returned": gettext_lazy("in use again"),
    "moved": gettext_lazy("another place"),
}
_FIELDS: Final = {
    "name": gettext_lazy("Name"),
    "letter": gettext_lazy("Sign"),
    "name_en": gettext_lazy("English name"),
    "group": gettext_lazy("Heading"),
    "code": gettext_lazy("Code"),
    "became": gettext_lazy("Becomes"),
    "order": gettext_lazy("Position"),
}
_FAULTS: Final = {
    "required": gettext_lazy("a name is needed"),
    "too_long": gettext_lazy("too long; please shorten it"),
    "name_twice": gettext_lazy("two categories in use have this name; please tell them apart"),
    "code_twice": gettext_lazy("this code stands twice; please give one another code or none"),
    "unknown_category": gettext_lazy("there is no category with this code"),
    "became_is_retired": gettext_lazy("what it becomes is retired itself; please choose one in use"),
    "none_in_use": gettext_lazy("at least one category must stay in use"),
}


def fault_lines(faults: Sequence[tuple[int, str, str, str]]) -> list[tuple[str, str, str]]:
    """Faults for the error summary: anchor, label, sentence."""
    return [
        (
            f"{name}-{position - 1}",
            _("Row %(row)s, %(field)s") % {"row": position, "field": _FIELDS[name]} if position else "",
            f"{_FAULTS.get(code, code)}" + (_(" (“%(found)s”)") % {"found": found} if found else ""),
        )
        for position, name, code, found in faults
    ]


def preview(
    actor: Any, scheme: Any, differences: Sequence[Difference], bearing: Callable[..., Sequence[Any]]
) -> dict[str, Any]:
    """Context of the preview: ``lines`` of what changes, ``moves`` by category, round and state, and their sums."""
    names = {difference.wanted.code: difference.wanted.name for difference in differences}
    names |= {category.code: category.name for category in scheme.categories.all() if category.code not in names}
    gone = {d.category.pk: d for d in differences if d.category is not None and d.kind in ("mapped", "retired")}
    by_round = {round.pk: round_name(round) for round in rounds.rounds(actor)} if gone else {}
    moves: list[dict[str, Any]] = []
    stays: list[dict[str, Any]] = []
    for found in bearing(actor, scheme, list(gone)):
        difference = gone[found.category]
        line = {
            "name": difference.category.name if difference.category else "",
            "to": names.get(difference.wanted.became, ""),
            "round": by_round.get(found.round, ""),
            "state": FindingState(found.state).label,
            "number": found.number,
        }
        (moves if difference.kind == "mapped" else stays).append(line)
    return {
        "lines": [_line(difference, names) for difference in differences],
        "moves": moves,
        "moved": sum(line["number"] for line in moves),
        "stays": sum(line["number"] for line in stays),
        "stay_lines": stays,
    }


def _line(difference: Difference, names: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": _KINDS[difference.kind],
        "name": difference.category.name if difference.category else difference.wanted.name,
        "became": names.get(difference.wanted.became, "") if difference.kind == "mapped" else "",
        "fields": [
            (
                _FIELDS[name],
                names.get(before, before) if name == "became" else before,
                names.get(after, after) if name == "became" else after,
            )
            for name, (before, after) in difference.fields.items()
        ],
        "is_grave": difference.kind in ("mapped", "retired"),
    }
