"""Whom a joint finding is addressed to, and the office's private note of where it was seen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from xuncha.findings.actions import telling
from xuncha.findings.actions.checking import faults_of
from xuncha.findings.actions.editing import hold, known_units, require_editable, require_reason
from xuncha.findings.models import Finding, Recipient
from xuncha.organisation.models import Unit
from xuncha.security.errors import Invalid
from xuncha.security.models import User
from xuncha.security.policy import hidden_units


@dataclass(frozen=True)
class Addressing:
    """Whom a finding is to be addressed to: units by list, whole sectors, all units of its round; taken together."""

    units: Sequence[int] = ()
    sectors: Sequence[int] = ()
    whole_round: bool = False


@transaction.atomic
def address_finding(
    key: int,
    to: Addressing,
    *,
    version: int | None,
    actor: User,
    reason: str = "",
    batch: uuid.UUID | None = None,
) -> Finding:
    """改反馈对象: a joint finding is given to these units and no others.

    A sector stands for its units of the round. A finding in a unit's own series is addressed to that unit for good.
    Of one that was fed back, it takes a reason. Errors: `Invalid` with faults.
    """
    finding = hold(key, act="address_finding", version=version, actor=actor)
    require_editable(finding, "address_finding")
    faults = faults_of({"reason": reason})
    if finding.unit_id is not None:
        raise Invalid("faulty_fields", faults={**faults, "units": ("addressed_to_its_unit", 0)})
    units = known_units(to.units)
    if len(units) != len(set(to.units)):
        faults["units"] = ("unknown", 0)
    in_round = Q(inspections__round=finding.round_id)
    asked = Q(pk__in=())
    if to.sectors:
        asked |= in_round & Q(sector__in=to.sectors)
    if to.whole_round:
        asked |= in_round
    if to.sectors or to.whole_round:
        more = Unit.objects.filter(asked, state=Unit.State.ACTIVE).values_list("pk", flat=True)
        units = sorted({*units, *more})
    # Who is recused from a unit neither adds nor strikes out its part.
    hidden = hidden_units(actor)
    units = sorted({*units} - hidden | hidden.intersection(telling.whole(finding)["units"]))
    if not units:
        faults.setdefault("units", ("required", 0))
    if units != telling.whole(finding)["units"]:
        require_reason(finding, reason, faults)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    telling.change(finding, {"units": units}, actor=actor, act="address_finding", reason=reason.strip(), batch=batch)
    if finding.feedback_id is not None:
        # Whoever answers for a finding of a feedback has received it; who no longer does has received it all the same.
        Recipient.objects.bulk_create(
            [Recipient(feedback_id=finding.feedback_id, unit_id=unit) for unit in units], ignore_conflicts=True
        )
    return finding


@transaction.atomic
def attribute_finding(
    key: int,
    notes: Sequence[Mapping[str, Any]],
    *,
    version: int | None,
    actor: User,
    batch: uuid.UUID | None = None,
) -> Finding:
    """见于: the office's private note of the units where a joint finding was seen, each with a word on it.

    ``notes`` lists ``{"unit", "note"}``. No unit sees it or can count it. Errors: `Invalid` with faults.
    """
    finding = hold(key, act="attribute_finding", version=version, actor=actor)
    require_editable(finding, "attribute_finding")
    if finding.unit_id is not None:
        raise Invalid("faulty_fields", faults={"seen_at": ("joint_only", 0)})
    wanted = {int(note["unit"]): str(note.get("note", "")).strip() for note in notes}
    faults = {
        f"seen_at.{unit}": fault for unit, words in wanted.items() for fault in faults_of({"note": words}).values()
    }
    if len(known_units(list(wanted))) != len(wanted):
        faults["seen_at"] = ("unknown", 0)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    hidden = hidden_units(actor)
    noted = {each["unit"]: each["note"] for each in telling.whole(finding)["seen_at"] if each["unit"] in hidden}
    wanted = {unit: words for unit, words in wanted.items() if unit not in hidden} | noted
    seen_at = [{"unit": unit, "note": wanted[unit]} for unit in sorted(wanted)]
    telling.change(finding, {"seen_at": seen_at}, actor=actor, act="attribute_finding", batch=batch)
    return finding
