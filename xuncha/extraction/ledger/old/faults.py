"""What cannot be used in a row of an old ledger: where, what was met, what was hoped for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_LONGEST: Final = 100
_EXPECTED: Final[dict[str, tuple[str, str]]] = {
    "no_statement": ("问题的内容", "a finding in words"),
    "unknown_unit": ("单位库中的单位名称", "a unit of the register"),
    "no_unit": ("单位名称", "a unit"),
    "unknown_category": ("分类方案中的类别", "a category of the scheme"),
    "unknown_round": ("已建立的轮次", "a round that exists"),
    "no_round": ("轮次，如“十四届第八轮”", "a round"),
    "no_date": ("日期，如 2025-06-30 或 2025年6月底", "a date such as 2025-06-30"),
    "unknown_status": ("已完成、进行中、长期坚持或未启动", "done, in progress, long-term or not begun"),
    "unknown_nature": ("共性或个性", "common or individual"),
    "unknown_origin": ("历史遗留或新情况", "legacy or emerging"),
    "unknown_severity": ("高、中或低", "high, medium or low"),
    "not_yes_or_no": ("是或否", "yes or no"),
    "formula_error": ("公式算出的值", "the value of the formula"),
    "too_long": ("较短的文字", "a shorter text"),
    "repeated": ("每个问题只列一次", "each finding once"),
    "like_row": ("与其他行不同的问题", "a finding unlike those of other rows"),
}
SERIOUS: Final = frozenset({"no_statement", "unknown_unit", "no_unit", "unknown_round", "no_round"})
"""Faults with which a row cannot be entered; of the others only the cell is lost, or kept as it was written."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be used. ``row`` as Excel numbers it, ``column`` its letter, ``header`` the words above.

    ``code`` is one of those of `expected_words`; ``suggestions`` are names that may have been meant; ``expected_en``
    says it in English where the usual words do not do.
    """

    sheet: str
    row: int
    column: str
    header: str
    found: str
    expected: str
    code: str
    suggestions: tuple[str, ...] = ()
    expected_en: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether the row cannot be entered with it."""
        return self.code in SERIOUS

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "found": self.found,
            "expected": self.expected,
            "code": self.code,
            "suggestions": list(self.suggestions),
            "expected_en": self.expected_en,
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Fault:
        return cls(**{**data, "suggestions": tuple(data.get("suggestions", ()))})


def fault(
    code: str,
    *,
    sheet: str,
    row: int,
    column: str,
    header: str,
    found: str,
    detail: str = "",
    detail_en: str = "",
    names: tuple[str, ...] = (),
) -> Fault:
    """A fault in the words of its code; ``detail`` (``detail_en``) takes the place of the usual expectation."""
    shown = found if len(found) <= _LONGEST else f"{found[:_LONGEST]}…"
    return Fault(sheet, row, column, header, shown, detail or _EXPECTED[code][0], code, names, detail_en)


def expected_words(code: str, *, english: bool = False) -> str:
    """What a cell with such a fault should hold."""
    return _EXPECTED.get(code, ("", ""))[1 if english else 0]


def expected_of(fault: Fault, *, english: bool = False) -> str:
    """What the cell of this fault should hold."""
    return (fault.expected_en or expected_words(fault.code, english=True)) if english else fault.expected


def sentence(fault: Fault, *, english: bool = False) -> str:
    """A fault in one line, as it is written beside the cell."""
    if english:
        where = f"{fault.sheet + ', ' if fault.sheet else ''}row {fault.row}, column {fault.column}"
        head = f" ({fault.header})" if fault.header else ""
        found = f"“{fault.found}”" if fault.found else "nothing"
        meant = f" Did you mean {' or '.join(fault.suggestions)}?" if fault.suggestions else ""
        return _one_line(f"{where}{head}: found {found}, expected {expected_of(fault, english=True)}.{meant}")
    where = f"{'“' + fault.sheet + '”' if fault.sheet else ''}第 {fault.row} 行 {fault.column} 列"
    head = f"（{fault.header}）" if fault.header else ""
    found = f"现为“{fault.found}”，应为" if fault.found else "未填写，应填写"
    meant = f"。是否为：{'、'.join(fault.suggestions)}？" if fault.suggestions else "。"
    return _one_line(f"{where}{head}：{found}{fault.expected}{meant}")


def _one_line(words: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in words)
