"""What tables and columns indicators read, and the rules their rows must keep."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

Type = Literal["s", "d", "t", "month", "m", "n", "i", "long", "b", "enum"]

_WORDS: Final = re.compile(r"(\w+) +(\([^)]*\)|\w+) *([^|]*)(?:\|(.*))?")


JOINT: Final = " + "
"""Between the ids of suppliers that bid or won together: they count as one supplier of their own."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: type, whether it must be there, what kind of identity it is (null: none)."""

    name: str
    type: Type
    is_key: bool
    is_required: bool
    identity: str | None
    target: str | None
    """The table whose key it names."""
    may_be_negative: bool
    is_share: bool
    is_free: bool
    """A date that may lie after the cut-off date."""
    choices: dict[str, str]
    """Every accepted word, in lower case, to the value it stands for."""
    heads: tuple[str, ...]
    """Chinese heads under which offices write it; the first one is its label."""

    @property
    def label(self) -> str:
        return self.heads[0] if self.heads else self.name

    @property
    def is_date(self) -> bool:
        return self.type in ("d", "t", "month")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns by name, in order."""

    name: str
    zh: str
    en: str
    columns: dict[str, Column]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(name for name, column in self.columns.items() if column.is_key)


ORDERS: Final = (
    ("tenders", "bid_start", "bid_end"),
    ("visits", "admit_date", "discharge_date"),
    ("cases", "filed_date", "decided_date"),
    ("approvals", "accept_date", "decide_date"),
    ("employees", "start_date", "end_date"),
)
"""Table, earlier date, later date (V08)."""

EVENT_DATES: Final = {
    "bids": "received_at",
    "awards": "award_date",
    "contracts": "sign_date",
    "amendments": "change_date",
    "payroll": "pay_month",
    "subsidies": "pay_date",
    "disbursements": "pay_date",
    "visits": "admit_date",
    "charges": "charge_date",
    "med_purchases": "buy_date",
    "cases": "filed_date",
    "approvals": "accept_date",
    "meetings": "meet_date",
    "expenses": "invoice_date",
    "safety_checks": "check_date",
}
"""Tables whose rows come in month after month (V13), and the date that tells the month."""


@functools.cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of the catalogue."""
    content = tomllib.loads(files(__name__).joinpath("tables.toml").read_text("utf-8"))
    return {
        name: Table(name, entry["zh"], entry["en"], {c.name: c for c in map(_column, entry["columns"])})
        for name, entry in content.items()
    }


@functools.cache
def identities() -> frozenset[str]:
    """Columns that say who somebody is, of whatever table."""
    return frozenset(
        column.name for table in tables().values() for column in table.columns.values() if column.identity is not None
    )


def _column(line: str) -> Column:
    match = _WORDS.fullmatch(line)
    assert match, line
    name, kind, marks, heads = match[1], match[2], match[3].split(), (match[4] or "").split()
    choices: dict[str, str] = {}
    if kind.startswith("("):
        for choice in kind[1:-1].split():
            value, _, words = choice.partition("=")
            choices |= {word.lower(): value for word in (value, *words.split("/"))}
    return Column(
        name=name,
        type="enum" if choices else kind,  # type: ignore[arg-type]
        is_key="key" in marks,
        is_required="!" in marks or "key" in marks,
        identity=next((mark[1:] for mark in marks if mark.startswith("@")), None),
        target=next((mark[1:] for mark in marks if mark.startswith(">")), None),
        may_be_negative="~" in marks,
        is_share="share" in marks,
        is_free="free" in marks,
        choices=choices,
        heads=tuple(heads),
    )
