"""The language of the page at hand, and names that there are two of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def is_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "").startswith("zh")


def in_language(name: str, name_en: str) -> str:
    """The name in the language of the page, where it has one."""
    return name if is_chinese() or not name_en else name_en


def name_of(thing: Any) -> str:
    """A thing's name in the language of the page, where there are two."""
    return str(in_language(thing.name, getattr(thing, "name_en", "")))
