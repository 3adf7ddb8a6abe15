"""销号: what stands in the way of a step towards closure, for whom; the queue; what waits for whose signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from xuncha.rectification.models import ClockRequest, ClosureStep, Evidence, Measure, Plan, Rectification, SiteCheck
from xuncha.rectification.permissions import (
    POLICY,
    had_a_hand,
    judges_own,
    rectifications_visible_to,
    units_signed_for_by,
)
from xuncha.rectification.queries.plans import approved_once
from xuncha.rectification.workflow import (
    CLOSURE_HELD,
    CLOSURE_MOVES,
    CLOSURE_WITH_REASONS,
    ClockState,
    ClosureAct,
    ClosureState,
    Progress,
)
from xuncha.rounds.models import Round
from xuncha.security.models import User

BOUND: Final = 10_000
NEEDS_WORDS: Final = frozenset(act.value for act in CLOSURE_WITH_REASONS)
"""Acts that say why."""
BY_UNIT: Final = frozenset({ClosureAct.APPLY, ClosureAct.WITHDRAW})
BY_VERIFIER: Final = frozenset({ClosureAct.PASS, ClosureAct.RETURN, ClosureAct.KEEP})
BY_OFFICE: Final = frozenset({ClosureAct.CLOSE, ClosureAct.REOPEN})
FORBIDDEN: Final = frozenset(
    {"not_secretary", "own_unit", "own_application", "own_answer", "own_measure", "own_verdict"}
)
"""Obstacles that lie in who acts, not in how the item stands."""


def may_try(actor: User, act: str) -> bool:
    """Whether the actor may take this step with any item at all."""
    if act in BY_UNIT:
        return units_signed_for_by(actor).exists()
    return POLICY.may(actor, "verify_items" if act in BY_VERIFIER else "close_items")


def obstacles(actor: User, items: Sequence[Rectification], act: str) -> dict[int, str]:
    """Why the actor cannot take a step with items, by key: the first reason of each; without a key there is none.

    Who acts: ``not_secretary``, ``own_unit``, ``own_application``, ``own_answer``, ``own_measure`` (see
    `permissions.had_a_hand`), ``own_verdict``. How it stands: ``state``, ``no_plan`` (the unit's plan of the round was
    never approved), ``clock_stands`` (or time is asked for), ``no_measures``, ``not_done``, ``no_evidence``,
    ``site_check``. In as many queries for many items as for one.
    """
    keys = [item.pk for item in items]
    found: dict[int, str] = {}
    persons = _persons_in_the_way(actor, items, keys, act)
    lacking = _lacking(items, act)
    for item in items:
        if item.pk in persons:
            found[item.pk] = persons[item.pk]
        elif item.closure not in CLOSURE_MOVES[act]:
            found[item.pk] = "state"
        elif item.pk in lacking:
            found[item.pk] = lacking[item.pk]
        elif act in (ClosureAct.APPLY, ClosureAct.CLOSE) and item.progress != Progress.DONE:
            found[item.pk] = "not_done"
    return found


def _persons_in_the_way(actor: User, items: Sequence[Rectification], keys: list[int], act: str) -> dict[int, str]:
    if act in BY_UNIT:
        own = set(units_signed_for_by(actor).values_list("scope_id", flat=True))
        return {item.pk: "not_secretary" for item in items if item.unit_id not in own}
    found: dict[int, str] = {}
    if act == ClosureAct.CLOSE:
        last = last_steps(keys)
        found |= dict.fromkeys((pk for pk in keys if last[pk].get(ClosureAct.PASS) == actor.pk), "own_verdict")
    if act != ClosureAct.REOPEN:
        found |= had_a_hand(actor, keys)
    ones_own = judges_own(actor, (item.unit_id for item in items))
    return found | {item.pk: "own_unit" for item in items if item.unit_id in ones_own}


def last_steps(keys: Iterable[int]) -> dict[int, dict[str, int]]:
    """Who took each step with items last, by the key of the item and the act."""
    found: dict[int, dict[str, int]] = {key: {} for key in keys}
    rows = ClosureStep.objects.filter(rectification__in=list(found)).order_by("pk")
    for item, act, by in rows.values_list("rectification", "act", "by"):
        found[item][act] = by
    return found


def judged_measures(items: Iterable[Rectification]) -> QuerySet[Measure]:
    """What is judged with items, and sent back with them: all of their measures, whoever looks."""
    return Measure.objects.filter(rectification__in=[item.pk for item in items])


def _lacking(items: Sequence[Rectification], act: str) -> dict[int, str]:
    """What items lack for the step: an approved plan, measures, each done and proved, a check on the spot."""
    if act not in (ClosureAct.APPLY, ClosureAct.PASS, ClosureAct.CLOSE):
        return {}
    keys = [item.pk for item in items]
    lacking = dict.fromkeys(unchecked(keys), "site_check") if act == ClosureAct.PASS else _undone(items, keys)
    if act != ClosureAct.PASS:
        lacking |= dict.fromkeys(_standing_still(items, keys), "clock_stands")
    return lacking | dict.fromkeys(_unplanned(items), "no_plan")


def _standing_still(items: Sequence[Rectification], keys: list[int]) -> list[int]:
    """Items whose clock stands, or of which time is asked for and nobody has decided."""
    asked = ClockRequest.objects.filter(rectification__in=keys, state=ClockState.ASKED)
    waiting = set(asked.order_by().values_list("rectification", flat=True))
    return [item.pk for item in items if item.suspended_on is not None or item.pk in waiting]


def _unplanned(items: Sequence[Rectification]) -> list[int]:
    """Items of a unit whose plan of the round was never approved: nobody but the unit knows its measures."""
    there = set(
        Plan.objects.filter(
            approved_once(), round__in={item.round_id for item in items}, unit__in={item.unit_id for item in items}
        ).values_list("round", "unit")
    )
    return [item.pk for item in items if (item.round_id, item.unit_id) not in there]


def _undone(items: Sequence[Rectification], keys: list[int]) -> dict[int, str]:
    proof = Evidence.objects.filter(measure=OuterRef("pk"))
    rows = judged_measures(items).annotate(is_proved=Exists(proof)).order_by()
    found = dict.fromkeys(keys, "no_measures")
    for item, progress, is_proved in rows.values_list("rectification", "progress", "is_proved"):
        if found.get(item) == "no_measures":
            del found[item]
        if progress != Progress.DONE:
            found[item] = "not_done"
        elif not is_proved:
            found.setdefault(item, "no_evidence")
    return found


def unchecked(keys: Iterable[int]) -> set[int]:
    """Items for which a check on the spot was demanded and none was made since they were last applied for."""
    applied = ClosureStep.objects.filter(rectification=OuterRef("rectification"), act=ClosureAct.APPLY)
    later = SiteCheck.objects.filter(rectification=OuterRef("pk"), at__gte=applied.order_by("-pk").values("at")[:1])
    rows = Rectification.objects.filter(pk__in=list(keys), needs_site_check=True).filter(~Exists(later))
    return set(rows.values_list("pk", flat=True))


def site_checks(items: Iterable[int]) -> dict[int, list[SiteCheck]]:
    """The checks on the spot of items, oldest first, by the key of the item."""
    found: dict[int, list[SiteCheck]] = {key: [] for key in items}
    for check in SiteCheck.objects.filter(rectification__in=list(found)).select_related("by").order_by("pk"):
        found[check.rectification_id].append(check)
    return found


def waiting(actor: User, round: Round | None = None) -> Mapping[str, int]:
    """What waits for the actor's hand, counted to `BOUND` and one: to sign, to verify, to close."""
    rows = rectifications_visible_to(actor)
    if round is not None:
        rows = rows.filter(round=round)
    found = {"sign": 0, "verify": 0, "close": 0}
    if may_try(actor, ClosureAct.APPLY):
        mine = rows.filter(unit__in=units_signed_for_by(actor), progress=Progress.DONE)
        found["sign"] = mine.exclude(closure__in=CLOSURE_HELD).order_by()[: BOUND + 1].count()
    if POLICY.may(actor, "verify_items"):
        found["verify"] = rows.filter(closure=ClosureState.APPLIED).order_by()[: BOUND + 1].count()
    if POLICY.may(actor, "close_items"):
        found["close"] = rows.filter(closure=ClosureState.VERIFIED).order_by()[: BOUND + 1].count()
    return found
