"""What people say of a paper before it enters the ledger: kind, round, unit, to whom and when it was fed back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from xuncha.findings.actions.reading import hold_paper
from xuncha.findings.models import Draft, Paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.naming import UnitNames
from xuncha.findings.workflow import PaperState
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import IllegalTransition, Invalid
from xuncha.security.models import User
from xuncha.security.policy import hidden_units

# While it is read, the reading has it; once it is entered, the ledger has.
_OPEN = (PaperState.WAITING, PaperState.FAILED, PaperState.REVIEW)


@dataclass(frozen=True, slots=True)
class Details:
    """What a paper is. ``recipients``: keys of the units a joint one was given to; none: all units of the round."""

    kind: str
    round_id: int | None = None
    unit_id: int | None = None
    feedback_on: datetime.date | None = None
    already_fed_back: bool = True
    recipients: Sequence[int] = ()


@transaction.atomic
def describe_paper(paper: Paper, details: Details, *, actor: User, version: int) -> Paper:
    """改材料信息. An old ledger and a paper are read in different ways: from one to the other it is read again.

    Errors: `Conflict` with the paper as it is now; `Invalid` with a code by field (``unknown``); `IllegalTransition`.
    """
    POLICY.require(actor, "import_papers", paper)
    held = hold_paper(paper, version)
    if held.state not in _OPEN:
        raise IllegalTransition("details_are_closed", act="describe_paper", state=held.state)
    faults = _faults(held, details, actor)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = _told(held)
    was_joint = held.kind == Paper.Kind.JOINT
    held.kind = details.kind
    held.round_id = details.round_id
    held.unit_id = None if details.kind == Paper.Kind.JOINT else details.unit_id
    held.feedback_on = details.feedback_on
    # What a notice reports on was fed back long ago.
    held.already_fed_back = details.already_fed_back or details.kind == Paper.Kind.NOTICE
    held.reading = {**held.reading, "kind_is_chosen": True}
    held.reading.pop("recipients", None)
    if details.kind == Paper.Kind.JOINT and details.recipients:
        # Who is recused from a unit neither adds nor strikes it out.
        hidden = hidden_units(actor)
        kept = [unit for unit in before["recipients"] if unit in hidden]
        named = [unit for unit in details.recipients if unit not in hidden]
        held.reading["recipients"] = list(dict.fromkeys((*named, *kept)))
    after = _told(held)
    if before == after:
        return held
    held.version += 1
    held.save()
    if held.kind == Paper.Kind.JOINT and not was_joint:
        _address_by_words(held)
    trail.record(
        actor=actor,
        act="describe_paper",
        thing=held,
        before={name: value for name, value in before.items() if after[name] != value},
        after={name: value for name, value in after.items() if before[name] != value},
    )
    return held


def _faults(paper: Paper, details: Details, actor: User) -> dict[str, tuple[str, int]]:
    faults: dict[str, tuple[str, int]] = {}
    if details.kind not in Paper.Kind.values:
        faults["kind"] = ("unknown", 0)
    elif (details.kind == Paper.Kind.LEDGER) != (paper.kind == Paper.Kind.LEDGER) and paper.state == PaperState.REVIEW:
        faults["kind"] = ("read_again_first", 0)
    if details.round_id is not None and not Round.objects.filter(pk=details.round_id).exists():
        faults["round"] = ("unknown", 0)
    units = {*details.recipients, *([details.unit_id] if details.unit_id is not None else [])}
    active = units_visible_to(actor).filter(pk__in=units, state=Unit.State.ACTIVE)
    known = set(active.values_list("pk", flat=True))
    if details.unit_id is not None and details.unit_id not in known and details.unit_id != paper.unit_id:
        faults["unit"] = ("unknown", 0)
    if not known.issuperset(details.recipients):
        faults["recipients"] = ("unknown", 0)
    return faults


def _told(paper: Paper) -> dict[str, Any]:
    return {
        "kind": str(paper.kind),
        "round_id": paper.round_id,
        "unit_id": paper.unit_id,
        "feedback_on": paper.feedback_on,
        "already_fed_back": paper.already_fed_back,
        "recipients": paper.reading.get("recipients", []),
    }


def _address_by_words(paper: Paper) -> None:
    """Units that the paper names in a finding are its addressees, now that it may have several."""
    names = UnitNames()
    changed = []
    for draft in Draft.objects.filter(paper=paper, units=[]).exclude(unit_words=[]):
        found = [names.find(words) for words in draft.unit_words]
        if found and None not in found:
            draft.units = list(dict.fromkeys(found))
            draft.version += 1
            changed.append(draft)
    Draft.objects.bulk_update(changed, ["units", "version"], batch_size=200)
