"""Drafts of a plan as they were submitted: what each holds, what was said to it, and what one changes of another."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import F, Prefetch, QuerySet

from xuncha.rectification.models import Measure, Plan, PlanDraft, PlanOpinion, ReviewParty, ReviewRule
from xuncha.rectification.permissions import PlanReviewing
from xuncha.rectification.queries.plans import PlanItem, may_write, plan_items
from xuncha.rectification.workflow import PLAN_OPEN, PlanState, whose_turn
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import units_acted_for

TEXTS: Final = ("first_responsible", "leading_group", "principles", "guarantees")
"""The plan's own texts."""
MEASURE_FIELDS: Final = (
    "kind",
    "text",
    "goal",
    "output",
    "phase",
    "starts_on",
    "due_on",
    "lead_leader",
    "responsible_leader",
    "lead_section",
    "co_sections",
    "person",
)
"""What a unit writes of a measure."""
DATES: Final = frozenset({"starts_on", "due_on"})

Content = Mapping[str, Any]
"""A draft: ``texts`` by name, and ``items``, each with ``key``, ``number``, ``statement`` and its ``measures``."""


def content_of(plan: Plan, items: Sequence[PlanItem]) -> Content:
    """A plan as it stands, as a draft keeps it; days in ISO form, empty where there is none."""
    return {
        "texts": {name: getattr(plan, name) for name in TEXTS},
        "items": [
            {
                "key": each.item.pk,
                "number": each.item.finding.number,
                "statement": each.item.finding.statement,
                "measures": [
                    {"key": measure.pk, **{name: _kept(getattr(measure, name)) for name in MEASURE_FIELDS}}
                    for measure in each.measures
                ],
            }
            for each in items
        ],
    }


def _kept(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}" if isinstance(value, datetime.date) else str(value)


def as_submitted(draft: PlanDraft, items: Sequence[PlanItem]) -> list[PlanItem]:
    """The items as the draft has them, of those that the reader may know; how far they are is as it stands now."""
    live = {each.item.pk: each.item for each in items}
    now = {measure.pk: measure for each in items for measure in each.measures}
    found = []
    for told in draft.content["items"]:
        item = live.get(told["key"])
        if item is not None:
            found.append(PlanItem(item, [_measure(told_measure, item, now) for told_measure in told["measures"]]))
    return found


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    words = {name: told[name] for name in MEASURE_FIELDS if name not in DATES}
    return words | {name: datetime.date.fromisoformat(told[name]) if told[name] else None for name in DATES}


def _measure(told: Mapping[str, Any], item: Any, now: Mapping[int, Measure]) -> Measure:
    measure = Measure(pk=told["key"], rectification=item, **_values(told))
    live = now.get(told["key"])
    if live is not None:
        measure.progress, measure.done_on, measure.version = live.progress, live.done_on, live.version
        measure.reported_on = getattr(live, "reported_on", None)  # type: ignore[attr-defined]
    return measure


def told_to(actor: User, measures: Iterable[Measure]) -> list[Measure]:
    """Measures, each with its item, as the actor may read them; in at most two queries.

    While a unit writes again at a plan that it submitted once, all others read of it the last draft: without what is
    new, and in the words of the draft; how far a measure is, is as it stands now.
    """
    found = list(measures)
    places = {(measure.rectification.round_id, measure.rectification.unit_id) for measure in found}
    open_plans = Plan.objects.filter(state__in=PLAN_OPEN, draft_no__gt=0, unit__in={unit for _round, unit in places})
    drafts = PlanDraft.objects.filter(
        plan__in=open_plans.exclude(unit__in=units_acted_for(actor)), number=F("plan__draft_no")
    )
    submitted = {
        (draft.plan.round_id, draft.plan.unit_id): {
            told["key"]: told for item in draft.content["items"] for told in item["measures"]
        }
        for draft in (drafts.select_related("plan") if found else ())
    }
    shown: list[Measure] = []
    for measure in found:
        known = submitted.get((measure.rectification.round_id, measure.rectification.unit_id))
        if known is None:
            shown.append(measure)
        elif measure.pk in known:
            for name, value in _values(known[measure.pk]).items():
                setattr(measure, name, value)
            shown.append(measure)
    return shown


def drafts_of(plan: Plan) -> list[PlanDraft]:
    """The drafts of a plan with what was said to each, the latest first; three queries."""
    opinions = PlanOpinion.objects.select_related("by").prefetch_related("marks").order_by("id")
    rows = PlanDraft.objects.filter(plan=plan).select_related("by").prefetch_related(Prefetch("opinions", opinions))
    return list(rows.order_by("-number"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan as the reader may see it: its items and own texts, and its drafts, the latest first."""

    items: list[PlanItem]
    texts: Mapping[str, str]
    drafts: list[PlanDraft]


def shown(actor: User, plan: Plan) -> Shown:
    """For its unit the plan as it stands; for others, while the unit writes at it, the latest draft."""
    items, drafts = plan_items(actor, plan), drafts_of(plan)
    if plan.state in PLAN_OPEN and drafts and not may_write(actor, plan):
        return Shown(as_submitted(drafts[0], items), drafts[0].content["texts"], drafts)
    return Shown(items, {name: getattr(plan, name) for name in TEXTS}, drafts)


def said_to(draft: PlanDraft) -> dict[int, str]:
    """What each party said to a draft, by the party's key."""
    return {opinion.party: opinion.verdict for opinion in draft.opinions.all()}


def turns(draft: PlanDraft) -> list[Mapping[str, Any]]:
    """The parties whose word is waited for now."""
    keys = whose_turn([party["key"] for party in draft.parties], said_to(draft), in_order=draft.in_order)
    return [party for party in draft.parties if party["key"] in keys]


def places_of(content: Content) -> dict[str, str]:
    """The places of a draft that can be marked, each with its words."""
    found = {f"text.{name}": words for name, words in content["texts"].items()}
    for item in content["items"]:
        found[f"item.{item['key']}"] = item["statement"]
        for measure in item["measures"]:
            words = (measure[name] for name in ("text", "goal", "output"))
            found[f"measure.{measure['key']}"] = "\n".join(part for part in words if part)
    return found


def review_rule() -> ReviewRule:
    """The rule by which plans are reviewed, with its parties."""
    return ReviewRule.objects.prefetch_related("parties").filter(pk=1).first() or ReviewRule(pk=1)


def parties_of(rule: ReviewRule) -> list[ReviewParty]:
    """The parties of the rule in their order."""
    return list(rule.parties.all()) if not rule._state.adding else []


def under_review(round: Round | None = None) -> QuerySet[PlanDraft]:
    """The drafts that wait for opinions, each with its plan and what was said."""
    rows = PlanDraft.objects.filter(plan__state=PlanState.SUBMITTED, outcome="").select_related("plan")
    if round is not None:
        rows = rows.filter(plan__round=round)
    return rows.prefetch_related("opinions").order_by("at", "pk")


def speaks_for(actor: User, plan: Plan, draft: PlanDraft) -> list[int]:
    """The keys of the parties for which the actor can speak now."""
    return PlanReviewing(actor).parties(plan, turns(draft))


def waiting_for(actor: User, round: Round | None = None) -> dict[int, list[int]]:
    """The plans whose drafts wait for the actor's word: plan to the keys of the parties the actor can speak for."""
    reviewing = PlanReviewing(actor)
    if not reviewing.roles and not reviewing.heads:
        return {}
    found = {}
    for draft in under_review(round):
        mine = reviewing.parties(draft.plan, turns(draft))
        if mine:
            found[draft.plan_id] = mine
    return found


@dataclass(frozen=True, slots=True)
class Changed:
    """What a draft changes: ``kind`` is added, removed or changed; ``fields`` maps a field to before and after."""

    kind: str
    place: str
    number: str
    title: str
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def changes(before: Content, after: Content) -> list[Changed]:
    """What one draft changes of another: texts first, then item by item, measures taken out last in each."""
    found = []
    texts = {
        name: (before["texts"].get(name, ""), words)
        for name, words in after["texts"].items()
        if before["texts"].get(name, "") != words
    }
    if texts:
        found.append(Changed("changed", "texts", "", "", texts))
    old_items = {item["key"]: item for item in before["items"]}
    for item in after["items"]:
        old = old_items.pop(item["key"], None)
        if old is None:
            found.append(Changed("added", f"item.{item['key']}", item["number"], item["statement"]))
        found += _measure_changes(old["measures"] if old else [], item)
    found += [Changed("removed", f"item.{old['key']}", old["number"], old["statement"]) for old in old_items.values()]
    return found


def _measure_changes(before: Sequence[Mapping[str, Any]], item: Mapping[str, Any]) -> list[Changed]:
    old = {measure["key"]: measure for measure in before}
    found = []
    for measure in item["measures"]:
        place, was = f"measure.{measure['key']}", old.pop(measure["key"], None)
        if was is None:
            found.append(Changed("added", place, item["number"], measure["text"]))
            continue
        fields = {name: (was[name], measure[name]) for name in MEASURE_FIELDS if was[name] != measure[name]}
        if fields:
            found.append(Changed("changed", place, item["number"], measure["text"], fields))
    found += [Changed("removed", f"measure.{key}", item["number"], was["text"]) for key, was in old.items()]
    return found
