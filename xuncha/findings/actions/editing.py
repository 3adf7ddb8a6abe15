"""Findings of the ledger changed and added by hand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from xuncha.findings.actions import keeping, numbering, telling
from xuncha.findings.actions.checking import Faults, faults_of
from xuncha.findings.models import Classification, Finding
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import EDITABLE, FINDING_MOVES, FindingState, move
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

# What a unit was told with the feedback: correcting it afterwards takes a reason.
FED_BACK: Final = frozenset({"statement", "heading", "facts"})
EDITED: Final = frozenset(
    {
        *FED_BACK,
        "category_id",
        "category_reasons",
        "codes",
        "code_reasons",
        "nature",
        "origin",
        "severity",
        "immediate",
        "stated_leader",
        "stated_due",
        "stated_status",
        *telling.STATED,
    }
)
_PLACED: Final = ("start", "end", "page")


def hold(key: int, *, act: str, version: int | None, actor: User) -> Finding:
    """The finding, held for a change; inside the caller's transaction.

    Errors: `NotPermitted`; `Invalid` when there is none; `Conflict` when it is no longer as the actor saw it.
    """
    POLICY.require(actor, act)
    found = Finding.objects.select_for_update(of=("self",)).select_related("round__term", "unit", "changed_by")
    finding = found.filter(pk=key).first()
    if finding is None:
        raise Invalid("finding_gone", faults={})
    if version is not None and finding.version != version:
        raise Conflict("finding_changed", current=finding)
    return finding


def require_editable(finding: Finding, act: str) -> None:
    """Errors: `IllegalTransition` for a finding that was replaced or withdrawn."""
    if finding.state not in EDITABLE:
        raise IllegalTransition("not_editable", act=act, state=finding.state)


def require_reason(finding: Finding, reason: str, faults: Faults) -> None:
    """What was fed back is only changed with a reason."""
    if finding.state == FindingState.ISSUED and not reason.strip():
        faults.setdefault("reason", ("reason_required", 0))


@transaction.atomic
def edit_finding(
    key: int,
    *,
    changes: Mapping[str, Any],
    version: int | None,
    actor: User,
    reason: str = "",
    batch: uuid.UUID | None = None,
) -> Finding:
    """修改: what ``changes`` name, as `telling` names it, and ``unit_id`` of a draft, which gives it a new number.

    ``facts`` and ``measures`` come as ``{"text", …}``; words that were there keep their place in the paper. ``codes``
    and ``code_reasons`` name only the schemes that change; a code of null takes it away. What a unit was told, once it
    was told, changes only with a reason. Errors: `Invalid` with faults; `Conflict`; `IllegalTransition`.
    """
    finding = hold(key, act="edit_finding", version=version, actor=actor)
    require_editable(finding, "edit_finding")
    unknown = changes.keys() - EDITED - {"unit_id"}
    if unknown:
        raise LookupError(f"not a field of a finding: {sorted(unknown)}")
    faults = faults_of({**changes, "reason": reason}, finding)
    before = telling.whole(finding)
    values = {name: _settled(name, value, before) for name, value in changes.items() if name != "unit_id"}
    if any(values[name] != before[name] for name in FED_BACK & values.keys()):
        require_reason(finding, reason, faults)
    moved = "unit_id" in changes and changes["unit_id"] != finding.unit_id
    unit = None
    if moved and finding.state != FindingState.DRAFT:
        faults["unit_id"] = ("number_frozen", 0)
    elif moved and changes["unit_id"] is not None:
        unit = units_visible_to(actor).filter(pk=changes["unit_id"], state=Unit.State.ACTIVE).first()
        if unit is None:
            faults["unit_id"] = ("unknown", 0)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    if moved:
        values |= _moved(finding, unit, before)
    telling.change(finding, values, actor=actor, act="edit_finding", reason=reason.strip(), batch=batch)
    return finding


def _settled(name: str, value: Any, before: Mapping[str, Any]) -> Any:
    """A value as it will stand, beside what stands there."""
    if name in ("facts", "measures"):
        return pieces(value, before[name])
    if name == "codes":
        return {key: code for key, code in {**before[name], **value}.items() if code is not None}
    if name == "code_reasons":
        return {key: reasons for key, reasons in {**before[name], **value}.items() if reasons}
    return value.strip() if isinstance(value, str) else value


def pieces(given: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pieces with their place in the paper: as given, or of the same words that were there; empty ones go."""
    places = {_plain(piece["text"]): piece for piece in known}
    settled = []
    for piece in given:
        text = piece["text"].strip()
        if text:
            place = piece if piece.get("start") is not None else places.get(_plain(text), {})
            settled.append({"text": text, **{name: place.get(name) for name in _PLACED}})
    return settled


def _plain(text: str) -> str:
    return "".join(text.split())


def _moved(finding: Finding, unit: Unit | None, before: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of another unit: the next number of that one's series; the old number is not given again."""
    serial = numbering.take_serials(finding.round, unit)[0]
    own = [] if finding.unit_id is None else [finding.unit_id]
    units = before["units"]
    if unit is not None:
        units = [unit.pk]
    elif units == own:
        units = []
    return {
        "unit_id": unit.pk if unit else None,
        "serial": serial,
        "number": numbering.number(finding.round, unit, serial),
        "number_key": numbering.number_key(finding.round, unit, serial),
        "units": units,
        "feedback_id": None,
    }


@transaction.atomic
def add_finding(
    *,
    round_id: int,
    unit_id: int | None,
    values: Mapping[str, Any],
    actor: User,
    units: Sequence[int] = (),
    batch: uuid.UUID | None = None,
) -> Finding:
    """新增: a draft written by hand; ``unit_id`` null: a joint finding, addressed to ``units``.

    ``values`` as in `edit_finding`. Errors: `Invalid` with faults.
    """
    POLICY.require(actor, "add_finding")
    values = {"statement": "", **values}
    faults = faults_of(values)
    round = Round.objects.select_related("term").filter(pk=round_id).first()
    if round is None:
        faults["round_id"] = ("required", 0)
    unit = None
    if unit_id is not None:
        # Whoever is recused from a unit adds nothing to its series, nor to what is addressed to it.
        unit = units_visible_to(actor).filter(pk=unit_id, state=Unit.State.ACTIVE).first()
        if unit is None:
            faults["unit_id"] = ("unknown", 0)
    in_sight = units_visible_to(actor).filter(pk__in=known_units(units)).order_by("pk")
    addressed = [unit_id] if unit_id is not None else list(in_sight.values_list("pk", flat=True))
    if len(addressed) != len(set(units)) and unit_id is None:
        faults["units"] = ("unknown", 0)
    if faults or round is None:
        raise Invalid("faulty_fields", faults=faults)
    own = {name: value for name, value in values.items() if name in telling.OWN}
    nothing: dict[str, Any] = {"facts": [], "measures": [], "codes": {}, "code_reasons": {}}
    finding = Finding(round=round, unit=unit, **{name: _settled(name, value, nothing) for name, value in own.items()})
    batch = batch or uuid.uuid4()
    stated = {
        name.removeprefix("stated_"): _settled(name, values[name], nothing)
        for name in telling.STATED
        if values.get(name)
    }
    keeping.add_findings(
        [
            keeping.NewFinding(
                finding,
                manifestations=pieces(values.get("facts", ()), ()),
                units=addressed,
                stated=stated or None,
                codes={int(key): code for key, code in values.get("codes", {}).items() if code is not None},
            )
        ],
        actor=actor,
        act="add_finding",
        batch=batch,
    )
    for key, reasons in values.get("code_reasons", {}).items():
        Classification.objects.filter(finding=finding, scheme=int(key)).update(reasons=reasons)
    return finding


def known_units(asked: Sequence[int]) -> list[int]:
    """Of the units asked for those that there are, in their order of keys."""
    return list(
        Unit.objects.filter(pk__in=set(asked), state=Unit.State.ACTIVE).order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def withdraw_finding(
    key: int, *, version: int | None, actor: User, reason: str = "", batch: uuid.UUID | None = None
) -> Finding:
    """撤回: a draft that is not to go on. It keeps its number and can be restored."""
    return _move(key, "withdraw", version, actor, reason, batch)


@transaction.atomic
def restore_finding(
    key: int, *, version: int | None, actor: User, reason: str = "", batch: uuid.UUID | None = None
) -> Finding:
    """恢复: a draft that was withdrawn is taken up again."""
    return _move(key, "restore", version, actor, reason, batch)


def _move(key: int, act: str, version: int | None, actor: User, reason: str, batch: uuid.UUID | None) -> Finding:
    finding = hold(key, act="withdraw_finding", version=version, actor=actor)
    after = move(FINDING_MOVES, act, finding.state)
    faults = faults_of({"reason": reason})
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    values: dict[str, Any] = {"state": after}
    if after == FindingState.DRAFT and finding.feedback is not None and finding.feedback.issued_at is not None:
        # Its feedback was given without it and is not given again.
        values["feedback_id"] = None
    telling.change(finding, values, actor=actor, act=f"{act}_finding", reason=reason.strip(), batch=batch)
    return finding
