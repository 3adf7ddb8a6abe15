"""What the office has set."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from xuncha.rulebook.models import Category, Office, Scheme, Sector


def office() -> Office:
    """The office of this installation; before anything was set, one with the shipped words."""
    return Office.objects.filter(pk=1).first() or Office(pk=1)


def leading_scheme() -> Scheme:
    """The scheme that lists, pictures and counts use."""
    return Scheme.objects.get(is_leading=True)


def active_schemes() -> QuerySet[Scheme]:
    """The schemes in use, the leading one first."""
    return Scheme.objects.filter(state=Scheme.State.ACTIVE).order_by("-is_leading", "order", "id")


def schemes() -> QuerySet[Scheme]:
    """All schemes, the leading one first, retired ones last; each with ``category_count`` of those in use."""
    in_use = Count("categories", filter=Q(categories__retired_on__isnull=True))
    return Scheme.objects.annotate(category_count=in_use).order_by("-is_leading", "state", "order", "id")


def find_scheme(pk: int) -> Scheme | None:
    """The scheme, or null."""
    return Scheme.objects.filter(pk=pk).first()


def categories(scheme: Scheme, *, with_retired: bool = False) -> QuerySet[Category]:
    """The categories of a scheme in their order."""
    rows = Category.objects.filter(scheme=scheme)
    return (rows if with_retired else rows.filter(retired_on__isnull=True)).order_by("order", "id")


def sectors() -> QuerySet[Sector]:
    """The sectors in their order."""
    return Sector.objects.order_by("order", "id")
