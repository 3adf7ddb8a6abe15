"""What a unit can answer to a finding, what the office can say to it, and the moves between. The tables are the
specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(models.TextChoices):
    """认领情况: how a finding stands with a unit. Without an answer there is no row, and it is pending."""

    CLAIMED = "claimed", _("Claimed")
    OBJECTED = "claimed_with_objection", _("Claimed with objection")
    NONE_FOUND = "self_checked_none", _("Self-checked, none found")
    NOT_OURS = "not_ours", _("Not ours")
    ASSIGNED = "assigned", _("Assigned by ruling")


class Review(models.TextChoices):
    """What the office said to the answer."""

    WAITING = "waiting", _("To be looked at")
    ACCEPTED = "accepted", pgettext_lazy("claim", "Accepted")
    QUESTIONED = "questioned", _("Asked again")
    RULED = "ruled", _("Ruled")


class Act(models.TextChoices):
    """A step in the exchange between unit and office over one finding."""

    ANSWER = "answer", pgettext_lazy("claim", "Answered")
    ACCEPT = "accept", pgettext_lazy("claim", "Accepted")
    QUESTION = "question", _("Asked again")
    ASSIGN = "assign", _("Ruled: assigned")
    UPHOLD = "uphold", _("Ruled: the answer stands")


PENDING: Final = ""
"""Where there is no answer yet."""

# Act, what was said to the answer before, what is said after.
CLAIM_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    Act.ANSWER: {
        PENDING: Review.WAITING,
        # Until the office has looked, the unit may think better of it.
        Review.WAITING: Review.WAITING,
        Review.QUESTIONED: Review.WAITING,
    },
    Act.ACCEPT: {Review.WAITING: Review.ACCEPTED},
    Act.QUESTION: {Review.WAITING: Review.QUESTIONED},
    # Who kept silent can be assigned too.
    Act.ASSIGN: {PENDING: Review.RULED, Review.WAITING: Review.RULED, Review.QUESTIONED: Review.RULED},
    Act.UPHOLD: {Review.WAITING: Review.RULED, Review.QUESTIONED: Review.RULED},
}

# What a unit can answer.
ANSWERS: Final = (ClaimState.CLAIMED, ClaimState.OBJECTED, ClaimState.NONE_FOUND, ClaimState.NOT_OURS)
# Answers that need reasons: the objection, how it was checked, why it is not theirs.
WITH_REASONS: Final = frozenset({ClaimState.OBJECTED, ClaimState.NONE_FOUND, ClaimState.NOT_OURS})
# Answers that take the finding on, with the unit's own manifestations.
TAKEN_ON: Final = frozenset({ClaimState.CLAIMED, ClaimState.OBJECTED})
# What the office says with reasons.
OFFICE_WITH_REASONS: Final = frozenset({Act.QUESTION, Act.ASSIGN, Act.UPHOLD})


def may_move(act: str, review: str, state: str) -> bool:
    """Whether the act is possible; nobody is assigned what was claimed without objection."""
    return review in CLAIM_MOVES[act] and not (act == Act.ASSIGN and state == ClaimState.CLAIMED)


def is_taken_on(state: str) -> bool:
    """Whether a claim in this state opens a rectification: claimed, claimed with objection, or assigned."""
    return state in TAKEN_ON or state == ClaimState.ASSIGNED


class Progress(models.TextChoices):
    """整改进度: how far the work is. Basically done is never done."""

    NOT_STARTED = "not_started", _("Not started")
    UNDER_WAY = "under_way", pgettext_lazy("progress", "Under way")
    BASICALLY_DONE = "basically_done", _("Basically done")
    DONE = "done", pgettext_lazy("progress", "Done")


def progress_of(measures: Iterable[str]) -> Progress:
    """How far an item is, by how far its measures are: done when all of them are, basically done when all are at least
    that, not started while none is, else under way. Without measures nothing is started.
    """
    said = set(measures)
    if said <= {Progress.NOT_STARTED}:
        return Progress.NOT_STARTED
    if said == {Progress.DONE}:
        return Progress.DONE
    return Progress.BASICALLY_DONE if said <= {Progress.BASICALLY_DONE, Progress.DONE} else Progress.UNDER_WAY


class HandlingForm(models.TextChoices):
    """四种形态: in which form people were dealt with. Source: domain guide, section 4."""

    FIRST = "first", _("First form: talks, criticism")
    SECOND = "second", _("Second form: light penalties")
    THIRD = "third", _("Third form: heavy penalties")
    FOURTH = "fourth", _("Fourth form: transferred as suspected crime")


class Horizon(models.TextChoices):
    """整改期限: within what time an item can be put right."""

    IMMEDIATE = "immediate", _("At once")
    PERIOD = "period", _("Within the period")
    YEAR = "year", _("Within the year")
    LONG_TERM = "long_term", _("Long-term")


class DueBy(models.TextChoices):
    """Whence the day comes by which an item is due."""

    RULE = "rule", _("By rule")
    PAPER = "paper", _("By the paper")
    PLAN = "plan", _("By the plan")
    EXTENSION = "extension", _("Extended")


class ClosureState(models.TextChoices):
    """销号状态: how an item stands on its way to closure."""

    NONE = "none", _("Not applied for")
    APPLIED = "applied", _("Applied for")
    VERIFIED = "verified", _("Verified")
    CLOSED = "closed", _("Closed")
    RETURNED = "returned", _("Returned")
    REOPENED = "reopened", _("Reopened")


class ClosureAct(models.TextChoices):
    """A step on the way to closure."""

    APPLY = "apply", _("Applied for closure")
    WITHDRAW = "withdraw", _("Application withdrawn")
    PASS = "pass", _("Verified")
    RETURN = "return", _("Returned")
    KEEP = "keep", _("Kept under tracking")
    CLOSE = "close", _("Closed")
    REOPEN = "reopen", _("Reopened")


# Act, closure before, closure after.
CLOSURE_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    ClosureAct.APPLY: {
        ClosureState.NONE: ClosureState.APPLIED,
        ClosureState.RETURNED: ClosureState.APPLIED,
        ClosureState.REOPENED: ClosureState.APPLIED,
    },
    # Until somebody verified it, the unit may take its application back.
    ClosureAct.WITHDRAW: {ClosureState.APPLIED: ClosureState.NONE},
    ClosureAct.PASS: {ClosureState.APPLIED: ClosureState.VERIFIED},
    ClosureAct.RETURN: {ClosureState.APPLIED: ClosureState.RETURNED, ClosureState.VERIFIED: ClosureState.RETURNED},
    ClosureAct.KEEP: {ClosureState.APPLIED: ClosureState.NONE, ClosureState.VERIFIED: ClosureState.NONE},
    ClosureAct.CLOSE: {ClosureState.VERIFIED: ClosureState.CLOSED},
    ClosureAct.REOPEN: {ClosureState.CLOSED: ClosureState.REOPENED},
}
# While an item is looked at nothing of it is changed by the unit; nor once it is closed.
CLOSURE_HELD: Final = frozenset({ClosureState.APPLIED, ClosureState.VERIFIED, ClosureState.CLOSED})
CLOSURE_WITH_REASONS: Final = frozenset({ClosureAct.RETURN, ClosureAct.KEEP, ClosureAct.REOPEN})


class PlanState(models.TextChoices):
    """方案状态: how a unit's plan stands with its reviewers."""

    DRAFT = "draft", pgettext_lazy("plan", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("plan", "Under review")
    RETURNED = "returned", pgettext_lazy("plan", "Returned")
    APPROVED = "approved", pgettext_lazy("plan", "Approved")


class PlanAct(models.TextChoices):
    """A step of a plan between unit and reviewers."""

    SUBMIT = "submit", pgettext_lazy("plan", "Submitted")
    WITHDRAW = "withdraw", pgettext_lazy("plan", "Withdrawn")
    RETURN = "return", pgettext_lazy("plan", "Returned")
    APPROVE = "approve", pgettext_lazy("plan", "Approved")
    REVISE = "revise", pgettext_lazy("plan", "Opened for revision")


# Act, state before, state after.
PLAN_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    PlanAct.SUBMIT: {PlanState.DRAFT: PlanState.SUBMITTED, PlanState.RETURNED: PlanState.SUBMITTED},
    PlanAct.WITHDRAW: {PlanState.SUBMITTED: PlanState.DRAFT},
    PlanAct.RETURN: {PlanState.SUBMITTED: PlanState.RETURNED},
    PlanAct.APPROVE: {PlanState.SUBMITTED: PlanState.APPROVED},
    PlanAct.REVISE: {PlanState.APPROVED: PlanState.DRAFT},
}
# In which a unit writes at its plan.
PLAN_OPEN: Final = frozenset({PlanState.DRAFT, PlanState.RETURNED})


class PartyRole(models.TextChoices):
    """As whom somebody speaks for a party of the joint review."""

    DISCIPLINE = "discipline_reviewer", _("Reviewer, discipline organ")
    ORGANISATION = "organisation_reviewer", _("Reviewer, organisation department")
    REVIEWER = "reviewer", _("Reviewer")
    OFFICE = "office", _("Inspection office")
    TEAM_HEAD = "team_head", _("Head of the team that inspected the unit")


class Verdict(models.TextChoices):
    """What a party says to a draft."""

    APPROVE = "approve", _("Agrees")
    RETURN = "return", _("Returns it")


class DraftOutcome(models.TextChoices):
    """How the review of a draft came out; empty while it goes on."""

    APPROVED = "approved", pgettext_lazy("plan", "Approved")
    RETURNED = "returned", pgettext_lazy("plan", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("plan", "Withdrawn")


def whose_turn(parties: Sequence[int], said: Mapping[int, str], *, in_order: bool) -> list[int]:
    """The parties, by key, that may speak now: those that have not, or where it goes in order the first of them."""
    silent = [party for party in parties if party not in said]
    return silent[:1] if in_order else silent


def review_outcome(parties: Sequence[int], said: Mapping[int, str], *, in_order: bool, majority: bool) -> str:
    """How the review comes out by what was ``said`` so far; empty while that is open.

    All at once, everybody is heard before it is returned; one after the other, it ends as soon as it is certain.
    """
    agreed = sum(verdict == Verdict.APPROVE for verdict in said.values())
    returned = len(said) - agreed
    needed = len(parties) // 2 + 1 if majority else len(parties)
    if not in_order and len(said) < len(parties):
        return ""
    if agreed >= needed:
        return DraftOutcome.APPROVED
    return DraftOutcome.RETURNED if len(parties) - returned < needed else ""


class MeasureKind(models.TextChoices):
    """措施类别. Source: domain guide, section 5 (12)."""

    RULE_MAKING = "rule_making", _("Rule-making")
    RECOVERY = "recovery", _("Recovery of money")
    ACCOUNTABILITY = "accountability", _("Accountability")
    EXTENSION = "extension", _("Extension to like cases")
    CAMPAIGN = "campaign", _("Special clean-up")
    OTHER = "other", pgettext_lazy("measure", "Other")


class ClockKind(models.TextChoices):
    """What a unit can ask of the clock of an item."""

    EXTENSION = "extension", pgettext_lazy("clock", "Extension")
    SUSPENSION = "suspension", pgettext_lazy("clock", "Suspension")


class ClockState(models.TextChoices):
    """How a request for time stands. Ended: the clock stood, and runs again."""

    ASKED = "asked", pgettext_lazy("clock", "Asked for")
    GRANTED = "granted", pgettext_lazy("clock", "Granted")
    REFUSED = "refused", pgettext_lazy("clock", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("clock", "Withdrawn")
    ENDED = "ended", pgettext_lazy("clock", "Ended")


class ClockAct(models.TextChoices):
    """A step of a request for time."""

    GRANT = "grant", pgettext_lazy("clock", "Grant")
    REFUSE = "refuse", pgettext_lazy("clock", "Refuse")
    WITHDRAW = "withdraw", pgettext_lazy("clock", "Withdraw")
    RESUME = "resume", pgettext_lazy("clock", "Let the clock run again")


# Act, state before, state after.
CLOCK_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    ClockAct.GRANT: {ClockState.ASKED: ClockState.GRANTED},
    ClockAct.REFUSE: {ClockState.ASKED: ClockState.REFUSED},
    ClockAct.WITHDRAW: {ClockState.ASKED: ClockState.WITHDRAWN},
    # Of a suspension alone: an extension has nothing to end.
    ClockAct.RESUME: {ClockState.GRANTED: ClockState.ENDED},
}


class LookBackResult(models.TextChoices):
    """What was found when one went back to an item that was closed."""

    HOLDS = "holds", pgettext_lazy("look-back", "Holds")
    RELAPSED = "relapsed", pgettext_lazy("look-back", "Relapsed")
    ONLY_PAPER = "only_paper", pgettext_lazy("look-back", "Only on paper")
