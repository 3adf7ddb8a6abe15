"""Feedback as lists show it."""

from __future__ import annotations

from typing import Any

import pytest

from xuncha.findings.models import Feedback, Recipient, Requirement
from xuncha.findings.queries import feedback as queries
from xuncha.findings.queries.feedback import FeedbackFilter
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.models import User


def add_feedbacks(count: int, round: Round, unit: Unit, **fields: Any) -> list[Feedback]:
    made = [Feedback.objects.create(round=round, title=f"反馈{number}", **fields) for number in range(count)]
    Recipient.objects.bulk_create(Recipient(feedback=each, unit=unit) for each in made)
    return made


@pytest.mark.parametrize("count", [10, 20])
def test_a_page_of_feedback_costs_one_query(
    count: int, staff: User, round_8: Round, health: Unit, django_assert_num_queries: Any
) -> None:
    add_feedbacks(count, round_8, health)
    staff = User.objects.get(pk=staff.pk)
    with django_assert_num_queries(2):  # the rights, the page
        page = queries.page_of_feedbacks(staff)
        told = [(f.round.term.number, f.findings_count, f.first_recipient) for f in page.feedbacks]  # type: ignore[attr-defined]
    assert len(told) == count and told[0] == (14, 0, "卫健局")


def test_a_unit_sees_what_was_issued_to_it_and_never_to_whom_else(
    round_8: Round, health: Unit, education: Unit, liaison: User, other_liaison: User, outsider: User, make_finding: Any
) -> None:
    finding = make_finding(unit=None, units=[health, education])
    make_finding("只给教育局", unit=None, units=[education], round=round_8)
    add_feedbacks(1, round_8, health)
    Requirement.objects.create(feedback=finding.feedback, title="制定方案")
    seen = queries.feedbacks(liaison).get()
    assert seen == finding.feedback and seen.findings_count == 1  # type: ignore[attr-defined]
    assert not hasattr(seen, "recipients_count") and not hasattr(seen, "first_recipient")
    assert queries.recipients_of(liaison, seen) == []
    assert list(queries.findings_of(liaison, seen)) == [finding]
    assert queries.counts(liaison) == (0, 1) and queries.counts(other_liaison) == (0, 2)
    assert not queries.feedbacks(outsider).exists()
    # Narrowing by another unit tells nothing of it.
    assert queries.feedbacks(liaison, FeedbackFilter(unit=education.pk)).count() == 1


def test_a_list_is_narrowed(staff: User, round_8: Round, health: Unit, education: Unit) -> None:
    draft = add_feedbacks(1, round_8, health)[0]
    issued = add_feedbacks(1, round_8, education, kind="joint", issued_at="2026-08-26T09:00:00+08:00")[0]
    assert list(queries.feedbacks(staff, FeedbackFilter(is_issued=False))) == [draft]
    assert list(queries.feedbacks(staff, FeedbackFilter(is_issued=True))) == [issued]
    assert list(queries.feedbacks(staff, FeedbackFilter(kind="joint"))) == [issued]
    assert list(queries.feedbacks(staff, FeedbackFilter(unit=health.pk))) == [draft]
    assert list(queries.feedbacks(staff, FeedbackFilter(round=round_8.pk + 1))) == []
    assert queries.counts(staff) == (1, 1)
