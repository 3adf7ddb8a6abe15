"""What a filter can be set to, and what a set one is called. A unit is offered its own values alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from xuncha.findings.models import Feedback, Paper
from xuncha.findings.permissions import feedbacks_visible_to, findings_visible_to, papers_visible_to
from xuncha.findings.queries.ledger.query import (
    CODE_FACETS,
    FACETS,
    MAY_BE_NONE,
    NONE,
    OFFICE_FACETS,
    LedgerQuery,
)
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.rounds.permissions import rounds_visible_to
from xuncha.rulebook.models import Category, Sector
from xuncha.security.models import User
from xuncha.security.policy import reads_the_ledger
from xuncha.security.roles import OFFICE_ROLES

_FIGURES: Final = re.compile(r"\d+", re.ASCII)
# Rounds and terms are counted in two figures; the database holds four.
LONGEST_FIGURES: Final = 4
# A menu of units shows this many; the rest are found by typing.
MOST_SHOWN: Final = 60


@dataclass(frozen=True)
class Choice:
    """One value of a facet. ``thing`` is the row it names (null for codes); ``heading`` what it stands under."""

    value: str
    thing: Any = None
    heading: str = ""


def facets_for(actor: User) -> list[str]:
    """The facets that the actor may filter by, in their order."""
    reads = reads_the_ledger(actor)
    return [facet for facet in (*FACETS, "changed_by") if reads or facet not in OFFICE_FACETS]


def choices(actor: User, facet: str, words: str = "", most: int = MOST_SHOWN) -> list[Choice]:
    """What the facet can be set to, those whose names hold ``words``."""
    if facet not in facets_for(actor):
        return []
    if facet in CODE_FACETS:
        found = [Choice(code) for code in CODE_FACETS[facet]]
    else:
        rows = _rows(actor, facet)
        if words:
            rows = rows.filter(_named(facet, words))
        found = [Choice(str(row.pk), row, getattr(row, "group", "")) for row in rows[:most]]
    if facet in MAY_BE_NONE and not words:
        found.append(Choice(NONE))
    return found


def chosen(actor: User, query: LedgerQuery) -> dict[str, list[Choice]]:
    """The values that are set, facet by facet, those the actor may know with their rows."""
    found: dict[str, list[Choice]] = {}
    reads = reads_the_ledger(actor)
    for facet, values in query.filters.items():
        if not reads and facet in OFFICE_FACETS:
            continue
        if facet in CODE_FACETS:
            found[facet] = [Choice(value) for value in values]
            continue
        keys = [int(value) for value in values if value != NONE]
        things = _rows(actor, facet).in_bulk(keys) if keys else {}
        found[facet] = [Choice(value, None if value == NONE else things.get(int(value))) for value in values]
    return found


def _rows(actor: User, facet: str) -> QuerySet[Any]:
    reads = reads_the_ledger(actor)
    if facet == "round":
        if reads:
            return rounds_visible_to(actor).order_by("-term__number", "-number")
        rounds = Round.objects.select_related("term").filter(pk__in=findings_visible_to(actor).values("round"))
        return rounds.order_by("-term__number", "-number")
    if facet in ("unit", "series"):
        return units_visible_to(actor).order_by("order", "id")
    if facet == "sector":
        return Sector.objects.order_by("order", "id")
    if facet == "category":
        categories = Category.objects.filter(scheme__is_leading=True).order_by("order", "id")
        return categories if reads else categories.filter(pk__in=findings_visible_to(actor).values("category"))
    if facet == "changed_by":
        return User.objects.filter(grants__role__in=OFFICE_ROLES).distinct().order_by("name", "id")
    if facet == "paper":
        papers: QuerySet[Paper] = papers_visible_to(actor)
        return papers.only("id", "name")
    feedbacks: QuerySet[Feedback] = feedbacks_visible_to(actor)
    return feedbacks


def _named(facet: str, words: str) -> Q:
    if facet == "round":
        numbers = [found for found in _FIGURES.findall(words) if len(found) <= LONGEST_FIGURES]
        return Q(number__in=numbers) | Q(term__number__in=numbers) if numbers else Q(pk=None)
    if facet == "unit":
        return Q(name__icontains=words) | Q(short_name__icontains=words) | Q(aliases__icontains=words)
    if facet in ("sector", "category"):
        return Q(name__icontains=words) | Q(name_en__icontains=words)
    return Q(title__icontains=words) if facet == "feedback" else Q(name__icontains=words)


def current_round(actor: User) -> int | None:
    """The newest round of which the actor may know findings; numbers sort newest first."""
    if reads_the_ledger(actor):
        return findings_visible_to(actor).order_by("number_key").values_list("round", flat=True).first()
    return (
        findings_visible_to(actor)
        .order_by("-round__term__number", "-round__number")
        .values_list("round", flat=True)
        .first()
    )


def known(values: Sequence[Choice]) -> list[Any]:
    """The rows of values that name some."""
    return [choice.thing for choice in values if choice.thing is not None]
