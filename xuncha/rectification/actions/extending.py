"""延期、中止: a unit asks for another day or that the clock stand; the office decides, and lets the clock run again."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from xuncha.rectification.models import ClockRequest, Rectification
from xuncha.rectification.permissions import POLICY, clock_requests_visible_to, judges_own, rectifications_worked_on_by
from xuncha.rectification.queries.overdue import OPEN
from xuncha.rectification.workflow import CLOCK_MOVES, ClockAct, ClockKind, ClockState, DueBy
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 2000
MOST_DAYS: Final = 366
"""How far from today a wanted day may lie."""


@transaction.atomic
def ask_for_time(
    item: Rectification, *, kind: str, day: datetime.date | None, reason: str, actor: User, version: int
) -> ClockRequest:
    """申请延期、申请中止. ``day``: the wanted date of an extension; of a suspension the first day, today if null.

    Errors: `NotPermitted`; `Conflict` when the item is another now or something is asked for already;
    `IllegalTransition` where it is closed or applied for, has no date to move, or stands already; `Invalid` by field.
    """
    held = rectifications_worked_on_by(actor).select_for_update(of=("self",)).filter(pk=item.pk).first()
    if held is None:
        raise NotPermitted("not_permitted", act="ask_for_time")
    if held.version != version:
        raise Conflict("item_changed", current=held)
    if held.closure not in OPEN:
        raise IllegalTransition("item_is_held", act="ask_for_time", state=held.closure)
    if held.suspended_on is not None:
        raise IllegalTransition("clock_stands", act="ask_for_time", state="suspended")
    if kind == ClockKind.EXTENSION and held.due_on is None:
        raise IllegalTransition("no_day_to_move", act="ask_for_time", state="")
    if ClockRequest.objects.filter(rectification=held, state=ClockState.ASKED).exists():
        raise Conflict("asked_already", current=held)
    reason, today = reason.strip(), timezone.localdate()
    if kind == ClockKind.SUSPENSION and day is None:
        day = today
    faults = _faults(held, kind, day, reason, today)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    wanted: dict[str, Any] = {"wanted_due": day} if kind == ClockKind.EXTENSION else {"since": day}
    try:
        with transaction.atomic():
            asked = ClockRequest.objects.create(
                rectification=held, kind=kind, reason=reason, old_due=held.due_on, asked_by=actor, **wanted
            )
    except IntegrityError as error:
        # Two of the unit asked at the same moment.
        raise Conflict("asked_already", current=held) from error
    told = {"item": held.pk, "kind": kind, "reason": reason, "old_due": held.due_on, **wanted}
    trail.record(actor=actor, act="ask_for_time", thing=asked, after=told)
    return asked


def _faults(
    item: Rectification, kind: str, day: datetime.date | None, reason: str, today: datetime.date
) -> dict[str, str]:
    faults: dict[str, str] = {}
    if kind not in ClockKind.values:
        faults["kind"] = "unknown"
    if not reason:
        faults["reason"] = "required"
    elif len(reason) > LONGEST:
        faults["reason"] = "too_long"
    if day is None:
        faults["day"] = "required"
    elif abs((day - today).days) > MOST_DAYS:
        faults["day"] = "too_far"
    elif kind == ClockKind.EXTENSION and (day <= today or (item.due_on is not None and day <= item.due_on)):
        faults["day"] = "not_later"
    elif kind == ClockKind.SUSPENSION and (day > today or day < item.opened_on):
        faults["day"] = "not_while_open"
    return faults


@transaction.atomic
def withdraw_request(request: ClockRequest, *, actor: User, version: int) -> ClockRequest:
    """撤回申请, before it is decided. Errors: `NotPermitted`; `Conflict`; `IllegalTransition`."""
    held = _held(request, actor, version)
    if not rectifications_worked_on_by(actor).filter(pk=held.rectification_id).exists():
        raise NotPermitted("not_permitted", act="withdraw_request")
    return _moved(held, ClockAct.WITHDRAW, actor, {})


@transaction.atomic
def decide_time(
    request: ClockRequest, *, act: str, day: datetime.date | None = None, words: str = "", actor: User, version: int
) -> ClockRequest:
    """批准、不批准. ``day``: until when an extension is granted, null for all else; never taken from what was asked.
    A refusal, and another day than the one asked for, need words.

    Errors: `NotPermitted` (``not_for_oneself`` for whoever asked, or acts for the unit); `Conflict`;
    `IllegalTransition`; `Invalid` by field.
    """
    POLICY.require(actor, "decide_time")
    held = _held(request, actor, version)
    item = Rectification.objects.select_for_update().get(pk=held.rectification_id)
    _another(held, item, actor, "decide_time")
    words = words.strip()
    is_extended = act == ClockAct.GRANT and held.kind == ClockKind.EXTENSION
    faults: dict[str, str] = {}
    if len(words) > LONGEST:
        faults["words"] = "too_long"
    elif not words and (act == ClockAct.REFUSE or (is_extended and day is not None and day != held.wanted_due)):
        faults["words"] = "required"
    if is_extended:
        if day is None:
            faults["day"] = "required"
        elif item.due_on is not None and day <= item.due_on:
            faults["day"] = "not_later"
        elif (day - timezone.localdate()).days > MOST_DAYS:
            faults["day"] = "too_far"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    if act == ClockAct.GRANT and item.closure not in OPEN:
        raise IllegalTransition("item_is_held", act="decide_time", state=item.closure)
    changed: dict[str, Any] = {"words": words, "decided_by": actor, "decided_at": timezone.now()}
    of_item: dict[str, Any] = {}
    if is_extended:
        changed["new_due"] = day
        of_item = {"due_on": day, "due_by": DueBy.EXTENSION.value}
    elif act == ClockAct.GRANT:
        of_item = {"suspended_on": held.since}
    return _moved(held, act, actor, changed, item, of_item)


@transaction.atomic
def resume_clock(request: ClockRequest, *, on: datetime.date | None, actor: User, version: int) -> ClockRequest:
    """恢复计时: the clock runs again from a day on; the days that it stood are added to the day that holds.

    Errors: `NotPermitted`; `Conflict`; `IllegalTransition` for what is no suspension; `Invalid` for no day, and one
    before the clock stood or in the future.
    """
    POLICY.require(actor, "decide_time")
    held = _held(request, actor, version)
    if held.kind != ClockKind.SUSPENSION or held.since is None:
        raise IllegalTransition("no_suspension", act="resume_clock", state=held.state)
    item = Rectification.objects.select_for_update().get(pk=held.rectification_id)
    _another(held, item, actor, "resume_clock")
    if on is None:
        raise Invalid("faulty_fields", faults={"day": "required"})
    if not held.since <= on <= timezone.localdate():
        raise Invalid("faulty_fields", faults={"day": "not_while_it_stood"})
    new_due = item.due_on + (on - held.since) if item.due_on is not None else None
    of_item: dict[str, Any] = {"suspended_on": None, "due_on": new_due}
    if new_due is not None and on != held.since:
        of_item["due_by"] = DueBy.EXTENSION.value
    return _moved(held, ClockAct.RESUME, actor, {"resumed_on": on, "new_due": new_due}, item, of_item)


def _held(request: ClockRequest, actor: User, version: int) -> ClockRequest:
    held = clock_requests_visible_to(actor).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if held is None:
        raise NotPermitted("not_permitted", act="decide_time")
    if held.version != version:
        raise Conflict("request_changed", current=held)
    return held


def _another(request: ClockRequest, item: Rectification, actor: User, act: str) -> None:
    """申请人不批准: neither who asked, nor who acts for the unit, decides."""
    if request.asked_by_id == actor.pk or judges_own(actor, [item.unit_id]):
        raise NotPermitted("not_for_oneself", act=act)


def _moved(
    held: ClockRequest,
    act: str,
    actor: User,
    changed: dict[str, Any],
    item: Rectification | None = None,
    of_item: dict[str, Any] | None = None,
) -> ClockRequest:
    """The request, and with it what changes of its item, both on the trail."""
    state = CLOCK_MOVES[act].get(held.state)
    if state is None:
        raise IllegalTransition("illegal_transition", act=f"{act}_time", state=held.state)
    after = {"state": state, **changed}
    before = {name: getattr(held, name) for name in after}
    for name, value in after.items():
        setattr(held, name, value)
    held.version += 1
    held.save()
    told = {name: value for name, value in after.items() if name not in ("decided_by", "decided_at")}
    changes: list[trail.Change] = [(held, {name: before[name] for name in told}, told)]
    if item is not None and of_item:
        stood = {name: getattr(item, name) for name in of_item}
        for name, value in of_item.items():
            setattr(item, name, value)
        item.version += 1
        item.save()
        changes.append((item, stood, of_item))
    trail.record_many(actor=actor, act=f"{act}_time", changes=changes, batch=uuid.uuid4())
    return held
