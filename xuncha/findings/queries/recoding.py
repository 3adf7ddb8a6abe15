"""How many findings bear the categories of a scheme, and how many a change of the scheme would move."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Sum

from xuncha.findings.models import Classification
from xuncha.findings.permissions import counts_visible_to
from xuncha.rulebook.models import Category, Scheme
from xuncha.security.models import User
from xuncha.security.policy import reads_the_ledger


@dataclass(frozen=True, slots=True)
class Moved:
    """Findings of one round and state that bear a category."""

    category: int
    round: int
    state: str
    number: int


def findings_by_category(actor: User, scheme: Scheme) -> dict[int, int]:
    """Category to the findings, of all rounds and states, that bear it."""
    found: dict[int, int] = {}
    for moved in bearing(actor, scheme, list(Category.objects.filter(scheme=scheme).values_list("pk", flat=True))):
        found[moved.category] = found.get(moved.category, 0) + moved.number
    return found


def bearing(actor: User, scheme: Scheme, categories: Collection[int]) -> list[Moved]:
    """The findings that bear one of the categories, by round and state.

    Of the leading scheme from the kept counts; of a further one by counting its codes.
    """
    if not reads_the_ledger(actor) or not categories:
        return []
    if scheme.is_leading:
        kept = (
            counts_visible_to(actor)
            .filter(category_id__in=list(categories), number__gt=0)
            .values_list("category_id", "round_id", "state")
            .annotate(found=Sum("number"))
            .order_by("category_id", "-round_id", "state")
        )
        return [Moved(*row) for row in kept]
    rows = (
        Classification.objects.filter(category__in=list(categories))
        .values_list("category_id", "finding__round_id", "finding__state")
        .annotate(found=Count("pk"))
        .order_by("category_id", "-finding__round_id", "finding__state")
    )
    return [Moved(*row) for row in rows]


def number_of_findings(actor: User) -> int:
    """All findings of all rounds and states, from the kept counts."""
    return counts_visible_to(actor).aggregate(found=Sum("number"))["found"] or 0
