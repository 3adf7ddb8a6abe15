"""What people see: the table of findings, the progress bar, messages; plain text where no one is watching."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from xuncha.cli.wording import language, say

# C0 and C1 controls but tab and line end; marks that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
UNSURE_BELOW = 0.6
PIPE_WIDTH = 160


def tell(words: str) -> None:
    """A message on the error channel; its end is nobody's concern if that is closed."""
    with contextlib.suppress(OSError):
        print(legible(words), file=sys.stderr, flush=True)


def legible(words: str) -> str:
    """Words without signs that command a terminal: names and texts come from outside and may hold any."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words)


def draw(name: str, result: dict[str, Any]) -> None:
    """The findings of one file as a table on standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from xuncha.extraction.ledger.categories import category_name

    watched = sys.stdout.isatty()
    console = Console(
        width=None if watched else PIPE_WIDTH, highlight=False, color_system="auto" if watched else None, emoji=False
    )
    items = sum(finding["level"] == "item" for finding in result["findings"])
    line = say("file_line", name=name, findings=items, requirements=len(result["requirements"]))
    console.print(Text(legible(line), style="bold"), soft_wrap=True)
    if result["findings"]:
        table = Table(box=_lines(), show_edge=True, pad_edge=False, header_style="bold", expand=False)
        table.add_column("No.", justify="right", no_wrap=True)
        table.add_column(say("head_path"), no_wrap=True, max_width=18)
        table.add_column(say("head_title"), overflow="fold", ratio=1)
        table.add_column(say("head_facts"), justify="right", no_wrap=True)
        table.add_column(say("head_category"), overflow="fold", max_width=24)
        table.add_column(say("head_sure"), no_wrap=True)
        number = 0
        for finding in result["findings"]:
            is_item = finding["level"] == "item"
            number += is_item
            unsure = finding["confidence"] < UNSURE_BELOW
            category = finding["category"]
            table.add_row(
                str(number) if is_item else "",
                Text(" ".join(finding["path"])),
                Text(legible(finding["title"]).replace("\n", " "), style="" if is_item else "bold"),
                (str(len(finding["evidence"])) if finding["evidence"] else "") if is_item else "",
                Text(category_name(category, english=language() == "en")),
                f"? {finding['confidence']:.0%}" if unsure else f"  {finding['confidence']:.0%}",
            )
        console.print(table)
    for warning in result["warnings"]:
        console.print(Text(legible(say("warning", text=warning))), soft_wrap=True)
    if any(finding["confidence"] < UNSURE_BELOW for finding in result["findings"]):
        console.print(Text(say("unsure")), soft_wrap=True)


def _lines() -> Any:
    from rich import box

    return box.HORIZONTALS


@contextlib.contextmanager
def progress(total: int, *, shown_from: int = 4) -> Iterator[Callable[[], None]]:
    """A function to call after each file; draws a bar on a terminal when there are more than a few files."""
    if total < shown_from or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    # Drawn by the caller's own steps: a drawing thread would not survive the fork of new workers.
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        auto_refresh=False,
        transient=True,
    )
    with bar:
        task = bar.add_task(say("progress"), total=total)
        last = 0.0

        def step() -> None:
            nonlocal last
            import time

            bar.advance(task)
            now = time.monotonic()
            if now - last > 0.1:
                last = now
                bar.refresh()

        yield step


@contextlib.contextmanager
def steps(total: int, words: str) -> Iterator[Callable[[], None]]:
    """A function to call after each of ``total`` steps; draws a bar on a terminal and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(file=sys.stderr), auto_refresh=False, transient=True) as bar:
        task = bar.add_task(words, total=total)

        def step() -> None:
            bar.advance(task)
            bar.refresh()

        yield step
