"""What on the desk waits for the person's word, and what others decided for the person."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuncha.rounds.queries import recusals
from xuncha.security.opening import queries as opening
from xuncha.security.retention import queries as retention
from xuncha.web.retention.wording import kind_word

SHOWN: Final = 10


def decisions(actor: Any) -> list[dict[str, Any]]:
    """Recusals and requests to open that the actor decides on; the own ones that may be opened now; destructions to
    decide on."""
    rows: list[dict[str, Any]] = [
        {
            "title": _("Recusal: %(person)s and %(unit)s")
            % {"person": raised.user.name, "unit": raised.unit.short_name},
            "second": f"{raised.get_ground_display()} · {raised.get_state_display()}",
            "who": raised.raised_by,
            "day": raised.raised_on,
            "url": reverse("recusal_decide", args=[raised.pk]),
            "word": pgettext("recusal", "Decide"),
        }
        for raised in recusals.waiting_for(actor)[:SHOWN]
    ]
    rows += [
        {
            "title": _("Opening of %(number)s") % {"number": asked.number},
            "second": asked.reason,
            "who": asked.asked_by,
            "at": asked.asked_at,
            "url": reverse("opening", args=[asked.pk]),
            "word": _("Decide"),
        }
        for asked in opening.waiting_for(actor)[:SHOWN]
    ]
    rows += [
        {
            "title": _("Opening of %(number)s was approved") % {"number": asked.number},
            "second": asked.reason,
            "who": asked.decided_by,
            "at": asked.decided_at,
            "url": reverse("opening", args=[asked.pk]),
            "word": pgettext("a sealed value", "Open"),
        }
        for asked in opening.good_for(actor)[:SHOWN]
    ]
    rows += [
        {
            "title": _("Destruction: %(kind)s") % {"kind": kind_word(found.kind)},
            "second": found.reason,
            "who": found.proposed_by,
            "at": found.proposed_at,
            "url": reverse("destruction", args=[found.pk]),
            "word": _("Decide"),
        }
        for found in retention.waiting_for(actor)[:SHOWN]
    ]
    return rows
