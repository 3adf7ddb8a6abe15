"""The list taken out of the house: exactly what was shown, and the trail knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from xuncha.findings.models import Finding
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.security import policy, trail
from xuncha.security.models import User
from xuncha.security.roles import Room


@transaction.atomic
def export_findings(selection: Selection, *, form: str, columns: Sequence[str], actor: User) -> Iterator[list[Finding]]:
    """导出: the chosen findings in the order of the list, in parts; a unit gets what it may know.

    ``form`` is xlsx or csv. The entry in the trail stands before the first row leaves.

    Errors: `NotPermitted` for whoever has no role in the ledger.
    """
    policy.require_room(actor, Room.LEDGER)
    trail.record(
        actor=actor,
        act="export_findings",
        thing=actor,
        after={**selection.told(), "form": form, "columns": list(columns), "count": str(selection.count(actor))},
    )
    return selection.in_order(actor)
