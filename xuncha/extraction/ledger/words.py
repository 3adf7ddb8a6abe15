"""The words of ledgers: how columns are headed, how status, category and facets are written in a cell."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from xuncha.vocabulary import load

_SPACE = re.compile(r"\s+")
_BRACKETS = re.compile(r"[（(【\[][^（()）【】\[\]]*[)）】\]]")
STATUS_KINDS = ("not_started", "long_term", "in_progress", "done")
STATUS_CHOICES = ("未启动", "进行中", "基本完成", "已完成", "已销号", "长期坚持")
MAX_HEAD = 24
"""Longer words are no column head."""


@cache
def _ledger() -> dict[str, Any]:
    return load("ledger")


@cache
def _column_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    columns: dict[str, list[str]] = _ledger()["columns"]
    return tuple(
        (field, re.compile("|".join(f"(?:{entry})" for entry in entries))) for field, entries in columns.items()
    )


@cache
def _old_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    columns: dict[str, list[str]] = _ledger()["old_columns"]
    return tuple(
        (field, re.compile("|".join(f"(?:{entry})" for entry in entries))) for field, entries in columns.items()
    )


@cache
def old_field_of_head(head: str) -> str | None:
    """The further field of an old ledger (round, feedback_date, evidence, remark) that a head names, else null."""
    plain = _BRACKETS.sub("", _SPACE.sub("", head).rstrip("：:*＊"))
    if 0 < len(plain) <= MAX_HEAD:
        for field, pattern in _old_patterns():
            if pattern.fullmatch(plain):
                return field
    return None


@cache
def _old_words() -> dict[str, re.Pattern[str]]:
    words: dict[str, list[str]] = _ledger()["old_words"]
    return {name: re.compile("|".join(f"(?:{entry})" for entry in entries)) for name, entries in words.items()}


def says(name: str, words: str) -> bool:
    """Whether a cell of an old ledger says no more than ``name``: yes, no, high, medium, low, no_day, nothing."""
    return _old_words()[name].fullmatch(_SPACE.sub("", words)) is not None


@cache
def column_fields() -> tuple[str, ...]:
    """The fields that a column can hold, as the vocabulary file lists them."""
    return tuple(_ledger()["columns"])


@cache
def field_of_head(head: str) -> str | None:
    """The field that a column head names; null where nothing in the vocabulary fits."""
    plain = _SPACE.sub("", head).rstrip("：:*＊")
    for words in (plain, _BRACKETS.sub("", plain)):
        if 0 < len(words) <= MAX_HEAD:
            for field, pattern in _column_patterns():
                if pattern.fullmatch(words):
                    return field
    return None


def could_be_head(words: str) -> bool:
    """Whether words are short enough to head a column; what a bracket explains does not count."""
    return len(words) <= 200 and len(_BRACKETS.sub("", _SPACE.sub("", words))) <= MAX_HEAD


@cache
def _status_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds: dict[str, list[str]] = _ledger()["status"]
    return tuple((kind, re.compile("|".join(f"(?:{entry})" for entry in kinds[kind]))) for kind in STATUS_KINDS)


def status_kind(words: str) -> str | None:
    """``done | in_progress | long_term | not_started``; null where the words name no status."""
    plain = _SPACE.sub("", words)[:60]
    for kind, pattern in _status_patterns():
        if pattern.search(plain):
            return kind
    return None


def status_of(words: str) -> str | None:
    """``done | in_progress | long_term``; null where nothing is said or work has not begun."""
    kind = status_kind(words)
    return None if kind == "not_started" else kind


def status_word(status: str | None) -> str:
    """The word that a ledger writes for a status of its own finding."""
    return "" if status is None else str(_ledger()["status_words"].get(status, ""))


def facet_word(code: str | None) -> str:
    return "" if code is None else str(_ledger()["facets"].get(code, code))


def facet_of(words: str, codes: tuple[str, ...]) -> str | None:
    """The code whose word stands in the cell; null where none does."""
    plain = _SPACE.sub("", words)
    for code in codes:
        if plain == code or facet_word(code) in plain:
            return code
    return None


@cache
def _sums() -> tuple[re.Pattern[str], re.Pattern[str]]:
    sums: dict[str, list[str]] = _ledger()["sums"]
    totals = "|".join(map(re.escape, sums["total"]))
    notes = "|".join(map(re.escape, sums["note"]))
    return re.compile(rf"(?:本[页表组])?(?:{totals})(?![一-龥]{{3}})"), re.compile(
        rf"(?:{notes})[：:]?(?=$|[^一-龥]|(?<=[：:]))"
    )


def is_total(words: str) -> bool:
    """Whether a row that opens with these words adds up others (合计, 小计)."""
    return _sums()[0].match(_SPACE.sub("", words)) is not None


def is_note(words: str) -> bool:
    """Whether a row that opens with these words belongs to the form, not to its content (注：, 填表人：)."""
    return _sums()[1].match(_SPACE.sub("", words)) is not None
