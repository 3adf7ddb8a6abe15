"""Items are as far as their measures: reckoned anew whenever a measure moves, comes, or goes."""

from __future__ import annotations

from collections.abc import Sequence

from xuncha.rectification.models import Measure, Rectification
from xuncha.rectification.workflow import progress_of
from xuncha.security import trail


def follow(items: Sequence[Rectification]) -> list[trail.Change]:
    """Bring items, held by the caller, in line with their measures; each is a new version of itself.

    What changed is told on the trail by the act that moved the measures.
    """
    by_item: dict[int, list[str]] = {item.pk: [] for item in items}
    rows = Measure.objects.filter(rectification__in=by_item).order_by()
    for key, progress in rows.values_list("rectification", "progress"):
        by_item[key].append(progress)
    changes: list[trail.Change] = []
    for item in items:
        before, item.progress = item.progress, progress_of(by_item[item.pk])
        item.version += 1
        item.save(update_fields=["progress", "version"])
        if before != item.progress:
            changes.append((item, {"progress": before}, {"progress": item.progress}))
    return changes
