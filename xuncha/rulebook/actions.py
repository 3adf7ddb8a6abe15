"""What changes the office's own settings: right, state, change, trail, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xuncha.rulebook.models import Category, DeadlineRule, Holiday, Office, Scheme, WorkWeek
from xuncha.rulebook.permissions import POLICY
from xuncha.rulebook.queries import (
    RULE_FIELDS,
    Wanted,
    WantedDay,
    WantedRule,
    as_wanted,
    completed,
    day_differences,
    faults_of,
    faults_of_rule,
    rule_as_wanted,
    weekdays,
)
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

_OFFICE_FIELDS: Final = ("name", "short_name", "business_phone", "account_phone")
_TOLD: Final = ("name", "letter", "name_en", "group", "order", "retired_on", "became_id")


@transaction.atomic
def edit_office(*, values: dict[str, str], actor: User) -> Office:
    """Set the office's name and phones. Errors: `NotPermitted`; `Invalid` by field."""
    POLICY.require(actor, "edit_office")
    faults = {name: "required" for name in ("name", "short_name") if not values.get(name, "").strip()}
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    office, _ = Office.objects.select_for_update().get_or_create(pk=1)
    before = {name: getattr(office, name) for name in _OFFICE_FIELDS}
    for name in _OFFICE_FIELDS:
        setattr(office, name, values.get(name, "").strip())
    office.save()
    after = {name: getattr(office, name) for name in _OFFICE_FIELDS}
    changed = [name for name in _OFFICE_FIELDS if before[name] != after[name]]
    if changed:
        trail.record(
            actor=actor,
            act="edit_office",
            thing=office,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return office


@transaction.atomic
def add_scheme(*, code: str, name: str, name_en: str = "", source: str = "", actor: User) -> Scheme:
    """Add a further scheme, without categories. Errors: `NotPermitted`; `Invalid` by field."""
    POLICY.require(actor, "add_scheme")
    faults = {field: "required" for field, words in (("code", code), ("name", name)) if not words.strip()}
    if Scheme.objects.filter(code=code.strip()).exists():
        faults["code"] = "code_taken"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    scheme = Scheme.objects.create(
        code=code.strip(),
        name=name.strip(),
        name_en=name_en.strip(),
        source=source.strip(),
        order=Scheme.objects.count(),
    )
    trail.record(actor=actor, act="add_scheme", thing=scheme, after={"code": scheme.code, "name": scheme.name})
    return scheme


@transaction.atomic
def set_scheme_state(scheme: Scheme, *, is_active: bool, actor: User, version: int) -> Scheme:
    """Take a further scheme into use or out of it; the codes that findings have in it stay.

    Errors: `NotPermitted`, `Conflict`; `IllegalTransition` for the leading one.
    """
    POLICY.require(actor, "retire_scheme")
    scheme = hold(scheme, version)
    if scheme.is_leading:
        raise IllegalTransition("leading_scheme", act="retire_scheme", state=scheme.state)
    before = scheme.state
    scheme.state = Scheme.State.ACTIVE if is_active else Scheme.State.RETIRED
    if scheme.state != before:
        scheme.version += 1
        scheme.save()
        trail.record(
            actor=actor, act="retire_scheme", thing=scheme, before={"state": before}, after={"state": scheme.state}
        )
    return scheme


@transaction.atomic
def lead(scheme: Scheme, *, actor: User, version: int, batch: uuid.UUID | None = None) -> tuple[Scheme, Scheme]:
    """Make a scheme the leading one; gives it and the one that led. The findings' codes are for the caller to move.

    Errors: `NotPermitted`, `Conflict`; `IllegalTransition` for one that is retired, leads already or has no category.
    """
    POLICY.require(actor, "lead_scheme")
    scheme = hold(scheme, version)
    usable = Category.objects.filter(scheme=scheme, retired_on__isnull=True).exists()
    if scheme.state != Scheme.State.ACTIVE or scheme.is_leading or not usable:
        raise IllegalTransition("illegal_transition", act="lead_scheme", state=scheme.state)
    before = Scheme.objects.select_for_update().get(is_leading=True)
    before.is_leading = False
    before.version += 1
    before.save(update_fields=["is_leading", "version"])
    scheme.is_leading = True
    scheme.version += 1
    scheme.save(update_fields=["is_leading", "version"])
    changes: list[trail.Change] = [
        (before, {"is_leading": True}, {"is_leading": False}),
        (scheme, {"is_leading": False}, {"is_leading": True}),
    ]
    trail.record_many(actor=actor, act="lead_scheme", changes=changes, batch=batch)
    return scheme, before


@transaction.atomic
def change_scheme(
    scheme: Scheme, *, wanted: Sequence[Wanted], actor: User, version: int, batch: uuid.UUID | None = None
) -> tuple[Scheme, dict[int, int]]:
    """Make the categories of a scheme what is wanted; gives old to new of all that became another.

    Who is not named any more is retired. The findings are for the caller to move.
    Errors: `NotPermitted`, `Conflict`; `Invalid` with ``rows``: position, field, code, found.
    """
    POLICY.require(actor, "edit_scheme")
    scheme = hold(scheme, version)
    rows = completed(scheme, wanted)
    faults = faults_of(rows)
    if faults:
        raise Invalid("faulty_rows", faults={}, rows=faults)
    known = {category.code: category for category in Category.objects.filter(scheme=scheme)}
    before = {code: _told(category) for code, category in known.items()}
    today = timezone.localdate()
    for order, row in enumerate(rows, start=1):
        category = known.get(row.code)
        if category is None:
            category = known[row.code] = Category(scheme=scheme, code=row.code)
        category.name, category.letter, category.name_en = row.name, row.letter, row.name_en
        category.group, category.order = row.group, order
        category.retired_on = (category.retired_on or today) if row.is_retired else None
        category.save()
    for row in rows:
        category = known[row.code]
        became = known[row.became] if row.became else None
        if category.became_id != (became.pk if became else None):
            category.became = became
            category.save(update_fields=["became"])
    scheme.version += 1
    scheme.save(update_fields=["version"])
    trail.record_many(actor=actor, act="edit_scheme", changes=_changes(known, before), batch=batch)
    return scheme, {c.pk: c.became_id for c in known.values() if c.became_id is not None}


def _changes(known: dict[str, Category], before: dict[str, dict[str, Any]]) -> list[trail.Change]:
    changes: list[trail.Change] = []
    for code, category in known.items():
        after, was = _told(category), before.get(code)
        if was is None:
            changes.append((category, None, {"code": code, **after}))
        elif was != after:
            names = [name for name in _TOLD if was[name] != after[name]]
            changes.append((category, {name: was[name] for name in names}, {name: after[name] for name in names}))
    return changes


def _told(category: Category) -> dict[str, Any]:
    return {name: getattr(category, name) for name in _TOLD}


def hold(scheme: Scheme, version: int) -> Scheme:
    """The scheme, held for a change. Errors: `Conflict` when it is no longer as the actor saw it."""
    held = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if held.version != version:
        raise Conflict("scheme_changed", current=held)
    return held


@transaction.atomic
def change_calendar(
    *,
    rest_weekdays: frozenset[int],
    days: Sequence[WantedDay],
    actor: User,
    version: int,
    batch: uuid.UUID | None = None,
) -> WorkWeek:
    """改工作日历: set the weekdays of rest and, of each year that ``days`` name, which days differ from them.

    Years that are not named stay as they are. Errors: `NotPermitted`; `Conflict`; `Invalid` ``no_work`` where no
    weekday is left, ``day_twice`` with the day.
    """
    POLICY.require(actor, "change_calendar")
    week, _made = WorkWeek.objects.select_for_update().get_or_create(pk=1)
    if week.version != version:
        raise Conflict("calendar_changed", current=week)
    if not rest_weekdays < frozenset(range(1, 8)):
        raise Invalid("no_work", faults={"rest_weekdays": "no_work"})
    named = [each.day for each in days]
    twice = next((day for day in named if named.count(day) > 1), None)
    if twice is not None:
        raise Invalid("day_twice", faults={"days": "day_twice"}, day=twice)
    rest_before, batch = weekdays(week.rest_weekdays), batch or uuid.uuid4()
    differing = day_differences(days)
    if not differing and rest_before == rest_weekdays:
        return week
    years = {each.day.year for each in days}
    rows = {row.day: row for row in Holiday.objects.all() if row.day.year in years}
    changes: list[trail.Change] = []
    for before, after in differing:
        if before is not None and after is None:
            row = rows[before.day]
            changes.append((Holiday(pk=row.pk), _day_told(before), None))
            row.delete()
        elif after is not None:
            row = rows.get(after.day) or Holiday(day=after.day)
            row.is_off, row.name, row.name_en, row.source = after.is_off, after.name, after.name_en, after.source
            row.save()
            changes.append((row, _day_told(before), _day_told(as_wanted(row))))
    week.rest_weekdays = ",".join(str(each) for each in sorted(rest_weekdays))
    week.version += 1
    week.save()
    told = {"rest_weekdays": sorted(rest_before)}, {"rest_weekdays": sorted(rest_weekdays), "days": len(differing)}
    trail.record_many(actor=actor, act="change_calendar", changes=[(week, *told), *changes], batch=batch)
    return week


def _day_told(day: WantedDay | None) -> dict[str, Any] | None:
    return None if day is None else {"day": day.day, "is_off": day.is_off, "name": day.name}


@transaction.atomic
def add_deadline_rule(*, code: str, wanted: WantedRule, actor: User, batch: uuid.UUID | None = None) -> DeadlineRule:
    """Add a deadline of the office's own. Errors: `NotPermitted`; `Invalid` by field."""
    POLICY.require(actor, "add_deadline_rule")
    faults = faults_of_rule(wanted, code=code)
    if not code:
        faults["code"] = "required"
    elif DeadlineRule.objects.filter(code=code).exists():
        faults["code"] = "code_taken"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    rule = DeadlineRule.objects.create(code=code, order=DeadlineRule.objects.count() + 1, **wanted.fields)
    trail.record(actor=actor, act="add_deadline_rule", thing=rule, after={"code": code, **wanted.fields}, batch=batch)
    return rule


@transaction.atomic
def edit_deadline_rule(
    rule: DeadlineRule, *, wanted: WantedRule, actor: User, version: int, batch: uuid.UUID | None = None
) -> DeadlineRule:
    """改期限规则. The due dates that hang on it are for the caller to move.

    Errors: `NotPermitted`; `Conflict`; `Invalid` by field.
    """
    POLICY.require(actor, "edit_deadline_rule")
    # Its key stays, so that whoever lays down due dates of it meanwhile need not wait, and then be waited for.
    held = DeadlineRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if held.version != version:
        raise Conflict("rule_changed", current=held)
    faults = faults_of_rule(wanted, code=held.code)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before, after = rule_as_wanted(held).fields, wanted.fields
    changed = [name for name in RULE_FIELDS if before[name] != after[name]]
    if not changed:
        return held
    for name in changed:
        setattr(held, name, after[name])
    held.version += 1
    held.save()
    trail.record(
        actor=actor,
        act="edit_deadline_rule",
        thing=held,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        batch=batch,
    )
    return held
