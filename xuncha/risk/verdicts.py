"""What reviewers said of leads (so, not so, cannot tell): kept in a book, counted as precision, clearing the not so."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from xuncha.documents.writers.files import write_text

Verdict = Literal["so", "not_so", "cannot_tell"]

SCHEMA: Final = "xuncha.risk.verdicts/1"
_Z: Final = 1.96
SMALL: Final = 30
"""Leads judged so or not so below which a share says little."""
WORDS: Final[dict[str, Verdict]] = {
    **dict.fromkeys(("属实", "是", "查实", "so", "yes", "true", "confirmed"), "so"),
    **dict.fromkeys(("不属实", "否", "排除", "not so", "not_so", "no", "false", "cleared"), "not_so"),
    **dict.fromkeys(("不能判断", "证据不足", "无法判断", "cannot tell", "cannot_tell", "unclear"), "cannot_tell"),
}
"""What a reviewer may write, in lower case."""


class NoBook(Exception):
    """A file that is no book of verdicts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A lead with its verdict. ``number`` and ``evidence`` say which lead it was and on which rows it rested."""

    number: str
    evidence: str
    """Empty where the reviewers' file does not say it: such a verdict counts and clears nothing."""
    verdict: Verdict
    reviewer: str = ""
    day: str = ""
    reason: str = ""

    @property
    def indicator(self) -> str:
        return self.number.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Precision:
    """How many leads of an indicator were judged, and how."""

    so: int
    not_so: int
    cannot_tell: int

    @property
    def n(self) -> int:
        return self.so + self.not_so

    @property
    def share(self) -> float | None:
        """Of the leads that could be judged those that were so; null where there is none."""
        return self.so / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of 95 %."""
        if not self.n:
            return None
        share, n, square = self.so / self.n, self.n, _Z * _Z
        half = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
        centre = share + square / (2 * n)
        return max(0.0, (centre - half) / (1 + square / n)), min(1.0, (centre + half) / (1 + square / n))

    @property
    def is_small(self) -> bool:
        return self.n < SMALL


@dataclass(slots=True)
class Book:
    """All verdicts, the last one on a lead and its evidence counts."""

    verdicts: dict[tuple[str, str], Judged] = field(default_factory=dict)

    def add(self, judged: Iterable[Judged]) -> int:
        """Take verdicts in; gives how many are new or changed.

        One that does not say on what evidence, and says again what is known of the lead, is nothing new.
        """
        before = dict(self.verdicts)
        known = {(number, each.verdict) for (number, evidence), each in before.items() if evidence}
        for each in judged:
            if not each.evidence and (each.number, each.verdict) in known:
                continue
            self.verdicts[each.number, each.evidence] = each
        return sum(before.get(place) != each for place, each in self.verdicts.items())

    def on(self, number: str, evidence: str) -> Judged | None:
        """The verdict on a lead that rests on just that evidence."""
        return self.verdicts.get((number, evidence))

    def clears(self, number: str, evidence: str) -> bool:
        """Whether a lead was judged not so, on just that evidence."""
        judged = self.on(number, evidence)
        return bool(evidence) and judged is not None and judged.verdict == "not_so"

    def precision(self) -> dict[str, Precision]:
        """By indicator, in order of code."""
        counts: dict[str, dict[str, int]] = defaultdict(lambda: {"so": 0, "not_so": 0, "cannot_tell": 0})
        for judged in self.verdicts.values():
            counts[judged.indicator][judged.verdict] += 1
        return {code: Precision(**counts[code]) for code in sorted(counts)}

    @classmethod
    def load(cls, path: Path) -> Book:
        """The book in a file, an empty one where there is no file. Raises `NoBook`, `OSError`."""
        if not path.exists():
            return cls()
        try:
            found = json.loads(path.read_text("utf-8"))
            if found["schema"] != SCHEMA:
                raise NoBook(str(path))
            judged = [Judged(**entry) for entry in found["verdicts"]]
        except (ValueError, KeyError, TypeError):
            raise NoBook(str(path)) from None
        return cls({(each.number, each.evidence): each for each in judged})

    def save(self, path: Path) -> None:
        """Raises `OSError`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        entries: list[dict[str, Any]] = [asdict(self.verdicts[place]) for place in sorted(self.verdicts)]
        data = {"schema": SCHEMA, "verdicts": entries}
        write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
