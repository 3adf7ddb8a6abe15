"""Papers come in."""

from __future__ import annotations

import pytest

from tests.findings.arriving import send
from tests.findings.reviewed import FEEDBACK
from xuncha.archive.models import StoredFile
from xuncha.archive.queries import open_file
from xuncha.findings.actions import reading
from xuncha.findings.actions.uploading import Chosen, shown_name, upload
from xuncha.findings.models import Paper
from xuncha.rounds.models import Round
from xuncha.security.errors import NotPermitted
from xuncha.security.models import TrailEntry, User


def test_many_files_come_in_as_one_batch(staff: User, round_8: Round) -> None:
    sent = send(
        staff,
        {"反馈.txt": FEEDBACK.encode(), "台账.xlsx": b"PK", "全部.zip": b"PK2"},
        chosen=Chosen(round_id=round_8.pk),
    )
    papers = [received.paper for received in sent.received]
    assert [paper.kind for paper in papers if paper] == ["feedback", "ledger", "feedback"]
    assert {paper.batch for paper in papers if paper} == {sent.batch}
    assert all(paper and paper.state == "waiting" and paper.round == round_8 for paper in papers)
    assert open_file(papers[0].file).read() == FEEDBACK.encode()  # type: ignore[union-attr]
    assert TrailEntry.objects.filter(batch=sent.batch, act="upload_paper").count() == 3


def test_what_cannot_be_taken_does_not_hold_up_the_others(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from xuncha.archive import actions

    monkeypatch.setattr(actions.take_in, "__kwdefaults__", {**actions.take_in.__kwdefaults__, "limit": 1000})
    sent = send(
        staff,
        {"空.txt": b"", "照片.exe": b"MZ", "旧.rar": b"Rar!", "大.txt": b"x" * 2000, "好.txt": FEEDBACK.encode()[:900]},
    )
    assert [received.fault for received in sent.received] == [
        "file_empty",
        "wrong_type",
        "archive_type",
        "file_too_large",
        "",
    ]
    assert sent.received[3].data["limit"] == 1000
    assert Paper.objects.count() == StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\卷宗\反馈.docx", "反馈.docx"),
        ("反馈\r\nSet-Cookie: a.txt", "反馈��Set-Cookie: a.txt"),
        ("gpj.\u202excod.txt", "gpj.�xcod.txt"),
        ("\0", "�"),
        ("", "?"),
        ("字" * 300 + ".docx", "字" * 194 + "….docx"),
    ],
)
def test_a_hostile_name_is_one_line_and_no_path(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_the_same_file_again_is_recognised_and_waits_for_nobody(staff: User, head: User) -> None:
    first = send(staff, {"反馈.txt": FEEDBACK.encode()}).received[0].paper
    again = send(head, {"另一个名字.txt": FEEDBACK.encode()}).received[0]
    assert again.same_as == first
    assert again.paper and again.paper.state == "discarded"
    third = send(head, {"再来.txt": FEEDBACK.encode()}).received[0]
    assert third.same_as == first, "the one that was put aside is not what came in before"


def test_the_same_file_is_taken_anyway_when_somebody_wants_it(staff: User) -> None:
    send(staff, {"反馈.txt": FEEDBACK.encode()})
    again = send(staff, {"反馈.txt": FEEDBACK.encode()}).received[0].paper
    assert again
    wanted = reading.restore(again, actor=staff, version=again.version)
    assert wanted.state == "waiting" and wanted.reading == {"anyway": True}
    assert send(staff, {"反馈.txt": FEEDBACK.encode()}, anyway=True).received[0].same_as is None


def test_only_the_office_uploads(reviewer: User, liaison: User, outsider: User) -> None:
    for actor in (reviewer, liaison, outsider):
        with pytest.raises(NotPermitted):
            upload([("反馈.txt", [b"x"])], actor=actor)
    assert not StoredFile.objects.exists()
