"""`xuncha risk report`: a run for people, as a page and a workbook."""

from __future__ import annotations

from pathlib import Path

import typer

from xuncha.cli.risk.judging import book_of
from xuncha.cli.terminal import tell
from xuncha.cli.wording import language, say


def report(results: Path, *, output: Path | None, book: Path | None) -> int:
    """Write the page and the workbook; 1 where they cannot be written."""
    from xuncha.risk.comparing import NoRun
    from xuncha.risk.reporting import BOOK, PAGE, reviewed, write_report
    from xuncha.risk.reporting import results as results_of

    try:
        found, review = reviewed(results_of(results), book_of(book))
    except NoRun as fault:
        raise typer.BadParameter(say("risk_no_run", name=fault), param_hint="OUT") from None
    folder = output or results
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_report(found, folder, language(), review)
    except OSError as fault:
        tell(say("not_written", name=folder, reason=fault.strerror or str(fault)))
        return 1
    tell(say("risk_report_written", page=folder / PAGE, book=folder / BOOK, leads=f"{len(found.run['leads']):,}"))
    return 0
