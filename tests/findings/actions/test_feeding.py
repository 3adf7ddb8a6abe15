"""Drafts that no feedback holds are put into one, so that no finding is left that can never be fed back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xuncha.findings.actions import editing
from xuncha.findings.actions.feeding import put_into_feedback
from xuncha.findings.actions.issuing import issue_feedback
from xuncha.findings.actions.undoing import undo_batch
from xuncha.findings.models import Feedback, Finding
from xuncha.findings.queries.feedback import unbound_drafts_for
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted

DAY = datetime.date(2026, 9, 1)


def test_a_finding_added_by_hand_is_fed_back(cast: Any, round_8: Round, health: Unit) -> None:
    finding = editing.add_finding(
        round_id=round_8.pk, unit_id=health.pk, values={"statement": "手工"}, actor=cast.staff
    )
    feedback = put_into_feedback([finding.pk], feedback=None, versions={finding.pk: 1}, actor=cast.staff)
    assert feedback.title == "十四届第八轮巡察对县卫生健康局的反馈意见"
    assert [entry.act for entry in trail.history_of(finding)] == ["put_into_feedback", "add_finding"]
    assert issue_feedback(feedback, actor=cast.staff, given_on=DAY).findings == 1


def test_the_next_draft_of_the_unit_goes_into_the_same(make_finding: Any, cast: Any, education: Unit) -> None:
    first, second, joint = (
        make_finding("甲", issued=False),
        make_finding("乙", issued=False),
        make_finding("丙", issued=False, unit=None, units=[education]),
    )
    made = put_into_feedback([first.pk], feedback=None, actor=cast.staff)
    assert put_into_feedback([second.pk], feedback=None, actor=cast.staff) == made
    other = put_into_feedback([joint.pk], feedback=None, actor=cast.staff)
    assert (other.kind, other.title) == ("joint", "十四届第八轮巡察集中反馈意见")
    assert [row.unit for row in other.recipients.all()] == [education]


def test_what_cannot_be_put_in_is_refused(make_finding: Any, cast: Any, education: Unit) -> None:
    draft, issued = make_finding("甲", issued=False), make_finding("乙")
    elsewhere = make_finding("丙", issued=False, unit=education)
    feedback = put_into_feedback([draft.pk], feedback=None, actor=cast.staff)
    with pytest.raises(NotPermitted):
        put_into_feedback([draft.pk], feedback=feedback, actor=cast.reviewer)
    with pytest.raises(IllegalTransition):
        put_into_feedback([issued.pk], feedback=feedback, actor=cast.staff)
    with pytest.raises(Invalid):
        put_into_feedback([elsewhere.pk], feedback=feedback, actor=cast.staff)
    with pytest.raises(Conflict):
        put_into_feedback([draft.pk], feedback=feedback, versions={draft.pk: 1}, actor=cast.staff)
    issue_feedback(feedback, actor=cast.staff, given_on=DAY)
    with pytest.raises(IllegalTransition):
        put_into_feedback([elsewhere.pk], feedback=feedback, actor=cast.staff)


@pytest.mark.parametrize("way", ["restore", "undo"])
def test_a_draft_restored_after_its_feedback_was_issued_is_free_again(make_finding: Any, cast: Any, way: str) -> None:
    stays, goes = make_finding("甲", issued=False), make_finding("乙", issued=False)
    feedback = put_into_feedback([stays.pk, goes.pk], feedback=None, actor=cast.staff)
    editing.withdraw_finding(goes.pk, version=None, actor=cast.staff)
    batch = trail.history_of(goes)[0].batch
    issue_feedback(feedback, actor=cast.staff, given_on=DAY)
    if way == "restore":
        editing.restore_finding(goes.pk, version=None, actor=cast.staff)
    else:
        assert batch
        undo_batch(batch, actor=cast.staff)
    goes.refresh_from_db()
    assert (goes.state, goes.feedback_id) == ("draft", None)
    assert put_into_feedback([goes.pk], feedback=None, actor=cast.staff) != feedback


def test_the_pages_take_drafts_in(make_finding: Any, cast: Any, education: Unit) -> None:
    first, second = make_finding("甲问题", issued=False), make_finding("乙问题", issued=False)
    make_finding("别处的", issued=False, unit=education)
    client = Client()
    client.force_login(cast.staff)
    feed = reverse("finding_feed", args=[first.pk])
    assert feed in client.get(reverse("finding", args=[first.pk])).content.decode()
    assert client.post(feed, {"version": 1}).status_code == 302
    feedback = Feedback.objects.get(issued_at=None)
    here = reverse("feedback", args=[feedback.pk])
    page = client.get(here).content.decode()
    assert f'value="{second.pk}.1"' in page and "别处的" not in page
    assert feed not in client.get(reverse("finding", args=[first.pk])).content.decode()
    take = reverse("feedback_take", args=[feedback.pk])
    assert client.post(take).status_code == 422
    assert client.post(take, {"finding": f"{second.pk}.9"}).status_code == 409
    assert client.post(take, {"finding": f"{second.pk}.1"}).status_code == 302
    assert Finding.objects.filter(feedback=feedback).count() == 2
    assert not unbound_drafts_for(cast.staff, feedback).exists()
