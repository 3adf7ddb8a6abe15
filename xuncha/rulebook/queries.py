"""What the office has set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A category as somebody wants it to be. ``became``: the code of the one that takes its place, empty for none.

    An empty ``code`` is a new category that gets one.
    """

    code: str
    name: str
    letter: str = ""
    name_en: str = ""
    group: str = ""
    is_retired: bool = False
    became: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What would become of one category: ``kind`` is added, changed, retired, returned or mapped.

    ``fields`` maps name to before and after; ``category`` is null for a new one.
    """

    kind: str
    category: Category | None
    wanted: Wanted
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


LONGEST: Final = {"code": 60, "letter": 10, "name": 60, "name_en": 80, "group": 60}


def completed(scheme: Scheme, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The wanted categories with a code each, and, retired, those of the scheme that nobody named any more."""
    known = {category.code: category for category in categories(scheme, with_retired=True).select_related("became")}
    by_name = {category.name: code for code, category in known.items()}
    taken = {row.code for row in wanted} | known.keys()
    found = []
    for row in wanted:
        code = row.code or (by_name.get(row.name, "") if by_name.get(row.name) not in {r.code for r in wanted} else "")
        if not code:
            code = next(f"own.{i}" for i in range(1, 10_000) if f"own.{i}" not in taken)
        taken.add(code)
        found.append(Wanted(code, row.name, row.letter, row.name_en, row.group, row.is_retired, row.became))
    named = {row.code for row in found}
    for code, category in known.items():
        if code not in named:
            became = category.became.code if category.became else ""
            found.append(Wanted(code, category.name, category.letter, category.name_en, category.group, True, became))
    return found


def faults_of(wanted: Sequence[Wanted]) -> list[tuple[int, str, str, str]]:
    """What is wrong with the wanted categories: position from 1, field, code of the fault, what was found."""
    faults: list[tuple[int, str, str, str]] = []
    codes = [row.code for row in wanted]
    in_use = {row.code for row in wanted if not row.is_retired}
    names = [row.name for row in wanted if not row.is_retired]
    for i, row in enumerate(wanted, start=1):
        for name, most in LONGEST.items():
            if len(getattr(row, name)) > most:
                faults.append((i, name, "too_long", getattr(row, name)[:20]))
        if not row.name:
            faults.append((i, "name", "required", row.code))
        elif not row.is_retired and names.count(row.name) > 1:
            faults.append((i, "name", "name_twice", row.name))
        if codes.count(row.code) > 1:
            faults.append((i, "code", "code_twice", row.code))
        if row.became and row.became not in codes:
            faults.append((i, "became", "unknown_category", row.became))
        elif row.became and row.became not in in_use:
            faults.append((i, "became", "became_is_retired", row.became))
    if not in_use:
        faults.append((0, "name", "none_in_use", ""))
    return faults


def differences(scheme: Scheme, wanted: Sequence[Wanted]) -> list[Difference]:
    """What the completed wanted categories would change, in their order."""
    known = {category.code: category for category in categories(scheme, with_retired=True).select_related("became")}
    order = [code for code in known if code in {row.code for row in wanted}]
    asked = [row.code for row in wanted if row.code in known]
    found = []
    for row in wanted:
        category = known.get(row.code)
        if category is None:
            found.append(Difference("added", None, row))
            continue
        now = {
            "name": category.name,
            "letter": category.letter,
            "name_en": category.name_en,
            "group": category.group,
            "became": category.became.code if category.became else "",
        }
        fields = {name: (before, getattr(row, name)) for name, before in now.items() if before != getattr(row, name)}
        was_retired = category.retired_on is not None
        if row.is_retired and (not was_retired or "became" in fields):
            found.append(Difference("mapped" if row.became else "retired", category, row, fields))
        elif was_retired and not row.is_retired:
            found.append(Difference("returned", category, row, fields))
        elif fields:
            found.append(Difference("changed", category, row, fields))
        elif _place(order, row.code) != _place(asked, row.code):
            found.append(Difference("moved", category, row, {"order": _neighbours(order, asked, row.code)}))
    return found


def _place(codes: Sequence[str], code: str) -> str:
    """The code before it: of a list in which one was moved, only that one and its neighbours count as moved."""
    i = codes.index(code)
    return codes[i - 1] if i else ""


def _neighbours(before: Sequence[str], after: Sequence[str], code: str) -> tuple[str, str]:
    return str(before.index(code) + 1), str(after.index(code) + 1)
