"""Where a joint finding was seen lies sealed in the database, and is shown to the office as before."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from xuncha.findings.models import Attribution
from xuncha.security import rotating
from xuncha.security.keys import keyring
from xuncha.security.sealing import Unreadable


@pytest.fixture
def note(make_finding: Any, hospital: Any, health: Any, staff: Any) -> Attribution:
    finding = make_finding(unit=None, units=[health, hospital])
    Attribution.objects.bulk_create([Attribution(finding=finding, unit=hospital, note="药库账实不符", by=staff)])
    return Attribution.objects.get()


def kept(pk: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM findings_attribution WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


def put(pk: int, value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE findings_attribution SET note = %s WHERE id = %s", [value, pk])


def test_the_words_are_not_in_the_database_nor_in_what_is_printed(note: Attribution) -> None:
    assert "药库".encode() not in kept(note.pk)
    assert "药库" not in repr(note.__dict__)
    assert note.note == "药库账实不符"
    note.note = "已核"
    note.save(update_fields=["note"])
    assert Attribution.objects.get().note == Attribution.objects.defer("note").get().note == "已核"


def test_it_opens_only_in_its_own_row_and_unchanged(note: Attribution, education: Any) -> None:
    other = Attribution.objects.create(finding=note.finding, unit=education, note="别处", by=note.by)
    put(other.pk, kept(note.pk))
    with pytest.raises(Unreadable):
        _ = Attribution.objects.get(pk=other.pk).note
    put(note.pk, kept(note.pk)[:-1] + b"x")
    with pytest.raises(Unreadable):
        _ = Attribution.objects.get(pk=note.pk).note


def test_it_is_written_through_instances_alone(note: Attribution) -> None:
    with pytest.raises(TypeError):
        Attribution.objects.update(note="明文")


def test_what_cannot_be_opened_is_said_and_not_shown_broken(note: Attribution, client: Client, staff: Any) -> None:
    client.force_login(staff)
    address = reverse("finding", args=[note.finding_id])
    assert "药库账实不符" in client.get(address).content.decode()
    put(note.pk, b"x" * 200)
    answer = client.get(address)
    assert answer.status_code == 500 and "errors/unreadable.html" in [used.name for used in answer.templates]


def test_a_rotation_takes_it_along(note: Attribution) -> None:
    before = kept(note.pk)
    done, failed = rotating.rotate(())
    assert (done, failed) == (1, 0) and kept(note.pk) != before
    assert rotating.in_use(())[keyring().current] == 1
    assert Attribution.objects.get().note == "药库账实不符"


def test_the_migration_seals_and_opens_again(note: Attribution) -> None:
    step = importlib.import_module("xuncha.findings.migrations.0008_sealed_notes")

    class Row:
        plain, note, saved = "药库账实不符", "", []

        def save(self, update_fields: list[str]) -> None:
            self.saved.append(update_fields)

    row = Row()

    class Rows:
        objects = type("Manager", (), {"iterator": staticmethod(lambda chunk_size: [row])})

    apps = type("Apps", (), {"get_model": staticmethod(lambda *_: Rows)})
    step.seal(apps, None)
    assert row.note == "药库账实不符"
    row.plain = ""
    step.open_again(apps, None)
    assert row.plain == "药库账实不符" and row.saved == [["note"], ["plain"]]
