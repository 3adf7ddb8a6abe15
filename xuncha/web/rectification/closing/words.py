"""Words of the steps on the way to closure, and of what stands in their way."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

ACTS: Final[dict[str, tuple[Any, Any]]] = {
    "apply": (lazy("Apply for closure"), lazy("What the secretary says to it; the reviewers read it.")),
    "withdraw": (lazy("Withdraw the application"), lazy("Why it is taken back; may be left empty.")),
    "pass": (lazy("Verify"), lazy("What was checked and found; may be left empty.")),
    "return": (
        lazy("Return"),
        lazy("What is missing; the unit reads it. Mark the measures to be done again."),
    ),
    "keep": (lazy("Keep tracking"), lazy("What is still to be seen before it can be closed; the unit reads it.")),
    "close": (pgettext_lazy("closure", "Close"), lazy("May be left empty.")),
    "reopen": (
        lazy("Reopen"),
        lazy("What relapsed; the unit reads it. Mark the measures that are to be done again; without a mark all are."),
    ),
}
"""Act: its name, and the hint under the words."""
ON_HEAP: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "ready": (("apply", "a"),),
    "to_verify": (("pass", "v"), ("return", "r"), ("keep", "t")),
    "verified": (("close", "c"), ("return", "r")),
}
"""The acts offered on each heap, with their keys."""
OBSTACLES: Final[dict[str, Any]] = {
    "not_secretary": lazy("only the secretary of the unit may"),
    "own_unit": lazy("you belong to the unit or are in charge of it"),
    "own_application": lazy("you applied for it yourself"),
    "own_answer": lazy("you answered for its finding yourself"),
    "own_measure": lazy("you wrote, changed or reported one of its measures"),
    "own_verdict": lazy("you verified it yourself"),
    "state": lazy("it stands otherwise"),
    "no_plan": lazy("the unit's plan of this round is not approved yet: it has to be submitted and approved first"),
    "clock_stands": lazy(
        "its clock stands or time is asked for: let it run again, or have the request decided or withdrawn"
    ),
    "no_measures": lazy("it has no measures"),
    "not_done": lazy("not all of its measures are done"),
    "no_evidence": lazy("one of its measures has no evidence"),
    "site_check": lazy("it has to be looked at on the spot first"),
}
