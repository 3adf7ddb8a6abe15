"""What every way of writing a finding shares: number, children, search text, near-duplicate keys, trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from xuncha.findings import similarity
from xuncha.findings.actions.numbering import number, number_key, take_many
from xuncha.findings.models import (
    Addressee,
    Classification,
    Finding,
    FindingSketch,
    Manifestation,
    Stated,
    search,
)
from xuncha.security import bulk, trail
from xuncha.security.models import User

BATCH = 1000
_OF_STATED = ("finding", "department", "person", "due_words", "progress", "measures", "number", "remark")
# The fields of a finding that its history tells of.
TOLD = (
    "state",
    "statement",
    "heading",
    "category_id",
    "nature",
    "origin",
    "severity",
    "immediate",
    "unit_id",
    "number",
    "feedback_id",
    "stated_leader",
    "stated_due",
    "stated_status",
)


@dataclass
class NewFinding:
    """A finding to be entered with all that hangs on it.

    ``finding`` lacks number, serial and keys; ``manifestations`` hold ``{"text", "start", "end", "page"}``;
    ``units`` are keys of the addressees; ``stated`` the fields of `Stated`; ``codes`` maps further schemes' keys to
    category keys.
    """

    finding: Finding
    manifestations: Sequence[Mapping[str, Any]] = ()
    units: Sequence[int] = ()
    stated: Mapping[str, Any] | None = None
    codes: Mapping[int, int] = field(default_factory=dict)


def add_findings(new: Sequence[NewFinding], *, actor: User, act: str, batch: uuid.UUID) -> list[Finding]:
    """Enter findings in the order given; inside the caller's transaction. Rounds and units come loaded."""
    now = timezone.now()
    by_series: dict[tuple[int, int | None], list[NewFinding]] = {}
    for entry in new:
        by_series.setdefault((entry.finding.round_id, entry.finding.unit_id), []).append(entry)
    serials = take_many({key: len(entries) for key, entries in by_series.items()})
    for key, entries in by_series.items():
        round, unit = entries[0].finding.round, entries[0].finding.unit
        for entry, serial in zip(entries, serials[key], strict=True):
            finding = entry.finding
            finding.serial = serial
            finding.number, finding.number_key = number(round, unit, serial), number_key(round, unit, serial)
            finding.created_by = finding.changed_by = actor
            finding.created_at = finding.changed_at = now
    findings = [entry.finding for entry in new]
    bulk.insert_objects(findings)
    bulk.insert(
        Manifestation,
        ("finding", "order", "text", "start", "end", "page"),
        (
            (entry.finding.pk, order, fact["text"], fact.get("start"), fact.get("end"), fact.get("page"))
            for entry in new
            for order, fact in enumerate(entry.manifestations, start=1)
        ),
    )
    bulk.insert(
        Addressee,
        ("finding", "unit"),
        ((entry.finding.pk, unit) for entry in new for unit in dict.fromkeys(entry.units)),
    )
    stated = {entry.finding.pk: Stated(finding=entry.finding, **entry.stated) for entry in new if entry.stated}
    bulk.insert(
        Stated,
        _OF_STATED,
        ([each.finding_id, *(getattr(each, name) for name in _OF_STATED[1:])] for each in stated.values()),
    )
    bulk.insert(
        Classification,
        ("finding", "scheme", "category", "reasons"),
        ((entry.finding.pk, scheme, category, []) for entry in new for scheme, category in entry.codes.items()),
    )
    search.index(
        (
            (
                entry.finding.pk,
                _searchable(
                    entry.finding, [fact["text"] for fact in entry.manifestations], stated.get(entry.finding.pk)
                ),
            )
            for entry in new
        ),
        fresh=True,
    )
    _sketch(findings)
    trail.record_many(actor=actor, act=act, changes=((f, None, told(f)) for f in findings), batch=batch)
    return findings


def told(finding: Finding) -> dict[str, Any]:
    """The fields of a finding that its history tells of, as they are now."""
    return {name: getattr(finding, name) for name in TOLD}


def index(keys: Iterable[int]) -> None:
    """Renew search text and near-duplicate keys of findings from the rows as they stand."""
    keys = list(keys)
    for i in range(0, len(keys), BATCH):
        part = list(
            Finding.objects.filter(pk__in=keys[i : i + BATCH])
            .select_related("stated")
            .prefetch_related(Prefetch("manifestations", Manifestation.objects.order_by("order", "id")))
        )
        search.index((finding.pk, searchable(finding)) for finding in part)
        FindingSketch.objects.filter(finding__in=[finding.pk for finding in part]).delete()
        _sketch(part)


def index_words(findings: Sequence[tuple[Finding, Stated]]) -> None:
    """Renew the search text of findings and what they state, as both are at hand; the statements are the old ones."""
    facts: dict[int, list[str]] = {}
    told = Manifestation.objects.filter(finding__in=[finding.pk for finding, _ in findings])
    for key, text in told.order_by("finding", "order", "id").values_list("finding_id", "text"):
        facts.setdefault(key, []).append(text)
    search.index((each.pk, _searchable(each, facts.get(each.pk, ()), stated)) for each, stated in findings)


def _sketch(findings: Iterable[Finding]) -> None:
    bulk.insert(
        FindingSketch,
        ("finding", "key"),
        (
            (finding.pk, key)
            for finding in findings
            for key in similarity.sketch(finding.statement, similarity.scope(finding.round_id, finding.unit_id))
        ),
    )


def searchable(finding: Finding) -> str:
    """All words a finding is found by. Never the office's private notes: a unit searches here too."""
    return _searchable(finding, [fact.text for fact in finding.manifestations.all()], getattr(finding, "stated", None))


def _searchable(finding: Finding, facts: Iterable[str], stated: Stated | None) -> str:
    words = [finding.number, finding.statement, *facts, finding.stated_leader, finding.stated_status]
    if stated is not None:
        words += [stated.department, stated.person, stated.progress, stated.number]
        words += [measure.get("text", "") for measure in stated.measures]
    return "\n".join(word for word in words if word)
