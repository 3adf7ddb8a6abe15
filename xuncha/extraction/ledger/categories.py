"""Category names as ledgers write them, and the codes they stand for."""

from __future__ import annotations

from functools import cache

from xuncha.vocabulary import SchemeCategory, scheme


@cache
def _categories() -> dict[str, SchemeCategory]:
    return {category.code: category for category in scheme()}


def category_name(code: str | None, *, english: bool = False) -> str:
    """The name of a category; a code that the scheme does not know stands for itself."""
    if code is None:
        return ""
    category = _categories().get(code)
    return code if category is None else category.name_en if english else category.name


@cache
def category_code(words: str) -> str | None:
    """The code of a category by its name or code; null for an empty cell or words of no category."""
    plain = "".join(words.split())
    if not plain:
        return None
    for category in _categories().values():
        if plain in (category.code, "".join(category.name.split()), "".join(category.name_en.split())):
            return category.code
    # A code of another scheme is kept as it stands; free words are no code.
    return plain if "." in plain and plain.isascii() else None
