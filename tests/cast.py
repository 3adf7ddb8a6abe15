"""The standing people and places of the tests: an office, units, a round, and who is who."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import timezone

from xuncha.findings.actions import keeping
from xuncha.findings.models import Feedback, Finding, Recipient, triggers
from xuncha.organisation.models import Unit
from xuncha.rounds.models import InspectedUnit, Membership, Recusal, Round, Team, Term
from xuncha.rulebook.models import Category, Sector
from xuncha.security.models import Exclusion, Grant, User
from xuncha.security.roles import Role, Scope

PASSWORD = "a-long-pass-phrase"


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """The database refuses to delete a finding; between tests with real transactions SQLite empties its tables so."""
    real = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = real(self, style, tables, **options)
        guards = [statement for statement in triggers.GUARDS_SQLITE if "finding_stays" in statement]
        return [guards[0], *statements, guards[1]] if statements and "findings_finding" in tables else statements

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


def make_user(username: str, name: str, role: str | None = None, unit: Unit | None = None) -> User:
    """A person with at most one role, for the whole office or for a unit."""
    user = User.objects.create_user(username, PASSWORD, name=name)
    if role is not None:
        Grant.objects.create(
            user=user,
            role=role,
            scope=Scope.UNIT if unit else Scope.OFFICE,
            scope_id=unit.pk if unit else None,
            valid_from=datetime.date(2020, 1, 1),
        )
    return user


def make_unit(short_name: str, name: str = "", sector: str = "other", parent: Unit | None = None) -> Unit:
    """A unit with its path."""
    unit = Unit.objects.create(
        short_name=short_name, name=name or f"县{short_name}", sector=Sector.objects.get(code=sector), parent=parent
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


@pytest.fixture
def health(db: None) -> Unit:
    """The health bureau."""
    return make_unit("卫健局", "县卫生健康局", "health")


@pytest.fixture
def hospital(health: Unit) -> Unit:
    """A hospital under the health bureau."""
    return make_unit("人民医院", "县人民医院", "health", health)


@pytest.fixture
def education(db: None) -> Unit:
    """The education bureau."""
    return make_unit("教育局", "县教育局", "education")


@pytest.fixture
def round_8(health: Unit, hospital: Unit, education: Unit) -> Round:
    """The eighth round of the fourteenth term, with three units."""
    term = Term.objects.create(number=14)
    round = Round.objects.create(term=term, number=8, feedback_on=datetime.date(2026, 8, 26))
    InspectedUnit.objects.bulk_create(InspectedUnit(round=round, unit=unit) for unit in (health, hospital, education))
    return round


@pytest.fixture
def head(db: None) -> User:
    """The head of the inspection office."""
    return make_user("head", "陆衡", Role.OFFICE_HEAD)


@pytest.fixture
def staff(db: None) -> User:
    """One of the office's staff."""
    return make_user("staff", "顾青岚", Role.OFFICE_STAFF)


@pytest.fixture
def reviewer(db: None) -> User:
    """A reviewer of the discipline organ."""
    return make_user("reviewer", "程砚", Role.REVIEWER)


@pytest.fixture
def liaison(health: Unit) -> User:
    """The liaison officer of the health bureau."""
    return make_user("liaison", "沈知禾", Role.UNIT_LIAISON, health)


@pytest.fixture
def other_liaison(education: Unit) -> User:
    """The liaison officer of the education bureau."""
    return make_user("other", "柳长风", Role.UNIT_LIAISON, education)


@pytest.fixture
def outsider(db: None) -> User:
    """A person with an account and no role."""
    return make_user("outsider", "外人")


@pytest.fixture
def trail_reader(db: None) -> User:
    """The reader of the trail."""
    return make_user("trail_reader", "温一鸣", Role.TRAIL_READER)


@pytest.fixture
def security_admin(db: None) -> User:
    """The security administrator."""
    return make_user("security_admin", "安宁", Role.SECURITY_ADMINISTRATOR)


@pytest.fixture
def system_admin(db: None) -> User:
    """The system administrator."""
    return make_user("system_admin", "计然", Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def leadership(db: None) -> User:
    """A member of the county's leadership, who reads."""
    return make_user("leadership", "周以宁", Role.LEADERSHIP)


@pytest.fixture
def unit_secretary(health: Unit) -> User:
    """The secretary of the health bureau."""
    return make_user("unit_secretary", "许怀谷", Role.UNIT_SECRETARY, health)


@pytest.fixture
def unit_leader(health: Unit) -> User:
    """One of the health bureau's leaders."""
    return make_user("unit_leader", "方竹青", Role.UNIT_LEADER, health)


@pytest.fixture
def leader_in_charge(health: Unit) -> User:
    """The county leader in charge of the health bureau."""
    return make_user("leader_in_charge", "梁北辰", Role.LEADER_IN_CHARGE, health)


@pytest.fixture
def category(db: None) -> Category:
    """A category of the leading scheme."""
    return Category.objects.get(scheme__is_leading=True, code="livelihood.funds")


@pytest.fixture
def make_finding(round_8: Round, health: Unit, category: Category, staff: User) -> Any:
    """Enters a finding: ``make_finding("…", unit=health, issued=True, units=[…], category=…)``."""

    def make(
        statement: str = "公共卫生服务专项资金拨付不及时",
        *,
        unit: Unit | None = health,
        units: list[Unit] | None = None,
        issued: bool = True,
        facts: tuple[str, ...] = (),
        **fields: Any,
    ) -> Finding:
        fields.setdefault("category", category)
        fields.setdefault("round", round_8)
        addressed = units if units is not None else [unit] if unit else []
        finding = Finding(statement=statement, unit=unit, **fields)
        if issued:
            finding.state = "issued"
            finding.feedback = Feedback.objects.create(
                round=fields["round"], title="反馈意见", issued_at="2026-08-26T09:00:00+08:00", issued_by=staff
            )
            Recipient.objects.bulk_create(Recipient(feedback=finding.feedback, unit=each) for each in addressed)
        new = keeping.NewFinding(
            finding,
            manifestations=[{"text": fact} for fact in facts],
            units=[each.pk for each in addressed],
        )
        # A transaction of its own, as the action that enters has: in the browser tests there is none around the test.
        with transaction.atomic():
            return keeping.add_findings([new], actor=staff, act="enter_paper", batch=uuid.uuid4())[0]

    return make


@pytest.fixture
def team(round_8: Round, health: Unit) -> Team:
    """The first team of the eighth round, which inspects the health bureau."""
    team = Team.objects.create(round=round_8, number=1, name="第一巡察组")
    InspectedUnit.objects.filter(round=round_8, unit=health).update(team=team)
    return team


def make_inspector(username: str, name: str, role: Role, team: Team, until: datetime.date | None = None) -> User:
    """A person of a team, since long; ``until``: the last day in it."""
    user, since = make_user(username, name), datetime.date(2020, 1, 1)
    Membership.objects.create(user=user, team=team, position=role, since=since, until=until)
    Grant.objects.bulk_create(
        Grant(
            user=user,
            role=role,
            scope=Scope.INSPECTION,
            scope_id=row.unit_id,
            round_key=team.round_id,
            valid_from=since,
            valid_to=until,
        )
        for row in InspectedUnit.objects.filter(team=team)
    )
    return user


@pytest.fixture
def team_head(team: Team) -> User:
    """The head of the team that inspects the health bureau in the eighth round."""
    return make_inspector("team_head", "韩牧野", Role.TEAM_HEAD, team)


@pytest.fixture
def team_member(team: Team) -> User:
    """A member of the team that inspects the health bureau in the eighth round."""
    return make_inspector("team_member", "白榆", Role.TEAM_MEMBER, team)


@pytest.fixture
def team_petition(team: Team) -> User:
    """The petition officer of the team that inspects the health bureau in the eighth round."""
    return make_inspector("team_petition", "叶听雪", Role.PETITION_OFFICER, team)


@pytest.fixture
def withdrawn(team: Team) -> User:
    """A member who was withdrawn from the team that inspects the health bureau."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    return make_inspector("withdrawn", "祝远山", Role.TEAM_MEMBER, team, yesterday)


@pytest.fixture
def recused(health: Unit, head: User) -> User:
    """One of the office's staff, recused from the health bureau."""
    user, since = make_user("recused", "苏晚晴", Role.OFFICE_STAFF), datetime.date(2020, 1, 1)
    recusal = Recusal.objects.create(
        user=user,
        unit=health,
        ground=Recusal.Ground.FORMER_POST,
        raised_by=user,
        raised_on=since,
        state="upheld",
        decided_by=head,
        decided_on=since,
        reason="属实",
    )
    Exclusion.objects.create(user=user, scope=Scope.UNIT, scope_id=health.pk, valid_from=since, recusal_key=recusal.pk)
    return user


@pytest.fixture
def cast(
    head: User,
    staff: User,
    reviewer: User,
    liaison: User,
    other_liaison: User,
    outsider: User,
    team_head: User,
    team_member: User,
    team_petition: User,
    withdrawn: User,
    recused: User,
) -> SimpleNamespace:
    """Everybody at once."""
    return SimpleNamespace(
        head=head,
        staff=staff,
        reviewer=reviewer,
        liaison=liaison,
        other_liaison=other_liaison,
        outsider=outsider,
        team_head=team_head,
        team_member=team_member,
        team_petition=team_petition,
        withdrawn=withdrawn,
        recused=recused,
    )


@pytest.fixture
def everybody(
    cast: SimpleNamespace,
    unit_secretary: User,
    unit_leader: User,
    leader_in_charge: User,
    leadership: User,
    system_admin: User,
    security_admin: User,
    trail_reader: User,
) -> SimpleNamespace:
    """The cast with one of every other role."""
    return SimpleNamespace(
        **vars(cast),
        unit_secretary=unit_secretary,
        unit_leader=unit_leader,
        leader_in_charge=leader_in_charge,
        leadership=leadership,
        system_admin=system_admin,
        security_admin=security_admin,
        trail_reader=trail_reader,
    )
