"""What a bulk edit offers to choose from, and what its values are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rulebook.models import Category, Scheme
from xuncha.security.models import User


class BulkChoices:
    """Categories of a scheme (key null: the leading one) and units in being."""

    def __init__(self, scheme: int | None = None) -> None:
        active = Scheme.objects.filter(state=Scheme.State.ACTIVE)
        self.scheme = (active.filter(is_leading=True) if scheme is None else active.filter(pk=scheme)).first()

    def categories(self) -> QuerySet[Category]:
        """Those that may be given."""
        return Category.objects.filter(scheme=self.scheme, retired_on__isnull=True).order_by("order", "id")

    def units(self, actor: User) -> QuerySet[Unit]:
        """Those in being that the actor may know, in their order, with their sectors."""
        return (
            units_visible_to(actor)
            .filter(state=Unit.State.ACTIVE)
            .select_related("sector")
            .order_by("sector__order", "order", "id")
        )

    def known_categories(self, keys: Iterable[int]) -> QuerySet[Category]:
        """Categories by key, retired ones too."""
        return Category.objects.filter(pk__in=set(keys))

    def known_units(self, keys: Iterable[int]) -> QuerySet[Unit]:
        """Units by key, former ones too."""
        return Unit.objects.filter(pk__in=set(keys))


def further_schemes() -> QuerySet[Scheme]:
    """The schemes beside the leading one in which findings have codes."""
    return Scheme.objects.filter(state=Scheme.State.ACTIVE, is_leading=False).order_by("order", "id")
