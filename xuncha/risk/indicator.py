"""What an indicator (预警指标) is: a question to tables, with its threshold, its source and its known false alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from xuncha.risk.data import Data

Statistic = Literal["rz", "fence", "ratio"]

CHANCE: Final[dict[Statistic, float]] = {"rz": 0.0003, "fence": 0.0035, "ratio": 0.025}
"""Leads that chance alone gives, per unit tested."""


class Words(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold that an office may set: its value, where it comes from, since when it holds."""

    name: str
    value: Any
    meaning: Words
    source: str
    """A law and article, or ``CV``: a convention, to be tuned locally."""
    effective: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows on which leads rest: the table, and its rows with the key columns of the leads beside their own.

    Where a key column has another meaning in the row itself, it bears the lead's as ``lead_…`` besides.
    """

    table: str
    rows: ir.Table


@dataclass(frozen=True, slots=True)
class Peers:
    """What the leads were compared with, for the reader's eye: one row a peer.

    ``x``: the column that was compared, ``groups``: columns of the rows and of the leads that say who is whose peer.
    ``own``, ``limit``: columns of the leads on the same scale. ``form``: ``yuan`` (columns in fen), ``pct`` or ``num``.
    """

    rows: ir.Table
    x: str
    what: Words
    form: Literal["yuan", "pct", "num"] = "pct"
    groups: tuple[str, ...] = ()
    own: str = "value"
    limit: str | None = "threshold"


@dataclass(frozen=True, slots=True)
class Found:
    """What an indicator found.

    ``leads``: one row a lead with the key columns, `value`, `threshold`; where known `org`, `supplier` (whom it
    concerns), `day` (when), `fen` (how much, in fen), `peer_n`, `peer_median`, `peer_fence`, `lift` (levels of severity
    to add), and whatever the sentence names. ``units``: how many units were tested.
    """

    leads: ir.Table
    evidence: tuple[Evidence, ...]
    units: ir.IntegerScalar
    peers: Peers | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator. ``tables``: what it reads, a line of columns a table; what bears ``?`` may be missing."""

    code: str
    name: Words
    question: Words
    formula: Words
    tables: Mapping[str, str]
    key: tuple[str, ...]
    sources: str
    mission: str
    certainty: float
    false_positives: Words
    sentence: Words
    find: Callable[[Data, Settings], Found]
    parameters: tuple[Parameter, ...] = ()
    statistic: Statistic | None = None
    of_person: bool = False
    """The key names a person: no priority, no rank."""
    arms: tuple[tuple[str, ...], ...] = ()
    """Sets of ``table.column`` of which one must be complete: the arms of an "or"."""
    origin: str = ""
    """Of an office's own: the file it came from, and its digest."""

    @property
    def family(self) -> str:
        return self.code.split("-")[0]


@dataclass(frozen=True, slots=True)
class Settings:
    """The parameters of one run of one indicator."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def fraction(self, name: str) -> Fraction:
        """A share as the exact number that was written: 0.1 is one tenth."""
        return Fraction(str(self.values[name]))

    def fen(self, name: str) -> int:
        """An amount in yuan as whole fen."""
        return int(Fraction(str(self.values[name])) * 100)


def settings_of(indicator: Indicator, own: Mapping[str, Any]) -> Settings:
    """The shipped parameters, with an office's own in their place. Raises `KeyError` for a name that is none."""
    known = {parameter.name: parameter.value for parameter in indicator.parameters}
    for name in own:
        if name not in known:
            raise KeyError(name)
    return Settings(known | dict(own))
