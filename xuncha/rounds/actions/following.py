"""Where units become one, or part again: recusals cover all that is one now, teams go on with the successor."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from xuncha.organisation.queries import one_with
from xuncha.rounds.actions.holding import hold, settle
from xuncha.rounds.actions.recusing import settle_recusal
from xuncha.rounds.models import Recusal, Round
from xuncha.rounds.workflow import KEEPS_OFF
from xuncha.security.models import User


def follow_units(units: Collection[int], *, actor: User) -> None:
    """Called by the act that merged them or took that back, in its transaction; it asked for the right."""
    concerned = one_with(units)
    held = Recusal.objects.select_for_update(of=("self",)).running(timezone.localdate())
    for recusal in held.filter(unit__in=concerned, state__in=KEEPS_OFF).select_related("user").order_by("id"):
        settle_recusal(recusal, actor=actor)
    for round in Round.objects.filter(inspected__unit__in=concerned).distinct().order_by("id"):
        settle(hold(round, None), actor=actor)
