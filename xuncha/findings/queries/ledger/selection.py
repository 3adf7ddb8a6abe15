"""Which findings an act is about: chosen one by one, or all that a query asks for, as a condition and not as keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from xuncha.findings.models import Finding
from xuncha.findings.permissions import findings_visible_to
from xuncha.findings.queries.ledger.paging import MANY, Count, bare, count, loaded, order_of
from xuncha.findings.queries.ledger.plan import plan
from xuncha.findings.queries.ledger.query import LedgerQuery
from xuncha.security.models import User

# Chosen one by one; more are chosen as "all that match".
MOST_CHOSEN: Final = 5000
BATCH: Final = 2000


@dataclass(frozen=True)
class Selection:
    """``query`` is the list it was chosen from; ``keys`` the chosen findings, null for all that the query asks for."""

    query: LedgerQuery
    keys: tuple[int, ...] | None = None

    @classmethod
    def from_params(cls, params: Any, query: LedgerQuery) -> Selection:
        """From the fields of the bulk bar: ``all``, ``chosen`` of the page at hand, ``also`` of other pages."""
        if params.get("all"):
            return cls(query)
        given = [*params.getlist("chosen"), *str(params.get("also") or "").split(",")]
        keys = dict.fromkeys(int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 19)
        return cls(query, tuple(keys)[:MOST_CHOSEN])

    def findings(self, actor: User) -> QuerySet[Finding]:
        """The findings, those of which the actor may know, unordered."""
        if self.keys is None:
            return plan(actor, self.query).findings(lead=False)
        return findings_visible_to(actor).filter(pk__in=self.keys)

    def count(self, actor: User, limit: int = MANY) -> Count:
        """How many they are."""
        if self.keys is None:
            return count(actor, self.query, limit)
        return Count(self.findings(actor).count())

    def in_order(self, actor: User, batch: int = BATCH) -> Iterator[list[Finding]]:
        """All of them in the order of the list, with what a list shows, in parts that fit into memory."""
        order = order_of(actor, self.query)
        if self.keys is None:
            asked = plan(actor, self.query)
            rows, sorts = asked.findings(), asked.leader is not None
        else:
            rows, sorts = self.findings(actor), True
        rows = bare(rows)
        place = None
        while part := order.take(rows, most=batch, after=place, sorts=sorts):
            yield loaded(actor, part, many=True)
            if len(part) < batch:
                return
            place = order.place_of(part[-1])

    def told(self) -> Mapping[str, Any]:
        """For the trail: what was chosen."""
        if self.keys is None:
            return {"query": self.query.to_params()}
        return {"query": self.query.to_params(), "keys": list(self.keys)}
