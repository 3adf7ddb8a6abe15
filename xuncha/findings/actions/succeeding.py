"""Findings of the ledger split and merged: new ones take the place of old ones, which stay findable as replaced."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from xuncha.findings.actions import keeping, telling
from xuncha.findings.actions.checking import Faults, faults_of
from xuncha.findings.actions.editing import hold, pieces, require_editable, require_reason
from xuncha.findings.models import Attribution, Finding, Lineage
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import FINDING_MOVES, FindingState, move
from xuncha.security import trail
from xuncha.security.errors import Invalid
from xuncha.security.models import User

FEWEST = 2
MOST = 20
_PLACE = ("start", "end", "page")
# What a successor has from its predecessor beside its own words.
_INHERITED = (
    "heading",
    "nature",
    "origin",
    "severity",
    "immediate",
    "feedback_id",
    "paper_id",
    "stated_leader",
    "stated_due",
    "stated_status",
)


@dataclass(frozen=True)
class Part:
    """One of the findings that a split gives: its statement, its facts ``{"text", …}``, its category in the leading
    scheme (null: none)."""

    statement: str
    facts: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    category_id: int | None = None


@transaction.atomic
def split_finding(
    key: int, parts: Sequence[Part], *, version: int | None, actor: User, reason: str = ""
) -> list[Finding]:
    """拆分: two or more findings take the place of one, each with a new number of the same series.

    They stand where it stood: as drafts, or fed back to the same units with the same feedback. Of one that was fed
    back, it takes a reason. What was stated goes with the first. Errors: `Invalid` with faults named
    ``parts.0.statement``.
    """
    finding = hold(key, act="split_finding", version=version, actor=actor)
    require_editable(finding, "split_finding")
    faults = faults_of({"reason": reason})
    if not FEWEST <= len(parts) <= MOST:
        faults["parts"] = ("parts_number", MOST)
    for place, part in enumerate(parts):
        values = {"statement": part.statement, "facts": part.facts, "category_id": part.category_id}
        for name, fault in faults_of(values, finding).items():
            faults[f"parts.{place}.{name}"] = fault
    require_reason(finding, reason, faults)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = telling.whole(finding)
    batch = uuid.uuid4()
    own = {"text": finding.statement, **{name: getattr(finding, name) for name in _PLACE}}
    known = [own, *before["facts"]]
    new = []
    for place, part in enumerate(parts):
        successor = _like(finding)
        successor.statement = part.statement.strip()
        successor.category_id = part.category_id
        if part.category_id == finding.category_id:
            successor.category_reasons = finding.category_reasons
        where = _where(successor.statement, known) or own
        for name in _PLACE:
            setattr(successor, name, where.get(name))
        new.append(_entry(successor, pieces(part.facts, known), before, with_stated=place == 0))
    return _take_over(new, [finding], [before], Lineage.Kind.SPLIT, actor, batch, reason)


@transaction.atomic
def merge_findings(
    keys: Sequence[int],
    *,
    statement: str,
    facts: Sequence[Mapping[str, Any]],
    category_id: int | None,
    versions: Mapping[int, int] | None,
    actor: User,
    reason: str = "",
) -> Finding:
    """合并: one finding takes the place of several, with a new number; all that was stated is kept together.

    They belong to one round and stand in one state. Those that were fed back were fed back to the same units, else a
    unit would read what was said of another; drafts of different units become a joint finding. ``versions`` maps keys
    to what the actor saw. Errors: `Invalid` with faults.
    """
    POLICY.require(actor, "merge_findings")
    if len(set(keys)) > MOST:
        # Before any is held: a thousand keys would keep everybody else waiting.
        raise Invalid("faulty_fields", faults={"findings": ("parts_number", MOST)})
    found = []
    for key in sorted(set(keys)):
        version = versions.get(key) if versions is not None else None
        found.append(hold(key, act="merge_findings", version=version, actor=actor))
        require_editable(found[-1], "merge_findings")
    found.sort(key=lambda finding: list(keys).index(finding.pk))
    befores = [telling.whole(finding) for finding in found]
    faults = faults_of({"statement": statement, "facts": facts, "category_id": category_id, "reason": reason})
    faults.update(_not_mergeable(found, befores))
    if found:
        require_reason(found[0], reason, faults)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    first = found[0]
    successor = _like(first)
    if len({finding.unit_id for finding in found}) > 1:
        successor.unit, successor.feedback = None, None
    if any(finding.feedback_id != first.feedback_id for finding in found) and first.state == FindingState.DRAFT:
        successor.feedback = None
    successor.statement = statement.strip()
    successor.category_id = category_id
    successor.category_reasons = list(
        dict.fromkeys(
            words for finding in found if finding.category_id == category_id for words in finding.category_reasons
        )
    )
    successor.immediate = any(finding.immediate for finding in found)
    for name in ("nature", "origin", "severity", "stated_leader", "stated_due", "stated_status"):
        setattr(
            successor, name, next((getattr(each, name) for each in found if getattr(each, name)), getattr(first, name))
        )
    known = [
        piece
        for finding, before in zip(found, befores, strict=True)
        for piece in (
            {"text": finding.statement, **{name: getattr(finding, name) for name in _PLACE}},
            *before["facts"],
        )
        # A place of another paper would point into this one's words.
        if finding.paper_id == first.paper_id
    ]
    where = _where(successor.statement, known) or {name: getattr(first, name) for name in _PLACE}
    for name in _PLACE:
        setattr(successor, name, where.get(name))
    entry = _entry(successor, pieces(facts, known), _together(befores), with_stated=True)
    return _take_over([entry], found, befores, Lineage.Kind.MERGE, actor, uuid.uuid4(), reason)[0]


def _not_mergeable(found: Sequence[Finding], befores: Sequence[Mapping[str, Any]]) -> Faults:
    if not FEWEST <= len(found) <= MOST:
        return {"findings": ("parts_number", MOST)}
    if len({finding.round_id for finding in found}) > 1:
        return {"findings": ("one_round", 0)}
    if len({finding.state for finding in found}) > 1:
        return {"findings": ("one_state", 0)}
    issued = found[0].state == FindingState.ISSUED
    if issued and (
        len({finding.unit_id for finding in found}) > 1 or any(b["units"] != befores[0]["units"] for b in befores)
    ):
        return {"findings": ("one_addressing", 0)}
    return {}


def _like(finding: Finding) -> Finding:
    return Finding(
        round=finding.round,
        unit=finding.unit,
        state=finding.state,
        **{name: getattr(finding, name) for name in _INHERITED},
    )


def _where(statement: str, known: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Where in the paper a statement stands: that of the words it is, or is cut out of."""
    for piece in known:
        start, end, words = piece.get("start"), piece.get("end"), piece["text"]
        at = words.find(statement)
        if start is None or end is None or at < 0:
            continue
        whole = end - start == len(words)
        return {
            "start": start + at if whole else start,
            "end": start + at + len(statement) if whole else end,
            "page": piece.get("page"),
        }
    return None


def _together(befores: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Addressees and what was stated of several findings, each word once."""
    together: dict[str, Any] = {"units": sorted({unit for before in befores for unit in before["units"]})}
    together["codes"] = {key: code for before in reversed(befores) for key, code in before["codes"].items()}
    together["seen_at"] = list({note["unit"]: note for b in reversed(befores) for note in b["seen_at"]}.values())
    for name in telling.STATED:
        if name == "measures":
            together[name] = [measure for before in befores for measure in before[name]]
        else:
            sign = "\n" if name in ("progress", "remark") else "、"
            said = dict.fromkeys(before[name] for before in befores if before[name])
            together[name] = sign.join(said)[: 60 if name == "stated_number" else 100 if sign == "、" else None]
    return together


def _entry(
    successor: Finding, facts: Sequence[Mapping[str, Any]], before: Mapping[str, Any], *, with_stated: bool
) -> tuple[keeping.NewFinding, list[dict[str, Any]]]:
    stated = {name.removeprefix("stated_"): before[name] for name in telling.STATED if before[name]}
    entry = keeping.NewFinding(
        successor,
        manifestations=facts,
        units=before["units"],
        stated=stated if with_stated and stated else None,
        codes={int(key): code for key, code in before["codes"].items()},
    )
    return entry, before["seen_at"]


def _take_over(
    new: Sequence[tuple[keeping.NewFinding, list[dict[str, Any]]]],
    old: Sequence[Finding],
    befores: Sequence[Mapping[str, Any]],
    kind: Lineage.Kind,
    actor: User,
    batch: uuid.UUID,
    reason: str,
) -> list[Finding]:
    act = "split_finding" if kind == Lineage.Kind.SPLIT else "merge_findings"
    successors = keeping.add_findings([entry for entry, _ in new], actor=actor, act=act, batch=batch)
    Attribution.objects.bulk_create(
        Attribution(finding=successor, unit_id=note["unit"], note=note["note"], by=actor)
        for successor, (_, notes) in zip(successors, new, strict=True)
        for note in notes
    )
    Lineage.objects.bulk_create(
        Lineage(predecessor=finding, successor=successor, kind=kind) for finding in old for successor in successors
    )
    for finding in old:
        after = {"state": move(FINDING_MOVES, "replace", finding.state)}
        telling.put(finding, after, actor=actor)
    trail.record_many(
        actor=actor,
        act=act,
        changes=[
            (
                finding,
                {"state": before["state"]},
                {
                    "state": finding.state,
                    "successors": [successor.pk for successor in successors],
                },
            )
            for finding, before in zip(old, befores, strict=True)
        ],
        reason=reason.strip(),
        batch=batch,
    )
    return successors
