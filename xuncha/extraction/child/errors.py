"""Errors on their way from the child to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from xuncha.documents.errors import DocumentError

PARTS: Final = ("code", "place", "found", "expected", "advice")
_LONGEST: Final = 400


class ReadingFailed(DocumentError):
    """The child did not finish its work: ``timeout``, ``memory``, ``crashed`` or ``unexpected`` (our fault)."""


def as_data(error: DocumentError) -> dict[str, str]:
    """The parts of an error as JSON."""
    return {part: str(getattr(error, part)) for part in PARTS}


def error_of(data: Mapping[str, Any], name: str) -> DocumentError:
    """The error that the child told, in the name of the file that people know; trusts no part of it."""
    parts = {part: _words(data.get(part)) for part in PARTS}
    code = parts.pop("code") or "damaged"
    if code == "memory":
        return failed(code, name)
    if code == "unexpected":
        return failed(code, name, found=f"程序内部错误（{parts['found']}）")
    return DocumentError(code, Path(name), **parts)


def failed(code: str, name: str, *, seconds: float = 0, found: str = "") -> ReadingFailed:
    """A failure of the child in words."""
    words = {
        "timeout": (f"{seconds:.0f} 秒内没有读完", "请拆分后再试，或用 Word/WPS 打开后另存"),
        "memory": ("读取所需的内存超过上限", "请拆分后再试，或用 Word/WPS 打开后另存"),
        "crashed": ("读取进程意外退出，文件可能已损坏或被恶意构造", "请用 Word/WPS 打开后另存再试，并向来源核实"),
        "unexpected": (found, "请把文件和这条提示交给系统管理员"),
    }
    told, advice = words[code]
    return ReadingFailed(code, Path(name), found=told, advice=advice)


def _words(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
