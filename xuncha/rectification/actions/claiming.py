"""Units claim findings or say why not; the office accepts, asks again, or rules, singly or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction

from xuncha.findings.models import Addressee
from xuncha.rectification.actions.opening import open_or_withdraw
from xuncha.rectification.models import Claim, ClaimStep
from xuncha.rectification.permissions import POLICY, judges_own, parts_answered_by, parts_visible_to
from xuncha.rectification.workflow import (
    ANSWERS,
    CLAIM_MOVES,
    OFFICE_WITH_REASONS,
    PENDING,
    TAKEN_ON,
    WITH_REASONS,
    Act,
    ClaimState,
    may_move,
)
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 4000
MOST: Final = 500
"""Parts in one act."""
_OFFICE_ACTS: Final[Mapping[str, str]] = {
    Act.ACCEPT: "accept_claims",
    Act.QUESTION: "question_claims",
    Act.ASSIGN: "rule_claims",
    Act.UPHOLD: "rule_claims",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit says to one part. ``version``: that of the claim as it was seen, 0 where there was none."""

    part: int
    state: str
    manifestations: str = ""
    words: str = ""
    version: int = 0


@transaction.atomic
def answer_claims(answers: Sequence[Answer], *, actor: User) -> list[Claim]:
    """认领: a unit answers for findings, many at once, all or none.

    Errors: `NotPermitted` for a part that the actor does not answer for; `Invalid` whose faults are ``PART.field``;
    `Conflict` whose ``parts`` were answered or decided meanwhile; `IllegalTransition` for one that is settled.
    """
    if not 0 < len(answers) <= MOST:
        raise Invalid("faulty_fields", faults={"answers": "choose_answers"})
    parts = parts_answered_by(actor).select_related("finding").in_bulk([answer.part for answer in answers])
    if len(parts) != len({answer.part for answer in answers}):
        raise NotPermitted("not_permitted", act="answer_claims")
    answers = [_trimmed(answer) for answer in answers]
    faults = {
        f"{answer.part}.{field}": fault for answer in answers for field, fault in _faults(answer, parts[answer.part])
    }
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    there = _held(list(parts.values()))
    stale = [answer.part for answer in answers if answer.version != _version(there.get(answer.part))]
    if stale:
        raise Conflict("claims_changed", parts=stale)
    changes: list[trail.Change] = []
    done = []
    for answer in answers:
        part, claim = parts[answer.part], there.get(answer.part)
        review = CLAIM_MOVES[Act.ANSWER].get(claim.review if claim else PENDING)
        if review is None:
            raise IllegalTransition("claim_settled", act="answer_claims", state=claim.review if claim else PENDING)
        before = None if claim is None else _told(claim)
        claim = claim or Claim(finding=part.finding, unit_id=part.unit_id, version=0)
        claim.addressee = part
        claim.state = claim.said = answer.state
        claim.manifestations, claim.words, claim.review = answer.manifestations, answer.words, review
        changes.append(_kept(claim, before, Act.ANSWER, answer.words, actor))
        done.append(claim)
    open_or_withdraw(done)
    trail.record_many(actor=actor, act="answer_claims", changes=changes, batch=uuid.uuid4())
    return done


def _trimmed(answer: Answer) -> Answer:
    """Reasons that the answer does not need are none; nor are manifestations of what is not taken on."""
    return Answer(
        answer.part,
        answer.state,
        answer.manifestations.strip() if answer.state in TAKEN_ON else "",
        answer.words.strip() if answer.state in WITH_REASONS else "",
        answer.version,
    )


def _faults(answer: Answer, part: Addressee) -> list[tuple[str, str]]:
    faults = []
    if answer.state not in ANSWERS:
        return [("state", "choose_an_answer")]
    # Of a joint finding everybody says what of it is its own; a unit's own finding is concrete already.
    if answer.state in TAKEN_ON and part.finding.unit_id is None and not answer.manifestations:
        faults.append(("manifestations", "own_manifestations_needed"))
    if answer.state in WITH_REASONS and not answer.words:
        faults.append(("words", "reasons_needed"))
    if len(answer.manifestations) > LONGEST:
        faults.append(("manifestations", "too_long"))
    if len(answer.words) > LONGEST:
        faults.append(("words", "too_long"))
    return faults


@transaction.atomic
def decide_claims(parts: Sequence[int], *, act: str, reason: str = "", seen: int, actor: User) -> list[Claim]:
    """受理、退回再答、裁定: the office's word on parts, many at once, all or none, each on the trail.

    ``act``: accept, question, assign or uphold; all but the first need a reason. ``seen``: the key of the last step of
    any claim when the actor looked. Errors: `NotPermitted`, also for one's own unit or answer; `Invalid`; `Conflict`
    whose ``parts`` were answered or decided since; `IllegalTransition` where the act is not possible for one of them.
    """
    POLICY.require(actor, _OFFICE_ACTS[act])
    reason = reason.strip()
    if act in OFFICE_WITH_REASONS and not reason:
        raise Invalid("faulty_fields", faults={"reason": "required"})
    if len(reason) > LONGEST:
        raise Invalid("faulty_fields", faults={"reason": "too_long"})
    if not 0 < len(parts) <= MOST:
        raise Invalid("faulty_fields", faults={"parts": "choose_parts"})
    found = parts_visible_to(actor).select_related("finding").in_bulk(parts)
    if len(found) != len(set(parts)):
        raise NotPermitted("not_permitted", act=_OFFICE_ACTS[act])
    if judges_own(actor, (part.unit_id for part in found.values())):
        raise NotPermitted("not_for_oneself", act=_OFFICE_ACTS[act])
    there = _held(list(found.values()))
    if ClaimStep.objects.filter(claim__in=list(there.values()), act=Act.ANSWER, by=actor).exists():
        # Whoever answered does not judge the answer, in whatever post today.
        raise NotPermitted("not_for_oneself", act=_OFFICE_ACTS[act])
    newer = ClaimStep.objects.filter(claim__in=[claim.pk for claim in there.values()], pk__gt=seen)
    stale = set(newer.values_list("claim", flat=True))
    if stale:
        raise Conflict("claims_changed", parts=[part for part, claim in there.items() if claim.pk in stale])
    changes: list[trail.Change] = []
    done = []
    for key in dict.fromkeys(parts):
        part, claim = found[key], there.get(key)
        review, state = (claim.review, claim.state) if claim else (PENDING, PENDING)
        if not may_move(act, review, state):
            raise IllegalTransition("illegal_transition", act=_OFFICE_ACTS[act], state=review)
        before = None if claim is None else _told(claim)
        claim = claim or Claim(finding=part.finding, unit_id=part.unit_id, version=0)
        claim.addressee = part
        claim.review = CLAIM_MOVES[act][review]
        if act == Act.ASSIGN:
            claim.state = ClaimState.ASSIGNED
        if reason:
            claim.ruling = reason
        changes.append(_kept(claim, before, act, reason, actor))
        done.append(claim)
    open_or_withdraw(done)
    trail.record_many(actor=actor, act=_OFFICE_ACTS[act], changes=changes, reason=reason, batch=uuid.uuid4())
    return done


def _held(parts: Sequence[Addressee]) -> dict[int, Claim]:
    """The claims of parts, held for a change, by the part's key; also one whose part was struck out and came back."""
    by_pair = {(part.finding_id, part.unit_id): part.pk for part in parts}
    rows = Claim.objects.select_for_update().filter(
        finding__in={part.finding_id for part in parts}, unit__in={part.unit_id for part in parts}
    )
    return {
        by_pair[claim.finding_id, claim.unit_id]: claim
        for claim in rows
        if (claim.finding_id, claim.unit_id) in by_pair
    }


def _version(claim: Claim | None) -> int:
    # One whose part was struck out was seen as none.
    return 0 if claim is None or claim.addressee_id is None else claim.version


def _kept(claim: Claim, before: dict[str, Any] | None, act: str, words: str, actor: User) -> trail.Change:
    claim.version += 1
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError as error:
        # Two of the unit answered at the same moment.
        raise Conflict("claims_changed", parts=[claim.addressee_id]) from error
    ClaimStep.objects.create(
        claim=claim,
        act=act,
        state=claim.state,
        words=words,
        manifestations=claim.manifestations if act == Act.ANSWER else "",
        by=actor,
    )
    after = _told(claim)
    if before is None:
        return claim, None, {"unit": claim.unit_id, **{name: value for name, value in after.items() if value}}
    changed = [name for name in after if before[name] != after[name]]
    return claim, {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _told(claim: Claim) -> dict[str, Any]:
    names = ("state", "said", "manifestations", "words", "review", "ruling")
    return {name: getattr(claim, name) for name in names}
