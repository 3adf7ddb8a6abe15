"""HTML and SVG put together of parts; every text is escaped, whoever wrote it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EMPTY: Final = {"meta", "br", "col", "circle", "line", "path", "rect"}


class Safe(str):
    """Markup that is finished."""

    __slots__ = ()


def joined(*children: object) -> Safe:
    """Children one after the other; a plain text is escaped, null is nothing."""
    return Safe("".join(_pieces(children)))


def element(name: str, /, *children: object, **attributes: object) -> Safe:
    """An element. ``class_`` gives class, ``aria_label`` aria-label; an attribute that is null is left out."""
    said = "".join(
        f' {key.strip("_").replace("_", "-")}="{html.escape(_clean(str(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Safe(f"<{name}{said}>" if name in ("meta", "br", "col") else f"<{name}{said}/>")
    return Safe(f"<{name}{said}>{joined(*children)}</{name}>")


def _pieces(children: Iterable[object]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Safe):
            yield child
        elif isinstance(child, str):
            yield html.escape(_clean(child), quote=False)
        elif isinstance(child, Iterable):
            yield from _pieces(child)
        else:
            yield html.escape(str(child), quote=False)


def _clean(words: str) -> str:
    return _FORBIDDEN.sub("�", words)
