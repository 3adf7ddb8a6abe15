"""A unit writes its plan: the plan's own texts, and measure by measure what is done, to what end, by when, by whom."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max

from xuncha.rectification.actions.following import follow
from xuncha.rectification.models import Measure, Plan, Rectification
from xuncha.rectification.permissions import POLICY, plans_visible_to, rectifications_worked_on_by
from xuncha.rectification.queries.plan_drafts import DATES, MEASURE_FIELDS, TEXTS, Shown, shown
from xuncha.rectification.queries.plans import secretaries_of, stated_measures
from xuncha.rectification.workflow import CLOSURE_HELD, PLAN_OPEN, MeasureKind
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final[Mapping[str, int]] = {
    "first_responsible": 60,
    "leading_group": 4000,
    "principles": 4000,
    "guarantees": 4000,
    "text": 2000,
    "goal": 500,
    "output": 300,
    "phase": 60,
    "lead_leader": 60,
    "responsible_leader": 60,
    "lead_section": 100,
    "co_sections": 200,
    "person": 60,
}


@transaction.atomic
def begin_plan(*, round: int, unit: int, actor: User) -> Plan:
    """开始编制方案: the plan of a unit in a round, by their keys; the one that is there already where there is one.

    Errors: `NotPermitted`; `IllegalTransition` (``nothing_to_plan``) while nothing was claimed or assigned.
    """
    wanted = Plan(round_id=round, unit_id=unit)
    POLICY.require(actor, "write_plan", wanted)
    there = Plan.objects.filter(round=round, unit=unit).first()
    if there is not None:
        return there
    if not rectifications_worked_on_by(actor).filter(round=round, unit=unit).exists():
        raise IllegalTransition("nothing_to_plan", act="begin_plan", state="")
    known = secretaries_of(unit)
    # The secretary is the first responsible, by rule; with two of them the unit says which.
    wanted.first_responsible = known[0] if len(known) == 1 else ""
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        # Two of the unit began at the same moment.
        return Plan.objects.get(round=round, unit=unit)
    after = {"round": round, "unit": unit, "first_responsible": wanted.first_responsible}
    trail.record(actor=actor, act="begin_plan", thing=wanted, after=after)
    return wanted


@transaction.atomic
def edit_plan_texts(plan: Plan, *, wanted: Mapping[str, str], actor: User, version: int) -> Plan:
    """改方案正文: the plan's own texts. Errors: `NotPermitted`; `IllegalTransition`; `Conflict`; `Invalid` by field."""
    held = _held(plan.pk, "edit_plan", actor)
    if held.version != version:
        raise Conflict("plan_changed", current=held)
    words = {name: wanted[name].strip() for name in TEXTS}
    faults = {name: "too_long" for name, said in words.items() if len(said) > LONGEST[name]}
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    changed = [name for name in TEXTS if getattr(held, name) != words[name]]
    if not changed:
        return held
    before = {name: getattr(held, name) for name in changed}
    for name in changed:
        setattr(held, name, words[name])
    held.version += 1
    held.save()
    trail.record(actor=actor, act="edit_plan", thing=held, before=before, after={name: words[name] for name in changed})
    return held


@transaction.atomic
def add_measure(item: Rectification, *, wanted: Mapping[str, Any], actor: User) -> Measure:
    """加措施: a measure at the end of those of an item. Errors: `NotPermitted`; `IllegalTransition`; `Invalid`."""
    held = _held_item(item, "add_measure", actor)
    values = _values(wanted)
    last = Measure.objects.filter(rectification=held).aggregate(last=Max("order"))["last"] or 0
    measure = Measure.objects.create(rectification=held, order=last + 1, written_by=actor, **values)
    after = {"item": held.pk, **{name: value for name, value in values.items() if value}}
    changes: list[trail.Change] = [(measure, None, after), *follow([held])]
    trail.record_many(actor=actor, act="add_measure", changes=changes)
    return measure


@transaction.atomic
def draft_from_papers(plan: Plan, *, items: Collection[int], actor: User) -> list[Measure]:
    """据原文拟方案: what papers stated to be done becomes measures of the items chosen, by key, that have none yet.

    What is longer than a field is shortened at its end. Errors: `NotPermitted`; `IllegalTransition`; `Invalid`
    (``choose_bare_items``) where there is nothing to take over.
    """
    held = _held(plan.pk, "draft_from_papers", actor)
    stated = [
        each for each in stated_measures(actor, held) if each.item.pk in items and each.item.closure not in CLOSURE_HELD
    ]
    if not stated:
        raise Invalid("faulty_fields", faults={"items": "choose_bare_items"})
    made = [
        Measure(rectification=each.item, order=order, written_by=actor, **_shortened(wanted))
        for each in stated
        for order, wanted in enumerate(each.measures, 1)
    ]
    Measure.objects.bulk_create(made)
    changes: list[trail.Change] = [
        (measure, None, {"item": measure.rectification_id, "text": measure.text}) for measure in made
    ]
    trail.record_many(actor=actor, act="draft_from_papers", changes=changes, batch=uuid.uuid4())
    return made


def _shortened(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[: LONGEST[name]] if isinstance(said, str) else said for name, said in wanted.items()}


@transaction.atomic
def edit_measure(measure: Measure, *, wanted: Mapping[str, Any], actor: User, version: int) -> Measure:
    """改措施. ``wanted`` names the fields to change, others stay. Errors: as `add_measure`, and `Conflict`."""
    held = _held_measure(measure, "edit_measure", actor, version)
    values = _values({**{name: getattr(held, name) for name in MEASURE_FIELDS}, **wanted})
    changed = [name for name in MEASURE_FIELDS if getattr(held, name) != values[name]]
    if not changed:
        return held
    before = {name: getattr(held, name) for name in changed}
    for name in changed:
        setattr(held, name, values[name])
    held.version += 1
    held.save()
    held.edited_by.add(actor)
    trail.record(
        actor=actor, act="edit_measure", thing=held, before=before, after={name: values[name] for name in changed}
    )
    return held


@transaction.atomic
def remove_measure(measure: Measure, *, actor: User, version: int) -> None:
    """删措施; its words stay on the trail. Errors: as `edit_measure`; also for one of which something was reported."""
    held = _held_measure(measure, "remove_measure", actor, version)
    if held.entries.exists() or held.evidence.exists():
        raise IllegalTransition("progress_stands", act="remove_measure", state=held.progress)
    item, batch = held.rectification, uuid.uuid4()
    told = {name: getattr(held, name) for name in MEASURE_FIELDS if getattr(held, name)}
    trail.record(actor=actor, act="remove_measure", thing=held, before={"item": item.pk, **told}, batch=batch)
    held.delete()
    trail.record_many(actor=actor, act="remove_measure", changes=follow([item]), batch=batch)


@transaction.atomic
def reorder_measure(measure: Measure, *, up: bool, actor: User, version: int) -> Measure:
    """移动措施: before the one above it in its item, or after the one below; at the end of the list it stays."""
    held = _held_measure(measure, "reorder_measure", actor, version)
    rows = list(Measure.objects.select_for_update().filter(rectification=held.rectification_id).order_by("order", "pk"))
    at = next(i for i, row in enumerate(rows) if row.pk == held.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return held
    rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows, 1):
        row.order = order
    Measure.objects.bulk_update(rows, ["order"])
    trail.record(actor=actor, act="reorder_measure", thing=held, before={"order": at + 1}, after={"order": to + 1})
    return rows[to]


@transaction.atomic
def export_plan(plan: Plan, *, actor: User) -> Shown:
    """导出方案: the plan as the actor may see it, to be written to a file; told on the trail.

    Errors: `NotPermitted` for a plan out of sight.
    """
    if not plans_visible_to(actor).filter(pk=plan.pk).exists():
        raise NotPermitted("not_permitted", act="export_plan")
    found = shown(actor, plan)
    trail.record(actor=actor, act="export_plan", thing=plan, after={"form": "xlsx"})
    return found


def _held(pk: int, act: str, actor: User) -> Plan:
    """The plan, held for a change while it is open. Errors: `NotPermitted`; `IllegalTransition`."""
    held: Plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    POLICY.require(actor, "write_plan", held)
    if held.state not in PLAN_OPEN:
        raise IllegalTransition(f"plan_{held.state}", act=act, state=held.state)
    return held


def _held_item(item: Rectification, act: str, actor: User) -> Rectification:
    """The item and its plan, both held; none of its measures is written while it is applied for or closed."""
    POLICY.require(actor, "write_plan", item)
    plan = Plan.objects.filter(round=item.round_id, unit=item.unit_id).first()
    if plan is None:
        raise IllegalTransition("no_plan", act=act, state="")
    _held(plan.pk, act, actor)
    mine = rectifications_worked_on_by(actor).filter(pk=item.pk)
    # In this order by every act: plan, item, measures.
    held = Rectification.objects.select_for_update(of=("self",)).filter(pk__in=mine.values("pk")).first()
    if held is None:
        raise NotPermitted("not_permitted", act=act)
    if held.closure in CLOSURE_HELD:
        raise IllegalTransition("item_held", act=act, state=held.closure)
    return held


def _held_measure(measure: Measure, act: str, actor: User, version: int) -> Measure:
    item = _held_item(measure.rectification, act, actor)
    held = Measure.objects.select_for_update().filter(pk=measure.pk).first()
    if held is None:
        # Somebody of the unit took it out.
        raise Conflict("measure_gone", current=None)
    if held.version != version:
        raise Conflict("measure_changed", current=held)
    held.rectification = item
    return held


def _values(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of what was typed. Errors: `Invalid` by field. A draft may lack all but its words."""
    values: dict[str, Any] = {"kind": wanted.get("kind") or MeasureKind.OTHER.value}
    for name in MEASURE_FIELDS[1:]:
        given = wanted.get(name)
        values[name] = (given or None) if name in DATES else (given or "").strip()
    faults: dict[str, str] = {}
    if values["kind"] not in MeasureKind.values:
        faults["kind"] = "unknown"
    if not values["text"]:
        faults["text"] = "required"
    for name in MEASURE_FIELDS[1:]:
        if name not in DATES and len(values[name]) > LONGEST[name]:
            faults[name] = "too_long"
    starts: datetime.date | None = values["starts_on"]
    due: datetime.date | None = values["due_on"]
    if starts and due and due < starts:
        faults["due_on"] = "ends_before_it_starts"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    return values
