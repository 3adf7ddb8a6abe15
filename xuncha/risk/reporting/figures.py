"""Figures as both reports write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from xuncha.risk.reporting.results import masked
from xuncha.risk.schema import Column, identities, tables

Language = Literal["zh", "en"]


def figure(value: float | None, form: str) -> str:
    """A value as ``yuan``, ``pct`` or ``num``."""
    if value is None:
        return "—"
    if form == "yuan":
        return f"{value:,.2f}"
    if form == "pct":
        return f"{value * 100:.1f}%"
    words = f"{value:,.2f}"
    return words.rstrip("0").rstrip(".")


def cell(table: str, name: str, value: Any, language: Language) -> str:
    """A cell of an evidence row for a reader: identities masked, choices in words, money to the fen."""
    column = tables()[table].columns.get(name) if table in tables() else None
    if value is None:
        return ""
    if name in identities():
        return masked(value)
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if column is not None and column.type == "m":
        return figure(float(value), "yuan")
    if isinstance(value, float):
        return figure(value, "num")
    words = str(value)
    if column is not None and column.type == "t":
        return words.replace("T", " ")
    if column is not None and column.choices and language == "zh":
        return _choice(column, words)
    return words


def _choice(column: Column, value: str) -> str:
    return next((word for word, stands_for in column.choices.items() if stands_for == value and word != value), value)


def is_figure(table: str, name: str) -> bool:
    """Whether a column stands at the right."""
    column = tables()[table].columns.get(name) if table in tables() else None
    return column is not None and column.type in ("m", "n", "i")


def label(table: str, name: str, language: Language) -> str:
    column = tables()[table].columns.get(name) if table in tables() else None
    if column is None or language == "en":
        return name
    return column.label + ("（元）" if column.type == "m" and "元" not in column.label else "")


def table_label(table: str, language: Language) -> str:
    named = tables().get(table)
    return table if named is None else named.zh if language == "zh" else named.en


def columns_of(table: str, rows: list[Mapping[str, Any]]) -> list[str]:
    """The columns that some row fills, in the order of the table."""
    filled = {name for row in rows for name, value in row.items() if value is not None}
    known = [name for name in tables()[table].columns if name in filled] if table in tables() else []
    return [*known, *sorted(filled - set(known))]
