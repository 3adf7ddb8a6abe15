"""A part, one finding with one unit, as the pages of claiming show it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import claims as queries
from xuncha.rectification.queries.closing import may_try
from xuncha.security.policy import standing
from xuncha.security.roles import UNIT_ROLES
from xuncha.vocabulary.days import Alert, alert_at
from xuncha.web.language import in_language

FACTS: Final = 3
"""Facts of a finding shown beside it; all of them stand on its page."""
# The mark before the word of what the office said.
MARKS: Final = {"accepted": "accepted", "ruled": "closed", "questioned": "returned", "waiting": "none"}
SHAPES: Final = {"accepted": "verified", "ruled": "closed", "questioned": "returned", "waiting": "applied"}
PENDING: Final = lazy("Not answered")


def row(part: Any, alerts: Sequence[Alert]) -> dict[str, Any]:
    """One part with its finding, answer, the office's word, the exchange and the time left."""
    claim = queries.claim_of(part)
    facts = list(part.finding.manifestations.all())
    return {
        "part": part,
        "finding": part.finding,
        "unit": part.unit,
        "claim": claim,
        "url": reverse("finding", args=[part.finding_id]),
        "facts": facts[:FACTS],
        "more_facts": max(0, len(facts) - FACTS),
        "state": claim.state if claim else "",
        "state_word": claim.get_state_display() if claim else PENDING,
        "review": claim.review if claim else "",
        "review_word": claim.get_review_display() if claim else "",
        "mark": MARKS.get(claim.review, "none") if claim else "none",
        "shape": SHAPES.get(claim.review, "none") if claim else "not_started",
        "steps": list(claim.steps.all()) if claim else [],
        "due": time_of(queries.due_of(part), alerts, is_open=claim is None or claim.review == "questioned"),
    }


def time_of(due_on: datetime.date | None, alerts: Sequence[Alert], *, is_open: bool) -> dict[str, Any] | None:
    """The day by which to answer, with the warning that holds today; null where there is no such day."""
    if due_on is None:
        return None
    alert = alert_at(alerts, due_on, timezone.localdate()) if is_open else None
    if not is_open:
        return {"on": due_on, "code": "none", "word": "", "colour": ""}
    return due_of_alert(due_on, alert)


def due_of_alert(due_on: datetime.date, alert: Alert | None) -> dict[str, Any]:
    """A day that is still to be kept: its mark, and in words the warning that holds and what is left."""
    left = (due_on - timezone.localdate()).days
    word = in_language(alert.word, alert.word_en) if alert is not None else ""
    if left < 0:
        days = ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}
        overdue = ngettext("%(word)s by %(n)s day", "%(word)s by %(n)s days", -left)
        word = overdue % {"word": word, "n": -left} if word else days
    else:
        days = _("today") if left == 0 else ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
        word = f"{word} · {days}" if word else days
    code = "late" if left < 0 else "soon" if alert is not None else "none"
    return {"on": due_on, "code": code, "word": word, "colour": alert.colour if alert is not None else ""}


def rooms(request: Any, current: str) -> list[dict[str, Any]]:
    """The pages of rectification as tabs."""
    found = [("board", _("Board")), ("claims", _("Claiming")), ("items", _("To put right"))]
    found.append(("plans", _("Plans")))
    if standing(request.user).partial & UNIT_ROLES:
        found.append(("report_progress", _("Report progress")))
    if may_try(request.user, "apply") or may_try(request.user, "pass"):
        found.append(("closing_queue", _("Closure")))
    found.append(("timetable", _("Dates and duties")))
    if POLICY.may(request.user, "see_figures"):
        found.insert(1, ("figures", _("Figures")))
        found.append(("look_backs", _("Looking back")))
    if POLICY.may(request.user, "see_silence"):
        found.append(("claims_silence", _("Noted and not taken on")))
    found += [("clock_requests", _("Requests for time")), ("letters", _("Letters"))]
    return [{"url": reverse(name), "word": word, "is_current": name == current} for name, word in found]
