"""The database counts findings by round, unit, category and state, whatever way they change."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection

from xuncha.findings.models import Finding, FindingCount, triggers


def _counted() -> Counter[tuple[int, int, int, str]]:
    rows = Finding.objects.values_list("round_id", "unit_id", "category_id", "state")
    return Counter((r, u or 0, c or 0, s) for r, u, c, s in rows)


def _kept() -> Counter[tuple[int, int, int, str]]:
    rows = FindingCount.objects.filter(number__gt=0)
    return Counter({(r.round_id, r.unit_id, r.category_id, r.state): r.number for r in rows})


def test_counts_follow_every_way_of_writing(make_finding: Any, education: Any, health: Any) -> None:
    first = make_finding(issued=False)
    make_finding(unit=education, category=None)
    make_finding(unit=None, units=[health], issued=False)
    assert _kept() == _counted()
    Finding.objects.filter(pk=first.pk).update(category=None, unit=education)
    assert _kept() == _counted()
    Finding.objects.all().update(state="withdrawn")
    assert _kept() == _counted()


def test_the_triggers_are_there(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        assert set(triggers.NAMES) <= {name for (name,) in cursor.fetchall()}
