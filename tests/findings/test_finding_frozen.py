"""What the database itself refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from xuncha.findings.models import Finding, triggers


@pytest.mark.parametrize("field", ["number", "number_key", "serial", "unit_id", "round_id"])
def test_the_number_of_an_issued_finding_cannot_be_changed(make_finding: Any, field: str) -> None:
    finding = make_finding()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**{field: 999})
    Finding.objects.filter(pk=finding.pk).update(severity="low", number=finding.number)


def test_the_number_of_a_draft_can(make_finding: Any) -> None:
    finding = make_finding(issued=False)
    assert Finding.objects.filter(pk=finding.pk).update(number="14-8-别处-001") == 1


def test_a_finding_is_never_deleted(make_finding: Any) -> None:
    for issued in (True, False):
        finding = make_finding(issued=issued)
        with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
            finding.delete()
    assert Finding.objects.count() == 2


@pytest.mark.django_db
def test_the_guards_stand_in_the_database() -> None:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert {*triggers.NAMES, *triggers.GUARDS} <= {name for (name,) in cursor.fetchall()}
