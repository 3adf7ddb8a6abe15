"""The invented county in the database: office, units, rounds, people with their passwords."""

from __future__ import annotations

from django.db import transaction

from xuncha.cli.demo import county
from xuncha.organisation.models import Unit
from xuncha.rounds import actions
from xuncha.rounds.models import InspectedUnit, Round, Team, Term
from xuncha.rulebook.models import Office, Sector
from xuncha.security import accounts, granting
from xuncha.security.models import User
from xuncha.security.roles import TEAM_ROLES


@transaction.atomic
def set_up() -> dict[str, str]:
    """Lay the county down in an empty database; the passwords of its people by account."""
    Office.objects.update_or_create(
        pk=1,
        defaults={
            "name": f"{county.COUNTY}委巡察工作领导小组办公室",
            "short_name": county.OFFICE,
            "business_phone": "0000-5550101",
            "account_phone": "0000-5550102",
        },
    )
    units = _units()
    rounds = _rounds(units)
    passwords = _people(units)
    _teams(rounds, units)
    return passwords


def _units() -> dict[str, Unit]:
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    units: dict[str, Unit] = {}
    for order, entry in enumerate(county.UNITS, start=1):
        parent = units[entry.parent] if entry.parent else None
        unit = Unit.objects.create(
            name=entry.name,
            short_name=entry.short_name,
            sector=sectors[entry.sector],
            parent=parent,
            aliases=list(entry.aliases),
            order=order,
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        units[entry.short_name] = unit
    return units


def _rounds(units: dict[str, Unit]) -> dict[int, Round]:
    rounds = {}
    term = Term.objects.create(number=county.TERM, starts_on=county.TERM_STARTS_ON, ends_on=county.TERM_ENDS_ON)
    for entry in county.ROUNDS:
        round = Round.objects.create(
            term=term,
            number=entry.number,
            starts_on=entry.starts_on,
            ends_on=entry.ends_on,
            feedback_on=entry.feedback_on,
        )
        teams = {
            name: Team.objects.create(round=round, number=number, name=name)
            for number, name in enumerate(dict.fromkeys(entry.teams), start=1)
        }
        InspectedUnit.objects.bulk_create(
            InspectedUnit(round=round, unit=units[short], team=teams[team])
            for short, team in zip(entry.units, entry.teams, strict=True)
        )
        rounds[entry.number] = round
    return rounds


def _people(units: dict[str, Unit]) -> dict[str, str]:
    actor: User = accounts.command_line()
    passwords = {}
    for person in (*county.PEOPLE, *county.INSPECTORS):
        password = accounts.random_password()
        user = accounts.add_account(person.username, person.name, password=password, actor=actor, must_change=False)
        if person.role not in TEAM_ROLES:
            granting.grant_role(user, person.role, unit=units[person.unit].pk if person.unit else None, actor=actor)
        if person in county.PEOPLE:
            passwords[person.username] = password
    return passwords


def _teams(rounds: dict[int, Round], units: dict[str, Unit]) -> None:
    """Who was and is in the teams; who keeps off which unit, one decided and one waiting."""
    people = {user.username: user for user in User.objects.all()}
    head, staff = people["luheng"], people["guqinglan"]
    for entry in county.ROUNDS:
        round = rounds[entry.number]
        for team in round.teams.all():
            for username, position in entry.members[team.name]:
                actions.appoint_member(
                    team,
                    people[username],
                    position=position,
                    since=entry.starts_on,
                    until=entry.feedback_on if entry.is_finished else None,
                    actor=staff,
                )
    for told in county.RECUSALS:
        raised = actions.declare_recusal(
            units[told.unit], ground=told.ground, words=told.words, round=round, actor=people[told.person]
        )
        if told.decision:
            actions.decide_recusal(raised, upheld=True, reason=told.decision, actor=head)
