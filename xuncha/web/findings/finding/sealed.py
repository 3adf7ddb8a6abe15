"""Sealed notes on the page of a finding, and the way to have one opened."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuncha.findings.queries.finding import sealed_notes
from xuncha.findings.sealed_notes import SEALED_NOTES
from xuncha.security.opening.queries import own_requests
from xuncha.security.opening.workflow import OpeningState


def notes(actor: Any, finding: Any) -> list[dict[str, Any]]:
    """Each note with the one thing the person can do about it: ask, look at the own request, open."""
    found = list(sealed_notes(actor, finding))
    asked = own_requests(actor, SEALED_NOTES, [note.pk for note in found]) if found else {}
    rows = []
    for note in found:
        own = asked.get(note.pk)
        if own is None:
            url, word = reverse("opening_ask", args=[SEALED_NOTES.code, note.pk]), _("Ask to open")
        else:
            url = reverse("opening", args=[own.pk])
            word = _("Asked for") if own.state == OpeningState.ASKED else pgettext("a sealed value", "Open")
        rows.append({"note": note, "url": url, "word": word})
    return rows
