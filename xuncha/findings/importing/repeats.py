"""Rows of one old ledger that say nearly the same of one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from xuncha.findings import similarity
from xuncha.findings.models import LedgerRow
from xuncha.findings.queries.row_names import lay_down

COMPARED: Final = 3
"""Rows above that are compared with a row: those that share most keys."""
SHARED: Final = 2
"""Keys that two rows must share to be compared; what hardly differs shares most of its six."""
CROWDED: Final = 100
"""A key that more rows bear says too little."""


class Places(Protocol):
    """What makes a fault at the column of a field."""

    def fault(
        self, code: str, field: str, *, row: int, found: str = "", detail: str = "", detail_en: str = ""
    ) -> dict[str, Any]: ...


class Repeats:
    """Remembers the rows that went by and marks those that hardly differ from one of them."""

    def __init__(self) -> None:
        self._bearers: dict[int, list[int]] = {}
        self._met: list[tuple[str, int, str]] = []

    def mark(self, rows: Sequence[LedgerRow], places: Mapping[str, Places]) -> None:
        """Lay the fault ``like_row`` on rows of which one above says nearly the same; exact repeats bear theirs."""
        sure = similarity.sure()
        for row in rows:
            words = row.values.get("finding", "")
            if not words or not row.may_be_entered or "|repeated|" in row.fault_codes:
                continue
            keys = similarity.sketch(words, similarity.scope(row.values.get("round", 0), row.unit_id))
            shared = Counter(number for key in keys for number in self._bearers.get(key, ()))
            near = [number for number, count in shared.most_common(COMPARED) if count >= SHARED]
            for number in near:
                sheet, at, said = self._met[number]
                if similarity.likeness(words, said) >= sure:
                    where = f"“{sheet}”第 {at} 行" if sheet != row.sheet else f"第 {at} 行"
                    place = f"{sheet}, row {at}" if sheet != row.sheet else f"row {at}"
                    fault = places[row.sheet].fault(
                        "like_row",
                        "finding",
                        row=row.row,
                        found=words,
                        detail=f"与其他行不同的问题（与{where}相近）",
                        detail_en=f"a finding unlike those of other rows (much like {place})",
                    )
                    lay_down(row, row.values, [*row.faults, fault])
                    break
            self._met.append((row.sheet, row.row, words))
            for key in keys:
                bearers = self._bearers.setdefault(key, [])
                if len(bearers) < CROWDED:
                    bearers.append(len(self._met) - 1)
