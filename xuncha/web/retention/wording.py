"""How kinds of records, events, destructions and certificates are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuncha.security.retention.kinds import RecordKind, kinds
from xuncha.security.retention.workflow import OPEN
from xuncha.web.trail import wording as trail


def kind_word(code: str) -> str:
    """What a kind of record is called; one that is not known any more by its code."""
    kind = kinds().get(code)
    return str(kind.label) if kind is not None else code


def event_word(kind: RecordKind | None, event: str) -> str:
    """The moment from which the years count."""
    return str(kind.events.get(event, event)) if kind is not None else event


def years_word(years: int) -> str:
    """10 years."""
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}


def name_word(name: str) -> str:
    """What a record is called: an object of the trail by kind and number, all else as it is."""
    kind, _colon, key = name.rpartition(":")
    return f"{trail.kind(kind)} {key}" if kind in trail.KINDS and key.isdigit() else name


def number_word(number: str | None) -> str:
    """销毁〔2026〕3号."""
    if not number:
        return ""
    year, _dash, serial = number.partition("-")
    return _("Destruction [%(year)s] no. %(serial)s") % {"year": year, "serial": serial}


def tag_of(destruction: Any) -> str:
    """The class of its tag: what is open stands out."""
    return "tag-amber" if destruction.state in OPEN else ""
