"""Which reader reads which file: the ending decides, the content must agree."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import check_file, content_of, head_of
from xuncha.documents.model import Document

# Modules are imported when a file needs them: none of the format libraries burdens the start of a command.
READERS: Final[dict[str, str]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), "plain"),
    **dict.fromkeys((".docx", ".docm", ".dotx"), "docx"),
    ".pdf": "pdf",
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".csv"), "sheet"),
    ".ofd": "ofd",
    **dict.fromkeys((".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt", ".et", ".ett", ".ods"), "office"),
}


def read(path: Path | str) -> Document:
    """The document in a file; raises `DocumentError` and nothing else."""
    path = Path(path)
    check_file(path)
    module = READERS.get(path.suffix.lower())
    if module is None:
        raise _unknown(path)
    reader = import_module(f"{__name__}.{module}")
    document: Document = reader.read(path)
    return document


def _unknown(path: Path) -> DocumentError:
    ending = f"扩展名“{path.suffix}”不认识" if path.suffix else "没有扩展名"
    content = content_of(head_of(path))
    return DocumentError(
        "unknown_format",
        path,
        found=f"{ending}，内容像是{content}" if content else ending,
        expected="txt、md、docx、pdf、xlsx、csv、ofd 文件（doc、wps 须装有 LibreOffice）",
        advice="请改回原来的扩展名，或用 Word/WPS 另存为 docx 后再试",
    )
