"""A run for people: one HTML page and one workbook, with every lead a question to be verified."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from xuncha.documents.writers.files import write_text
from xuncha.risk.reporting.figures import Language
from xuncha.risk.reporting.page import page
from xuncha.risk.reporting.results import Results, results
from xuncha.risk.reporting.review import Review, reviewed
from xuncha.risk.reporting.workbook import write_book

__all__ = ["BOOK", "PAGE", "Results", "Review", "results", "reviewed", "write_report"]

PAGE: Final = "report.html"
BOOK: Final = "report.xlsx"


def write_report(found: Results, folder: Path, language: Language, review: Review | None = None) -> None:
    """Write both into a folder that exists. ``review``: what reviewers said of leads. Raises `OSError`."""
    write_text(folder / PAGE, page(found, language, review or Review()))
    write_book(found, folder / BOOK, language, review or Review())
