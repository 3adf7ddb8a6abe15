"""What each role sees of the ledger, and what a recusal takes out of sight at once: by list, count, choice and page."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import make_user
from xuncha.findings.actions.addressing import Addressing, address_finding
from xuncha.findings.actions.editing import add_finding, edit_finding
from xuncha.findings.actions.issuing import choose_recipients
from xuncha.findings.models import Feedback, Recipient
from xuncha.findings.permissions import counts_visible_to, feedbacks_visible_to, findings_visible_to
from xuncha.findings.queries.feedback import recipients_of
from xuncha.findings.queries.finding.seen import finding_seen
from xuncha.findings.queries.ledger import choices, paging
from xuncha.findings.queries.ledger.query import LedgerQuery
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.security import granting
from xuncha.security.accounts import command_line
from xuncha.security.errors import Invalid
from xuncha.security.models import Grant, User
from xuncha.security.roles import ADMINISTRATOR_ROLES, Role, Scope

TODAY = timezone.localdate


def _again(user: User) -> User:
    """The same person in the next request."""
    return User.objects.get(pk=user.pk)


def _listed(actor: User, **params: Any) -> list[str]:
    query = LedgerQuery.from_params({"round": "", **params})
    page = paging.page(actor, query)
    assert paging.count(actor, query).number == len(page.rows)
    return sorted(row.statement for row in page.rows)


@pytest.fixture
def ledger(make_finding: Any, health: Any, education: Any) -> dict[str, Any]:
    """Findings of two units, one of them a draft, and joint ones."""
    return {
        "draft": make_finding("卫健草稿", issued=False),
        "issued": make_finding("卫健已反馈"),
        "other": make_finding("教育已反馈", unit=education),
        "joint": make_finding("共同问题", unit=None, units=[health, education]),
        "alone": make_finding("只给卫健的共同问题", unit=None, units=[health]),
    }


@pytest.fixture
def inspector(round_8: Any, health: Any) -> User:
    """A member of the team that inspects the health bureau in this round."""
    user = make_user("member", "闻舟")
    Grant.objects.create(
        user=user, role=Role.TEAM_MEMBER, scope=Scope.INSPECTION, scope_id=health.pk, round_key=round_8.pk
    )
    return user


def test_a_team_member_sees_the_units_of_the_team_drafts_too(ledger: Any, inspector: User, health: Any) -> None:
    assert _listed(inspector) == ["共同问题", "卫健已反馈", "卫健草稿", "只给卫健的共同问题"]
    assert set(findings_visible_to(inspector)) == {ledger[name] for name in ("draft", "issued", "joint", "alone")}
    assert list(units_visible_to(inspector)) == [health]
    assert feedbacks_visible_to(inspector).count() == 3
    seen = finding_seen(inspector, ledger["joint"].pk)
    assert seen is not None and seen.units == [health]
    assert [each.thing for each in choices.choices(inspector, "unit")] == [health]
    assert counts_visible_to(inspector).count() == 0


def test_a_team_of_another_round_sees_nothing(ledger: Any, round_8: Any, health: Any) -> None:
    user = make_user("earlier", "闻舟")
    Grant.objects.create(
        user=user, role=Role.TEAM_HEAD, scope=Scope.INSPECTION, scope_id=health.pk, round_key=round_8.pk + 1
    )
    assert _listed(user) == []


def test_in_one_round_a_team_sees_no_part_of_a_unit_that_its_other_team_inspects(
    ledger: Any, inspector: User, health: Any, education: Any, make_finding: Any, round_8: Any
) -> None:
    """In round 8 the health bureau, in round 9 the education bureau: of round 8 the latter's part is not theirs."""
    round_9 = Round.objects.create(term=round_8.term, number=9)
    Grant.objects.create(
        user=inspector, role=Role.TEAM_MEMBER, scope=Scope.INSPECTION, scope_id=education.pk, round_key=round_9.pk
    )
    later = make_finding("下一轮的问题", unit=education, issued=False, round=round_9)
    assert set(units_visible_to(inspector)) == {health, education}
    assert later in findings_visible_to(inspector) and ledger["joint"] in findings_visible_to(inspector)
    seen = finding_seen(inspector, ledger["joint"].pk)
    assert seen is not None and seen.units == [health]
    query = LedgerQuery.from_params({"round": ""})
    shown = {row.pk: [each.unit for each in row.addressees.all()] for row in paging.page(inspector, query).rows}
    assert shown[ledger["joint"].pk] == [health] and shown[later.pk] == [education]
    assert _listed(inspector, unit=str(education.pk)) == ["下一轮的问题"]
    assert "共同问题" in _listed(inspector, unit=str(health.pk))


@pytest.mark.parametrize("role", [Role.LEADER_IN_CHARGE, Role.UNIT_SECRETARY, Role.UNIT_LEADER, Role.UNIT_LIAISON])
def test_a_unit_and_its_leader_in_charge_see_what_was_fed_back(ledger: Any, health: Any, role: str) -> None:
    user = make_user("x", "某", role, health)
    assert _listed(user) == ["共同问题", "卫健已反馈", "只给卫健的共同问题"]


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.DISCIPLINE_REVIEWER, Role.ORGANISATION_REVIEWER])
def test_leadership_and_reviewers_read_all(ledger: Any, role: str) -> None:
    assert len(_listed(make_user("x", "某", role))) == 5


@pytest.mark.parametrize("role", sorted(ADMINISTRATOR_ROLES))
def test_an_administrator_sees_no_business(ledger: Any, role: str, health: Any) -> None:
    user = make_user("x", "某", role)
    # Even with a grant that the product would not have given.
    Grant.objects.create(user=user, role=Role.OFFICE_HEAD)
    Grant.objects.create(user=user, role=Role.UNIT_LIAISON, scope=Scope.UNIT, scope_id=health.pk)
    assert _listed(user) == []
    assert not units_visible_to(user).exists()


def test_a_role_ends_with_its_day_and_begins_with_it(ledger: Any, health: Any) -> None:
    user = make_user("x", "某", Role.UNIT_LIAISON, health)
    grant = Grant.objects.get(user=user)
    granting.withdraw_grant(grant, actor=command_line())
    assert _listed(_again(user)) == []
    Grant.objects.filter(pk=grant.pk).update(valid_from=TODAY() + datetime.timedelta(days=1), valid_to=None)
    assert _listed(_again(user)) == []


@pytest.mark.parametrize("who", ["head", "staff", "reviewer", "inspector"])
def test_a_recused_person_loses_sight_of_the_unit_at_once(
    ledger: Any, who: str, request: pytest.FixtureRequest, health: Any
) -> None:
    person = request.getfixturevalue(who)
    assert "卫健草稿" in _listed(person)
    exclusion = granting.exclude(person, unit=health.pk, actor=command_line())
    person = _again(person)
    left = [] if who == "inspector" else ["共同问题", "教育已反馈"]
    assert _listed(person) == left
    assert _listed(person, unit=str(health.pk)) == []
    assert sorted(row.statement for row in findings_visible_to(person)) == left
    assert not units_visible_to(person).filter(pk=health.pk).exists()
    assert health not in [each.thing for each in choices.choices(person, "unit")]
    assert finding_seen(person, ledger["issued"].pk) is None
    assert not counts_visible_to(person).filter(unit_id=health.pk).exists()
    granting.lift_exclusion(exclusion, actor=command_line())
    assert "卫健草稿" in _listed(_again(person))


def test_of_what_is_joint_a_recused_officer_sees_the_others_part_alone(
    ledger: Any, staff: User, health: Any, education: Any
) -> None:
    granting.exclude(staff, unit=health.pk, actor=command_line())
    staff = _again(staff)
    joint = ledger["joint"]
    seen = finding_seen(staff, joint.pk)
    assert seen is not None and seen.units == [education]
    assert recipients_of(staff, joint.feedback) == [education]
    assert [each.unit for each in paging.loaded(staff, [joint])[0].addressees.all()] == [education]
    # Nor strikes it out by not naming it.
    address_finding(joint.pk, Addressing(units=[education.pk]), version=joint.version, actor=staff, reason="核对")
    assert set(joint.addressees.values_list("unit", flat=True)) == {health.pk, education.pk}


def test_a_recused_officer_writes_nothing_for_the_unit(ledger: Any, recused: User, health: Any, education: Any) -> None:
    round, values = ledger["joint"].round_id, {"statement": "另写一条"}
    for where in ({"unit_id": health.pk}, {"unit_id": None, "units": [health.pk, education.pk]}):
        with pytest.raises(Invalid):
            add_finding(round_id=round, values=values, actor=recused, **where)
    added = add_finding(round_id=round, unit_id=education.pk, values=values, actor=recused)
    with pytest.raises(Invalid):
        edit_finding(added.pk, changes={"unit_id": health.pk}, version=added.version, actor=recused)


def test_a_recused_officer_strikes_no_unseen_recipient_out(
    recused: User, round_8: Any, health: Any, education: Any, hospital: Any
) -> None:
    feedback = Feedback.objects.create(round=round_8, kind=Feedback.Kind.JOINT, title="集中反馈")
    Recipient.objects.bulk_create(Recipient(feedback=feedback, unit=unit) for unit in (health, education))
    choose_recipients(feedback, units=[hospital.pk], actor=recused, seen=[education.pk])
    assert set(feedback.recipients.values_list("unit", flat=True)) == {health.pk, hospital.pk}
    Recipient.objects.filter(unit=health).delete()
    choose_recipients(feedback, units=[hospital.pk, health.pk], actor=recused, seen=[hospital.pk])
    assert set(feedback.recipients.values_list("unit", flat=True)) == {hospital.pk}


def test_a_round_can_be_out_of_sight_as_a_whole(ledger: Any, staff: User, round_8: Any) -> None:
    granting.exclude(staff, round=round_8.pk, actor=command_line())
    staff = _again(staff)
    assert _listed(staff) == [] and not feedbacks_visible_to(staff).exists()
    assert choices.choices(staff, "round") == []
