"""销号: a secretary applies, another verifies, a third closes; what relapsed is taken up again. One or many at once."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xuncha.rectification.actions.flagging import flag_applied
from xuncha.rectification.actions.following import follow
from xuncha.rectification.models import ClosureStep, Measure, Rectification, SiteCheck
from xuncha.rectification.permissions import POLICY, rectifications_visible_to
from xuncha.rectification.queries.closing import FORBIDDEN, NEEDS_WORDS, judged_measures, may_try, obstacles
from xuncha.rectification.workflow import CLOSURE_MOVES, ClosureAct, ClosureState, Progress
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User
from xuncha.security.policy import role_used

LONGEST: Final = 4000
LONGEST_NAMES: Final = 200
MOST: Final = 200
"""Items in one act."""
ACTS: Final[Mapping[str, str]] = {
    ClosureAct.APPLY: "apply_for_closure",
    ClosureAct.WITHDRAW: "withdraw_application",
    ClosureAct.PASS: "verify_items",
    ClosureAct.RETURN: "return_items",
    ClosureAct.KEEP: "keep_tracking",
    ClosureAct.CLOSE: "close_items",
    ClosureAct.REOPEN: "reopen_items",
}
"""The steps as the trail names them."""
_MARKING: Final = frozenset({ClosureAct.RETURN, ClosureAct.REOPEN})


@transaction.atomic
def take_step(
    seen: Mapping[int, int], *, act: str, words: str = "", marked: Sequence[int] = (), actor: User
) -> list[Rectification]:
    """申请、撤回、核验、退回、继续跟踪、销号、重启: one step with items, all or none, each on the trail.

    ``seen`` maps the key of an item to the version that the actor saw. ``marked``: measures that are sent back with a
    return or a relapse; they are under way again. A relapse without marks sends all measures back. Errors:
    `NotPermitted` (with ``reason`` where it is for who one is); `Invalid` by field; `Conflict` whose ``items`` changed
    meanwhile; `IllegalTransition` whose ``obstacles`` say by item what stands in the way.
    """
    if act not in ACTS or not may_try(actor, act):
        raise NotPermitted("not_permitted", act=ACTS.get(act, "apply_for_closure"))
    words = words.strip()
    faults = _faults(seen, act, words)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    items = _held(seen, actor, ACTS[act])
    stale = [item.pk for item in items if item.version != seen[item.pk]]
    if stale:
        raise Conflict("items_changed", items=stale)
    in_the_way = obstacles(actor, items, act)
    forbidden = {pk: code for pk, code in in_the_way.items() if code in FORBIDDEN}
    if forbidden:
        raise NotPermitted("not_for_oneself", act=ACTS[act], reason=next(iter(forbidden.values())))
    if in_the_way:
        raise IllegalTransition("items_in_the_way", act=ACTS[act], state="", obstacles=in_the_way)
    sent_back = _sent_back(items, act, marked)
    changes: list[trail.Change] = []
    for item in items:
        before = _told(item)
        item.closure = CLOSURE_MOVES[act][item.closure]
        item.closed_on = timezone.localdate() if item.closure == ClosureState.CLOSED else None
        if item.closure == ClosureState.CLOSED and not item.closure_number:
            item.closure_number = closure_number(item)
        item.version += 1
        item.save()
        if sent_back.get(item.pk):
            # After the state is another: what is closed is done.
            follow([item])
        step = ClosureStep.objects.create(rectification=item, act=act, words=words, by=actor, role=role_used(actor))
        step.marked.set(sent_back.get(item.pk, ()))
        after = _told(item)
        changed = [name for name in after if before[name] != after[name]]
        told = {name: after[name] for name in changed}
        if sent_back.get(item.pk):
            told["measures"] = [measure.pk for measure in sent_back[item.pk]]
        changes.append((item, {name: before[name] for name in changed}, told))
    if act == ClosureAct.APPLY:
        flag_applied(items)
    trail.record_many(actor=actor, act=ACTS[act], changes=changes, reason=words, batch=uuid.uuid4())
    return items


def _faults(seen: Mapping[int, int], act: str, words: str) -> dict[str, str]:
    faults = {}
    if not 0 < len(seen) <= MOST:
        faults["items"] = "choose_items"
    if act in NEEDS_WORDS and not words:
        faults["words"] = "required"
    elif len(words) > LONGEST:
        faults["words"] = "too_long"
    return faults


def _held(seen: Mapping[int, int], actor: User, act: str) -> list[Rectification]:
    known = rectifications_visible_to(actor).filter(pk__in=list(seen))
    rows = Rectification.objects.select_for_update(of=("self",)).select_related("finding", "unit")
    items = list(rows.filter(pk__in=known.values("pk")).order_by("pk"))
    if len(items) != len(seen):
        raise NotPermitted("not_permitted", act=act)
    return items


def _sent_back(items: Sequence[Rectification], act: str, marked: Sequence[int]) -> dict[int, list[Measure]]:
    """The measures that are under way again, by the key of their item. Errors: `Invalid` for one of another item."""
    if act not in _MARKING:
        return {}
    wanted = set(marked)
    rows = judged_measures(items).select_for_update().order_by("pk")
    measures = {measure.pk: measure for measure in rows}
    if not wanted <= measures.keys():
        raise Invalid("faulty_fields", faults={"marked": "unknown"})
    found: dict[int, list[Measure]] = {}
    for measure in measures.values():
        if measure.pk in wanted or (act == ClosureAct.REOPEN and not wanted):
            measure.progress, measure.done_on = Progress.UNDER_WAY, None
            measure.version += 1
            measure.save(update_fields=["progress", "done_on", "version"])
            found.setdefault(measure.rectification_id, []).append(measure)
    return found


def _told(item: Rectification) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("closure", "progress", "closure_number", "closed_on")}


def closure_number(item: Rectification) -> str:
    """销号编号: that of the finding, with the unit where several have it; given once and kept when it is reopened."""
    number = item.finding.number
    return f"销-{number}" if item.finding.unit_id else f"销-{number}/{item.unit.short_name}"


@transaction.atomic
def demand_site_check(item: Rectification, *, is_needed: bool, actor: User, version: int) -> Rectification:
    """要求实地核查: before an item is verified somebody goes and looks; or that is not needed any more.

    Errors: `NotPermitted`; `Conflict`; `IllegalTransition` once it is verified.
    """
    POLICY.require(actor, "close_items")
    held = _one(item, actor, version, "demand_site_check")
    if held.closure in (ClosureState.VERIFIED, ClosureState.CLOSED):
        raise IllegalTransition("items_in_the_way", act="demand_site_check", state=held.closure, obstacles={})
    if held.needs_site_check == is_needed:
        return held
    before, held.needs_site_check = held.needs_site_check, is_needed
    held.version += 1
    held.save()
    changed = ({"needs_site_check": before}, {"needs_site_check": is_needed})
    trail.record(actor=actor, act="demand_site_check", thing=held, before=changed[0], after=changed[1])
    return held


@transaction.atomic
def record_site_check(
    item: Rectification, *, on: datetime.date, who: str, words: str, actor: User, version: int
) -> SiteCheck:
    """登记实地核查: who looked on the spot, when, and what there was to see; while the item is applied for.

    Errors: `NotPermitted`, also for one's own; `Invalid` by field; `Conflict`; `IllegalTransition`.
    """
    POLICY.require(actor, "verify_items")
    held = _one(item, actor, version, "record_site_check")
    way = obstacles(actor, [held], ClosureAct.RETURN).get(held.pk, "")
    if way in FORBIDDEN:
        raise NotPermitted("not_for_oneself", act="record_site_check", reason=way)
    if held.closure != ClosureState.APPLIED:
        raise IllegalTransition("items_in_the_way", act="record_site_check", state=held.closure, obstacles={})
    who, words = who.strip(), words.strip()
    faults = {name: "required" for name, value in (("who", who), ("words", words)) if not value}
    if len(who) > LONGEST_NAMES:
        faults["who"] = "too_long"
    if len(words) > LONGEST:
        faults["words"] = "too_long"
    if on > timezone.localdate():
        faults["on"] = "in_future"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    check = SiteCheck.objects.create(rectification=held, on=on, who=who, words=words, by=actor)
    held.version += 1
    held.save(update_fields=["version"])
    after = {"on": on, "who": who, "words": words}
    trail.record(actor=actor, act="record_site_check", thing=held, after=after)
    return check


def _one(item: Rectification, actor: User, version: int, act: str) -> Rectification:
    held = _held({item.pk: version}, actor, act)[0]
    if held.version != version:
        raise Conflict("items_changed", items=[held.pk])
    return held
