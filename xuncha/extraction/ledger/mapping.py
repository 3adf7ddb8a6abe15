"""Which column of a ledger says what: guessed from its heads, corrected by hand, kept in a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xuncha.extraction.ledger.categories import category_code
from xuncha.extraction.ledger.words import MAX_HEAD, column_fields, field_of_head, status_kind

IGNORED = "ignored"
FIELD_LABELS = {
    "number": "序号",
    "path": "编号路径",
    "unit": "单位",
    "group": "问题类别",
    "category": "分类",
    "title": "反馈问题",
    "evidence": "具体表现",
    "measures": "整改措施",
    "progress": "进展情况",
    "status": "整改状态",
    "due": "完成时限",
    "leader": "责任领导",
    "department": "责任科室",
    "person": "责任人",
    "nature": "性质",
    "origin": "来源",
    "immediate": "立行立改",
    "severity": "严重程度",
    "confidence": "把握程度",
    "reasons": "分类依据",
    "stated_status": "状态原文",
    "page": "来源页",
    "source": "来源文件",
    "requirement": "整改要求",
    IGNORED: "不采用",
}
REPEATABLE = ("evidence", "measures", "progress", "unit")
"""Fields that may stand in several columns; of the others the first column counts."""


class MappingError(ValueError):
    """A mapping that cannot be used; the message is one line of Chinese."""


@dataclass(slots=True)
class ColumnMapping:
    """Field by column head, as an office settled it. Heads are compared without white space."""

    columns: dict[str, str] = field(default_factory=dict)

    def field_of(self, head: str) -> str | None:
        """The settled field of a head; null where nothing is settled."""
        return self.columns.get(plain_head(head))

    @classmethod
    def of(cls, pairs: Iterable[str]) -> ColumnMapping:
        """From ``列名=字段`` pairs; a field by its name or its Chinese label. Raises `MappingError`."""
        found = cls()
        for pair in pairs:
            head, sign, words = pair.rpartition("=")
            if not sign or not head.strip():
                raise MappingError(f"“{pair}”应写成 列名=字段，例如 整改举措=measures")
            found.columns[plain_head(head)] = field_named(words)
        return found

    @classmethod
    def load(cls, path: Path) -> ColumnMapping:
        """From a file written by `save`. Raises `MappingError` for what is no such file."""
        try:
            content = tomllib.loads(path.read_text("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise MappingError(f"“{path.name}”不是可用的列对应文件：{error}") from None
        columns = content.get("columns")
        if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
            raise MappingError(f"“{path.name}”缺少 [columns]，应为“列名 = 字段”的清单")
        return cls({plain_head(head): field_named(words) for head, words in columns.items()})

    def merged_with(self, other: ColumnMapping) -> ColumnMapping:
        """This mapping, ``other`` winning where both speak."""
        return ColumnMapping({**self.columns, **other.columns})

    def toml(self) -> str:
        """The mapping as a file that people can read and change."""
        lines = [
            "# 台账列名与字段的对应；可改右边的字段名。可用字段：",
            *(f"#   {name:<14} {label}" for name, label in FIELD_LABELS.items()),
            "",
            "[columns]",
            *(f"{_quoted(head)} = {_quoted(name)}" for head, name in self.columns.items()),
        ]
        return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    # A TOML basic string has the escapes of JSON; the delete sign alone must be escaped besides.
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def plain_head(head: str) -> str:
    return "".join(head.split())


def field_named(words: str) -> str:
    """The field that a person means by its name or label. Raises `MappingError`."""
    plain = words.strip()
    for name, label in FIELD_LABELS.items():
        if plain in (name, label):
            return name
    known = field_of_head(plain)
    if known is not None and known in FIELD_LABELS:
        return known
    names = "、".join(f"{name}（{label}）" for name, label in FIELD_LABELS.items())
    raise MappingError(f"没有“{plain}”这个字段；可用：{names}")


def guess(heads: Mapping[int, tuple[str, ...]], settled: ColumnMapping | None = None) -> dict[int, str]:
    """Field by column. ``heads`` holds the words above each column, outermost first.

    The innermost head decides, with those above it where it alone says nothing; what is settled goes first.
    """
    wished: dict[int, str] = {}
    fixed: set[int] = set()
    for column, words in heads.items():
        for candidate in ("".join(words), words[-1]):
            own = settled.field_of(candidate) if settled is not None else None
            if own is not None:
                wished[column] = own
                fixed.add(column)
                break
        else:
            known = field_of_head(words[-1]) or (field_of_head("".join(words)) if len(words) > 1 else None)
            if known is not None:
                wished[column] = known
    return _without_doubles(wished, fixed)


def _without_doubles(wished: dict[int, str], fixed: set[int]) -> dict[int, str]:
    found = {column: name for column, name in wished.items() if column in fixed}
    for column in sorted(wished):
        name = wished[column]
        if column in fixed:
            continue
        taken = name in found.values() and name not in REPEATABLE
        if taken and name == "title" and "evidence" not in wished.values():
            name, taken = "evidence", False
        if taken and name == "number" and "path" not in found.values():
            name, taken = "path", False
        if not taken:
            found[column] = name
    if "title" not in found.values():
        # A list of 具体问题 alone has its findings there.
        stand_in = next((c for c in sorted(found) if found[c] == "evidence" and c not in fixed), None)
        if stand_in is not None:
            found[stand_in] = "title"
    return {column: found[column] for column in sorted(found)}


def settle_by_content(
    columns: dict[int, str], values: Mapping[int, list[str]], *, fixed: Iterable[int] = ()
) -> dict[int, str]:
    """The same with like fields told apart by what their cells hold: a status is a word, progress an account."""
    found = dict(columns)
    for column, name in columns.items():
        words = [value for value in values.get(column, []) if value.strip()]
        if column in fixed or not words:
            continue
        short = sum(1 for value in words if len(value) <= 12 and status_kind(value) is not None)
        if name == "progress" and "status" not in found.values() and short * 10 >= len(words) * 6:
            found[column] = "status"
        elif name == "status" and short * 10 < len(words) * 3 and sum(map(len, words)) > 20 * len(words):
            found[column] = "progress"
        elif name == "category" and "group" not in found.values() and not any(map(category_code, words)):
            # An office's own classes gather findings; only names of the scheme are categories.
            found[column] = "group"
    return found


def all_fields() -> tuple[str, ...]:
    """Every field that a mapping may name."""
    return tuple(dict.fromkeys((*FIELD_LABELS, *column_fields())))


__all__ = ["FIELD_LABELS", "IGNORED", "MAX_HEAD", "ColumnMapping", "MappingError", "guess", "settle_by_content"]
