"""The people's pages: who is appointed to what, and which of the two administrators does which act."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD, make_user
from xuncha.security import accounts, factors, granting, policy, sessions, throttle, tokens, trail
from xuncha.security.models import Grant, ObjectKey, SecondFactor, Session, User
from xuncha.security.roles import Role
from xuncha.web.workspace import proof


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def security(security_admin: User) -> Client:
    """The security administrator's browser."""
    return _client(security_admin)


@pytest.fixture
def system(system_admin: User) -> Client:
    """The system administrator's browser."""
    return _client(system_admin)


@pytest.fixture
def factor_of_staff(staff: User) -> SecondFactor:
    """An authenticator app of one of the office's staff."""
    offer = factors.offer()
    factors.add_totp(offer, factors.code_at(factors.offered(offer), time.time()), actor=staff)
    return factors.factors_of(staff).get()


def _to(name: str, *keys: int) -> str:
    return reverse(name, args=keys)


def _acts(user: User) -> list[str]:
    return [entry.act for entry in trail.history_of(user)]


def test_the_list_shows_roles_and_states_and_is_narrowed(
    security: Client, cast: Any, settings: Any, health: Any
) -> None:
    settings.SECOND_FACTOR = [Role.OFFICE_STAFF]
    for _ in range(5):
        throttle.begin("liaison", address="10.0.0.9", device="")
    accounts.set_active(cast.reviewer, False, actor=accounts.command_line())

    def found(**query: str) -> list[str]:
        return [row["user"].username for row in security.get("/people/", query).context["rows"]]

    page = security.get("/people/").content.decode()
    assert "单位联络员 卫健局" in page and "command-line" not in page
    assert found(q="沈") == ["liaison"] == found(q="LIAI")
    assert found(role="unit_liaison") == ["liaison", "other"]
    assert found(state="locked") == ["liaison"]
    assert found(state="closed") == ["reviewer"]
    assert found(state="no_role") == ["outsider", "withdrawn"]
    assert found(state="no_factor") == ["recused", "staff"]
    assert found(role="no such role", state="nonsense") == found()


def test_the_list_is_paged_and_costs_the_same_for_ten_or_twenty(security: Client, health: Any) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert security.get("/people/").status_code == 200
        return len(told)

    for n in range(10):
        make_user(f"u{n:03}", f"人{n}", Role.UNIT_LIAISON, health)
    cost()
    few = cost()
    for n in range(10, 20):
        make_user(f"u{n:03}", f"人{n}", Role.UNIT_LEADER, health)
    assert cost() == few
    for n in range(20, 70):
        make_user(f"u{n:03}", f"人{n}")
    first = security.get("/people/")
    second = security.get(first.context["pager"]["next_url"])
    names = [row["user"].username for page in (first, second) for row in page.context["rows"]]
    assert names == list(accounts.people().values_list("username", flat=True))
    back = security.get(second.context["pager"]["previous_url"])
    assert [row["user"].username for row in back.context["rows"]] == names[:50]


def test_a_role_is_appointed_for_a_unit_and_seen_at_once(security: Client, outsider: User, health: Any) -> None:
    at = _to("person_appoint", outsider.pk)
    page = security.get(at)
    assert "县卫生健康局" in page.content.decode()
    sent = {"role": "unit_liaison", "since": timezone.localdate().isoformat(), "own_password": PASSWORD}
    assert "此角色须选择单位" in security.post(at, sent).content.decode()
    assert security.post(at, {**sent, "unit": health.pk}).status_code == 302
    assert list(policy.units_acted_for(User.objects.get(pk=outsider.pk)).values_list("scope_id", flat=True)) == [
        health.pk
    ]
    shown = security.get(_to("person", outsider.pk)).content.decode()
    assert "授予角色" in shown and "卫健局" in shown
    assert _acts(outsider) == ["grant_role"]


def test_a_role_is_withdrawn_with_a_reason_at_once_or_after_a_day(security: Client, liaison: User) -> None:
    grant = Grant.objects.get(user=liaison)
    at = _to("person_withdraw", liaison.pk, grant.pk)
    assert security.post(at, {"when": "now"}).status_code == 200
    assert security.post(at, {"when": "day", "reason": "轮岗"}).status_code == 200
    day = timezone.localdate() + datetime.timedelta(days=9)
    assert security.post(at, {"when": "day", "last": day.isoformat(), "reason": "轮岗"}).status_code == 302
    assert Grant.objects.get(pk=grant.pk).valid_to == day
    later = {"when": "day", "last": (day + datetime.timedelta(days=1)).isoformat(), "reason": "轮岗"}
    assert security.post(at, later).status_code == 200
    liaison_browser = _client(liaison)
    assert liaison_browser.get("/ledger/?round=").status_code == 200
    assert security.post(at, {"when": "now", "reason": "调离"}).status_code == 302
    assert liaison_browser.get("/ledger/?round=").status_code == 403
    assert security.get(at).status_code == 404
    assert trail.history_of(liaison)[0].act == "refuse"
    assert [entry.reason for entry in trail.history_of(liaison).filter(act="withdraw_role")] == ["调离", "轮岗"]


def test_what_comes_with_a_team_is_shown_without_its_units_and_not_withdrawn_here(
    security: Client, outsider: User, head: User, round_8: Any, health: Any, education: Any
) -> None:
    today = timezone.localdate()
    wanted = [granting.Inspecting(outsider.pk, Role.TEAM_MEMBER, unit.pk, today, None) for unit in (health, education)]
    granting.settle_inspecting(round_8.pk, wanted, actor=head)
    page = security.get(_to("person", outsider.pk)).content.decode()
    assert "十四届第八轮 · 2家单位" in page and "卫健局" not in page and "教育局" not in page
    grant = Grant.objects.filter(user=outsider).first()
    assert grant is not None
    assert security.get(_to("person_withdraw", outsider.pk, grant.pk)).status_code == 404


def test_the_system_administrator_opens_accounts_and_gives_passwords_that_are_changed_first(
    system: Client, liaison: User
) -> None:
    _client(liaison)
    for at, sent in (
        (_to("person_add"), {"username": "lin", "name": "林知远", "own_password": PASSWORD}),
        (_to("person_password", liaison.pk), {"reason": "遗忘，已当面核实"}),
    ):
        answer = system.post(at, sent)
        found = re.search(r'<code id="one-time">([^<]+)</code>', answer.content.decode())
        assert found is not None and "no-store" in answer["Cache-Control"]
        user = User.objects.get(username="lin" if sent.get("username") else "liaison")
        assert user.must_change_password and user.check_password(found[1])
        assert not sessions.sessions_of(user).exists()
        client = Client()
        assert client.login(username=user.username, password=found[1])
        assert client.get("/", follow=True).redirect_chain == [("/account/password/", 302)]
    assert system.post(_to("person_add"), {"username": "LIN", "name": "林"}).status_code == 200
    assert User.objects.filter(username__iexact="lin").count() == 1


def test_what_gives_access_takes_both_administrators(
    system: Client, security: Client, liaison: User, outsider: User, factor_of_staff: SecondFactor, health: Any
) -> None:
    """Whoever gives passwords gives no role and resets no second factor, and the other way round."""
    appoint = {"role": "reviewer", "since": "2026-01-01"}
    grant = Grant.objects.get(user=liaison)
    for client, name, keys, sent in (
        (system, "person_appoint", (outsider.pk,), appoint),
        (system, "person_withdraw", (liaison.pk, grant.pk), {"when": "now", "reason": "x"}),
        (system, "person_factors", (factor_of_staff.user_id,), {"reason": "x"}),
        (security, "person_add", (), {"username": "new", "name": "新"}),
        (security, "person_password", (liaison.pk,), {"reason": "x"}),
    ):
        assert client.get(_to(name, *keys)).status_code == 403, name
        assert client.post(_to(name, *keys), sent).status_code == 403, name
    sent = {"reason": "手机遗失", "own_password": PASSWORD}
    assert security.post(_to("person_factors", factor_of_staff.user_id), sent).status_code == 302
    assert not factors.factors_of(factor_of_staff.user).exists()


@pytest.mark.parametrize("who", ["system", "security"])
def test_what_takes_access_away_either_may_do(who: str, request: pytest.FixtureRequest, liaison: User) -> None:
    client: Client = request.getfixturevalue(who)
    token, words = tokens.add_token(liaison, "报送", days=9, actor=accounts.command_line())
    here, there = _client(liaison), _client(liaison)
    first = Session.objects.filter(user=liaison).order_by("id").first()
    assert first is not None
    assert client.post(_to("person_sessions", liaison.pk), {"session": first.pk}).status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (302, 200)
    assert client.post(_to("person_sessions", liaison.pk), {"session": "x"}).status_code == 404
    assert client.post(_to("person_token", liaison.pk, token.pk)).status_code == 302
    assert tokens.user_of(words) is None
    _again, words = tokens.add_token(liaison, "再报", days=9, actor=accounts.command_line())
    state = _to("person_state", liaison.pk)
    assert client.post(state, {"active": "0", "reason": "调离"}).status_code == 302
    assert there.get("/").status_code == 302 and tokens.user_of(words) is None
    assert not Client().login(username="liaison", password=PASSWORD)
    assert client.post(state, {"active": "1", "reason": "回任"}).status_code == 302
    assert tokens.user_of(words) is None and Client().login(username="liaison", password=PASSWORD)
    for _ in range(5):
        throttle.begin("liaison", address="10.0.0.9", device="")
    assert "已锁定" in client.get("/people/", {"state": "locked"}).content.decode()
    assert client.post(_to("person_unlock", liaison.pk)).status_code == 302
    assert throttle.locked_until(["liaison"]) == {}


def test_nobody_does_any_of_it_to_the_own_account(
    system: Client, security: Client, system_admin: User, security_admin: User
) -> None:
    for client, user, names in (
        (system, system_admin, ("person_password", "person_state", "person_unlock", "person_sessions")),
        (security, security_admin, ("person_appoint", "person_state", "person_unlock", "person_sessions")),
    ):
        page = client.get(_to("person", user.pk)).content.decode()
        assert "这是您本人的账号" in page
        for name in names:
            sent = {"reason": "x", "active": "0", "role": "reviewer", "since": "2026-01-01"}
            assert client.post(_to(name, user.pk), sent).status_code == 403, name
    grant = Grant.objects.get(user=security_admin)
    assert security.get(_to("person_withdraw", security_admin.pk, grant.pk)).status_code == 403


def test_somebody_unknown_and_the_command_line_are_not_there(security: Client) -> None:
    for key in (10**6, accounts.command_line().pk):
        assert security.get(_to("person", key)).status_code == 404


def test_an_entry_that_was_tampered_with_breaks_neither_desk_nor_page(security: Client, staff: User) -> None:
    entry = trail.record(actor=staff, act="grant_role", thing=staff, after={"role": "office_head"}, reason="外出")
    ObjectKey.objects.filter(pk=entry.key_id).update(wrapped=b"not a key")
    assert [security.get(place).status_code for place in ("/", _to("person", staff.pk))] == [200, 200]


def test_before_the_first_and_after_the_last_there_is_nobody(security: Client) -> None:
    for asked in ({"before": "\x01"}, {"after": "\uffff"}):
        assert security.get("/people/", asked).context["rows"] == []


def test_what_gives_access_asks_for_the_own_password_once_in_five_minutes(
    system: Client, security: Client, liaison: User, outsider: User, factor_of_staff: SecondFactor, monkeypatch: Any
) -> None:
    """A desk that was left open gives nothing away; whoever sees to several accounts types it once."""
    today = timezone.localdate().isoformat()
    acts: tuple[tuple[Client, str, dict[str, str]], ...] = (
        (system, _to("person_add"), {"username": "lin", "name": "林知远"}),
        (system, _to("person_password", liaison.pk), {"reason": "遗忘"}),
        (security, _to("person_appoint", outsider.pk), {"role": "reviewer", "since": today}),
        (security, _to("person_factors", factor_of_staff.user_id), {"reason": "手机遗失"}),
    )
    before = ObjectKey.objects.count()
    for client, at, sent in acts:
        assert 'name="own_password"' in client.get(at).content.decode()
        assert client.post(at, sent).context["form"].errors.keys() == {"own_password"}
        assert client.post(at, {**sent, "own_password": "not-mine"}).context["form"].errors.keys() == {"own_password"}
    assert not User.objects.filter(username="lin").exists() and not Grant.objects.filter(user=outsider).exists()
    assert liaison.check_password(PASSWORD) and factors.factors_of(factor_of_staff.user).exists()
    assert ObjectKey.objects.count() >= before
    for client, at, sent in acts[::2]:
        assert client.post(at, {**sent, "own_password": PASSWORD}).status_code in (200, 302)
    assert User.objects.filter(username="lin").exists() and Grant.objects.filter(user=outsider).exists()
    # A moment later the next one goes without; six minutes later it does not.
    assert 'name="own_password"' not in system.get(acts[1][1]).content.decode()
    assert security.post(acts[3][1], acts[3][2]).status_code == 302
    later = time.time() + 6 * 60
    monkeypatch.setattr(proof.time, "time", lambda: later)
    assert 'name="own_password"' in system.get(acts[1][1]).content.decode()
