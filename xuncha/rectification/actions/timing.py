"""Rules and calendar change, and with them, in one act, every due date that hangs on them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence

from django.db import models, transaction

from xuncha.rectification.actions.opening import follow_due_dates
from xuncha.rectification.models import DueDate, HandingOver
from xuncha.rulebook import actions as rulebook
from xuncha.rulebook import queries
from xuncha.rulebook.models import DeadlineRule, WorkWeek
from xuncha.rulebook.queries import WantedDay, WantedRule
from xuncha.security import trail
from xuncha.security.models import User

BATCH = 500


@transaction.atomic
def edit_deadline_rule(
    rule: DeadlineRule, *, wanted: WantedRule, actor: User, version: int
) -> tuple[DeadlineRule, int]:
    """改期限规则, and how many due dates moved. Errors: as `rulebook.actions.edit_deadline_rule`."""
    batch = uuid.uuid4()
    changed = rulebook.edit_deadline_rule(rule, wanted=wanted, actor=actor, version=version, batch=batch)
    return changed, _reckon_anew(changed, actor, batch)


@transaction.atomic
def add_deadline_rule(*, code: str, wanted: WantedRule, actor: User) -> tuple[DeadlineRule, int]:
    """A deadline of the office's own, due at once for everything that was handed over."""
    batch = uuid.uuid4()
    rule = rulebook.add_deadline_rule(code=code, wanted=wanted, actor=actor, batch=batch)
    return rule, _reckon_anew(rule, actor, batch)


@transaction.atomic
def change_calendar(
    *, rest_weekdays: frozenset[int], days: Sequence[WantedDay], actor: User, version: int
) -> tuple[WorkWeek, int]:
    """改工作日历, and how many due dates moved. Errors: as `rulebook.actions.change_calendar`."""
    batch = uuid.uuid4()
    week = rulebook.change_calendar(rest_weekdays=rest_weekdays, days=days, actor=actor, version=version, batch=batch)
    return week, _reckon_anew(week, actor, batch)


def _reckon_anew(cause: models.Model, actor: User, batch: uuid.UUID) -> int:
    """Bring all due dates in line with rules and calendar; told on the trail as one entry of the cause."""
    rules = list(queries.deadline_rules())
    work = queries.work_calendar()
    by_code = {rule.code: rule for rule in rules}
    moved, _kinds = DueDate.objects.exclude(rule__in=rules).delete()
    for day in HandingOver.objects.order_by("handed_on").values_list("handed_on", flat=True).distinct():
        due = queries.due_days(queries.rules_of(rules), day, work)
        for code, due_on in due.items():
            there = DueDate.objects.filter(handing__handed_on=day, rule=by_code[code])
            moved += there.exclude(due_on=due_on).update(due_on=due_on)
            missing = HandingOver.objects.filter(handed_on=day).exclude(due_dates__rule=by_code[code])
            moved += len(_laid_down((handing, by_code[code], due_on) for handing in missing))
    if moved:
        follow_due_dates()
        trail.record(actor=actor, act="move_due_dates", thing=cause, after={"due_dates": moved}, batch=batch)
    return moved


def settle_due_dates(handings: Sequence[HandingOver]) -> None:
    """Reckon the due dates of what was just handed over, or handed over on another day than it said."""
    rules = list(queries.deadline_rules())
    work = queries.work_calendar()
    by_code = {rule.code: rule for rule in rules}
    DueDate.objects.filter(handing__in=[handing.pk for handing in handings]).delete()
    due = {day: queries.due_days(queries.rules_of(rules), day, work) for day in {h.handed_on for h in handings}}
    _laid_down(
        (handing, by_code[code], due_on) for handing in handings for code, due_on in due[handing.handed_on].items()
    )
    follow_due_dates(handings)


def _laid_down(rows: Iterable[tuple[HandingOver, DeadlineRule, datetime.date]]) -> list[DueDate]:
    return DueDate.objects.bulk_create(
        [DueDate(handing=handing, rule=rule, due_on=due_on) for handing, rule, due_on in rows], batch_size=BATCH
    )
