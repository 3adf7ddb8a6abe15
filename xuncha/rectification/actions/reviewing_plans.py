"""A plan goes to its reviewers and comes back: submitted, withdrawn, judged by each party, opened for revision."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from xuncha.rectification.models import Plan, PlanDraft, PlanMark, PlanOpinion, ReviewParty, ReviewRule
from xuncha.rectification.permissions import POLICY, PlanReviewing, plans_visible_to
from xuncha.rectification.queries.plan_checks import faults_of_plan
from xuncha.rectification.queries.plan_drafts import content_of, parties_of, places_of, review_rule, said_to, turns
from xuncha.rectification.queries.plans import plan_items, secretaries_of
from xuncha.rectification.workflow import PLAN_MOVES, DraftOutcome, PartyRole, PlanAct, Verdict, review_outcome
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 4000
LONGEST_MARK: Final = 1000
LONGEST_QUOTE: Final = 500
MOST_PARTIES: Final = 9
_LONGEST_NAME: Final = {"name": 60, "name_en": 80}


@transaction.atomic
def submit_plan(plan: Plan, *, actor: User, version: int) -> Plan:
    """报送方案: the secretary hands the plan to its reviewers, as a draft that stays as it is.

    Errors: `NotPermitted` for anybody but the unit's secretary; `IllegalTransition` (also ``no_reviewers``);
    `Conflict` when somebody wrote at it since; `Invalid` (``plan_incomplete``) while a check says what is missing.
    """
    held = _held(plan, "submit_plan", actor, PlanAct.SUBMIT)
    if held.version != version:
        raise Conflict("plan_changed", current=held)
    items = plan_items(actor, held)
    faults = faults_of_plan(held, items, secretaries_of(held.unit_id), timezone.localdate())
    if any(fault.must for fault in faults):
        raise Invalid("plan_incomplete", faults={})
    rule = review_rule()
    parties = [
        {"key": party.pk, "name": party.name, "name_en": party.name_en, "role": party.role}
        for party in parties_of(rule)
    ]
    if not parties:
        raise IllegalTransition("no_reviewers", act="submit_plan", state=held.state)
    before = {"state": held.state}
    held.draft_no += 1
    PlanDraft.objects.create(
        plan=held,
        number=held.draft_no,
        content=content_of(held, items),
        in_order=rule.in_order,
        majority=rule.majority,
        parties=parties,
        by=actor,
    )
    held.submitted_by, held.submitted_on = actor, timezone.localdate()
    _moved(held, PlanAct.SUBMIT)
    after = {"state": held.state, "draft_no": held.draft_no}
    trail.record(actor=actor, act="submit_plan", thing=held, before=before, after=after)
    return held


@transaction.atomic
def withdraw_plan(plan: Plan, *, actor: User, version: int) -> Plan:
    """撤回方案: the unit takes it back while no party has spoken. Errors: as `submit_plan`; ``opinions_stand``."""
    held = _held(plan, "withdraw_plan", actor, PlanAct.WITHDRAW)
    if held.version != version:
        raise Conflict("plan_changed", current=held)
    draft = _draft(held)
    if draft.opinions.exists():
        raise IllegalTransition("opinions_stand", act="withdraw_plan", state=held.state)
    before = {"state": held.state}
    _settled(draft, DraftOutcome.WITHDRAWN)
    _moved(held, PlanAct.WITHDRAW)
    trail.record(actor=actor, act="withdraw_plan", thing=held, before=before, after={"state": held.state})
    return held


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage to be changed: ``place`` as in `PlanMark`, the ``quote`` meant (empty: all of it), what to change."""

    place: str
    words: str
    quote: str = ""


@transaction.atomic
def review_plan(
    plan: Plan,
    *,
    party: int,
    verdict: str,
    words: str = "",
    marks: Sequence[Mark] = (),
    draft_no: int,
    actor: User,
) -> Plan:
    """审核方案: a party's word on the draft; when all is said the plan is approved or returned.

    ``party``: its key in the draft; ``draft_no``: the draft that the actor read. Errors: `NotPermitted` for whoever
    does not speak for the party, or had a hand in the plan; `Conflict` when another draft lies there now or the party
    has spoken; `IllegalTransition`, also while it is another party's turn; `Invalid` by field, ``marks.PLACE``.
    """
    held: Plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    draft = PlanDraft.objects.filter(plan=held, number=held.draft_no).prefetch_related("opinions").first()
    known = plans_visible_to(actor).filter(pk=held.pk).exists()
    if draft is None or not known or party not in PlanReviewing(actor).parties(held, draft.parties):
        raise NotPermitted("not_permitted", act="review_plan")
    if draft.number != draft_no or party in said_to(draft):
        raise Conflict("plan_changed", current=held)
    if draft.outcome or party not in [each["key"] for each in turns(draft)]:
        raise IllegalTransition("not_their_turn", act="review_plan", state=held.state)
    words = words.strip()
    marks = [Mark(mark.place, mark.words.strip(), mark.quote.strip()) for mark in marks]
    faults = _faults(draft, verdict, words, marks)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    try:
        with transaction.atomic():
            opinion = PlanOpinion.objects.create(draft=draft, party=party, verdict=verdict, words=words, by=actor)
    except IntegrityError as error:
        raise Conflict("plan_changed", current=held) from error
    PlanMark.objects.bulk_create(
        PlanMark(opinion=opinion, place=mark.place, quote=mark.quote, words=mark.words) for mark in marks
    )
    batch = uuid.uuid4()
    told = {"draft_no": draft.number, "party": party, "verdict": verdict, "words": words, "marks": len(marks)}
    trail.record(actor=actor, act="review_plan", thing=held, after=told, batch=batch)
    said = {**{each.party: each.verdict for each in draft.opinions.all()}, party: verdict}
    keys = [each["key"] for each in draft.parties]
    outcome = review_outcome(keys, said, in_order=draft.in_order, majority=draft.majority)
    if outcome:
        before = {"state": held.state}
        _settled(draft, outcome)
        is_approved = outcome == DraftOutcome.APPROVED
        held.approved_on = timezone.localdate() if is_approved else None
        _moved(held, PlanAct.APPROVE if is_approved else PlanAct.RETURN)
        act = "approve_plan" if is_approved else "return_plan"
        trail.record(actor=actor, act=act, thing=held, before=before, after={"state": held.state}, batch=batch)
    return held


@transaction.atomic
def revise_plan(plan: Plan, *, reason: str, actor: User, version: int) -> Plan:
    """开启修订: the office lets the unit write at an approved plan again; it is submitted and judged anew.

    Errors: `NotPermitted`; `IllegalTransition`; `Conflict`; `Invalid` without a reason.
    """
    POLICY.require(actor, "revise_plan")
    held: Plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if not plans_visible_to(actor).filter(pk=held.pk).exists():
        raise NotPermitted("not_permitted", act="revise_plan")
    _require_move(held, PlanAct.REVISE, "revise_plan")
    if held.version != version:
        raise Conflict("plan_changed", current=held)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST:
        raise Invalid("faulty_fields", faults={"reason": "too_long" if reason else "required"})
    before = {"state": held.state}
    _moved(held, PlanAct.REVISE)
    trail.record(actor=actor, act="revise_plan", thing=held, before=before, after={"state": held.state}, reason=reason)
    return held


@dataclass(frozen=True, slots=True)
class WantedParty:
    """A party as the office wants it."""

    name: str
    role: str
    name_en: str = ""


@transaction.atomic
def set_plan_review(
    *, parties: Sequence[WantedParty], in_order: bool, majority: bool, source: str, actor: User, version: int
) -> ReviewRule:
    """定联审规则: who reviews plans and how, from the next submission on; what is under review keeps its rule.

    Errors: `NotPermitted`; `Conflict`; `Invalid` by field, ``parties`` or ``NUMBER.field``.
    """
    POLICY.require(actor, "set_plan_review")
    held = ReviewRule.objects.select_for_update().filter(pk=1).first() or ReviewRule(pk=1, version=0)
    if held.version != version:
        raise Conflict("rule_changed", current=held)
    wanted = [WantedParty(each.name.strip(), each.role, each.name_en.strip()) for each in parties]
    faults = _faults_of_parties(wanted)
    if len(source.strip()) > 200:
        faults["source"] = "too_long"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = None if held._state.adding else _told(held, parties_of(held))
    held.in_order, held.majority, held.source = in_order, majority, source.strip()
    held.version += 1
    held.save()
    ReviewParty.objects.filter(rule=held).delete()
    made = [
        ReviewParty(rule=held, order=order, name=each.name, name_en=each.name_en, role=each.role)
        for order, each in enumerate(wanted, 1)
    ]
    ReviewParty.objects.bulk_create(made)
    trail.record(actor=actor, act="set_plan_review", thing=held, before=before, after=_told(held, made))
    return held


def _told(rule: ReviewRule, parties: Sequence[ReviewParty]) -> dict[str, Any]:
    return {
        "in_order": rule.in_order,
        "majority": rule.majority,
        "source": rule.source,
        "parties": [party.name for party in parties],
    }


def _faults_of_parties(wanted: Sequence[WantedParty]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not 0 < len(wanted) <= MOST_PARTIES:
        faults["parties"] = "choose_parties"
    for number, each in enumerate(wanted):
        if not each.name:
            faults[f"{number}.name"] = "required"
        for name, longest in _LONGEST_NAME.items():
            if len(getattr(each, name)) > longest:
                faults[f"{number}.{name}"] = "too_long"
        if each.role not in PartyRole.values:
            faults[f"{number}.role"] = "unknown"
    return faults


def _held(plan: Plan, act: str, actor: User, move: str) -> Plan:
    held: Plan = Plan.objects.select_for_update(of=("self",)).select_related("unit", "round").get(pk=plan.pk)
    POLICY.require(actor, act, held)
    _require_move(held, move, act)
    return held


def _require_move(plan: Plan, move: str, act: str) -> None:
    if plan.state not in PLAN_MOVES[move]:
        raise IllegalTransition(f"plan_{plan.state}", act=act, state=plan.state)


def _moved(plan: Plan, move: str) -> None:
    plan.state = PLAN_MOVES[move][plan.state]
    plan.version += 1
    plan.save()


def _draft(plan: Plan) -> PlanDraft:
    draft: PlanDraft = PlanDraft.objects.get(plan=plan, number=plan.draft_no)
    return draft


def _settled(draft: PlanDraft, outcome: str) -> None:
    draft.outcome, draft.settled_at = outcome, timezone.now()
    draft.save(update_fields=["outcome", "settled_at"])


def _faults(draft: PlanDraft, verdict: str, words: str, marks: Sequence[Mark]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if verdict not in Verdict.values:
        return {"verdict": "choose_a_verdict"}
    if verdict == Verdict.RETURN and not words and not marks:
        faults["words"] = "say_what_to_change"
    if len(words) > LONGEST:
        faults["words"] = "too_long"
    places = places_of(draft.content)
    for mark in marks:
        if mark.place not in places:
            faults[f"marks.{mark.place}"] = "unknown"
        elif not mark.words:
            faults[f"marks.{mark.place}"] = "say_what_to_change"
        elif len(mark.words) > LONGEST_MARK or len(mark.quote) > LONGEST_QUOTE:
            faults[f"marks.{mark.place}"] = "too_long"
        elif mark.quote not in places[mark.place]:
            faults[f"marks.{mark.place}"] = "not_in_the_text"
    return faults
