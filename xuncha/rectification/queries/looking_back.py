"""What was drawn to be looked at again, and what was found."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from xuncha.findings.workflow import FindingState
from xuncha.rectification.models import LookBack, LookedBack, Rectification
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.workflow import ClosureState
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import sees_all_parts


def candidates(round: Round) -> dict[str, int]:
    """The closed items of a round by the name they are drawn under: number of the finding and key of the unit."""
    rows = Rectification.objects.filter(
        round=round, closure=ClosureState.CLOSED, finding__state=FindingState.ISSUED
    ).order_by()
    return {f"{number}/{unit}": pk for number, unit, pk in rows.values_list("finding__number", "unit", "pk")}


def visible_to(actor: User) -> QuerySet[LookBack]:
    """Draws: of those who read the whole ledger, without a recusal, for a draw names units of all."""
    if not POLICY.may(actor, "see_figures") or not sees_all_parts(actor):
        return LookBack.objects.filter(Q(pk__in=()))
    return LookBack.objects.all()


def look_backs(actor: User, round: Round | None) -> list[LookBack]:
    """Draws of a round, the newest first, each with ``drawn`` and ``done``."""
    rows = visible_to(actor) if round is None else visible_to(actor).filter(round=round)
    counted = rows.select_related("by").annotate(drawn=Count("items"), done=Count("items", filter=~Q(items__result="")))
    return list(counted.order_by("-pk")[:50])


def find_look_back(actor: User, pk: int) -> LookBack | None:
    """One draw."""
    return visible_to(actor).select_related("by", "round__term").filter(pk=pk).first()


def drawn(look_back: LookBack) -> list[LookedBack]:
    """The items drawn, in the order of their lots."""
    return list(look_back.items.select_related("item__finding", "item__unit", "by").order_by("lot"))


def find_drawn(actor: User, look_back: int, pk: int) -> LookedBack | None:
    """One item drawn."""
    return LookedBack.objects.filter(look_back__in=visible_to(actor).filter(pk=look_back), pk=pk).first()
