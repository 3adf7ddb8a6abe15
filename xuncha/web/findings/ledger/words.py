"""Words of the list: facets, columns, values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from xuncha.findings.queries.ledger import NONE
from xuncha.findings.queries.ledger.choices import Choice
from xuncha.findings.workflow import FindingState, Nature, Origin, Severity
from xuncha.web.language import name_of
from xuncha.web.rounds.wording import round_name

Word = str | Promise

FACETS: Final[Mapping[str, Word]] = {
    "q": lazy("Words"),
    "round": lazy("Round"),
    "unit": lazy("Unit"),
    "sector": lazy("Sector"),
    "category": lazy("Category"),
    "state": lazy("State"),
    "severity": lazy("Severity"),
    "nature": lazy("Nature"),
    "origin": lazy("Origin"),
    "immediate": lazy("At once"),
    "paper": lazy("Paper"),
    "feedback": lazy("Feedback"),
    "changed_by": lazy("Changed by"),
    "series": lazy("Numbered under"),
}
CODES: Final[Mapping[str, Mapping[str, Word]]] = {
    "state": {str(code): word for code, word in FindingState.choices},
    "severity": {str(code): word for code, word in Severity.choices},
    "nature": {str(code): word for code, word in Nature.choices},
    "origin": {str(code): word for code, word in Origin.choices},
    "immediate": {"yes": pgettext_lazy("at once", "Yes"), "no": pgettext_lazy("at once", "No")},
}
NOTHING: Final = pgettext_lazy("value of a facet", "Not said")


def value_name(facet: str, choice: Choice) -> str:
    """What a value of a facet is called; of a row that is not there, or not in sight, only its key."""
    if choice.value == NONE:
        return str(lazy("Joint feedback") if facet == "series" else NOTHING)
    if facet in CODES:
        return str(CODES[facet].get(choice.value, choice.value))
    if choice.thing is None:
        return choice.value
    if facet == "round":
        return round_name(choice.thing)
    if facet == "feedback":
        return str(choice.thing.title)
    return name_of(choice.thing)


def code_name(facet: str, code: str) -> str:
    """The word of a code; empty where nothing is said."""
    return str(CODES[facet].get(code, "")) if code else ""
