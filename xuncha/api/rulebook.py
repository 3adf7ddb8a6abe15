"""Category schemes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xuncha.api.errors import Problem
from xuncha.api.signing_in import actor_of
from xuncha.rulebook import queries

router = Router()


class CategoryRow(Schema):
    """A category; ``code`` is its stable key within the scheme."""

    id: int
    code: str
    name: str
    name_en: str
    group: str


class SchemeRow(Schema):
    """A scheme in use with the categories that may be given."""

    id: int
    code: str
    name: str
    is_leading: bool
    categories: list[CategoryRow]


@router.get("", response={200: list[SchemeRow], 401: Problem}, url_name="schemes")
def list_schemes(request: HttpRequest) -> Any:
    """The schemes in use, the leading one first. Everybody's: findings speak in their codes."""
    actor_of(request)
    return [
        {
            "id": scheme.pk,
            "code": scheme.code,
            "name": scheme.name,
            "is_leading": scheme.is_leading,
            "categories": [
                {"id": each.pk, **{name: getattr(each, name) for name in ("code", "name", "name_en", "group")}}
                for each in queries.categories(scheme)
            ],
        }
        for scheme in queries.active_schemes()
    ]
