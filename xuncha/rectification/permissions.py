"""Who sees what was handed over and what follows from it, and who may do what with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuncha.findings.models import Addressee
from xuncha.findings.permissions import feedbacks_visible_to, findings_visible_to
from xuncha.findings.workflow import FindingState
from xuncha.rectification.models import (
    ClaimStep,
    ClockRequest,
    ClosureStep,
    DueDate,
    Duty,
    Evidence,
    HandingOver,
    Letter,
    Measure,
    PaperFlag,
    PeopleHandled,
    Plan,
    ProgressEntry,
    Rectification,
)
from xuncha.rectification.workflow import Act, ClosureAct, PartyRole
from xuncha.security.models import Grant, User
from xuncha.security.policy import (
    Policy,
    hidden_units,
    inspections_of,
    keeps_the_ledger,
    part_in_sight,
    roles,
    sees_all_parts,
    units_acted_for,
    units_of,
)
from xuncha.security.roles import OFFICE_ROLES, REVIEWER_ROLES, Role

# Who sees how many people were dealt with in which form, of all units.
_SEE_PEOPLE: Final = frozenset({Role.OFFICE_HEAD, Role.DISCIPLINE_REVIEWER, Role.ORGANISATION_REVIEWER})


class RectificationPolicy(Policy):
    """The office hands over; a unit answers for its own part, and knows of no other's; reviewers and office verify."""

    office_acts = frozenset(
        {
            *("hand_over_feedback", "accept_claims", "question_claims", "rule_claims", "see_silence"),
            *("set_round_times", "set_plan_review", "revise_plan"),
            *("decide_time", "send_letters", "close_items", "freeze_figures", "look_back"),
        }
    )
    unit_acts = frozenset({"record_duty", "answer_claims", "report_progress", "write_plan", "withdraw_plan"}) | {
        *("ask_for_time", "reply_to_letter"),
    }
    reading_acts = frozenset({"see_figures"})
    # What the secretary answers for in person.
    secretary_acts = frozenset({"submit_plan"})

    verifier_acts = frozenset({"verify_items"})

    def may(self, actor: User, act: str, thing: object | None = None) -> bool:
        if act in self.unit_acts | self.secretary_acts:
            unit = getattr(thing, "unit_id", None)
            own = units_acted_for(actor) if act in self.unit_acts else units_signed_for_by(actor)
            return unit is not None and own.filter(scope_id=unit).exists()
        if act in self.verifier_acts:
            return bool(roles(actor) & (REVIEWER_ROLES | OFFICE_ROLES))
        return super().may(actor, act, thing)


POLICY: Final = RectificationPolicy()


def handings_visible_to(actor: User) -> QuerySet[HandingOver]:
    """What was handed over, of the parts that the actor may know."""
    return HandingOver.objects.filter(
        part_in_sight(actor, round="feedback__round"), feedback__in=feedbacks_visible_to(actor).values("pk")
    )


def due_dates_visible_to(actor: User) -> QuerySet[DueDate]:
    """The due dates of the parts that the actor may know."""
    return DueDate.objects.filter(handing__in=handings_visible_to(actor).values("pk"))


def duties_visible_to(actor: User) -> QuerySet[Duty]:
    """The duties of the parts that the actor may know."""
    return Duty.objects.filter(handing__in=handings_visible_to(actor).values("pk"))


def parts_visible_to(actor: User) -> QuerySet[Addressee]:
    """Findings with a unit that has to answer for them, of what was handed over: the parts that the actor may know."""
    handed = HandingOver.objects.filter(feedback=OuterRef("finding__feedback"), unit=OuterRef("unit"))
    return fed_back_parts(actor).filter(Exists(handed))


def fed_back_parts(actor: User) -> QuerySet[Addressee]:
    """Findings that were fed back, with each unit they were addressed to, of what the actor may know.

    Each part is one finding and one unit; of other units' parts a unit can neither see nor count anything.
    """
    rows = Addressee.objects.filter(finding__state=FindingState.ISSUED)
    if sees_all_parts(actor):
        return rows
    return rows.filter(
        part_in_sight(actor, round="finding__round"), finding__in=findings_visible_to(actor).values("pk")
    )


def parts_answered_by(actor: User) -> QuerySet[Addressee]:
    """The parts that the actor may answer for: of the units acted for."""
    return parts_visible_to(actor).filter(unit__in=units_acted_for(actor))


def rectifications_visible_to(actor: User) -> QuerySet[Rectification]:
    """What has to be put right, of the parts that the actor may know."""
    if sees_all_parts(actor):
        return Rectification.objects.all()
    known = part_in_sight(actor, round="finding__round")
    return Rectification.objects.filter(known, finding__in=findings_visible_to(actor).values("pk"))


def rectifications_worked_on_by(actor: User) -> QuerySet[Rectification]:
    """Those that the actor may plan, report and apply for: of the units acted for."""
    return rectifications_visible_to(actor).filter(unit__in=units_acted_for(actor))


def measures_visible_to(actor: User) -> QuerySet[Measure]:
    """The measures of the parts that the actor may know."""
    if sees_all_parts(actor):
        return Measure.objects.all()
    return Measure.objects.filter(rectification__in=rectifications_visible_to(actor).values("pk"))


def known_measures(actor: User) -> QuerySet[Measure]:
    """The measures that the actor may know; those of a plan that was never submitted are the unit's alone.

    How they are told to others while the unit rewrites its plan says `queries.plan_drafts.told_to`.
    """
    draft = Plan.objects.filter(
        round=OuterRef("rectification__round"), unit=OuterRef("rectification__unit"), draft_no=0
    )
    return measures_visible_to(actor).filter(~Exists(draft) | Q(rectification__unit__in=units_acted_for(actor)))


def units_signed_for_by(actor: User) -> QuerySet[Grant, Any]:
    """The keys of the units whose secretary the actor is, as a query to stand inside another."""
    return units_acted_for(actor).filter(role=Role.UNIT_SECRETARY)


def evidence_visible_to(actor: User) -> QuerySet[Evidence]:
    """The evidence of the measures that the actor may know."""
    return Evidence.objects.filter(measure__in=measures_visible_to(actor).values("pk"))


def flags_visible_to(actor: User) -> QuerySet[PaperFlag]:
    """疑似纸面整改: for reviewers and office alone, and only where both sides of a likeness are in their sight."""
    if not POLICY.may(actor, "verify_items"):
        return PaperFlag.objects.filter(Q(pk__in=()))
    if sees_all_parts(actor):
        return PaperFlag.objects.all()
    seen = rectifications_visible_to(actor).values("pk")
    entry = Q(other_entry__isnull=True) | Q(other_entry__measure__rectification__in=seen)
    evidence = Q(other_evidence__isnull=True) | Q(other_evidence__measure__rectification__in=seen)
    return PaperFlag.objects.filter(entry, evidence, rectification__in=seen)


def people_handled_visible_to(actor: User) -> QuerySet[PeopleHandled]:
    """人员处理: for the office's head, the reviewers of discipline organ and organisation department, and a unit's own
    secretary; for everybody else nothing, no totals either.
    """
    rows = PeopleHandled.objects.filter(entry__measure__in=measures_visible_to(actor).values("pk"))
    if roles(actor) & _SEE_PEOPLE:
        return rows
    return rows.filter(entry__measure__rectification__unit__in=units_signed_for_by(actor))


def plans_visible_to(actor: User) -> QuerySet[Plan]:
    """The plans of the units that the actor may know; a unit's draft is its own until it is submitted."""
    rows = Plan.objects.filter(part_in_sight(actor, round="round"))
    return rows.filter(Q(unit__in=units_acted_for(actor)) | Q(draft_no__gt=0))


def judges_own(actor: User, units: Iterable[int]) -> set[int]:
    """Of units, by key, those that the actor does not judge: whoever is of a unit, or in charge of it, does not."""
    own = units_of(actor).filter(scope_id__in=set(units)).values_list("scope_id", flat=True)
    return {unit for unit in own if unit is not None}


def had_a_hand(actor: User, keys: Iterable[int]) -> dict[int, str]:
    """Of items, by key, those that are of the actor's own hand, whatever post the actor has now, and by what.

    ``own_measure``: wrote or changed a measure, reported one, or put evidence in; ``own_answer``: answered for its
    finding; ``own_application``: applied for it, be it not the last time. In as many queries for many as for one.
    """
    there, found = set(keys), dict[int, str]()
    for code, rows, way in _hands(actor):
        found |= dict.fromkeys(rows.filter(**{f"{way}__in": there}).order_by().values_list(way, flat=True), code)
    return found


def _hands(actor: User) -> tuple[tuple[str, QuerySet[Any], str], ...]:
    """What can be of the actor's own hand, and the way from there to the item."""
    return (
        ("own_measure", Measure.objects.filter(written_by=actor), "rectification"),
        ("own_measure", Measure.objects.filter(edited_by=actor), "rectification"),
        ("own_measure", ProgressEntry.objects.filter(by=actor), "measure__rectification"),
        ("own_measure", Evidence.objects.filter(by=actor), "measure__rectification"),
        ("own_answer", ClaimStep.objects.filter(act=Act.ANSWER, by=actor), "claim__rectification"),
        ("own_application", ClosureStep.objects.filter(act=ClosureAct.APPLY, by=actor), "rectification"),
    )


class PlanReviewing:
    """For which parties of the joint review the actor can speak; nobody judges a plan that is of one's own hand.

    ``roles``: of the parties open to the actor by an office-wide role; ``heads``: rounds and units whose team the
    actor heads. Read at once for any number of plans.
    """

    def __init__(self, actor: User) -> None:
        held = {PartyRole.OFFICE} if keeps_the_ledger(actor) else set()
        self.roles = held | {role for role in PartyRole.values if role in roles(actor)}
        teams = inspections_of(actor).filter(role=Role.TEAM_HEAD)
        self.heads = set(teams.values_list("round_key", "scope_id"))
        self._actor = actor

    @cached_property
    def _own(self) -> set[int | None]:
        return set(units_of(self._actor).values_list("scope_id", flat=True)) | hidden_units(self._actor)

    @cached_property
    def _own_hand(self) -> set[tuple[int, int]]:
        """Rounds and units with an item that is of the actor's own hand, by their keys; in one query."""
        hands = _hands(self._actor)
        ways = [rows.order_by().values_list(f"{way}__round", f"{way}__unit") for _code, rows, way in hands]
        return set(ways[0].union(*ways[1:]))

    def parties(self, plan: Plan, parties: Iterable[Mapping[str, Any]]) -> list[int]:
        """The keys of those of the parties for which the actor can speak about this plan."""
        place = (plan.round_id, plan.unit_id)
        found = [
            party["key"]
            for party in parties
            if party["role"] in self.roles or (party["role"] == PartyRole.TEAM_HEAD and place in self.heads)
        ]
        # What is of one's own hand is asked last, and only of somebody who could speak: it looks through all one wrote.
        if not found or plan.unit_id in self._own or plan.submitted_by_id == self._actor.pk:
            return []
        return [] if place in self._own_hand else found


def clock_requests_visible_to(actor: User) -> QuerySet[ClockRequest]:
    """Requests for time, of the items that the actor may know."""
    if sees_all_parts(actor):
        return ClockRequest.objects.all()
    return ClockRequest.objects.filter(rectification__in=rectifications_visible_to(actor).values("pk"))


def letters_visible_to(actor: User) -> QuerySet[Letter]:
    """The letters to the units that the actor may know."""
    return Letter.objects.filter(part_in_sight(actor, round="round"))
