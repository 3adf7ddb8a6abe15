"""Pages of teams and recusals: forms keep what was typed, lists stay flat, nothing shows to whoever may not know."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import make_inspector, make_unit, make_user
from xuncha.organisation.models import Unit
from xuncha.rounds import actions
from xuncha.rounds.models import InspectedUnit, Membership, Recusal, Round, Team
from xuncha.security.models import User
from xuncha.security.roles import Role


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(user: User, name: str, *keys: int, **asked: Any) -> str:
    answer = client_of(user).get(reverse(name, args=keys), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_team_is_formed_manned_and_sent_in_the_browser(
    round_8: Round, staff: User, outsider: User, health: Unit
) -> None:
    office = client_of(staff)
    assert office.post(reverse("team_add", args=[round_8.pk]), {"name": "第一巡察组"}).status_code == 302
    team = Team.objects.get()
    days = {"since": "2026-04-20", "until": ""}
    appointed = {"user": outsider.pk, "position": "team_head", **days}
    assert office.post(reverse("member_add", args=[team.pk]), appointed).status_code == 302
    sent = office.post(reverse("team_units", args=[team.pk]), {"unit": [health.pk], "version": round_8.version})
    assert sent.status_code == 302
    page = shown(staff, "teams", round_8.pk)
    assert "第一巡察组" in page and "外人" in page and "卫健局" in page
    assert "第一巡察组" in shown(staff, "round", round_8.pk)
    assert "卫健局" in shown(outsider, "recusals")


def test_what_was_typed_is_kept_when_it_is_wrong(team: Team, staff: User, outsider: User, team_head: User) -> None:
    office = client_of(staff)
    asked = {"user": outsider.pk, "position": "team_head", "since": "2026-04-20", "until": "2026-04-01"}
    answer = office.post(reverse("member_add", args=[team.pk]), asked)
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"until"})
    assert 'value="2026-04-20"' in answer.content.decode()
    asked["until"] = ""
    assert office.post(reverse("member_add", args=[team.pk]), asked).context["form"].errors.keys() == {"position"}
    bare = office.post(reverse("member_withdraw", args=[Membership.objects.get(user=team_head).pk]), {"reason": " "})
    assert bare.status_code == 422


def test_the_second_of_two_who_assign_is_told_and_keeps_the_choice(
    team: Team, staff: User, head: User, education: Unit, hospital: Unit
) -> None:
    place = reverse("team_units", args=[team.pk])
    assert client_of(staff).post(place, {"unit": [education.pk], "version": 1}).status_code == 302
    answer = client_of(head).post(place, {"unit": [hospital.pk], "version": 1})
    assert answer.status_code == 409
    assert {row.unit_id for row, chosen in answer.context["rows"] if chosen} == {hospital.pk}
    again = client_of(head).post(place, {"unit": [hospital.pk], "version": answer.context["version"]})
    assert again.status_code == 302


def test_the_second_of_two_who_rename_is_told(team: Team, staff: User, head: User) -> None:
    place = reverse("team_edit", args=[team.pk])
    assert client_of(staff).post(place, {"name": "机动组", "version": 1}).status_code == 302
    answer = client_of(head).post(place, {"name": "专项组", "version": 1})
    assert answer.status_code == 409 and "机动组" in answer.content.decode()
    assert client_of(head).post(place, {"name": "专项组", "version": 2}).status_code == 302


def test_a_declaration_waits_on_the_heads_desk_and_is_decided_there(
    team: Team, team_member: User, staff: User, head: User, health: Unit
) -> None:
    asked = {"unit": health.pk, "ground": "kin", "words": "配偶在该局任职", "round": team.round_id}
    assert client_of(team_member).post(reverse("recusal_declare"), asked).status_code == 302
    recusal = Recusal.objects.get()
    place = reverse("recusal_decide", args=[recusal.pk])
    assert place in shown(head, "desk") and place not in shown(staff, "desk")
    assert reverse("recusal", args=[recusal.pk]) in shown(staff, "recusals")
    assert client_of(head).post(place, {"verdict": "uphold", "reason": "经核实"}).status_code == 302
    assert place not in shown(head, "desk")
    assert "经核实" in shown(User.objects.get(pk=team_member.pk), "recusal", recusal.pk)
    # Who decides a second time is told that it is past.
    assert client_of(head).post(place, {"verdict": "reject", "reason": "再议"}).status_code == 409


def test_the_person_is_not_told_who_asked_for_it(
    team_head: User, team_member: User, head: User, health: Unit, team: Team
) -> None:
    place = reverse("member_object", args=[Membership.objects.get(user=team_member).pk])
    asked = {"unit": health.pk, "ground": "former_post", "words": "两年前曾任副局长", "round": team.round_id}
    assert client_of(team_head).post(place, asked).status_code == 302
    recusal = Recusal.objects.get()
    assert "两年前曾任副局长" in shown(head, "recusal", recusal.pk)
    assert client_of(team_member).get(reverse("recusal", args=[recusal.pk])).status_code == 404
    actions.decide_recusal(recusal, upheld=True, reason="属实", actor=head)
    page = shown(User.objects.get(pk=team_member.pk), "recusal", recusal.pk)
    assert "韩牧野" not in page and "两年前" not in page


def test_a_recused_officer_finds_the_unit_on_none_of_these_pages(
    team: Team, recused: User, team_member: User, health: Unit
) -> None:
    actions.declare_recusal(health, ground="kin", actor=team_member)
    round = team.round_id
    assert "卫健局" not in shown(recused, "teams", round)
    assert "卫生健康局" not in shown(recused, "team_units", team.pk)
    # The own recusal from it, and no other's.
    assert "白榆" not in shown(recused, "recusals")
    assert "卫生健康局" not in shown(recused, "member_object", Membership.objects.get(user=team_member).pk)


def test_whoever_is_in_a_team_without_units_finds_the_way_to_it(round_8: Round, staff: User, outsider: User) -> None:
    team = actions.form_team(round_8, name="第二巡察组", actor=staff)
    actions.appoint_member(team, outsider, position=Role.TEAM_MEMBER, actor=staff)
    assert reverse("recusals") in shown(outsider, "desk")
    assert "第二巡察组" in shown(outsider, "recusals")


@pytest.fixture
def grow(round_8: Round, head: User) -> Callable[[int], None]:
    """More teams, people, units and recusals."""

    def more(number: int) -> None:
        begun = Team.objects.count()
        for i in range(begun + 1, begun + number + 1):
            unit = make_unit(f"单位{i}")
            team = Team.objects.create(round=round_8, number=i, name=f"第{i}组")
            InspectedUnit.objects.create(round=round_8, unit=unit, team=team)
            user = make_inspector(f"m{i}", f"组员{i}", Role.TEAM_MEMBER, team)
            make_inspector(f"o{i}", f"原组员{i}", Role.TEAM_MEMBER, team, timezone.localdate() - datetime.timedelta(1))
            recusal = actions.declare_recusal(unit, ground="kin", round=round_8, actor=user)
            other = make_unit(f"另{i}")
            Recusal.objects.create(user=user, unit=other, ground="kin", raised_by=head, state="objected")
            if i % 2:
                actions.decide_recusal(recusal, upheld=True, reason="属实", actor=head)

    return more


@pytest.mark.parametrize("name", ["teams", "recusals"])
def test_lists_ask_the_same_number_of_queries_however_long(
    name: str, grow: Callable[[int], None], round_8: Round, head: User
) -> None:
    client, place = client_of(head), reverse(name, args=[round_8.pk] if name == "teams" else [])
    asked = []
    for number in (10, 10):
        grow(number)
        client.get(place)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(place).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_own_page_asks_the_same_number_of_queries_in_however_many_teams(round_8: Round) -> None:
    user = make_user("busy", "多组")
    client = client_of(user)
    asked = []
    for number in (10, 20):
        for i in range(Team.objects.count() + 1, number + 1):
            round = Round.objects.create(term=round_8.term, number=20 + i)
            team = Team.objects.create(round=round, number=1, name="一组")
            InspectedUnit.objects.create(round=round, unit=make_unit(f"单位{i}"), team=team)
            Membership.objects.create(team=team, user=user, position=Role.TEAM_MEMBER)
        client.get(reverse("recusals"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("recusals")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_decided_ones_come_page_by_page(
    grow: Callable[[int], None], head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xuncha.rounds.queries import recusals

    grow(8)
    first, further = recusals.decided(head, size=3)
    rest, end = recusals.decided(head, before=further, size=3)
    assert (len(first), len(rest), end) == (3, 1, None)
    assert first[-1].pk > rest[0].pk
