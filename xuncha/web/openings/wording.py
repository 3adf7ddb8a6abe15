"""How requests to open and their openings are called, and where their objects stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuncha.security.opening.kinds import SealedKind, kinds
from xuncha.security.opening.workflow import OpeningState

# Where the object of a kind has its page, by the kind and key of the thing. One without a page is a number alone.
_PAGES: Final[Mapping[str, Callable[[int], str]]] = {"findings.finding": lambda key: reverse("finding", args=[key])}


def kind_word(code: str) -> str:
    """What a kind of sealed value is called; one that is not known any more by its code."""
    kind = kinds().get(code)
    return str(kind.label) if kind is not None else code


def state_word(request: Any) -> str:
    """Where a request stands: its state, or that its approval is over."""
    if request.state == OpeningState.APPROVED and not request.is_good:
        if request.left == 0:
            return pgettext("opening", "Used up")
        return pgettext("opening", "Expired")
    return str(request.get_state_display())


def state_mark(request: Any) -> str:
    """The class of its tag: what is open, by a word or by the value, stands out."""
    return "tag-amber" if request.state == OpeningState.ASKED or request.is_good else ""


def object_url(kind: SealedKind, key: int) -> str:
    """The page of the object; for whoever may see it."""
    thing, thing_key = kind.thing(key)
    page = _PAGES.get(thing)
    return page(thing_key) if page is not None else ""


def openings_word(request: Any) -> str:
    """2 of 3."""
    if not request.allowed:
        return ""
    return _("%(made)s of %(allowed)s") % {"made": request.made, "allowed": request.allowed}
