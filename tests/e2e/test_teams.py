"""A team is formed, somebody of it declares a recusal, and the head decides, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import make_user
from tests.e2e.site import PHONE, WIDE, Site
from xuncha.organisation.models import Unit
from xuncha.rounds import actions
from xuncha.rounds.models import Round, Team
from xuncha.security.models import User
from xuncha.security.roles import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def a_round_with_teams(
    team: Team, team_head: User, team_member: User, team_petition: User, withdrawn: User, head: User, staff: User,
    health: Unit, hospital: Unit, education: Unit,
) -> Round:  # fmt: skip
    """A round with two teams, one unit left over, and recusals in each state."""
    other = actions.form_team(team.round, name="第二巡察组", actor=staff)
    actions.assign_units(other, [education.pk], actor=staff, version=team.round.version)
    people = [make_user(f"second{i}", name) for i, name in enumerate(("许知远", "江小满", "陆行舟"))]
    for person, position in zip(people, (Role.TEAM_HEAD, Role.TEAM_DEPUTY, Role.TEAM_MEMBER), strict=True):
        actions.appoint_member(other, person, position=position, actor=staff)
    round = team.round
    raised = actions.declare_recusal(education, ground="former_post", words="曾任副局长", round=round, actor=people[2])
    actions.decide_recusal(raised, upheld=True, reason="任职未满三年，应当回避", actor=head)
    actions.declare_recusal(hospital, ground="kin", words="配偶在该院任职", round=round, actor=team_head)
    words = "单位来函提出，双方有经济往来"
    actions.object_to_member(people[1], health, ground="economic_interest", words=words, round=round, actor=staff)
    rejected = actions.declare_recusal(health, ground="other", words="同学关系", round=round, actor=people[0])
    actions.decide_recusal(rejected, upheld=False, reason="不属应当回避的情形", actor=head)
    return round


def test_a_team_is_manned_and_a_recusal_decided(
    site: Site, round_8: Round, head: User, staff: User, outsider: User, make_finding: Any
) -> None:
    make_finding(issued=False)
    office = site.page(staff)
    office.goto(f"/rounds/{round_8.pk}/")
    office.get_by_role("link", name="巡察组", exact=True).click()
    site.axe(office)
    office.get_by_role("link", name="组建巡察组").first.click()
    office.get_by_label("组名").fill("第一巡察组")
    office.get_by_role("button", name="组建").click()
    office.get_by_role("link", name="任命第一巡察组组员").click()
    office.get_by_label("人员", exact=True).select_option(label="外人 · outsider")
    site.axe(office)
    office.locator("form.form button.button-primary").click()
    office.get_by_role("link", name="选择第一巡察组负责的单位").click()
    office.get_by_label("县卫生健康局").check()
    site.axe(office)
    office.get_by_role("button", name="保存").click()
    assert "卫健局" in office.inner_text("main")

    person = site.page(outsider)
    person.goto("/ledger/?round=")
    assert "公共卫生服务专项资金拨付不及时" in person.inner_text("main")
    person.goto("/rounds/recusals/")
    site.axe(person)
    person.get_by_role("link", name="申请回避").click()
    person.get_by_label("回避单位").select_option(label="县卫生健康局")
    person.get_by_label("亲属关系").check()
    person.get_by_label("具体情况").fill("配偶在该局任职")
    site.axe(person)
    person.get_by_role("button", name="提交申请").click()
    assert "县卫生健康局" in person.inner_text("main")
    person.goto("/ledger/?round=")
    assert "公共卫生服务" not in person.inner_text("main")

    chief = site.page(head)
    chief.goto("/")
    chief.get_by_role("row", name="外人").get_by_role("link", name="决定").click()
    chief.get_by_label("不予回避").check()
    chief.get_by_label("理由").fill("已调离，不再任职")
    site.axe(chief)
    chief.locator("form.form button.button-primary").click()
    chief.wait_for_url("**/rounds/recusals/*/")
    site.axe(chief)
    person.goto("/ledger/?round=")
    assert "公共卫生服务" in person.inner_text("main")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_hold_on_every_screen(
    site: Site, size: Any, language: str, a_round_with_teams: Round, head: User, team_head: User
) -> None:
    for user, name, path in (
        (head, "teams", f"/rounds/{a_round_with_teams.pk}/teams/"),
        (head, "recusals", "/rounds/recusals/"),
        (head, "recusal", "/rounds/recusals/1/"),
        (team_head, "own-recusals", "/rounds/recusals/"),
        (team_head, "declare", "/rounds/recusals/declare/"),
        (head, "appoint", f"/rounds/teams/{a_round_with_teams.teams.first().pk}/members/add/"),
        (head, "team-units", f"/rounds/teams/{a_round_with_teams.teams.first().pk}/units/"),
    ):
        page = site.page(user, language=language, size=size)
        page.goto(path)
        site.axe(page)
        site.shot(page, f"{name}-{language}-{'phone' if size == PHONE else 'wide'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
