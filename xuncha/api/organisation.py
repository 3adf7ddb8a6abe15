"""Units."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xuncha.api.errors import Problem
from xuncha.api.signing_in import actor_of
from xuncha.organisation import queries
from xuncha.organisation.permissions import POLICY

router = Router()


class UnitRow(Schema):
    """A unit; ``parent`` is the key of the one above it."""

    id: int
    name: str
    short_name: str
    sector: str | None
    parent: int | None
    aliases: list[str]
    state: str


@router.get("", response={200: list[UnitRow], 401: Problem, 403: Problem}, url_name="units")
def list_units(request: HttpRequest, with_gone: bool = False) -> Any:
    """The units in their order; ``with_gone``: merged and abolished ones too."""
    actor = actor_of(request)
    POLICY.require(actor, "see_units")
    return [
        {
            "id": unit.pk,
            "sector": unit.sector.code if unit.sector else None,
            "parent": unit.parent_id,
            **{name: getattr(unit, name) for name in ("name", "short_name", "aliases", "state")},
        }
        for unit in queries.units(actor, with_gone=with_gone)
    ]
