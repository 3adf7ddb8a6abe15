"""Files sent to the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.findings.reviewed import FEEDBACK
from xuncha.archive.places import incoming
from xuncha.findings.models import Paper
from xuncha.security.models import User


@pytest.fixture
def office(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def send(client: Client, *files: SimpleUploadedFile, htmx: bool = True, **fields: Any) -> str:
    headers = {"HX-Request": "true"} if htmx else {}
    response = client.post(reverse("upload_papers"), {"files": list(files), **fields}, headers=headers, follow=not htmx)
    assert response.status_code == 200
    return response.content.decode()


def test_each_file_is_answered_by_its_line(office: Client) -> None:
    line = send(office, SimpleUploadedFile("反馈.txt", FEEDBACK.encode()))
    paper = Paper.objects.get()
    assert line.strip().startswith("<li") and "已收到，正在读取" in line and reverse("paper", args=[paper.pk]) in line
    again = send(office, SimpleUploadedFile("反馈.txt", FEEDBACK.encode()))
    assert "与已有文件相同：“反馈.txt”，顾青岚于" in again


def test_what_is_said_beforehand_is_kept(office: Client, round_8: Any, health: Any) -> None:
    send(
        office,
        SimpleUploadedFile("甲.txt", b"1"),
        SimpleUploadedFile("乙.txt", b"2"),
        kind="joint",
        round=round_8.pk,
        unit=health.pk,
        already_fed_back="0",
        batch="0d0c7f0e-6d9e-4a4c-b4d8-4a62e1b8c5b1",
    )
    papers = list(Paper.objects.all())
    assert {(p.kind, p.round, p.unit, p.already_fed_back) for p in papers} == {("joint", round_8, health, False)}
    assert {str(p.batch) for p in papers} == {"0d0c7f0e-6d9e-4a4c-b4d8-4a62e1b8c5b1"}


def test_choices_that_are_not_there_are_left_to_the_reading(office: Client) -> None:
    send(office, SimpleUploadedFile("甲.txt", b"1"), kind="<script>", round="999", unit="x", batch="no")
    paper = Paper.objects.get()
    assert (paper.kind, paper.round, paper.unit) == ("feedback", None, None)


def test_a_file_that_is_too_large_ends_in_a_sentence_and_leaves_nothing(office: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    told = send(office, SimpleUploadedFile("大.txt", b"x" * 3000), SimpleUploadedFile("小.txt", b"y"))
    assert "超过1000" in told.replace("\xa0", "").replace(" ", "") and "已收到" in told
    assert Paper.objects.get().name == "小.txt"
    assert not list(incoming().glob("*"))


def test_nobody_can_send_without_end(office: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    response = office.post(
        reverse("upload_papers"),
        {"files": SimpleUploadedFile("大.txt", b"x" * 200_000)},
        headers={"HX-Request": "true"},
    )
    assert response.status_code in (200, 400) and not Paper.objects.exists()
    assert not list(incoming().glob("*"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.txt", b"", "文件是空的"),
        ("程序.exe", b"MZ", "这种文件不能读取"),
        ("旧.rar", b"Rar!", "请改用zip打包"),
    ],
)
def test_what_cannot_be_taken_ends_in_a_sentence(office: Client, name: str, content: bytes, told: str) -> None:
    assert told in send(office, SimpleUploadedFile(name, content))
    assert not Paper.objects.exists()


def test_a_full_disk_ends_in_a_sentence(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from xuncha.web.findings.papers.receiving import ReceivedFile

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ReceivedFile, "write", full, raising=False)
    assert "磁盘空间不足" in send(office, SimpleUploadedFile("甲.txt", b"1"))


def test_without_script_the_page_tells_all(office: Client) -> None:
    page = send(office, SimpleUploadedFile("甲.txt", b"1"), SimpleUploadedFile("乙.exe", b"2"), htmx=False)
    assert "收到1个文件" in page and "“乙.exe”：这种文件不能读取" in page
    assert "没有收到文件" in send(office, htmx=False)


def test_a_hostile_name_is_shown_and_nothing_else(office: Client) -> None:
    line = send(office, SimpleUploadedFile("<img src=x onerror=alert(1)>.exe", b"1"))
    assert "<img" not in line


def test_the_limit_is_the_same_on_both_ways_in() -> None:
    from xuncha.documents.limits import MAX_FILE_BYTES

    assert settings.UPLOAD_LIMIT_BYTES == MAX_FILE_BYTES
