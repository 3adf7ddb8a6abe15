"""Category schemes (分类方案): which categories a finding can be given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xuncha.vocabulary.errors import VocabularyError
from xuncha.vocabulary.loading import kind_of, load, office_folder, origin_of


@dataclass(frozen=True, slots=True)
class SchemeCategory:
    """One category (类别) of a scheme.

    ``code`` is the stable key in files and in machine output; ``letter`` the code in the paper that the
    scheme was taken from, null where it has none; ``group`` names the heading above it in that paper.
    """

    code: str
    name: str
    name_en: str
    source: str
    letter: str | None = None
    group: str | None = None


def scheme(name: str = "reference", folder: str | Path | None = None) -> tuple[SchemeCategory, ...]:
    """The categories of a scheme in their order, the office's additions last.

    Errors: `VocabularyError` that names file and key where an entry lacks a field or a code stands twice.
    """
    return _scheme(name, office_folder(folder))


@cache
def _scheme(name: str, folder: Path | None) -> tuple[SchemeCategory, ...]:
    file = origin_of(name, folder)
    entries = load(name, folder).get("categories")
    if not isinstance(entries, list) or not entries:
        raise VocabularyError(
            "unexpected", file, key="categories", found=f"是{kind_of(entries)}", expected="由类别组成的列表"
        )
    categories: dict[str, SchemeCategory] = {}
    for i, entry in enumerate(entries):
        category = _category(file, f"categories[{i + 1}]", entry)
        if category.code in categories:
            raise VocabularyError(
                "unexpected",
                file,
                key=f"categories[{i + 1}].code",
                found=f"“{category.code}”出现两次",
                expected="各不相同的代码",
            )
        categories[category.code] = category
    return tuple(categories.values())


def _category(file: Path, place: str, entry: Any) -> SchemeCategory:
    if not isinstance(entry, dict):
        raise VocabularyError("unexpected", file, key=place, found=f"是{kind_of(entry)}", expected="表")
    return SchemeCategory(
        code=_words(file, place, entry, "code"),
        name=_words(file, place, entry, "name"),
        name_en=_words(file, place, entry, "name_en", default=str(entry.get("name", ""))),
        source=_words(file, place, entry, "source", default="本单位设定"),
        letter=_words(file, place, entry, "letter", default="") or None,
        group=_words(file, place, entry, "group", default="") or None,
    )


def _words(file: Path, place: str, entry: dict[str, Any], key: str, default: str | None = None) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        found = "没有这一项" if key not in entry else f"是{kind_of(value)}" if not isinstance(value, str) else "是空的"
        raise VocabularyError("unexpected", file, key=f"{place}.{key}", found=found, expected="文字")
    return value.strip()
