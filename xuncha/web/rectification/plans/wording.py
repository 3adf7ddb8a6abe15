"""Words of plans: fields, states in a sentence, and what each point of the check says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

FIELDS: Final[Mapping[str, Any]] = {
    "kind": pgettext_lazy("measure", "Kind"),
    "text": lazy("Measure"),
    "goal": lazy("Goal"),
    "output": lazy("Output"),
    "phase": lazy("Phase"),
    "starts_on": pgettext_lazy("a day", "From"),
    "due_on": lazy("To be done by"),
    "lead_leader": lazy("Lead leader"),
    "responsible_leader": lazy("Responsible leader"),
    "lead_section": lazy("Lead section"),
    "co_sections": lazy("Co-operating sections"),
    "person": lazy("Person responsible"),
    "first_responsible": lazy("First responsible"),
    "leading_group": lazy("Leading group"),
    "principles": lazy("Principles"),
    "guarantees": lazy("Guarantees"),
}
"""What a field of a plan or a measure is called."""

ACTS: Final[Mapping[str, Any]] = {
    "begin_plan": pgettext_lazy("trail", "Plan begun"),
    "write_plan": pgettext_lazy("trail", "Plan written"),
    "edit_plan": pgettext_lazy("trail", "Plan's texts changed"),
    "add_measure": pgettext_lazy("trail", "Measure added"),
    "edit_measure": pgettext_lazy("trail", "Measure changed"),
    "remove_measure": pgettext_lazy("trail", "Measure taken out"),
    "reorder_measure": pgettext_lazy("trail", "Measure moved in the list"),
    "submit_plan": pgettext_lazy("trail", "Plan submitted"),
    "withdraw_plan": pgettext_lazy("trail", "Plan withdrawn"),
    "review_plan": pgettext_lazy("trail", "Opinion on a plan"),
    "approve_plan": pgettext_lazy("trail", "Plan approved"),
    "return_plan": pgettext_lazy("trail", "Plan returned"),
    "revise_plan": pgettext_lazy("trail", "Plan opened for revision"),
    "set_plan_review": pgettext_lazy("trail", "Joint review set"),
    "export_plan": pgettext_lazy("trail", "Plan exported"),
    "draft_from_papers": pgettext_lazy("trail", "Measure taken over from a paper"),
}
"""What an act on a plan is called on the trail."""

TOLD: Final[Mapping[str, Any]] = {
    **{name: word for name, word in FIELDS.items() if name not in ("kind", "text", "person")},
    "draft_no": lazy("Draft number"),
    # Of a look-back.
    "seed": lazy("Seed"),
    "result": lazy("Result"),
    "drawn": lazy("Drawn"),
    "candidates": lazy("Items in the pot"),
    "pot": lazy("Digest of the pot"),
    "party": lazy("Party"),
    "parties": lazy("Parties"),
    "verdict": lazy("Verdict"),
    "marks": lazy("Marks"),
    "in_order": lazy("One after the other"),
    "majority": lazy("More than half suffice"),
}
"""What the fields that the trail is told of are called."""

HINTS: Final[Mapping[str, Any]] = {
    "text": lazy("One step that can be carried out; a further step is a further measure."),
    "goal": lazy("What can be checked afterwards: a figure, a document, a state."),
    "output": lazy("What will be there to see, such as a rule issued or a report."),
    "phase": lazy("The stage or milestone it belongs to."),
    "co_sections": lazy("Several with 、 between them."),
    "first_responsible": lazy("The secretary of the Party organisation, by rule."),
    "leading_group": lazy("Head, deputies, members, office."),
}

REFUSED: Final[Mapping[str, Any]] = {
    "nothing_to_plan": lazy("There is nothing to plan yet: claim your findings first."),
    "plan_submitted": lazy("The plan is with its reviewers. Withdraw it first, or wait for their word."),
    "plan_approved": lazy("The plan was approved; it is changed by a revision that the inspection office opens."),
    "item_held": lazy("Closure of this item was applied for, or it is closed; its measures stay as they are."),
    "progress_stands": lazy("Progress or evidence was reported for this measure; it cannot be taken out."),
    "plan_draft": lazy("The plan is with its unit, which writes at it."),
    "plan_returned": lazy("The plan went back to its unit already."),
    "opinions_stand": lazy("A party has spoken already; wait for the others, or for the plan to come back."),
    "no_reviewers": lazy("The inspection office has not set who reviews plans; ask it to."),
    "not_their_turn": lazy("It is another party's turn now, or the review is over."),
    "no_plan": lazy("The plan has not begun; begin it in the list of plans."),
}
"""Why an act on a plan was not possible, by the code of the refusal."""


def refused(code: str) -> str:
    """Why an act was not possible, in words."""
    return str(REFUSED.get(code, _("This is not possible now; look again how the plan stands.")))


# What a measure lacks, in a word; and what else is the matter with it, shorter than the sentence of the check.
_LACKS: Final[Mapping[str, Any]] = {
    "no_leader": lazy("leader"),
    "no_section": lazy("section"),
    "no_person": lazy("person"),
    "no_date": lazy("date"),
    "no_goal": lazy("goal"),
}


_BRIEF: Final[Mapping[str, Any]] = {
    "vague_goal": lazy("can the goal be checked?"),
    "copied": lazy("same words as %(other)s"),
    "after_the_horizon": lazy("after %(last)s"),
}


def lack(code: str) -> str:
    """What a measure lacks, in a word; empty for a point that is no lack."""
    return str(_LACKS.get(code, ""))


def brief(code: str, data: Mapping[str, Any]) -> str:
    """A point about a measure beside it; empty where its row says it already."""
    return str(_BRIEF.get(code, "")) % {name: _value(value) for name, value in data.items()}


_SENTENCES: Final[Mapping[str, Any]] = {
    "no_item": lazy("Nothing was claimed or assigned yet; there is nothing to plan."),
    "no_first_responsible": lazy(
        "The first responsible is missing. By rule it is the secretary of the Party organisation."
    ),
    "not_the_secretary": lazy("The first responsible is %(name)s; by rule it is the secretary: %(names)s."),
    "no_leading_group": lazy("The leading group is missing: who heads it and who is in it."),
    "no_principles": lazy("The plan names no principles."),
    "no_guarantees": lazy("The plan names no guarantees."),
    "no_measure": lazy("There is no measure yet. Every finding needs at least one."),
    "no_milestones": lazy("It is long-term, and for more than a year nothing is due. Set a milestone for each year."),
    "no_leader": lazy("No leader is named. Name who answers for it in the leadership."),
    "no_section": lazy("No lead section is named. Name the section that does it."),
    "no_person": lazy("No person is named. Name who does it."),
    "no_date": lazy("No date is set. Set the day by which it is done."),
    "no_goal": lazy("No goal is named. Write what can be checked afterwards."),
    "vague_goal": lazy("The goal names no figure, document or output; can anyone check whether it was reached?"),
    "after_the_horizon": lazy("It is to be done by %(day)s, after the item is due on %(last)s. Set an earlier day."),
    "in_the_past": lazy("Its day, %(day)s, is over. Say that it is done, or set a later day."),
    "copied": lazy("Its words are the same as a measure of %(other)s. Write what this finding needs."),
}


def sentence(code: str, data: Mapping[str, Any]) -> str:
    """A point of the check in words: what is so, and what to do."""
    return str(_SENTENCES[code]) % {name: _value(value) for name, value in data.items()}


def _value(value: Any) -> str:
    if isinstance(value, list):
        return _(", ").join(value)
    finding = getattr(value, "finding", None)
    if finding is not None:
        return str(finding.number)
    return f"{value:%Y-%m-%d}" if hasattr(value, "year") else str(value)
