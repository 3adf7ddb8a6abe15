"""The command `xuncha`: options here, work in the module of each command."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from xuncha.cli.keeping import options as keeping
from xuncha.cli.office.options import add_commands
from xuncha.cli.risk import options as risk
from xuncha.cli.wording import say, speak

app = typer.Typer(
    name="xuncha",
    help=say("about"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Lang = Annotated[str | None, typer.Option("--lang", help=say("opt_lang"), metavar="zh|en")]


def _show_version(asked: bool) -> None:
    if asked:
        from xuncha import __version__

        typer.echo(f"xuncha {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", help=say("opt_version"), callback=_show_version, is_eager=True)
    ] = False,
    lang: Lang = None,
) -> None:
    _choose(lang)


def _choose(lang: str | None) -> None:
    if lang is not None:
        speak(lang)


@app.command("extract", help=say("about_extract"))
def extract_command(
    paths: Annotated[list[Path], typer.Argument(help=say("arg_paths"), metavar="FILE_OR_FOLDER…", show_default=False)],
    format: Annotated[str | None, typer.Option("--format", help=say("opt_format"), metavar="table|json|xlsx")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("opt_output_folder"), metavar="DIR")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help=say("opt_with_text"))] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help=say("opt_jobs"), metavar="N")] = None,
    lang: Lang = None,
) -> None:
    _choose(lang)
    from xuncha.cli.extract import extract

    raise _ended(lambda: extract(paths=paths, format=format, output=output, with_text=with_text, jobs=jobs))


@app.command("ledger", help=say("about_ledger"))
def ledger_command(
    paths: Annotated[list[Path], typer.Argument(help=say("arg_paths"), metavar="FILE…", show_default=False)],
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("opt_output"), metavar="FILE")] = None,
    format: Annotated[str | None, typer.Option("--format", help=say("opt_format"), metavar="xlsx|json|table")] = None,
    pairs: Annotated[list[str] | None, typer.Option("--map", help=say("opt_map"), metavar="列名=字段")] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help=say("opt_mapping"), metavar="FILE.toml")] = None,
    force: Annotated[bool, typer.Option("--force", help=say("opt_force"))] = False,
    lang: Lang = None,
) -> None:
    _choose(lang)
    from xuncha.cli.ledger import ledger

    raise _ended(
        lambda: ledger(paths=paths, output=output, format=format, pairs=pairs or [], mapping_file=mapping, force=force)
    )


def main() -> None:
    """Run the command named on the command line."""
    for stream in (sys.stdout, sys.stderr):
        # File names may hold bytes that are no UTF-8; a terminal of another encoding must not stop the work.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app(prog_name="xuncha")


def _ended(work: Callable[[], int]) -> typer.Exit:
    """Run a command's work: its exit code, 130 when stopped by the keyboard, 141 when no one reads the pipe."""
    try:
        code = work()
        sys.stdout.flush()
    except BrokenPipeError:
        _hush()
        code = 141
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            print(say("interrupted"), file=sys.stderr)
        code = 130
    return typer.Exit(code)


def _hush() -> None:
    """Nothing more to a pipe that nobody reads; the interpreter would complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())


add_commands(app, _ended)
keeping.add_commands(app, _ended)
risk.add_commands(app, _ended)

if __name__ == "__main__":
    main()
