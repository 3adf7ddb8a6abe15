"""The worker reads what waits."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.findings.arriving import docx, packed, reading_worker, send
from tests.findings.reviewed import FEEDBACK, JOINT
from xuncha.archive.models import StoredFile
from xuncha.findings.actions import reading
from xuncha.findings.importing import working
from xuncha.findings.models import Paper
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.errors import Conflict, IllegalTransition
from xuncha.security.models import TrailEntry, User


def only_paper(actor: User, name: str, content: bytes, **fields: Any) -> Paper:
    paper = send(actor, {name: content}, **fields).received[0].paper
    assert paper is not None
    return paper


def test_a_paper_is_read_and_waits_for_review(staff: User, round_8: Round, health: Unit) -> None:
    paper = only_paper(staff, "反馈意见.docx", docx(FEEDBACK))
    with reading_worker() as worker:
        assert worker.run_once()
        assert not worker.run_once()
    paper.refresh_from_db()
    assert (paper.state, paper.round, paper.unit) == ("review", round_8, health)
    assert paper.drafts.filter(level="item", state="unseen").count() == 4
    assert len(paper.text_sha256) == 64 and paper.reading["format"] == "docx"
    entry = TrailEntry.objects.get(act="read_paper")
    assert (entry.actor, entry.after["state"]) == (staff, "review")


def test_a_file_that_cannot_be_read_says_why(staff: User) -> None:
    paper = only_paper(staff, "坏.docx", b"PK\x03\x04 broken")
    with reading_worker() as worker:
        worker.run_once()
    paper.refresh_from_db()
    assert paper.state == "failed" and paper.error
    assert paper.error["code"] == "damaged" and paper.error["advice"]


def test_a_fault_of_ours_fails_the_paper_and_not_the_worker(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = only_paper(staff, "一.txt", FEEDBACK.encode())
    second = only_paper(staff, "二.txt", JOINT.encode())
    real = working.make_drafts

    def faulty(paper: Paper, found: Any) -> None:
        real(paper, found)
        if paper.pk == first.pk:
            raise ValueError("of ours")

    monkeypatch.setattr(working, "make_drafts", faulty)
    with reading_worker() as worker:
        worker.run_all()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.text, second.state) == ("failed", "", "review")
    assert first.error and first.error["code"] == "unexpected" and not first.drafts.exists()


def test_an_archive_becomes_its_papers_and_goes(staff: User, round_8: Round) -> None:
    archive = packed({"县直/反馈.docx": docx(FEEDBACK), "讲话.txt": JOINT.encode(), "__MACOSX/._x.txt": b"x"})
    paper = only_paper(staff, "八轮.zip", archive)
    with reading_worker() as worker:
        worker.run_all()
    papers = list(Paper.objects.order_by("id"))
    assert [(p.name, p.state, p.batch) for p in papers] == [
        ("反馈.docx", "review", paper.batch),
        ("讲话.txt", "review", paper.batch),
    ]
    assert papers[0].reading["archive"] == {"name": "八轮.zip", "inside": "县直/反馈.docx"}
    assert not StoredFile.objects.filter(pk=paper.file_id).exists()


def test_an_archive_says_which_members_could_not_be_taken(staff: User) -> None:
    paper = only_paper(staff, "八轮.zip", packed({"好.txt": FEEDBACK.encode(), "空.txt": b"", "照片.jpg": b"jpg"}))
    with reading_worker() as worker:
        worker.run_all()
    paper.refresh_from_db()
    assert paper.state == "failed" and paper.error
    assert paper.error["members"] == [
        {"name": "空.txt", "code": "file_empty"},
        {"name": "照片.jpg", "code": "wrong_type"},
    ]
    assert Paper.objects.get(name="好.txt").state == "review"


def test_a_hostile_archive_leaves_nothing_behind(staff: User) -> None:
    paper = only_paper(staff, "坏.zip", packed({"../../x.txt": b"x", "a.txt": b"a"}))
    with reading_worker() as worker:
        worker.run_all()
    paper.refresh_from_db()
    assert paper.error and paper.error["code"] == "unsafe_name"
    assert Paper.objects.count() == 1


def test_what_came_in_before_is_put_aside_inside_an_archive_too(staff: User, round_8: Round) -> None:
    first = only_paper(staff, "反馈.txt", FEEDBACK.encode())
    only_paper(staff, "八轮.zip", packed({"反馈意见.txt": FEEDBACK.encode()}))
    with reading_worker() as worker:
        worker.run_all()
    again = Paper.objects.get(name="反馈意见.txt")
    assert again.state == "discarded" and again.reading["same_as"] == first.pk


def test_the_same_text_in_another_format_is_told(staff: User, round_8: Round) -> None:
    first = only_paper(staff, "反馈.txt", FEEDBACK.encode())
    second = only_paper(staff, "反馈.docx", docx(FEEDBACK))
    with reading_worker() as worker:
        worker.run_all()
    second.refresh_from_db()
    assert second.state == "review" and second.reading["same_text_as"] == first.pk


def test_a_table_is_taken_for_an_old_ledger(staff: User) -> None:
    rows = "序号,单位,问题\n1,县卫生健康局,理论学习不深入\n2,县教育局,校舍改造缓慢\n"
    paper = only_paper(staff, "旧台账.csv", rows.encode())
    with reading_worker() as worker:
        worker.run_once()
    paper.refresh_from_db()
    assert (paper.kind, paper.state) == ("ledger", "review")
    assert paper.reading["survey"]["sheets"]


def test_of_two_servers_one_gets_the_paper(staff: User) -> None:
    paper = only_paper(staff, "反馈.txt", FEEDBACK.encode())
    taken = reading.start_reading()
    assert taken and taken.pk == paper.pk
    assert reading.start_reading() is None


def test_a_paper_left_by_a_stopped_server_is_taken_up_again(staff: User, round_8: Round) -> None:
    only_paper(staff, "反馈.txt", FEEDBACK.encode())
    taken = reading.start_reading()
    assert taken
    assert reading.take_up_again() == 0, "its mark is fresh"
    Paper.objects.update(worked_on_at=timezone.now() - datetime.timedelta(minutes=2))
    assert reading.take_up_again() == 1
    again = reading.start_reading()
    assert again and again.version > taken.version
    assert not reading.renew(taken)
    with pytest.raises(reading.Lost), reading.finish_reading(taken):
        raise AssertionError("the slow server laid something down")
    with pytest.raises(reading.Lost):
        reading.fail_reading(taken, error={"code": "timeout"})
    assert reading.renew(again)


def test_discarding_keeps_all_and_can_be_taken_back(staff: User, round_8: Round) -> None:
    paper = only_paper(staff, "反馈.txt", FEEDBACK.encode())
    with reading_worker() as worker:
        worker.run_once()
    paper.refresh_from_db()
    drafts = paper.drafts.count()
    gone = reading.discard(paper, actor=staff, version=paper.version)
    with pytest.raises(Conflict):
        reading.restore(gone, actor=staff, version=paper.version)
    back = reading.restore(gone, actor=staff, version=gone.version)
    assert (back.state, back.drafts.count()) == ("review", drafts)
    with pytest.raises(IllegalTransition):
        reading.restore(back, actor=staff, version=back.version)


def test_reading_again_starts_from_the_file(staff: User, round_8: Round) -> None:
    paper = only_paper(staff, "反馈.txt", FEEDBACK.encode())
    with reading_worker() as worker:
        worker.run_once()
        paper.refresh_from_db()
        waiting = reading.read_again(paper, actor=staff, version=paper.version, kind="notice")
        assert (waiting.state, waiting.drafts.count()) == ("waiting", 0)
        worker.run_once()
    paper.refresh_from_db()
    assert (paper.state, paper.kind) == ("review", "notice") and paper.drafts.exists()
