"""期限巡检: once a day all items are looked at, and whoever the rules name is told what came near or became late.

By portions of units, each in a transaction of its own: a pass that was cut short goes on where it stood, several
processes share it, and a day that was missed needs nothing but the next pass, which tells what holds by then, once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from xuncha.notices.actions import NewNotice, tell
from xuncha.organisation.models import Unit
from xuncha.rectification.models import Rectification, Sweep, Warned
from xuncha.rectification.queries.items import item_alerts
from xuncha.rectification.queries.overdue import OPEN
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.models import Exclusion, Grant
from xuncha.security.policy import in_force
from xuncha.security.roles import OFFICE_ROLES, Role, Scope
from xuncha.vocabulary.days import Alert

UNITS: Final = 200
"""Units in one portion."""
HOUR: Final = 2
"""From this hour on the day's pass may begin: at night nobody waits for the database."""
KIND: Final = "items_due"
_ROLES: Final = {
    DeadlineRule.Told.LIAISON: (Role.UNIT_LIAISON, Role.UNIT_LEADER),
    DeadlineRule.Told.SECRETARY: (Role.UNIT_SECRETARY,),
    DeadlineRule.Told.LEADER_IN_CHARGE: (Role.LEADER_IN_CHARGE,),
}


def sweep_if_due() -> Sweep | None:
    """A job: the pass of the day, if its hour has come and it was not done; null where there was nothing to do."""
    now = timezone.localtime()
    if now.hour < HOUR or Sweep.objects.filter(day=now.date(), ended_at__isnull=False).exists():
        return None
    return sweep(now.date())


def sweep(today: datetime.date) -> Sweep:
    """Pass over all items as they stand on a day; doing it again tells nobody anything again."""
    alerts = sorted(item_alerts(), key=lambda alert: alert.days_left)
    run, _made = Sweep.objects.get_or_create(day=today)
    told = _Told(alerts)
    while run.ended_at is None:
        with transaction.atomic():
            units = list(Unit.objects.filter(pk__gt=run.last_unit).order_by("pk").values_list("pk", flat=True)[:UNITS])
            until = units[-1] if units else run.last_unit
            change: dict[str, Any] = {"last_unit": until} if units else {"ended_at": timezone.now()}
            mine = Sweep.objects.filter(pk=run.pk, last_unit=run.last_unit, ended_at__isnull=True).update(**change)
            if mine and units and alerts:
                found = _newly_reached(run.last_unit, until, alerts, today)
                _remember(run.last_unit, until, alerts, today)
                tell(told.notices(found, today))
                Sweep.objects.filter(pk=run.pk).update(items=run.items + sum(row[3] for row in found))
        # Another process may have taken the portion: go on from where the pass stands.
        run.refresh_from_db()
    return run


Reached = tuple[int, int, int, int]
"""Unit, round, the alert's ``days_left``, how many items."""


def _level(alerts: Sequence[Alert], today: datetime.date) -> tuple[str, list[Any]]:
    """The narrowest alert that an item has reached, as SQL over its day."""
    whens = " ".join("WHEN r.due_on <= %s THEN %s" for _alert in alerts)
    values: list[Any] = []
    for alert in alerts:
        values += [_day(today + datetime.timedelta(days=alert.days_left)), alert.days_left]
    return f"CASE {whens} END", values


def _day(day: datetime.date) -> Any:
    """A day as the database takes it."""
    return connection.ops.adapt_datefield_value(day)


def _condition(after: int, until: int, alerts: Sequence[Alert], today: datetime.date) -> tuple[str, list[Any]]:
    """Items of units with an alert that was not given yet. Django's ORM has no INSERT out of a SELECT: plain SQL."""
    level, values = _level(alerts, today)
    items, warned = Rectification._meta.db_table, Warned._meta.db_table
    marks = ", ".join(["%s"] * len(OPEN))
    words = (
        f"FROM {items} r LEFT JOIN {warned} w ON w.item_id = r.id "
        f"WHERE r.unit_id > %s AND r.unit_id <= %s AND r.closure IN ({marks}) AND r.suspended_on IS NULL "
        f"AND r.due_on <= %s AND (w.item_id IS NULL OR w.due_on <> r.due_on OR w.days_left > {level})"
    )
    last = today + datetime.timedelta(days=alerts[-1].days_left)
    return words, [after, until, *(state.value for state in OPEN), _day(last), *values]


def _newly_reached(after: int, until: int, alerts: Sequence[Alert], today: datetime.date) -> list[Reached]:
    level, values = _level(alerts, today)
    words, more = _condition(after, until, alerts, today)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.unit_id, r.round_id, {level} AS level, COUNT(*) {words} GROUP BY r.unit_id, r.round_id, level",
            [*values, *more],
        )
        return [(int(unit), int(round), int(days), int(number)) for unit, round, days, number in cursor.fetchall()]


def _remember(after: int, until: int, alerts: Sequence[Alert], today: datetime.date) -> None:
    level, values = _level(alerts, today)
    words, more = _condition(after, until, alerts, today)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Warned._meta.db_table} (item_id, due_on, days_left) SELECT r.id, r.due_on, {level} {words} "
            "ON CONFLICT (item_id) DO UPDATE SET due_on = excluded.due_on, days_left = excluded.days_left",
            [*values, *more],
        )


class _Told:
    """Whom the alerts name, by unit: read portion by portion, so that the memory stays small."""

    def __init__(self, alerts: Iterable[Alert]) -> None:
        self._alerts = {alert.days_left: alert for alert in alerts}
        office = in_force(Grant.objects.filter(role__in=OFFICE_ROLES, scope=Scope.OFFICE, user__is_active=True))
        self._office = sorted(set(office.values_list("user", flat=True)))
        today = timezone.localdate()
        kept_away = Exclusion.objects.filter(user__in=self._office, valid_from__lte=today).exclude(valid_to__lt=today)
        self._kept_away = set(kept_away.values_list("user", "scope", "scope_id"))

    def notices(self, found: Sequence[Reached], today: datetime.date) -> Iterator[NewNotice]:
        """One notice for each person, unit, round and alert, however many items there are."""
        held: dict[tuple[int, str], list[int]] = {}
        rows = in_force(Grant.objects.filter(scope=Scope.UNIT, scope_id__in={row[0] for row in found}))
        rows = rows.filter(user__is_active=True)
        for user, unit, role in rows.order_by("user").values_list("user", "scope_id", "role"):
            held.setdefault((unit or 0, role), []).append(user)
        for unit, round, days, number in found:
            alert = self._alerts[days]
            people: set[int] = set()
            for word in alert.recipients:
                for role in _ROLES.get(DeadlineRule.Told(word), ()):
                    people.update(held.get((unit, role), ()))
                if word == DeadlineRule.Told.OFFICE:
                    people.update(user for user in self._office if not self._is_kept_away(user, unit, round))
            facts = {
                "unit": unit,
                "round": round,
                "number": number,
                "late": days < 0,
                "word": alert.word,
                "word_en": alert.word_en,
                "colour": alert.colour,
            }
            key = f"{KIND}:{today}:{round}:{unit}:{days}"
            yield from (NewNotice(user, KIND, key, facts) for user in sorted(people))

    def _is_kept_away(self, user: int, unit: int, round: int) -> bool:
        return (user, Scope.UNIT, unit) in self._kept_away or (user, Scope.ROUND, round) in self._kept_away
