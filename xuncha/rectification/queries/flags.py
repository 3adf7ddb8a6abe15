"""疑似纸面整改: the flags of items, each with both sides, for whoever may see both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Count

from xuncha.rectification.models import PaperFlag
from xuncha.rectification.permissions import flags_visible_to
from xuncha.security.models import User

OUTCOME_CHOICES: Final = PaperFlag.Outcome.choices
"""What can be noted of a flag, code and label."""


def flags_of(actor: User, items: Iterable[int]) -> dict[int, list[PaperFlag]]:
    """The flags of items that the actor may see, by the key of the item; in one query."""
    found: dict[int, list[PaperFlag]] = {key: [] for key in items}
    sides = ("entry", "other_entry", "evidence", "other_evidence")
    of = [
        f"{side}__measure__rectification__{what}"
        for side in ("other_entry", "other_evidence")
        for what in ("finding", "unit")
    ]
    rows = flags_visible_to(actor).filter(rectification__in=list(found))
    for flag in rows.select_related("measure", "noted_by", *sides, *of).order_by("pk"):
        found[flag.rectification_id].append(flag)
    return found


def find_flag(actor: User, pk: int) -> PaperFlag | None:
    """One flag, if both sides of it are in sight."""
    return flags_visible_to(actor).filter(pk=pk).first()


def open_counts(actor: User, items: Iterable[int]) -> dict[int, int]:
    """How many flags of items nobody noted anything of yet, by the key of the item; in one query."""
    rows = flags_visible_to(actor).filter(rectification__in=list(items), outcome="").order_by()
    return dict(rows.values_list("rectification").annotate(number=Count("pk")))
