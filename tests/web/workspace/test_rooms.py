"""Everybody sees the rooms of the own roles and no others: in the menu, at the door, on the desk."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests.cast import make_user
from xuncha.findings.actions.exporting import export_findings
from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.security import accounts, granting, record, throttle, tokens
from xuncha.security.errors import NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import ROOMS, TEAM_ROLES, Role, Room, Scope, scope_of
from xuncha.web.rooms import DOORS


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with override("zh-hans"):
        yield


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _holding(role: Role, unit: Any, round: Any) -> User:
    user = make_user(f"holds_{role}", "某人")
    if role in TEAM_ROLES:
        today = timezone.localdate()
        granting.settle_inspecting(
            round.pk, [granting.Inspecting(user.pk, role, unit.pk, today, None)], actor=accounts.command_line()
        )
    else:
        of_unit = scope_of(role) == Scope.UNIT
        granting.grant_role(user, role, unit=unit.pk if of_unit else None, actor=accounts.command_line())
    return user


def test_every_role_opens_rooms_and_every_room_has_a_door() -> None:
    assert set(ROOMS) == set(Role) and set(DOORS) == set(Room)
    assert all(ROOMS.values())


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_and_the_doors_agree_for_every_role(role: Role, health: Any, round_8: Any) -> None:
    client = _client(_holding(role, health, round_8))
    desk = client.get("/")
    assert desk.status_code == 200
    shown = {url for _word, url, _is_current in desk.context["menu"]}
    assert shown == {"/"} | {reverse(DOORS[room]) for room in ROOMS[role]}
    for room, name in DOORS.items():
        query = {"round": ""} if room is Room.LEDGER else {}
        expected = 200 if room in ROOMS[role] else 403
        assert client.get(reverse(name), query).status_code == expected, (role, room)


def test_whoever_has_several_roles_has_the_rooms_of_all(health: Any) -> None:
    user = make_user("both", "身兼", Role.UNIT_LIAISON, health)
    granting.grant_role(user, Role.REVIEWER, actor=accounts.command_line())
    menu = {url for _word, url, _is_current in _client(user).get("/").context["menu"]}
    assert menu == {"/"} | {reverse(DOORS[room]) for room in ROOMS[Role.UNIT_LIAISON] | ROOMS[Role.REVIEWER]}


def test_whoever_has_no_role_is_told_whom_to_ask_and_what_comes(outsider: User, health: Any) -> None:
    page = _client(outsider).get("/").content.decode()
    assert "目前没有角色" in page and "安全管理员" in page and "/ledger/" not in page
    day = timezone.localdate() + datetime.timedelta(days=3)
    granting.grant_role(outsider, Role.UNIT_LIAISON, unit=health.pk, since=day, actor=accounts.command_line())
    page = _client(outsider).get("/").content.decode()
    assert f"自{day}起" in page and "单位联络员 卫健局" in page


def test_the_desk_of_the_security_administrator_shows_what_wants_attention(
    security_admin: User, cast: Any, settings: Any
) -> None:
    settings.SECOND_FACTOR = [Role.OFFICE_HEAD]
    for _ in range(5):
        throttle.begin("staff", address="10.0.0.9", device="")
    ending = timezone.localdate() + datetime.timedelta(days=20)
    Grant.objects.filter(user=cast.reviewer).update(valid_to=ending)
    Grant.objects.filter(user=cast.liaison).update(valid_to=ending + datetime.timedelta(days=20))
    desk = _client(security_admin).get("/")
    found = {group["head"]: [row["person"].username for row in group["rows"]] for group in desk.context["groups"]}
    assert list(found.values()) == [["staff"], ["reviewer"], ["head"], ["outsider", "withdrawn"]]
    assert "30天内到期的角色" in found
    assert "系统管理员、留痕审计员" in desk.content.decode() or "尚无人担任" in desk.content.decode()


def test_the_desk_of_the_system_administrator_shows_passwords_and_tokens(system_admin: User, cast: Any) -> None:
    accounts.set_password(cast.staff, password="a-new-pass-phrase-9", actor=accounts.command_line())
    tokens.add_token(cast.liaison, "报送", days=9, actor=accounts.command_line())
    tokens.add_token(cast.liaison, "再报", days=90, actor=accounts.command_line())
    desk = _client(system_admin).get("/")
    assert [[row["person"].username for row in group["rows"]] for group in desk.context["groups"]] == [
        ["staff"],
        ["liaison"],
    ]


def test_the_desk_of_the_trail_reader_shows_what_was_refused(trail_reader: User, staff: User) -> None:
    client = _client(trail_reader)
    assert client.get("/").status_code == 200
    record.record_refusal(staff, "edit_finding", place="POST /ledger/12/")
    page = client.get("/")
    assert page.context["number"] == "1" and "/ledger/12/" in page.content.decode()


def test_leadership_sees_numbers_and_nothing_to_do(make_finding: Any, health: Any) -> None:
    make_finding()
    page = _client(make_user("leader", "县领导", Role.LEADERSHIP)).get("/")
    assert page.context["issued"] == 1
    text = page.content.decode()
    assert "已反馈问题1个" in text and "/papers/" not in text and "下达" not in text


@pytest.mark.parametrize("role", [Role.SECURITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR])
def test_a_desk_of_people_costs_the_same_for_many(role: Role, health: Any) -> None:
    client = _client(make_user("admin", "管理", role))

    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get("/").status_code == 200
        return len(told)

    def more(first: int, last: int) -> None:
        until = timezone.localdate() + datetime.timedelta(days=9)
        for n in range(first, last):
            user = make_user(f"u{n}", f"人{n}", Role.UNIT_LIAISON, health)
            Grant.objects.filter(user=user).update(valid_to=until)
            User.objects.filter(pk=user.pk).update(must_change_password=True)

    more(0, 3)
    cost()
    few = cost()
    more(3, 7)
    assert cost() == few


def test_the_leader_in_charge_and_a_team_are_not_told_of_their_own_unit(
    make_finding: Any, leader_in_charge: User, team_member: User, liaison: User
) -> None:
    make_finding()
    make_finding("尚未反馈的问题", issued=False)
    seen = {user: _client(user).get("/").content.decode() for user in (leader_in_charge, team_member, liaison)}
    assert "反馈问题1个" in seen[leader_in_charge] and "本单位" not in seen[leader_in_charge]
    assert "所巡单位问题2个" in seen[team_member] and "草稿" in seen[team_member]
    assert "反馈问题1个" in seen[liaison] and "查看本单位问题" in seen[liaison]


def test_nobody_takes_the_ledger_out_who_may_not_enter_it(outsider: User, security_admin: User) -> None:
    for actor in (outsider, security_admin):
        with pytest.raises(NotPermitted):
            export_findings(Selection(LedgerQuery()), form="json", columns=("number",), actor=actor)
