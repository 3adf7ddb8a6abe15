"""A run for people: one HTML page and one workbook, with every lead a question to be verified."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from xuncha.documents.writers.files import write_text
from xuncha.risk.reporting.figures import Language
from xuncha.risk.reporting.page import page
from xuncha.risk.reporting.results import Results, results
from xuncha.risk.reporting.workbook import write_book

__all__ = ["BOOK", "PAGE", "Results", "results", "write_report"]

PAGE: Final = "report.html"
BOOK: Final = "report.xlsx"


def write_report(found: Results, folder: Path, language: Language, measured: Mapping[str, str] | None = None) -> None:
    """Write both into a folder that exists. ``measured``: words on measured precision by code. Raises `OSError`."""
    write_text(folder / PAGE, page(found, language, measured))
    write_book(found, folder / BOOK, language, measured)
