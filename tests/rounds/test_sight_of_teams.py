"""Whatever is done to teams and recusals on whatever days: what a person sees is what a plain reckoning says."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import make_user
from tests.rounds.test_teams import again, seen
from xuncha.organisation.models import Unit
from xuncha.rounds import actions
from xuncha.rounds.models import InspectedUnit, Membership, Recusal, Round, Team
from xuncha.rounds.permissions import teams_visible_to
from xuncha.security.errors import Refused
from xuncha.security.models import User
from xuncha.security.roles import Role

START = datetime.datetime(2026, 4, 20, 10, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
NO_END = datetime.date.max
DAY = datetime.timedelta(days=1)

ACTS = st.one_of(
    st.tuples(st.just("appoint"), st.integers(0, 1), st.integers(0, 1), st.integers(-3, 4), st.integers(-1, 9)),
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("assign"), st.integers(0, 1), st.sets(st.integers(0, 2))),
    st.tuples(st.just("declare"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("object"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("decide"), st.integers(0, 5), st.booleans(), st.integers(-1, 5)),
    st.tuples(st.just("end"), st.integers(0, 5)),
    st.tuples(st.just("pass"), st.integers(1, 4)),
)


@dataclass
class Plain:
    """What was done, as one would keep it on paper: spans of days, both ends included."""

    members: list[list[Any]] = field(default_factory=list)
    """user, team, since, until."""
    assigned: dict[str, int] = field(default_factory=dict)
    kept_off: list[list[Any]] = field(default_factory=list)
    """key of the recusal, user, unit, last day."""

    def sees(self, user: int, day: datetime.date) -> set[str]:
        teams = {team for who, team, since, until in self.members if who == user and since <= day <= until}
        hidden = {unit for _key, who, unit, until in self.kept_off if who == user and day <= until}
        return {unit for unit, team in self.assigned.items() if team in teams} - hidden


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime.datetime]:
    """The clock, to be set."""
    clock = {"now": START}
    monkeypatch.setattr(timezone, "now", lambda: clock["now"])
    return clock


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_what_a_person_sees_is_what_a_plain_reckoning_says(
    acts: list[tuple[Any, ...]], round_8: Round, head: User, staff: User, moving: dict[str, datetime.datetime]
) -> None:
    with transaction.atomic():
        _go(acts, round_8, head, staff, moving)
        transaction.set_rollback(True)


def _go(acts: list[tuple[Any, ...]], round: Round, head: User, staff: User, clock: dict[str, Any]) -> None:
    clock["now"] = START
    units = list(Unit.objects.order_by("id"))
    people = [make_user(name, name) for name in ("甲", "乙")]
    teams = [actions.form_team(round, name=name, actor=staff) for name in ("一组", "二组")]
    plain = Plain()
    done = 0
    # Somebody sees something from the start, so that most sequences take sight away and give it back.
    acts = [("appoint", 0, 0, -3, -1), ("assign", 0, {0, 1}), ("declare", 0, 0), *acts]
    for act in acts:
        try:
            with transaction.atomic():
                done += _do(act, round, head, staff, people, teams, units, plain, clock)
        except Refused:
            pass
        # As it is today, and as it will be when days have passed with nothing done.
        today = clock["now"]
        for days in (0, 1, 3, 8):
            clock["now"] = today + days * DAY
            for person in people:
                assert seen(person) == plain.sees(person.pk, timezone.localdate()), (act, days, done)
        clock["now"] = today
        for person in people:
            now = {
                team for who, team, since, until in plain.members if who == person.pk and until >= timezone.localdate()
            }
            assert set(teams_visible_to(again(person)).values_list("pk", flat=True)) == now


def _do(
    act: tuple[Any, ...],
    round: Round,
    head: User,
    staff: User,
    people: list[User],
    teams: list[Team],
    units: list[Unit],
    plain: Plain,
    clock: dict[str, Any],
) -> bool:
    """Do it, and note it down if it was not refused."""
    today = timezone.localdate()
    if act[0] == "appoint":
        _, who, which, after, length = act
        since = today + after * DAY
        until = None if length < 0 else since + length * DAY
        made = actions.appoint_member(
            teams[which], people[who], position=Role.TEAM_MEMBER, since=since, until=until, actor=staff
        )
        plain.members.append([people[who].pk, teams[which].pk, since, until or NO_END])
        assert made.pk
    elif act[0] == "withdraw":
        rows = list(Membership.objects.order_by("id"))
        if act[1] >= len(rows):
            return False
        actions.withdraw_member(rows[act[1]], reason="调整", actor=staff)
        plain.members[act[1]][3] = min(plain.members[act[1]][3], today - DAY)
    elif act[0] == "assign":
        version = Round.objects.get(pk=round.pk).version
        chosen = [units[i] for i in act[2]]
        actions.assign_units(teams[act[1]], [unit.pk for unit in chosen], actor=staff, version=version)
        plain.assigned = {unit: team for unit, team in plain.assigned.items() if team != teams[act[1]].pk}
        plain.assigned |= {unit.short_name: teams[act[1]].pk for unit in chosen}
        assert InspectedUnit.objects.filter(team=teams[act[1]]).count() == len(chosen)
    elif act[0] == "declare":
        made = actions.declare_recusal(units[act[2]], ground="kin", actor=again(people[act[1]]))
        plain.kept_off.append([made.pk, people[act[1]].pk, units[act[2]].short_name, NO_END])
    elif act[0] == "object":
        actions.object_to_member(people[act[1]], units[act[2]], ground="kin", words="姻亲", actor=staff)
    elif act[0] in ("decide", "end"):
        rows = list(Recusal.objects.order_by("id"))
        if act[1] >= len(rows):
            return False
        recusal = rows[act[1]]
        if act[0] == "end":
            actions.end_recusal(recusal, reason="期满", actor=head)
            until = today - DAY
        else:
            until = None if act[3] < 0 else today + act[3] * DAY
            actions.decide_recusal(recusal, upheld=act[2], reason="查实", until=until, actor=head)
            until = (until or NO_END) if act[2] else today - DAY
        plain.kept_off = [row for row in plain.kept_off if row[0] != recusal.pk]
        plain.kept_off.append([recusal.pk, recusal.user_id, recusal.unit.short_name, until])
    else:
        clock["now"] += act[1] * DAY
    return True
