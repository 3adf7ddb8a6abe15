"""Evidence: what may not be here is refused, the same bytes are kept once, and a unit's files are its own."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document

from tests.rectification.put_right import MakeItem, MakeMeasure
from xuncha.archive.models import StoredFile
from xuncha.archive.queries import open_file
from xuncha.rectification.actions.closing import take_step
from xuncha.rectification.actions.proving import add_evidence, drop_evidence
from xuncha.rectification.models import Evidence, Measure
from xuncha.rectification.queries import items as queries
from xuncha.security import trail
from xuncha.security.errors import IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def measure(make_item: MakeItem, make_measure: MakeMeasure) -> Measure:
    return make_measure(make_item())


def docx(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def add(measure: Measure, actor: User, name: str = "照片.png", content: bytes = PNG, **fields: Any) -> Evidence:
    return add_evidence(measure, name, io.BytesIO(content), actor=actor, **fields)


def test_a_file_is_kept_as_it_came(measure: Measure, liaison: User) -> None:
    evidence = add(measure, liaison, "拨付凭证.docx", docx("拨付凭证", "2026年10月15日"))
    with open_file(evidence.file) as file:
        assert zipfile.is_zipfile(io.BytesIO(file.read()))
    assert [entry.act for entry in trail.history_of(measure)] == ["add_evidence"]
    measure.rectification.refresh_from_db()
    assert measure.rectification.version == 2


def test_the_same_bytes_are_kept_once(measure: Measure, make_measure: MakeMeasure, liaison: User) -> None:
    other = make_measure(measure.rectification)
    assert add(measure, liaison).file == add(other, liaison, "另一名.png").file
    assert StoredFile.objects.count() == 1
    with pytest.raises(Invalid, match="evidence_there"):
        add(measure, liaison)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("账册.exe", b"MZ\0\0", "wrong_type"),
        ("照片.png", b"<html>", "wrong_content"),
        ("凭证.pdf", b"#!/bin/sh", "active_content"),
        ("绝密★凭证.png", PNG, "secrecy_marked"),
        ("凭证.docx", docx("机密★1年", "会议纪要"), "secrecy_marked"),
        ("凭证.png", b"", "file_empty"),
    ],
)
def test_what_may_not_be_here_is_refused_and_nothing_is_left(
    measure: Measure, liaison: User, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        add(measure, liaison, name, content)
    assert Evidence.objects.count() == 0
    assert StoredFile.objects.filter(refused="").count() == 0
    told = code in ("active_content", "secrecy_marked")
    assert trail.history_of(liaison).filter(act="refuse_file").exists() == told


@pytest.mark.parametrize("who", ["staff", "reviewer", "other_liaison", "leader_in_charge", "outsider", "team_head"])
def test_only_people_of_the_unit_put_files_in(request: pytest.FixtureRequest, measure: Measure, who: str) -> None:
    with pytest.raises(NotPermitted):
        add(measure, request.getfixturevalue(who))
    assert StoredFile.objects.count() == 0


def test_a_file_put_there_by_mistake_goes_until_somebody_looks(
    measure: Measure, liaison: User, unit_leader: User, other_liaison: User
) -> None:
    evidence = add(measure, liaison)
    with pytest.raises(NotPermitted):
        drop_evidence(evidence, actor=other_liaison)
    drop_evidence(evidence, actor=unit_leader)
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (0, 0)
    evidence = add(measure, liaison)
    item = measure.rectification
    item.refresh_from_db()
    item.closure = "applied"
    item.save()
    with pytest.raises(IllegalTransition):
        drop_evidence(evidence, actor=liaison)
    with pytest.raises(IllegalTransition):
        add(measure, liaison, "又一张.png", PNG + b"1")


def test_what_stood_there_at_an_application_stays_and_what_came_later_may_go(
    make_done: MakeItem, liaison: User, unit_secretary: User, reviewer: User
) -> None:
    item = make_done()
    seen = Evidence.objects.get()
    take_step({item.pk: item.version}, act="apply", actor=unit_secretary)
    item.refresh_from_db()
    take_step({item.pk: item.version}, act="return", words="凭证不清", actor=reviewer)
    later = add(seen.measure, liaison)
    with pytest.raises(IllegalTransition, match="evidence_seen"):
        drop_evidence(seen, actor=liaison)
    drop_evidence(later, actor=liaison)
    assert Evidence.objects.get() == seen


def test_a_foreign_units_file_is_not_there(measure: Measure, liaison: User, other_liaison: User, staff: User) -> None:
    evidence = add(measure, liaison)
    assert queries.find_evidence(other_liaison, evidence.pk) is None
    assert queries.find_evidence(staff, evidence.pk) == evidence
