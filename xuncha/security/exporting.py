"""The trail taken out: for its reader, and the trail knows of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from xuncha.security import trail
from xuncha.security.models import TrailEntry, User
from xuncha.security.reading import TrailQuery, in_order, require_reader


@transaction.atomic
def export_trail(query: TrailQuery, *, form: str, actor: User) -> Iterator[list[TrailEntry]]:
    """导出留痕: the entries that meet the query, oldest first, in parts; memory does not grow with them.

    The entry that says so stands before the first part leaves, and is among them where it meets the query.
    Errors: `NotPermitted`.
    """
    require_reader(actor, "export_trail")
    trail.record(actor=actor, act="export_trail", thing=actor, after={**query.to_params(), "form": form})
    return in_order(query)
