"""What the desk asks of the database costs what it shows, however long the trail has grown."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xuncha.findings.queries import desk
from xuncha.security.models import Exclusion
from xuncha.security.roles import Scope

pytestmark = pytest.mark.django_db


def test_the_newest_doings_are_read_off_an_index_and_never_sorted(staff: Any, make_finding: Any) -> None:
    for _ in range(3):
        make_finding()
    with CaptureQueriesContext(connection) as asked:
        assert len(desk.latest_doings(staff)) == 3
    (newest,) = [
        query["sql"] for query in asked if "ORDER BY" in query["sql"] and "security_trailentry" in query["sql"]
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of three rows it would rather read all: it is asked what it can do, not what it prefers.
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
            cursor.execute(f"EXPLAIN {newest}")
            assert "Sort" not in " ".join(row[0] for row in cursor.fetchall())
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {newest}")
        steps = " ".join(str(row) for row in cursor.fetchall())
    assert "trail_by_kind" in steps and "TEMP B-TREE" not in steps


def test_what_was_done_to_a_hidden_finding_is_hidden_too(
    staff: Any, head: Any, make_finding: Any, education: Any
) -> None:
    make_finding()
    make_finding(unit=education)
    Exclusion.objects.create(user=head, scope=Scope.UNIT, scope_id=education.pk)
    assert [len(desk.latest_doings(person)) for person in (staff, head)] == [2, 1]
