"""Rounds and how the findings of one spread over units and categories."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xuncha.api.errors import NotFound, Problem
from xuncha.api.signing_in import actor_of
from xuncha.findings.queries import counts
from xuncha.rounds import queries
from xuncha.rounds.permissions import POLICY

router = Router()


class RoundRow(Schema):
    """A round; ``name`` as in numbers, 14-8."""

    id: int
    name: str
    term: int
    number: int
    kind: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    feedback_on: datetime.date | None
    units: int


class Cell(Schema):
    """How many current findings; ``unit`` 0: joint, ``category`` 0: none. No zeros."""

    unit: int
    category: int
    number: int


@router.get("", response={200: list[RoundRow], 401: Problem, 403: Problem}, url_name="rounds")
def list_rounds(request: HttpRequest) -> Any:
    """The rounds, newest first."""
    actor = actor_of(request)
    POLICY.require(actor, "see_rounds")
    counted: list[Any] = list(queries.rounds(actor).select_related("term"))
    return [
        {
            "id": round.pk,
            "name": str(round),
            "term": round.term.number,
            "units": round.unit_count,
            **{name: getattr(round, name) for name in ("number", "kind", "starts_on", "ends_on", "feedback_on")},
        }
        for round in counted
    ]


@router.get(
    "/{int:pk}/counts", response={200: list[Cell], 401: Problem, 403: Problem, 404: Problem}, url_name="round_counts"
)
def get_counts(request: HttpRequest, pk: int) -> Any:
    """The heat map of a round as numbers."""
    actor = actor_of(request)
    round = queries.find_round(actor, pk)
    if round is None:
        raise NotFound
    units = [counts.NONE, *queries.inspected_keys(actor, round)]
    found = counts.cells(actor, round.pk, units)
    return [
        {"unit": unit, "category": category, "number": number} for (unit, category), number in sorted(found.items())
    ]
