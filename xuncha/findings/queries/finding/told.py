"""What happened to a finding, and the names of what its history speaks of by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from xuncha.findings.models import Feedback, Finding
from xuncha.findings.permissions import POLICY
from xuncha.organisation.models import Unit
from xuncha.rulebook.models import Category, Scheme
from xuncha.security import trail
from xuncha.security.models import TrailEntry, User


def history(actor: User, finding: Finding) -> QuerySet[TrailEntry]:
    """All that was done to a finding, newest first; of the office and reviewers alone.

    Errors: `NotPermitted`.
    """
    POLICY.require(actor, "see_history", finding)
    return trail.history_of(finding)


@dataclass(frozen=True)
class Names:
    """Names by key. What is not there any more has none."""

    units: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, Category] = field(default_factory=dict)
    schemes: Mapping[int, Scheme] = field(default_factory=dict)
    feedbacks: Mapping[int, str] = field(default_factory=dict)
    findings: Mapping[int, str] = field(default_factory=dict)


def names_in(entries: Iterable[TrailEntry]) -> Names:
    """The names of units, categories, schemes, feedback and findings that entries speak of: five queries at most."""
    units: set[int] = set()
    categories: set[int] = set()
    schemes: set[int] = set()
    feedbacks: set[int] = set()
    findings: set[int] = set()
    for entry in entries:
        for told in (entry.before or {}, entry.after or {}):
            units.update(told.get("units") or ())
            units.update(note["unit"] for note in told.get("seen_at") or ())
            units.update(key for key in (told.get("unit_id"),) if key)
            categories.update(key for key in (told.get("category_id"),) if key)
            categories.update((told.get("codes") or {}).values())
            schemes.update(int(key) for name in ("codes", "code_reasons") for key in told.get(name) or {})
            feedbacks.update(key for key in (told.get("feedback_id"),) if key)
            findings.update(told.get("successors") or ())
    return Names(
        dict(Unit.objects.filter(pk__in=units).values_list("pk", "short_name")) if units else {},
        Category.objects.in_bulk(categories) if categories else {},
        Scheme.objects.in_bulk(schemes) if schemes else {},
        dict(Feedback.objects.filter(pk__in=feedbacks).values_list("pk", "title")) if feedbacks else {},
        dict(Finding.objects.filter(pk__in=findings).values_list("pk", "number")) if findings else {},
    )
