"""What changes terms and rounds: right, state, change, trail, in one transaction."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from xuncha.organisation.models import Unit
from xuncha.rounds.actions.holding import hold, require_no_conflict, settle
from xuncha.rounds.actions.teaming import LONGEST_NAME, found_team
from xuncha.rounds.models import InspectedUnit, Round, Term
from xuncha.rounds.permissions import POLICY
from xuncha.security import trail
from xuncha.security.errors import Invalid
from xuncha.security.models import User
from xuncha.security.policy import hidden_units

_ROUND_FIELDS = ("number", "kind", "starts_on", "ends_on", "feedback_on")
_TERM_FIELDS = ("number", "starts_on", "ends_on")


@transaction.atomic
def add_term(*, number: int, starts_on: datetime.date | None, ends_on: datetime.date | None, actor: User) -> Term:
    """Open a term. Errors: `NotPermitted`; `Invalid`."""
    POLICY.require(actor, "add_term")
    _check_term(None, number, starts_on, ends_on)
    term = Term.objects.create(number=number, starts_on=starts_on, ends_on=ends_on)
    trail.record(actor=actor, act="add_term", thing=term, after=_values(term, _TERM_FIELDS))
    return term


@transaction.atomic
def edit_term(
    term: Term, *, number: int, starts_on: datetime.date | None, ends_on: datetime.date | None, actor: User
) -> Term:
    """Change the days of a term. Its number stands in the numbers of findings and stays once it has rounds."""
    POLICY.require(actor, "edit_term")
    term = Term.objects.select_for_update().get(pk=term.pk)
    _check_term(term, number, starts_on, ends_on)
    before = _values(term, _TERM_FIELDS)
    term.number, term.starts_on, term.ends_on = number, starts_on, ends_on
    term.save(update_fields=_TERM_FIELDS)
    _record_change(actor, "edit_term", term, before, _values(term, _TERM_FIELDS))
    return term


def _check_term(term: Term | None, number: int, starts_on: datetime.date | None, ends_on: datetime.date | None) -> None:
    faults: dict[str, str] = {}
    others = Term.objects.filter(number=number)
    if (others.exclude(pk=term.pk) if term else others).exists():
        faults["number"] = "term_exists"
    elif term is not None and number != term.number and term.rounds.exists():
        faults["number"] = "number_is_in_use"
    if starts_on and ends_on and ends_on < starts_on:
        faults["ends_on"] = "ends_before_it_starts"
    if faults:
        raise Invalid("faulty_fields", faults=faults)


@transaction.atomic
def add_round(term: Term, *, values: Mapping[str, Any], actor: User) -> Round:
    """Plan a round: ``values`` holds number, kind, starts_on, ends_on, feedback_on. Errors: `Invalid` by field."""
    POLICY.require(actor, "add_round")
    _check_round(None, term, values)
    round = Round.objects.create(term=term, **{name: values.get(name) for name in _ROUND_FIELDS})
    trail.record(actor=actor, act="add_round", thing=round, after=_values(round, _ROUND_FIELDS))
    return round


@transaction.atomic
def edit_round(round: Round, *, values: Mapping[str, Any], actor: User, version: int) -> Round:
    """Change kind and days of a round. Its number stands in the numbers of its findings and stays.

    Errors: `NotPermitted`, `Conflict`, `Invalid` by field.
    """
    POLICY.require(actor, "edit_round")
    round = hold(round, version)
    _check_round(round, round.term, values)
    before = _values(round, _ROUND_FIELDS)
    for name in _ROUND_FIELDS:
        if name in values:
            setattr(round, name, values[name])
    round.version += 1
    round.save()
    _record_change(actor, "edit_round", round, before, _values(round, _ROUND_FIELDS))
    return round


def _check_round(round: Round | None, term: Term, values: Mapping[str, Any]) -> None:
    faults: dict[str, str] = {}
    number = values.get("number")
    if round is not None and number not in (None, round.number):
        faults["number"] = "number_is_in_use"
    elif round is None and number is None:
        faults["number"] = "required"
    elif round is None and Round.objects.filter(term=term, number=int(number or 0)).exists():
        faults["number"] = "round_exists"
    starts_on, ends_on, feedback_on = (values.get(name) for name in ("starts_on", "ends_on", "feedback_on"))
    if starts_on and ends_on and ends_on < starts_on:
        faults["ends_on"] = "ends_before_it_starts"
    if starts_on and feedback_on and feedback_on < starts_on:
        faults["feedback_on"] = "feedback_before_it_starts"
    if faults:
        raise Invalid("faulty_fields", faults=faults)


@transaction.atomic
def choose_units(round: Round, *, teams: Mapping[int, str], actor: User, version: int) -> Round:
    """The units of a round, key to the name of the team; who is not named is no longer inspected in it. Findings stay
    where they are. A name that no team of the round bears forms one.

    Errors: `NotPermitted`; `Conflict`; `Invalid` for a unit that is merged or abolished and was not chosen before, or
    that somebody of the team acts for or is kept off.
    """
    POLICY.require(actor, "choose_units")
    round = hold(round, version)
    rows = {row.unit_id: row for row in InspectedUnit.objects.filter(round=round).select_related("team")}
    before = {unit: row.team.name if row.team else "" for unit, row in rows.items()}
    after = {unit: team.strip() for unit, team in teams.items()}
    # Whoever is recused from a unit does not see it here, and must not strike it out by not naming it.
    hidden = hidden_units(actor)
    after = {unit: team for unit, team in after.items() if unit not in hidden}
    after |= {unit: team for unit, team in before.items() if unit in hidden}
    added = after.keys() - before.keys()
    known = set(Unit.objects.filter(pk__in=added, state=Unit.State.ACTIVE).values_list("pk", flat=True))
    if added - known:
        raise Invalid("faulty_fields", faults={"units": "unknown_unit"})
    if any(len(team) > LONGEST_NAME for team in after.values()):
        raise Invalid("faulty_fields", faults={"team": "too_long"})
    if before == after:
        return round
    by_name = {team.name: team for team in round.teams.all()}
    for name in dict.fromkeys(after.values()):
        if name and name not in by_name:
            by_name[name] = found_team(round, name=name, actor=actor)
    changed = {unit for unit in {*before, *after} if before.get(unit) != after.get(unit)}
    sent = [(unit, by_name[after[unit]].pk) for unit in changed if after.get(unit)]
    require_no_conflict(sent, field="team")
    InspectedUnit.objects.filter(round=round, unit__in=before.keys() - after.keys()).delete()
    InspectedUnit.objects.bulk_create(
        [InspectedUnit(round=round, unit_id=unit, team=by_name.get(after[unit])) for unit in sorted(added)],
        batch_size=500,
    )
    moved = [rows[unit] for unit in sorted(changed & before.keys() & after.keys())]
    for row in moved:
        row.team = by_name.get(after[row.unit_id])
    InspectedUnit.objects.bulk_update(moved, ["team"], batch_size=500)
    round.version += 1
    round.save(update_fields=["version"])
    trail.record(
        actor=actor,
        act="choose_units",
        thing=round,
        before={"units": {str(unit): before.get(unit) for unit in sorted(changed)}},
        after={"units": {str(unit): after.get(unit) for unit in sorted(changed)}},
    )
    settle(round, actor=actor)
    return round


def _values(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _record_change(actor: User, act: str, thing: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        trail.record(
            actor=actor,
            act=act,
            thing=thing,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
