"""Papers as lists show them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.findings.arriving import reading_worker, send
from tests.findings.reviewed import FEEDBACK, make_paper
from xuncha.findings.models import Draft, Paper, Presence
from xuncha.findings.queries import papers as queries
from xuncha.findings.queries.papers import PaperFilter
from xuncha.rounds.models import Round
from xuncha.security.models import User


def add_papers(actor: User, count: int) -> None:
    for number in range(count):
        paper = send(actor, {f"{number}.txt": f"{number}{FEEDBACK}".encode()}).received[0].paper
        Draft.objects.create(paper=paper, position=1, statement="问题")


@pytest.mark.parametrize("count", [10, 20])
def test_a_page_of_papers_costs_one_query(count: int, staff: User, django_assert_num_queries: Any) -> None:
    add_papers(staff, count)
    staff = User.objects.get(pk=staff.pk)
    with django_assert_num_queries(2):  # the rights, the page
        page = queries.page_of_papers(staff)
        assert len([(p.name, str(p.uploaded_by), p.round, p.file.size, p.items) for p in page.papers]) == count


def test_pages_follow_by_key(staff: User) -> None:
    add_papers(staff, 5)
    first = queries.page_of_papers(staff, size=2)
    second = queries.page_of_papers(staff, size=2, before=first.before)
    third = queries.page_of_papers(staff, size=2, before=second.before)
    names = [paper.name for page in (first, second, third) for paper in page.papers]
    assert names == ["4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]
    assert third.before is None


def test_a_list_is_narrowed(staff: User, head: User, round_8: Round) -> None:
    sent = send(staff, {"甲.txt": b"1", "乙.csv": b"2"})
    send(head, {"丙.txt": b"3"})
    assert [p.name for p in queries.papers(staff, PaperFilter(batch=sent.batch))] == ["乙.csv", "甲.txt"]
    assert [p.name for p in queries.papers(staff, PaperFilter(kind="ledger"))] == ["乙.csv"]
    assert [p.name for p in queries.papers(staff, PaperFilter(by=head.pk))] == ["丙.txt"]
    assert [p.name for p in queries.papers(staff, PaperFilter(q="甲"))] == ["甲.txt"]
    assert not queries.papers(staff, PaperFilter(states=("review",))).exists()


def test_papers_are_the_offices_alone(staff: User, reviewer: User, liaison: User) -> None:
    send(staff, {"甲.txt": b"1"})
    for actor in (reviewer, liaison):
        assert not queries.papers(actor).exists()
        assert queries.paper_of(actor, Paper.objects.get().pk) is None
        assert queries.counts_by_state(actor)["waiting"] == 0


def test_what_waits_for_review_comes_with_its_counts(staff: User, round_8: Round, tmp_path: Any) -> None:
    make_paper(staff, tmp_path)
    waiting = queries.reviews_waiting(staff).get()
    assert waiting.items == 4  # type: ignore[attr-defined]
    assert waiting.undecided == 4  # type: ignore[attr-defined]
    assert not queries.recent_imports(staff).exists()
    Presence.objects.create(paper=waiting, user=staff)
    assert queries.at_review([waiting]) == {waiting.pk: ["顾青岚"]}


def test_the_progress_of_an_upload(staff: User, round_8: Round) -> None:
    sent = send(staff, {"甲.txt": FEEDBACK.encode(), "乙.docx": b"PK", "丙.txt": FEEDBACK.encode()})
    before = queries.batch_progress(staff, sent.batch)
    assert (before.total, before.done, before.aside, before.is_done) == (3, 1, 1, False)
    with reading_worker() as worker:
        worker.run_all()
    after = queries.batch_progress(staff, sent.batch)
    assert (after.done, after.failed, after.is_done) == (3, 1, True)


def test_a_reader_has_the_original_only_of_what_is_in_the_ledger(
    staff: User, reviewer: User, liaison: User, make_finding: Any
) -> None:
    paper = send(staff, {"甲.txt": b"1"}).received[0].paper
    assert paper
    assert queries.original_of(staff, paper.pk) == paper
    assert queries.original_of(reviewer, paper.pk) is None
    make_finding(paper=paper)
    assert queries.original_of(reviewer, paper.pk) == paper
    assert queries.original_of(liaison, paper.pk) is None
