"""Rules, holds, and the three words on a destruction: right, state, change, trail, in one transaction."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Destruction, Hold, RetentionRule, User
from xuncha.security.retention import queries
from xuncha.security.retention.kinds import RecordKind, kind_of
from xuncha.security.retention.workflow import moved

LONGEST: Final = 500
LONGEST_SOURCE: Final = 200
MOST_YEARS: Final = 100


def _require(allowed: bool, act: str) -> None:
    if not allowed:
        raise NotPermitted("not_permitted", act=act)


def _words(words: str, field: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Invalid("faulty_fields", faults={field: "too_long" if words else "required"})
    return words


@transaction.atomic
def set_retention_rule(
    kind: RecordKind, *, years: int, event: str, source: str, version: int, actor: User
) -> RetentionRule:
    """设定保管期限: of one kind, by the head of the office; destructions that are proposed lapse with it.

    Errors: `NotPermitted`, `Conflict`; `Invalid` by field, also without a source.
    """
    _require(queries.confirms(actor), "set_retention_rule")
    rule = RetentionRule.objects.select_for_update().filter(kind=kind.code).first() or queries.rule_of(kind)
    if rule.version != version:
        raise Conflict("changed_since", current=rule)
    source = source.strip()
    faults = {}
    if not 1 <= years <= MOST_YEARS:
        faults["years"] = "out_of_range"
    if event not in kind.events:
        faults["event"] = "unknown"
    if not source or len(source) > LONGEST_SOURCE:
        faults["source"] = "too_long" if source else "required"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = {"years": rule.years, "event": rule.event, "source": rule.source}
    after = {"years": years, "event": event, "source": source}
    if before != after:
        rule.years, rule.event, rule.source = years, event, source
        rule.version += 1
        try:
            with transaction.atomic():
                rule.save()
        except IntegrityError as error:
            raise Conflict("changed_since", current=queries.rule_of(kind)) from error
        told = {"record": kind.code}
        trail.record(actor=actor, act="set_retention_rule", thing=rule, before=before, after={**told, **after})
    return rule


@transaction.atomic
def place_hold(kind: RecordKind, *, key: int | None, reason: str, actor: User) -> Hold:
    """暂缓销毁: of one record, or of all of the kind.

    Errors: `NotPermitted`, also for one record to whoever does not see what records are called; `Invalid`;
    `IllegalTransition` where it is held already.
    """
    _require(queries.proposes(actor) and (key is None or queries.sees_names(actor)), "place_hold")
    reason = _words(reason, "reason")
    name = ""
    if key is not None:
        record = kind.find(key)
        if record is None:
            raise Invalid("faulty_fields", faults={"key": "unknown"})
        name = kind.named([record])[0][:120]
    try:
        with transaction.atomic():
            hold = Hold.objects.create(kind=kind.code, object_id=key, name=name, reason=reason, placed_by=actor)
    except IntegrityError as error:
        raise IllegalTransition("held_already", act="place_hold", state="held") from error
    trail.record(actor=actor, act="place_hold", thing=hold, after={"record": kind.code, "object": key}, reason=reason)
    return hold


@transaction.atomic
def lift_hold(key: int, *, actor: User) -> Hold:
    """解除暂缓: by the head of the office. Errors: `NotPermitted`; `IllegalTransition` where it is lifted already."""
    _require(queries.confirms(actor), "lift_hold")
    hold = Hold.objects.select_for_update().get(pk=key)
    if hold.lifted_at is not None:
        raise IllegalTransition("lifted_already", act="lift_hold", state="lifted")
    hold.lifted_by, hold.lifted_at = actor, timezone.now()
    hold.save(update_fields=["lifted_by", "lifted_at"])
    trail.record(actor=actor, act="lift_hold", thing=hold, after={"record": hold.kind, "object": hold.object_id})
    return hold


@transaction.atomic
def propose_destruction(kind: RecordKind, *, reason: str, actor: User) -> Destruction:
    """提出销毁: of all of a kind that is due now; what becomes due later is the next one's.

    Errors: `NotPermitted`; `Invalid` without a reason; `IllegalTransition` where nothing is due or one is open.
    """
    _require(queries.proposes(actor), "propose_destruction")
    reason = _words(reason, "reason")
    rule = queries.rule_of(kind)
    before = queries.before_of(rule)
    expected = queries.due(kind, rule.event, before).count()
    if not expected:
        raise IllegalTransition("nothing_due", act="propose_destruction", state="")
    try:
        with transaction.atomic():
            made = Destruction.objects.create(
                kind=kind.code, years=rule.years, event=rule.event, source=rule.source, rule_version=rule.version,
                before=before, expected=expected, reason=reason, proposed_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise IllegalTransition("open_already", act="propose_destruction", state="") from error
    trail.record(
        actor=actor,
        act="propose_destruction",
        thing=made,
        after={"record": kind.code, "count": expected, "before": before, "years": rule.years, "source": rule.source},
        reason=reason,
    )
    return made


def _held(key: int, act: str, version: int) -> Destruction:
    """The destruction, held until the transaction ends, in its next state. Errors: `Conflict`, `IllegalTransition`."""
    found = Destruction.objects.select_for_update().get(pk=key)
    if found.version != version:
        raise Conflict("changed_since", current=found)
    found.state = moved(act, found.state)
    found.version += 1
    return found


def _require_same_rule(found: Destruction) -> None:
    """Whoever approves approves the rule that was proposed by. Errors: `Conflict` where it was changed since."""
    if queries.rule_of(kind_of(found.kind)).version != found.rule_version:
        raise Conflict("rule_changed", current=found)


def _require_another(found: Destruction, actor: User, act: str) -> None:
    if actor.pk in (found.proposed_by_id, found.confirmed_by_id):
        raise NotPermitted("not_for_oneself", act=act)


@transaction.atomic
def confirm_destruction(key: int, *, actor: User, version: int) -> Destruction:
    """初核: the head of the office says that it is needed no more. Errors: `NotPermitted`, also for the own proposal;
    `Conflict`, also where the rule was changed since; `IllegalTransition`."""
    _require(queries.confirms(actor), "confirm_destruction")
    found = _held(key, "confirm_destruction", version)
    _require_another(found, actor, "confirm_destruction")
    _require_same_rule(found)
    found.confirmed_by, found.confirmed_at = actor, timezone.now()
    found.save()
    trail.record(actor=actor, act="confirm_destruction", thing=found, after={"record": found.kind})
    return found


@transaction.atomic
def approve_destruction(key: int, *, actor: User, version: int) -> Destruction:
    """批准销毁: the security administrator says that rule, term and holds are kept; it is then carried out.

    Errors: as of `confirm_destruction`.
    """
    _require(queries.approves(actor), "approve_destruction")
    found = _held(key, "approve_destruction", version)
    _require_another(found, actor, "approve_destruction")
    _require_same_rule(found)
    found.approved_by, found.approved_at = actor, timezone.now()
    found.save()
    trail.record(actor=actor, act="approve_destruction", thing=found, after={"record": found.kind})
    return found


@transaction.atomic
def refuse_destruction(key: int, *, actor: User, version: int, answer: str) -> Destruction:
    """不予销毁: by whoever's word it waits for, with a reason. Errors: as of `confirm_destruction`; `Invalid`."""
    found = _held(key, "refuse_destruction", version)
    _require(queries.waiting_for(actor).filter(pk=key).exists(), "refuse_destruction")
    return _ended(found, actor, "refuse_destruction", _words(answer, "answer"))


@transaction.atomic
def withdraw_destruction(key: int, *, actor: User, version: int) -> Destruction:
    """撤回: by whoever proposed it. Errors: `NotPermitted`, `Conflict`, `IllegalTransition`."""
    found = _held(key, "withdraw_destruction", version)
    _require(found.proposed_by_id == actor.pk, "withdraw_destruction")
    return _ended(found, actor, "withdraw_destruction", "")


def _ended(found: Destruction, actor: User, act: str, answer: str) -> Destruction:
    found.ended_by, found.ended_at, found.answer = actor, timezone.now(), answer
    found.save()
    trail.record(actor=actor, act=act, thing=found, after={"record": found.kind}, reason=answer)
    return found
