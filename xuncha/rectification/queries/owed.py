"""待办期限: what is due soon or late and whom the rules warn of it; for the desk."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Subquery

from xuncha.rectification.models import Claim, DueDate
from xuncha.rectification.permissions import due_dates_visible_to, duties_visible_to, parts_visible_to
from xuncha.rectification.queries.claims import CLAIM_STEP, HEAPS
from xuncha.rectification.workflow import Review
from xuncha.rounds.models import Round
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.models import User
from xuncha.security.policy import part_in_sight, standing, units_acted_for
from xuncha.security.roles import Role
from xuncha.vocabulary.days import Alert, alert_at

# As whom the rules warn a role of a unit. Who leads the unit beside its secretary is told what the liaison is told.
_TOLD: Final = {
    Role.UNIT_LIAISON: DeadlineRule.Told.LIAISON,
    Role.UNIT_LEADER: DeadlineRule.Told.LIAISON,
    Role.UNIT_SECRETARY: DeadlineRule.Told.SECRETARY,
    Role.LEADER_IN_CHARGE: DeadlineRule.Told.LEADER_IN_CHARGE,
}
BOUND: Final = 10_000


@dataclass(frozen=True, slots=True)
class Owed:
    """What a unit owes by a day, and the alert that holds for it today.

    ``kind``: claims (``number`` findings wait for an answer), step, or duty (``title`` in the paper's words, ``is_own``
    where the actor acts for the unit).
    """

    kind: str
    rule: DeadlineRule | None
    title: str
    unit: str
    due_on: datetime.date
    alert: Alert
    number: int = 0
    pk: int = 0
    is_own: bool = False


def owed_by(actor: User, today: datetime.date, round: Round | None = None) -> list[Owed]:
    """What the units of the actor owe and the rules warn the actor of, the earliest first; in four queries.

    Findings without an answer and open duties stay until they are met, however late. Of the other steps nothing is
    known but their day: they are told of until it is over.
    """
    told = {_TOLD[Role(role)].value for role in standing(actor).partial if role in _TOLD}
    rules = {rule.code: rule for rule in DeadlineRule.objects.filter(is_active=True)}
    if not told or not rules:
        return []
    found = [
        *_claims(actor, rules.get(CLAIM_STEP), today, told, round),
        *_steps(actor, today, told, round),
        *_duties(actor, rules.get(DeadlineRule.PERIOD), today, told, round),
    ]
    return sorted(found, key=lambda owed: (owed.due_on, owed.kind, owed.pk))


def _for(alerts: Sequence[Alert], due_on: datetime.date, today: datetime.date, told: set[str]) -> Alert | None:
    """The alert that holds today, for whom one of those reached was meant: who was told once sees it to its end."""
    left = (due_on - today).days
    concerned = any(left <= alert.days_left and told & set(alert.recipients) for alert in alerts)
    return alert_at(alerts, due_on, today) if concerned else None


def _claims(
    actor: User, rule: DeadlineRule | None, today: datetime.date, told: set[str], round: Round | None
) -> list[Owed]:
    if rule is None:
        return []
    due = DueDate.objects.filter(
        handing__feedback=OuterRef("finding__feedback"), handing__unit=OuterRef("unit"), rule=rule
    )
    rows = parts_visible_to(actor).filter(HEAPS["open"])
    if round is not None:
        rows = rows.filter(finding__round=round)
    grouped = (
        rows.order_by()
        .annotate(due_on=Subquery(due.values("due_on")[:1]))
        .values_list("unit__short_name", "due_on")
        .annotate(number=Count("pk"))
    )
    return [
        Owed("claims", rule, "", unit, due_on, alert, number)
        for unit, due_on, number in grouped
        if due_on is not None and (alert := _for(rule.warnings, due_on, today, told)) is not None
    ]


def _steps(actor: User, today: datetime.date, told: set[str], round: Round | None) -> list[Owed]:
    rows = due_dates_visible_to(actor).filter(due_on__gte=today).exclude(rule__code=CLAIM_STEP)
    if round is not None:
        rows = rows.filter(handing__feedback__round=round)
    once = {
        (due.rule_id, due.handing.unit_id, due.due_on): due
        for due in rows.select_related("rule", "handing__unit").order_by("due_on", "pk")
    }
    return [
        Owed("step", due.rule, "", due.handing.unit.short_name, due.due_on, alert, pk=due.rule.order)
        for due in once.values()
        if (alert := _for(due.rule.warnings, due.due_on, today, told)) is not None
    ]


def _duties(
    actor: User, rule: DeadlineRule | None, today: datetime.date, told: set[str], round: Round | None
) -> list[Owed]:
    """Duties with a date of their own are warned of as the end of the period is."""
    if rule is None:
        return []
    rows = duties_visible_to(actor).filter(done_on__isnull=True, due_on__isnull=False)
    if round is not None:
        rows = rows.filter(handing__feedback__round=round)
    rows = rows.annotate(is_own=Exists(units_acted_for(actor).filter(scope_id=OuterRef("handing__unit"))))
    return [
        Owed("duty", None, duty.requirement.title, duty.handing.unit.short_name, duty.due_on, alert, 0, duty.pk, own)
        for duty in rows.select_related("requirement", "handing__unit")
        for own in [bool(getattr(duty, "is_own", False))]
        if duty.due_on and (alert := _for(rule.warnings, duty.due_on, today, told)) is not None
    ]


def answers_to_look_at(actor: User, round: Round | None = None) -> int:
    """How many answers of units wait for the office's word, counted to `BOUND` and one."""
    rows = Claim.objects.filter(
        part_in_sight(actor, round="finding__round"), review=Review.WAITING, addressee__isnull=False
    )
    if round is not None:
        rows = rows.filter(finding__round=round)
    return rows.order_by()[: BOUND + 1].count()
