"""Rules and calendar change, and with them, in one act, every due date that hangs on them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import models, transaction

from xuncha.findings.models import Feedback
from xuncha.rectification.actions.opening import follow_due_dates, hold_items_due_by_rule
from xuncha.rectification.models import DueDate, HandingOver, RoundTime
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries.times import OwnTime, faults_of, own_times, times
from xuncha.rounds.models import Round
from xuncha.rulebook import actions as rulebook
from xuncha.rulebook import queries
from xuncha.rulebook.models import DeadlineRule, WorkWeek
from xuncha.rulebook.permissions import POLICY as RULEBOOK
from xuncha.rulebook.queries import WantedDay, WantedRule
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User

BATCH = 500


@transaction.atomic
def edit_deadline_rule(
    rule: DeadlineRule, *, wanted: WantedRule, actor: User, version: int
) -> tuple[DeadlineRule, int]:
    """改期限规则, and how many due dates moved. Errors: as `rulebook.actions.edit_deadline_rule`."""
    RULEBOOK.require(actor, "edit_deadline_rule")
    hold_items_due_by_rule()
    batch = uuid.uuid4()
    changed = rulebook.edit_deadline_rule(rule, wanted=wanted, actor=actor, version=version, batch=batch)
    return changed, _reckon_anew(changed, actor, batch)


@transaction.atomic
def add_deadline_rule(*, code: str, wanted: WantedRule, actor: User) -> tuple[DeadlineRule, int]:
    """A deadline of the office's own, due at once for everything that was handed over."""
    RULEBOOK.require(actor, "add_deadline_rule")
    hold_items_due_by_rule()
    batch = uuid.uuid4()
    rule = rulebook.add_deadline_rule(code=code, wanted=wanted, actor=actor, batch=batch)
    return rule, _reckon_anew(rule, actor, batch)


@transaction.atomic
def change_calendar(
    *, rest_weekdays: frozenset[int], days: Sequence[WantedDay], actor: User, version: int
) -> tuple[WorkWeek, int]:
    """改工作日历, and how many due dates moved. Errors: as `rulebook.actions.change_calendar`."""
    RULEBOOK.require(actor, "change_calendar")
    hold_items_due_by_rule()
    batch = uuid.uuid4()
    week = rulebook.change_calendar(rest_weekdays=rest_weekdays, days=days, actor=actor, version=version, batch=batch)
    return week, _reckon_anew(week, actor, batch)


@transaction.atomic
def set_round_times(
    round: Round, *, wanted: Mapping[str, OwnTime | None], seen: Mapping[str, OwnTime], actor: User
) -> int:
    """定本轮期限: a round's own times of some steps, or the rule's again (null); how many due dates moved.

    ``seen``: the round's own times as the actor saw them. Errors: `NotPermitted`; `Invalid` by ``CODE.field``;
    `Conflict` with the ``current`` times when they are others now.
    """
    POLICY.require(actor, "set_round_times")
    Round.objects.select_for_update().get(pk=round.pk)
    rules = {rule.code: rule for rule in queries.deadline_rules()}
    if faults := faults_of(wanted, rules):
        raise Invalid("faulty_fields", faults=faults)
    before = own_times(round)
    if dict(seen) != before:
        raise Conflict("round_times_changed", current=before)
    changed = {code: own for code, own in wanted.items() if own != before.get(code)}
    if not changed:
        return 0
    hold_items_due_by_rule([round.pk])
    RoundTime.objects.filter(round=round, rule__code__in=changed).delete()
    RoundTime.objects.bulk_create(
        RoundTime(round=round, rule=rules[code], amount=own.amount, unit=own.unit, source=own.source.strip())
        for code, own in changed.items()
        if own is not None
    )
    batch = uuid.uuid4()
    trail.record(
        actor=actor,
        act="set_round_times",
        thing=round,
        before={"own_times": [_in_short(rules[code], before.get(code)) for code in changed]},
        after={"own_times": [_in_short(rules[code], own) for code, own in changed.items()]},
        batch=batch,
    )
    return _reckon_anew(round, actor, batch, round=round)


def _in_short(rule: DeadlineRule, own: OwnTime | None) -> str:
    return f"{rule.name}：–" if own is None else f"{rule.name}：{own.amount} {own.unit}（{own.source}）"


def _reckon_anew(cause: models.Model, actor: User, batch: uuid.UUID, *, round: Round | None = None) -> int:
    """Bring due dates, of all rounds or of one, in line with rules, own times and calendar; told on the trail as one
    entry of the cause.
    """
    rules = list(queries.deadline_rules())
    reckoned = times()
    by_code = {rule.code: rule for rule in rules}
    moved, _kinds = DueDate.objects.exclude(rule__in=rules).delete()
    handed = HandingOver.objects.all() if round is None else HandingOver.objects.filter(feedback__round=round)
    for key, day in handed.order_by("handed_on").values_list("feedback__round", "handed_on").distinct():
        of_the_day = HandingOver.objects.filter(handed_on=day, feedback__round=key)
        for code, due_on in reckoned.due_days(key, day).items():
            there = DueDate.objects.filter(handing__in=of_the_day, rule=by_code[code])
            moved += there.exclude(due_on=due_on).update(due_on=due_on)
            missing = of_the_day.exclude(due_dates__rule=by_code[code])
            moved += len(_laid_down((handing, by_code[code], due_on) for handing in missing))
    if moved:
        follow_due_dates(None if round is None else [round.pk])
        trail.record(actor=actor, act="move_due_dates", thing=cause, after={"due_dates": moved}, batch=batch)
    return moved


def settle_due_dates(handings: Sequence[HandingOver]) -> None:
    """Reckon the due dates of what was just handed over, or handed over on another day than it said."""
    by_code = {rule.code: rule for rule in queries.deadline_rules()}
    reckoned = times()
    rounds = dict(
        Feedback.objects.filter(pk__in={handing.feedback_id for handing in handings}).values_list("pk", "round")
    )
    DueDate.objects.filter(handing__in=[handing.pk for handing in handings]).delete()
    _laid_down(
        (handing, by_code[code], due_on)
        for handing in handings
        for code, due_on in reckoned.due_days(rounds[handing.feedback_id], handing.handed_on).items()
    )
    follow_due_dates(rounds.values(), [handing.unit_id for handing in handings])


def _laid_down(rows: Iterable[tuple[HandingOver, DeadlineRule, datetime.date]]) -> list[DueDate]:
    return DueDate.objects.bulk_create(
        [DueDate(handing=handing, rule=rule, due_on=due_on) for handing, rule, due_on in rows], batch_size=BATCH
    )
