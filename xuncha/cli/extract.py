"""`xuncha extract`: findings out of files and folders, onto the terminal or into one file each."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

import typer

from xuncha.cli.inputs import Input, gather
from xuncha.cli.terminal import draw, progress, tell
from xuncha.cli.wording import say
from xuncha.cli.work import Job, Outcome, json_text, perform_all

FORMATS = ("table", "json", "xlsx")


def extract(*, paths: list[Path], format: str | None, output: Path | None, with_text: bool, jobs: int | None) -> int:
    """Extract every file; gives the exit code: 0, or 1 if a file failed."""
    chosen = _format(format, output)
    if with_text and output is None:
        raise typer.BadParameter(say("usage_with_text"), param_hint="--with-text")
    inputs = gather(paths, apart=output)
    if not inputs:
        raise typer.BadParameter(say("usage_nothing", names="、".join(map(str, paths))), param_hint="PATHS")
    workers = min(jobs or os.cpu_count() or 1, len(inputs))
    todo = _jobs(inputs, chosen, output, with_text)
    done = failed = findings = 0
    with progress(len(inputs)) as step:
        for outcome in perform_all(todo, workers=workers, ordered=output is None):
            step()
            if not outcome.is_done:
                failed += 1
                tell(say("failed", path=outcome.path, reason=outcome.reason))
                continue
            done, findings = done + 1, findings + outcome.findings
            if output is None:
                _show(outcome, chosen, several=len(inputs) > 1)
    if len(inputs) > 1 or output is not None:
        tell(say("summary", files=len(inputs), done=done, failed=failed, findings=findings))
    return 1 if failed else 0


def _format(format: str | None, output: Path | None) -> Literal["table", "json", "xlsx"]:
    if format is None:
        return "table" if output is None else "json"
    if format not in FORMATS:
        raise typer.BadParameter(say("usage_format", value=format, choices="、".join(FORMATS)), param_hint="--format")
    if format == "table" and output is not None:
        raise typer.BadParameter(say("usage_table_output"), param_hint="--format")
    if format == "xlsx" and output is None:
        raise typer.BadParameter(say("usage_xlsx_output"), param_hint="--format")
    if output is not None and output.exists() and not output.is_dir():
        raise typer.BadParameter(say("usage_output_is_file", name=output), param_hint="-o")
    return cast(Literal["table", "json", "xlsx"], format)


def _jobs(
    inputs: list[Input], format: Literal["table", "json", "xlsx"], output: Path | None, with_text: bool
) -> Iterator[Job]:
    for item in inputs:
        target = None if output is None else output / item.stored
        yield Job(item.path, target, format, with_text)


def _show(outcome: Outcome, format: str, *, several: bool) -> None:
    assert outcome.result is not None
    if format == "table":
        draw(str(outcome.path), outcome.result)
        return
    # Bytes, so that a terminal set to another encoding does not spoil the data.
    sys.stdout.buffer.write(json_text(outcome.result, one_line=several).encode("utf-8"))
    sys.stdout.buffer.flush()
