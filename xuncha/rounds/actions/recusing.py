"""What changes recusals: declared, objected, decided, ended. What hides a unit is settled with each of them."""

from __future__ import annotations

import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from xuncha.organisation.models import Unit
from xuncha.organisation.queries import one_with
from xuncha.rounds.actions.teaming import checked_reason
from xuncha.rounds.models import Recusal, Round
from xuncha.rounds.permissions import POLICY, open_to_objection, recusals_visible_to, rounds_in_question
from xuncha.rounds.workflow import KEEPS_OFF, RecusalState, move
from xuncha.security import granting, trail
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import User

LONGEST_WORDS: Final = 300


@transaction.atomic
def declare_recusal(unit: Unit, *, ground: str, words: str = "", round: Round | None = None, actor: User) -> Recusal:
    """申请回避: a person says that he or she must keep off a unit, and does so at once, until it is decided.

    Errors: `NotPermitted`; `Invalid` by field, also where the person keeps off the unit already.
    """
    POLICY.require(actor, "declare_recusal")
    _require_in_question(actor, round, "declare_recusal")
    return _raise(actor, unit, RecusalState.DECLARED, ground, words, round, actor)


@transaction.atomic
def object_to_member(
    user: User, unit: Unit, *, ground: str, words: str, round: Round | None = None, actor: User
) -> Recusal:
    """提出回避: somebody says that another must keep off a unit; nothing changes until it is decided.

    Errors: `NotPermitted`; `Invalid` by field. One's own recusal is declared.
    """
    if user.pk == actor.pk:
        raise NotPermitted("not_to_oneself", act="object_to_member")
    POLICY.require(actor, "object_to_member", user)
    if not open_to_objection(actor, user).filter(pk=unit.pk).exists():
        raise NotPermitted("not_permitted", act="object_to_member")
    _require_in_question(actor, round, "object_to_member")
    if not words.strip():
        raise Invalid("faulty_fields", faults={"words": "required"})
    return _raise(user, unit, RecusalState.OBJECTED, ground, words, round, actor)


def _require_in_question(actor: User, round: Round | None, act: str) -> None:
    if round is not None and not rounds_in_question(actor).filter(pk=round.pk).exists():
        raise NotPermitted("not_permitted", act=act)


def _raise(
    user: User, unit: Unit, state: RecusalState, ground: str, words: str, round: Round | None, actor: User
) -> Recusal:
    # A merger of the unit, which takes recusals along, is waited for.
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    user = User.objects.select_for_update().get(pk=user.pk)
    words, today = words.strip(), timezone.localdate()
    faults: dict[str, str] = {}
    if ground not in Recusal.Ground.values:
        faults["ground"] = "required"
    elif ground == Recusal.Ground.OTHER and not words:
        faults["words"] = "required"
    if len(words) > LONGEST_WORDS:
        faults["words"] = "too_long"
    raised = Recusal.objects.filter(user=user, unit=unit).running(today)
    if state == RecusalState.DECLARED:
        # What somebody else objected, and nobody has decided, keeps nobody from keeping off at once.
        raised = raised.filter(state__in=KEEPS_OFF)
    if raised.exists():
        faults["unit"] = "recusal_exists"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    made = Recusal.objects.create(
        user=user, unit=unit, round=round, ground=ground, words=words, raised_by=actor, raised_on=today, state=state
    )
    trail.record(
        actor=actor,
        act="declare_recusal" if state == RecusalState.DECLARED else "object_to_member",
        thing=made,
        after={
            "user": user.pk,
            "unit": unit.pk,
            "round": round.pk if round else None,
            "ground": ground,
            "words": words,
            "state": state,
        },
    )
    settle_recusal(made, actor=actor)
    return made


@transaction.atomic
def decide_recusal(
    recusal: Recusal, *, upheld: bool, reason: str, until: datetime.date | None = None, actor: User
) -> Recusal:
    """回避决定: the head of the office upholds or rejects what was raised; the unit is hidden, or seen again, at once.

    ``until``: the last day of what is upheld, null without end. Errors: `NotPermitted`, also to the person concerned
    and to whoever raised it; `IllegalTransition` where it was decided already; `Invalid` by field.
    """
    recusal = _hold(recusal, "decide_recusal", actor)
    after = move("uphold" if upheld else "reject", recusal.state)
    reason, today = checked_reason(reason), timezone.localdate()
    if until is not None and (not upheld or until < today):
        raise Invalid("faulty_fields", faults={"until": "lies_behind" if upheld else "not_for_a_rejection"})
    before = recusal.state
    recusal.state, recusal.reason, recusal.until = after, reason, until
    recusal.decided_by, recusal.decided_on = actor, today
    recusal.save(update_fields=["state", "reason", "until", "decided_by", "decided_on"])
    trail.record(
        actor=actor,
        act="decide_recusal",
        thing=recusal,
        before={"state": before},
        after={"state": after, "until": until},
        reason=reason,
    )
    settle_recusal(recusal, actor=actor)
    return recusal


@transaction.atomic
def end_recusal(recusal: Recusal, *, reason: str, actor: User) -> Recusal:
    """终止回避: what was upheld ends before its day, because the ground is gone. Errors as in `decide_recusal`."""
    recusal = _hold(recusal, "end_recusal", actor)
    after = move("end", recusal.state)
    recusal.end_reason = checked_reason(reason)
    recusal.state, recusal.ended_by, recusal.ended_on = after, actor, timezone.localdate()
    recusal.save(update_fields=["state", "end_reason", "ended_by", "ended_on"])
    trail.record(
        actor=actor,
        act="end_recusal",
        thing=recusal,
        before={"state": RecusalState.UPHELD},
        after={"state": after},
        reason=recusal.end_reason,
    )
    settle_recusal(recusal, actor=actor)
    return recusal


def _hold(recusal: Recusal, act: str, actor: User) -> Recusal:
    POLICY.require(actor, act, recusal)
    held = (
        Recusal.objects.select_for_update(of=("self",)).select_related("user", "unit", "raised_by").get(pk=recusal.pk)
    )
    POLICY.require(actor, act, held)
    if not recusals_visible_to(actor).filter(pk=held.pk).exists():
        raise NotPermitted("not_permitted", act=act)
    return held


def settle_recusal(recusal: Recusal, *, actor: User) -> None:
    """The exclusions of a recusal become what its state says, from the unit and all that are one with it.

    From today on: what was is not made undone.
    """
    granting.settle_exclusion(
        recusal.user,
        units=one_with([recusal.unit_id]),
        recusal=recusal.pk,
        is_wanted=recusal.state in KEEPS_OFF,
        until=recusal.until,
        actor=actor,
    )
