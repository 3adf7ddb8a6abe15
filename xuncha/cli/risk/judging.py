"""`xuncha risk verdicts`: what reviewers said of leads comes back in; and the book that other commands read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from xuncha.archive.home import home
from xuncha.cli.risk.taking_in import choice
from xuncha.cli.terminal import legible, tell
from xuncha.cli.wording import language, say

if TYPE_CHECKING:
    from xuncha.risk.judging import Reading
    from xuncha.risk.verdicts import Book


def book_place(given: Path | None) -> Path:
    """Where verdicts are kept: the file that was named, else one in the data folder."""
    return given if given is not None else home() / "risk" / "verdicts.json"


def book_of(given: Path | None) -> Book:
    """The book; a file that was named must be there."""
    from xuncha.risk.verdicts import Book, NoBook

    place = book_place(given)
    try:
        if given is not None and not place.is_file():
            raise NoBook
        return Book.load(place)
    except (NoBook, OSError):
        raise typer.BadParameter(say("risk_no_book", name=place), param_hint="--book") from None


def take_verdicts(file: Path, *, run: Path | None, book: Path | None, format: str) -> int:
    """Take a reviewers' file into the book, tell the precision. 1 where a line could not be taken."""
    from xuncha.risk.comparing import NoRun
    from xuncha.risk.judging import NotReadable, read
    from xuncha.risk.verdicts import NoBook

    choice(format, ("table", "json"), "--format")
    tongue = language()
    place = book_place(book)
    try:
        reading = read(file, _prints(run) if run is not None else None)
        kept = _load(place)
    except NotReadable as fault:
        tell(say("failed", path=file, reason=fault.chinese if tongue == "zh" else fault.english))
        return 1
    except NoRun as fault:
        raise typer.BadParameter(say("risk_no_run", name=fault), param_hint="--run") from None
    except NoBook as fault:
        tell(say("risk_no_book", name=fault))
        return 1
    except OSError as fault:
        tell(say("failed", path=place, reason=fault.strerror or str(fault)))
        return 1
    changed = kept.add(reading.judged)
    try:
        kept.save(place)
    except OSError as fault:
        tell(say("not_written", name=place, reason=fault.strerror or str(fault)))
        return 1
    if format == "json":
        sys.stdout.write(json.dumps(_as_data(reading, changed, kept), ensure_ascii=False, indent=1) + "\n")
    else:
        _show(reading, changed, kept)
    for misread in reading.misread:
        reason = misread.chinese if tongue == "zh" else misread.english
        tell(say("risk_verdict_line", line=misread.line, reason=reason))
    tell(say("risk_book_written", name=place))
    return 1 if reading.misread else 0


def _load(place: Path) -> Book:
    from xuncha.risk.verdicts import Book

    return Book.load(place)


def _prints(run: Path) -> dict[str, str]:
    from xuncha.risk.reporting.results import number_of, print_of, results

    found = results(run).run
    cleared = {lead["number"]: lead["evidence_print"] for lead in found.get("cleared", [])}
    return cleared | {number_of(lead): print_of(lead) for lead in found["leads"]}


def _as_data(reading: Reading, changed: int, book: Book) -> dict[str, Any]:
    return {
        "schema": "xuncha.risk.precision/1",
        "taken": len(reading.judged),
        "changed": changed,
        "open": reading.open,
        "without_evidence": reading.unprinted,
        "not_taken": [{"line": each.line, "reason": each.english} for each in reading.misread],
        "indicators": {
            code: {
                "so": found.so,
                "not_so": found.not_so,
                "cannot_tell": found.cannot_tell,
                "precision": found.share,
                "interval": list(found.interval) if found.interval else None,
                "small": found.is_small,
            }
            for code, found in book.precision().items()
        },
    }


def _show(reading: Reading, changed: int, book: Book) -> None:
    from xuncha.risk.reporting.review import precision_words

    def line(words: str) -> None:
        sys.stdout.write(legible(words).replace("\n", " ") + "\n")

    taken = f"{len(reading.judged):,}"
    line(say("risk_verdicts_taken", taken=taken, changed=f"{changed:,}", open=f"{reading.open:,}"))
    if reading.unprinted:
        line(say("risk_verdicts_unprinted", count=f"{reading.unprinted:,}"))
    for code, found in book.precision().items():
        said = precision_words(found, language()) or say("risk_verdicts_none")
        more = say("risk_verdicts_open", count=f"{found.cannot_tell:,}") if found.cannot_tell else ""
        line(f"{code}　{said}{more}")
