"""Ask, approve, refuse, withdraw, open: right, state, change, trail, in one transaction."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from xuncha.security import circumstances, trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Opening, OpeningRequest, OpeningRule, User
from xuncha.security.opening import queries
from xuncha.security.opening.kinds import SealedKind, kind_of
from xuncha.security.opening.workflow import OpeningState, moved
from xuncha.security.sealing import Unreadable

LONGEST: Final = 500
LONGEST_HOURS: Final = 24 * 30
MOST_OPENINGS: Final = 50


def _words(words: str, *, field: str, required: bool) -> str:
    words = words.strip()
    if required and not words:
        raise Invalid("faulty_fields", faults={field: "required"})
    if len(words) > LONGEST:
        raise Invalid("faulty_fields", faults={field: "too_long"})
    return words


@transaction.atomic
def ask_to_open(kind: SealedKind, key: int, *, reason: str, actor: User) -> OpeningRequest:
    """申请开启: of one sealed value, with a reason. Errors: `NotPermitted`, also out of sight; `Invalid`;
    `IllegalTransition` while an own request waits or an approval is still good."""
    if not queries.asks_for(actor, kind) or not kind.in_sight(actor).filter(pk=key).exists():
        raise NotPermitted("not_permitted", act="ask_to_open")
    reason = _words(reason, field="reason", required=True)
    if queries.own_requests(actor, kind, [key]):
        raise IllegalTransition("asked_already", act="ask_to_open", state=OpeningState.ASKED)
    try:
        with transaction.atomic():
            request = OpeningRequest.objects.create(
                kind=kind.code, object_id=key, number=kind.number(key), asked_by=actor, reason=reason
            )
    except IntegrityError as error:
        # The same person in another window was quicker.
        raise IllegalTransition("asked_already", act="ask_to_open", state=OpeningState.ASKED) from error
    trail.record(
        actor=actor,
        act="ask_to_open",
        thing=request,
        after={"sealed": kind.code, "number": request.number},
        reason=reason,
    )
    return request


def _held(key: int, act: str, version: int | None) -> tuple[OpeningRequest, SealedKind]:
    """The request, held until the transaction ends. Errors: `Conflict` when somebody was quicker."""
    request = OpeningRequest.objects.select_for_update().get(pk=key)
    if version is not None and request.version != version:
        raise Conflict("changed_since", current=request)
    request.state = moved(act, request.state)
    request.version += 1
    return request, kind_of(request.kind)


def _require_decider(request: OpeningRequest, kind: SealedKind, actor: User, act: str) -> None:
    if request.asked_by_id == actor.pk:
        raise NotPermitted("not_for_oneself", act=act)
    if not queries.decides(actor, kind) or not kind.in_sight(actor).filter(pk=request.object_id).exists():
        raise NotPermitted("not_permitted", act=act)


@transaction.atomic
def approve_opening(key: int, *, actor: User, version: int, answer: str = "") -> OpeningRequest:
    """批准开启: for as long and as often as the rule of the kind says. Errors: `NotPermitted`, also for the own
    request; `Conflict`; `IllegalTransition`."""
    request, kind = _held(key, "approve_opening", version)
    _require_decider(request, kind, actor, "approve_opening")
    rule = queries.rule_of(kind)
    request.decided_by, request.decided_at = actor, timezone.now()
    request.answer = _words(answer, field="answer", required=False)
    request.good_until = request.decided_at + datetime.timedelta(hours=rule.hours)
    request.allowed = rule.openings
    request.save()
    trail.record(
        actor=actor,
        act="approve_opening",
        thing=request,
        before={"state": OpeningState.ASKED},
        after={"number": request.number, "until": request.good_until, "openings": request.allowed},
        reason=request.answer,
    )
    return request


@transaction.atomic
def refuse_opening(key: int, *, actor: User, version: int, answer: str) -> OpeningRequest:
    """不予开启: with a reason. Errors: as of `approve_opening`; `Invalid` without one."""
    request, kind = _held(key, "refuse_opening", version)
    _require_decider(request, kind, actor, "refuse_opening")
    request.answer = _words(answer, field="answer", required=True)
    request.decided_by, request.decided_at = actor, timezone.now()
    request.save()
    trail.record(
        actor=actor,
        act="refuse_opening",
        thing=request,
        before={"state": OpeningState.ASKED},
        after={"number": request.number},
        reason=request.answer,
    )
    return request


@transaction.atomic
def withdraw_opening(key: int, *, actor: User) -> OpeningRequest:
    """撤回申请: by whoever asked; an approval is given back. Errors: `NotPermitted`, `IllegalTransition`."""
    request, _kind = _held(key, "withdraw_opening", None)
    if request.asked_by_id != actor.pk:
        raise NotPermitted("not_permitted", act="withdraw_opening")
    request.save()
    trail.record(actor=actor, act="withdraw_opening", thing=request, after={"number": request.number})
    return request


def open_sealed(key: int, *, actor: User) -> tuple[OpeningRequest, str]:
    """开启: the value, for whoever asked, under an approval that is still good; counted and told on the trail.

    What cannot be decrypted is not counted; the attempt is told. Errors: `NotPermitted`, `IllegalTransition`,
    `Unreadable`.
    """
    try:
        with transaction.atomic():
            return _open(key, actor)
    except Unreadable:
        with transaction.atomic():
            request = OpeningRequest.objects.get(pk=key)
            trail.record(actor=actor, act="fail_to_open", thing=request, after={"number": request.number})
        raise


def _open(key: int, actor: User) -> tuple[OpeningRequest, str]:
    request, kind = _held(key, "open_sealed", None)
    if request.asked_by_id != actor.pk or not kind.in_sight(actor).filter(pk=request.object_id).exists():
        # Whoever was recused meanwhile, or lost the role, opens nothing under an older approval.
        raise NotPermitted("not_permitted", act="open_sealed")
    if not queries.asks_for(actor, kind):
        raise NotPermitted("not_permitted", act="open_sealed")
    if not request.is_good:
        raise IllegalTransition("approval_over", act="open_sealed", state=request.state)
    value = kind.opened(request.object_id)
    request.made += 1
    request.save(update_fields=["made", "version"])
    Opening.objects.create(request=request, address=circumstances.now().address)
    told: dict[str, Any] = {
        "number": request.number,
        "opening": request.made,
        "approved_by": str(request.decided_by),
    }
    own = (request._meta.label_lower, request.pk)
    trail.write(
        [
            (own, {"before": None, "after": trail.plain(told), "reason": request.reason}),
            # The reason stands with the request alone: more people read the object's history than may ask.
            (kind.thing(request.object_id), {"before": None, "after": {"sealed": request.number}}),
        ],
        actor=actor,
        act="open_sealed",
        batch=uuid.uuid4(),
    )
    return request, value


@transaction.atomic
def set_opening_rule(
    kind: SealedKind, *, hours: int, openings: int, source: str, version: int, actor: User
) -> OpeningRule:
    """设定开启规则: how long and how often an approval is good from now on; those given stay as they are.

    By the security administrator, who opens nothing. Errors: `NotPermitted`, `Conflict`, `Invalid`.
    """
    if not queries.watches_openings(actor):
        raise NotPermitted("not_permitted", act="set_opening_rule")
    rule = OpeningRule.objects.select_for_update().filter(kind=kind.code).first() or queries.rule_of(kind)
    if rule.version != version:
        raise Conflict("changed_since", current=rule)
    faults = {}
    if not 1 <= hours <= LONGEST_HOURS:
        faults["hours"] = "out_of_range"
    if not 1 <= openings <= MOST_OPENINGS:
        faults["openings"] = "out_of_range"
    if len(source.strip()) > 200:
        faults["source"] = "too_long"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = {"hours": rule.hours, "openings": rule.openings, "source": rule.source}
    rule.hours, rule.openings, rule.source = hours, openings, source.strip()
    after = {"hours": rule.hours, "openings": rule.openings, "source": rule.source}
    if before != after:
        rule.version += 1
        try:
            with transaction.atomic():
                rule.save()
        except IntegrityError as error:
            raise Conflict("changed_since", current=queries.rule_of(kind)) from error
        trail.record(actor=actor, act="set_opening_rule", thing=rule, before=before, after=after)
    return rule
