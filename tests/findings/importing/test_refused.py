"""What may not be in the system is not kept: neither its file nor what was read out of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.findings.arriving import docx, packed, reading_worker, send
from tests.findings.reviewed import FEEDBACK
from xuncha.archive.places import files
from xuncha.findings.models import Paper
from xuncha.security.models import TrailEntry, User

MARKED = "000012\n机密★1年\n" + FEEDBACK


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def kept() -> list[Path]:
    return [path for path in files().rglob("*") if path.is_file()]


def test_a_paper_marked_secret_is_destroyed_and_says_why(staff: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), reading_worker() as worker:
        send(staff, {"反馈.docx": docx(MARKED)})
        worker.run_all()
    paper = Paper.objects.get()
    assert (paper.state, paper.text, paper.drafts.count()) == ("failed", "", 0)
    assert paper.error == {"code": "secrecy_marked", "found": "机密★1年"}
    assert kept() == [] and paper.file.wrapped is None
    assert TrailEntry.objects.get(act="fail_paper").after == {"state": "failed", "error": "secrecy_marked"}
    again = send(staff, {"换个名字.docx": docx(MARKED)}).received[0]
    assert (
        again.fault in ("secrecy_marked", "") and Paper.objects.exclude(pk=paper.pk).filter(state="review").count() == 0
    )


def test_the_same_marked_bytes_are_known_again(staff: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), reading_worker() as worker:
        send(staff, {"反馈.txt": MARKED.encode()})
        worker.run_all()
    again = send(staff, {"换个名字.txt": MARKED.encode()}, anyway=True).received[0]
    assert (again.fault, again.paper) == ("secrecy_marked", None)
    assert kept() == []


def test_a_marked_name_is_refused_at_the_door_and_told_without_the_name(staff: User) -> None:
    refused = send(
        staff, {"【机密】名单.txt": FEEDBACK.encode(), "脚本.txt": b"#!/bin/sh\nrm", "图.docx": b"\x89PNG\r\n\x1a\n"}
    )
    assert [received.fault for received in refused.received] == ["secrecy_marked", "active_content", "wrong_content"]
    assert kept() == [] and not Paper.objects.exists()
    entries = TrailEntry.objects.filter(act="refuse_file").order_by("id")
    assert [(entry.after or {})["code"] for entry in entries] == ["secrecy_marked", "active_content"]
    assert all((entry.after or {})["name"].startswith("hmac:") for entry in entries)


def test_an_archive_with_a_marked_member_is_not_kept_either(
    staff: User, django_capture_on_commit_callbacks: Any
) -> None:
    archive = packed({"好.txt": FEEDBACK.encode(), "机密-名单.txt": b"x", "空.txt": b""})
    with django_capture_on_commit_callbacks(execute=True), reading_worker() as worker:
        send(staff, {"八轮.zip": archive})
        worker.run_all()
    paper = Paper.objects.get(name="八轮.zip")
    assert paper.error and paper.error["code"] == "members"
    assert paper.file.refused == "secrecy_marked" and len(kept()) == 1


def test_a_file_with_macros_is_destroyed(staff: User, django_capture_on_commit_callbacks: Any) -> None:
    whole = io.BytesIO(docx(FEEDBACK))
    with zipfile.ZipFile(whole, "a") as container:
        container.writestr("word/vbaProject.bin", b"macro")
    with django_capture_on_commit_callbacks(execute=True), reading_worker() as worker:
        send(staff, {"反馈.docm": whole.getvalue()})
        worker.run_all()
    paper = Paper.objects.get()
    assert paper.error and paper.error["code"] == "active_content" and kept() == []
