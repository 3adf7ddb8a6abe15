"""The options of `xuncha risk`; the work is in the module of each command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from xuncha.cli.risk.taking_in import Asked, packages_are_there
from xuncha.cli.wording import say, speak

Lang = Annotated[str | None, typer.Option("--lang", help=say("opt_lang"), metavar="zh|en")]
Folder = Annotated[Path, typer.Argument(help=say("arg_risk_folder"), metavar="DIR", show_default=False)]
AsOf = Annotated[str | None, typer.Option("--as-of", help=say("opt_risk_as_of"), metavar="DATE")]
Ids = Annotated[str, typer.Option("--ids", help=say("opt_risk_ids"), metavar="hmac|as-is")]
Key = Annotated[Path | None, typer.Option("--key", help=say("opt_risk_key"), metavar="FILE")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help=say("opt_risk_mapping"), metavar="FILE.toml")]
Memory = Annotated[int | None, typer.Option("--memory", min=64, help=say("opt_risk_memory"), metavar="MIB")]
Format = Annotated[str, typer.Option("--format", help=say("opt_risk_format"), metavar="table|json")]
Book = Annotated[Path | None, typer.Option("--book", help=say("opt_risk_book"), metavar="FILE.json")]
Own = Annotated[Path | None, typer.Option("--indicators", help=say("opt_risk_own"), metavar="DIR")]
Ended = Callable[[Callable[[], int]], typer.Exit]


def add_commands(app: typer.Typer, ended: Ended) -> None:
    """Put the commands on the application; ``ended`` runs a command's work and gives its exit."""
    risk = typer.Typer(help=say("about_risk"), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(risk, name="risk")

    @risk.command("check", help=say("about_risk_check"))
    def check_command(
        folder: Folder,
        as_of: AsOf = None,
        ids: Ids = "hmac",
        key: Key = None,
        mapping: Mapping = None,
        earlier: Annotated[Path | None, typer.Option("--earlier", help=say("opt_risk_earlier"), metavar="DIR")] = None,
        output: Annotated[
            Path | None, typer.Option("-o", "--output", help=say("opt_risk_check_output"), metavar="DIR")
        ] = None,
        memory: Memory = None,
        format: Format = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.checking import check

            return check(Asked(folder, as_of, ids, key, mapping, memory), earlier=earlier, output=output, format=format)

        raise ended(_with_packages(work))

    @risk.command("run", help=say("about_risk_run"))
    def run_command(
        folder: Folder,
        as_of: Annotated[str, typer.Option("--as-of", help=say("opt_risk_as_of"), metavar="DATE")],
        output: Annotated[Path, typer.Option("-o", "--output", help=say("opt_risk_run_output"), metavar="DIR")],
        only: Annotated[list[str] | None, typer.Option("--only", help=say("opt_risk_only"), metavar="CODES")] = None,
        params: Annotated[
            Path | None, typer.Option("--params", help=say("opt_risk_params"), metavar="FILE.toml")
        ] = None,
        ids: Ids = "hmac",
        key: Key = None,
        mapping: Mapping = None,
        memory: Memory = None,
        book: Book = None,
        indicators: Own = None,
        parity: Annotated[bool, typer.Option("--parity", help=say("opt_risk_parity"))] = False,
        engine: Annotated[
            str, typer.Option("--engine", help=say("opt_risk_engine"), metavar="duckdb|spark|postgres")
        ] = "duckdb",
        at: Annotated[
            str | None, typer.Option("--at", envvar="XUNCHA_RISK_AT", help=say("opt_risk_at"), metavar="ADDRESS")
        ] = None,
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.running import run_indicators

            asked = Asked(folder, as_of, ids, key, mapping, memory)
            return run_indicators(
                asked,
                only=only or [],
                params=params,
                output=output,
                book=book,
                own=indicators,
                parity=parity,
                engine=engine,
                at=at,
            )

        raise ended(_with_packages(work))

    @risk.command("list", help=say("about_risk_list"))
    def list_command(indicators: Own = None, lang: Lang = None) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.running import list_indicators

            return list_indicators(indicators)

        raise ended(_with_packages(work))

    @risk.command("explain", help=say("about_risk_explain"))
    def explain_command(
        code: Annotated[str, typer.Argument(help=say("arg_risk_code"), metavar="CODE", show_default=False)],
        indicators: Own = None,
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.running import explain

            return explain(code, indicators)

        raise ended(_with_packages(work))

    @risk.command("compare", help=say("about_risk_compare"))
    def compare_command(
        earlier: Annotated[Path, typer.Argument(help=say("arg_risk_earlier_run"), metavar="OUT1", show_default=False)],
        later: Annotated[Path, typer.Argument(help=say("arg_risk_later_run"), metavar="OUT2", show_default=False)],
        format: Format = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.comparing import compare_runs

            return compare_runs(earlier, later, format=format)

        raise ended(_with_packages(work))

    @risk.command("report", help=say("about_risk_report"))
    def report_command(
        results: Annotated[Path, typer.Argument(help=say("arg_risk_run"), metavar="OUT", show_default=False)],
        output: Annotated[
            Path | None, typer.Option("-o", "--output", help=say("opt_risk_report_output"), metavar="DIR")
        ] = None,
        book: Book = None,
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.reporting import report

            return report(results, output=output, book=book)

        raise ended(_with_packages(work))

    @risk.command("try", help=say("about_risk_try"))
    def try_command(
        code: Annotated[str, typer.Argument(help=say("arg_risk_code"), metavar="CODE", show_default=False)],
        folder: Folder,
        as_of: Annotated[str, typer.Option("--as-of", help=say("opt_risk_as_of"), metavar="DATE")],
        param: Annotated[list[str], typer.Option("--param", help=say("opt_risk_param"), metavar="NAME=VALUE")],
        params: Annotated[
            Path | None, typer.Option("--params", help=say("opt_risk_params"), metavar="FILE.toml")
        ] = None,
        ids: Ids = "hmac",
        key: Key = None,
        mapping: Mapping = None,
        memory: Memory = None,
        indicators: Own = None,
        format: Format = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.trying import try_parameters

            asked = Asked(folder, as_of, ids, key, mapping, memory)
            return try_parameters(code, asked, moved=param, params=params, own=indicators, format=format)

        raise ended(_with_packages(work))

    @risk.command("verdicts", help=say("about_risk_verdicts"))
    def verdicts_command(
        file: Annotated[Path, typer.Argument(help=say("arg_risk_verdicts"), metavar="FILE", show_default=False)],
        run: Annotated[Path | None, typer.Option("--run", help=say("opt_risk_verdicts_run"), metavar="OUT")] = None,
        book: Book = None,
        format: Format = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)

        def work() -> int:
            from xuncha.cli.risk.judging import take_verdicts

            return take_verdicts(file, run=run, book=book, format=format)

        raise ended(_with_packages(work))


def _with_packages(work: Callable[[], int]) -> Callable[[], int]:
    """The work, where the packages of early warning are there."""
    return lambda: work() if packages_are_there() else 1


def _choose(lang: str | None) -> None:
    if lang is not None:
        speak(lang)
