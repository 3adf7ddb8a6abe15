"""Feedback is given to its recipients."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.findings.reviewed import JOINT, make_paper
from xuncha.findings.actions.entering import enter_paper
from xuncha.findings.actions.issuing import choose_recipients, issue_feedback
from xuncha.findings.models import Addressee, Feedback, Finding
from xuncha.findings.permissions import feedbacks_visible_to, findings_visible_to
from xuncha.findings.queries.addressing import units_by
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Sector
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import TrailEntry, User

DAY = datetime.date(2026, 9, 1)


@pytest.fixture
def feedback(tmp_path: Path, staff: User, round_8: Round) -> Feedback:
    """A joint feedback that was entered and is not issued yet."""
    paper = make_paper(staff, tmp_path, JOINT, "讲话.txt", already_fed_back=False)
    paper.drafts.filter(level="item", state="unseen").update(state="accepted")
    entry = enter_paper(paper, actor=staff, version=paper.version)
    assert entry.feedback
    return entry.feedback


def test_recipients_see_their_findings_once_it_is_issued(
    feedback: Feedback, staff: User, liaison: User, other_liaison: User
) -> None:
    assert not findings_visible_to(liaison).exists() and not feedbacks_visible_to(liaison).exists()
    issue = issue_feedback(feedback, actor=staff, given_on=DAY, findings=3)
    assert (issue.findings, issue.recipients) == (3, 3)
    assert findings_visible_to(liaison).count() == 2
    assert findings_visible_to(other_liaison).count() == 3
    seen = feedbacks_visible_to(liaison).get()
    assert (seen.given_on, seen.issued_by) == (DAY, staff)
    entries = TrailEntry.objects.filter(batch=issue.batch)
    of_findings = entries.filter(object_kind="findings.finding")
    assert [entry.after for entry in of_findings] == [{"state": "issued"}] * 3
    assert set(Finding.objects.values_list("version", flat=True)) == {2}


def test_it_is_issued_once(feedback: Feedback, staff: User, head: User) -> None:
    issue_feedback(feedback, actor=staff, given_on=DAY)
    with pytest.raises(IllegalTransition):
        issue_feedback(feedback, actor=head, given_on=DAY)


def test_whoever_saw_another_number_is_told(feedback: Feedback, staff: User) -> None:
    with pytest.raises(Conflict):
        issue_feedback(feedback, actor=staff, given_on=DAY, findings=2)


def test_a_feedback_to_nobody_is_not_issued(feedback: Feedback, staff: User) -> None:
    first = Finding.objects.first()
    Addressee.objects.filter(finding=first).delete()
    feedback.recipients.all().delete()
    with pytest.raises(Invalid) as refusal:
        issue_feedback(feedback, actor=staff, given_on=DAY)
    assert refusal.value.data["lacks"] == {"no_recipients": 0, "no_addressees": 1}
    Finding.objects.update(state="withdrawn")
    with pytest.raises(Invalid) as refusal:
        issue_feedback(feedback, actor=staff, given_on=DAY)
    assert "no_findings" in refusal.value.data["lacks"]


def test_it_cannot_have_been_given_tomorrow(feedback: Feedback, staff: User) -> None:
    with pytest.raises(Invalid) as refusal:
        issue_feedback(feedback, actor=staff, given_on=timezone.localdate() + datetime.timedelta(days=1))
    assert refusal.value.data["faults"] == {"given_on": ("in_future", 0)}


def test_withdrawn_findings_stay_withdrawn(feedback: Feedback, staff: User) -> None:
    first = Finding.objects.order_by("number_key").first()
    assert first
    Finding.objects.filter(pk=first.pk).update(state="withdrawn")
    assert issue_feedback(feedback, actor=staff, given_on=DAY).findings == 2
    first.refresh_from_db()
    assert first.state == "withdrawn"


def test_recipients_are_chosen_until_it_is_issued(
    feedback: Feedback, staff: User, health: Unit, hospital: Unit, education: Unit
) -> None:
    Addressee.objects.exclude(unit=education).delete()
    choose_recipients(feedback, units=[health.pk], actor=staff)
    assert set(feedback.recipients.values_list("unit_id", flat=True)) == {health.pk, education.pk}
    with pytest.raises(Invalid):
        choose_recipients(feedback, units=[999], actor=staff)
    issue_feedback(feedback, actor=staff, given_on=DAY)
    with pytest.raises(IllegalTransition):
        choose_recipients(feedback, units=[hospital.pk], actor=staff)


def test_a_unit_added_to_a_finding_becomes_a_recipient(feedback: Feedback, staff: User, hospital: Unit) -> None:
    feedback.recipients.filter(unit=hospital).delete()
    issue_feedback(feedback, actor=staff, given_on=DAY)
    assert feedback.recipients.filter(unit=hospital).exists()


def test_only_the_office_issues(feedback: Feedback, reviewer: User, liaison: User) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            issue_feedback(feedback, actor=actor, given_on=DAY)
        with pytest.raises(NotPermitted):
            choose_recipients(feedback, units=[], actor=actor)


def test_units_are_named_by_list_by_sector_or_by_round(
    round_8: Round, health: Unit, hospital: Unit, education: Unit
) -> None:
    sector = Sector.objects.get(code="health")
    outside = Unit.objects.create(name="县中医院", short_name="中医院", sector=sector)
    assert list(units_by(round=round_8.pk)) == [health, hospital, education]
    assert list(units_by(sectors=[sector.pk])) == [health, hospital, outside]
    assert list(units_by(sectors=[sector.pk], round=round_8.pk)) == [health, hospital]
    assert list(units_by(units=[outside.pk], round=round_8.pk)) == [outside]
    assert list(units_by(units=[outside.pk], sectors=[sector.pk], round=round_8.pk)) == [health, hospital, outside]
    assert not units_by()


def test_recipients_that_somebody_else_chose_meanwhile_are_not_overwritten(
    feedback: Feedback, staff: User, head: User, health: Unit, education: Unit, hospital: Unit
) -> None:
    Addressee.objects.all().delete()
    seen = [health.pk, education.pk, hospital.pk]
    choose_recipients(feedback, units=[health.pk], actor=head, seen=seen)
    with pytest.raises(Conflict):
        choose_recipients(feedback, units=[education.pk], actor=staff, seen=seen)
    client = Client()
    client.force_login(staff)
    here = reverse("feedback_recipients", args=[feedback.pk])
    assert f'name="seen" value="{health.pk}"' in client.get(here).content.decode()
    sent = {"whole": "list", "units": education.pk, "seen": ".".join(map(str, seen))}
    answer = client.post(here, sent)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode() and f'name="seen" value="{health.pk}"' in answer.content.decode()
    assert list(feedback.recipients.values_list("unit_id", flat=True)) == [health.pk]
    assert client.post(here, sent | {"seen": str(health.pk)}).status_code == 302
    assert list(feedback.recipients.values_list("unit_id", flat=True)) == [education.pk]
