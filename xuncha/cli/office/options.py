"""The options of the commands of an installation; the work is in the module of each."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from xuncha.cli.wording import say, speak

Lang = Annotated[str | None, typer.Option("--lang", help=say("opt_lang"), metavar="zh|en")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=say("opt_port"), metavar="N")]
Host = Annotated[str, typer.Option("--host", help=say("opt_host"), metavar="ADDRESS")]
Username = Annotated[str, typer.Argument(help=say("arg_username"), metavar="USERNAME", show_default=False)]
Role = Annotated[str, typer.Option("--role", help=say("opt_role"), show_default=False)]
Unit = Annotated[str | None, typer.Option("--unit", help=say("opt_unit"), metavar="UNIT")]
As = Annotated[str, typer.Option("--as", help=say("opt_as"), metavar="USERNAME", show_default=False)]
InRound = Annotated[str | None, typer.Option("--round", help=say("opt_round"), metavar="ROUND")]
OfUnit = Annotated[str | None, typer.Option("--unit", help=say("opt_of_unit"), metavar="UNIT")]
FromInput = Annotated[bool, typer.Option("--password-from-input", help=say("opt_password_from_input"))]
Proved = Annotated[bool, typer.Option("--password-from-input", help=say("opt_prove_from_input"))]
ListFormat = Annotated[str, typer.Option("--format", help=say("opt_list_format"), metavar="table|json")]
Ended = Callable[[Callable[[], int]], typer.Exit]


def add_commands(app: typer.Typer, ended: Ended) -> None:
    """Put the commands on the application; ``ended`` runs a command's work and gives its exit."""
    _server(app, ended)
    _papers(app, ended)
    users = typer.Typer(help=say("about_user"), no_args_is_help=True, rich_markup_mode=None)
    _users(users, ended)
    app.add_typer(users, name="user")
    trails = typer.Typer(help=say("about_trail"), no_args_is_help=True, rich_markup_mode=None)
    _trails(trails, ended)
    app.add_typer(trails, name="trail")
    keys = typer.Typer(help=say("about_keys"), no_args_is_help=True, rich_markup_mode=None)
    _keys(keys, ended)
    app.add_typer(keys, name="keys")


def _choose(lang: str | None) -> None:
    if lang is not None:
        speak(lang)


def _server(app: typer.Typer, ended: Ended) -> None:
    @app.command("demo", help=say("about_demo"))
    def demo_command(
        host: Host = "127.0.0.1",
        port: Port = 8000,
        no_serve: Annotated[bool, typer.Option("--no-serve", help=say("opt_no_serve"))] = False,
        anew: Annotated[bool, typer.Option("--anew", help=say("opt_anew"))] = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.demo.command import demo

        raise ended(lambda: demo(host=host, port=port, serving=not no_serve, anew=anew))

    @app.command("serve", help=say("about_serve"))
    def serve_command(
        host: Host = "127.0.0.1",
        port: Port = 8000,
        threads: Annotated[
            int | None, typer.Option("--threads", min=1, max=256, help=say("opt_threads"), metavar="N")
        ] = None,
        access_log: Annotated[bool, typer.Option("--access-log", help=say("opt_access_log"))] = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.serving import serve

        raise ended(lambda: serve(host=host, port=port, threads=threads, access_log=access_log))

    @app.command("migrate", help=say("about_migrate"))
    def migrate_command(lang: Lang = None) -> None:
        _choose(lang)
        from xuncha.cli.office.upgrading import upgrade

        raise ended(upgrade)


def _papers(app: typer.Typer, ended: Ended) -> None:
    @app.command("import", help=say("about_import"))
    def import_command(
        paths: Annotated[list[Path], typer.Argument(help=say("arg_paths"), metavar="FILE…", show_default=False)],
        username: As,
        password_from_input: Proved = False,
        round: InRound = None,
        unit: OfUnit = None,
        kind: Annotated[str, typer.Option("--kind", help=say("opt_kind"), metavar="KIND")] = "",
        enter: Annotated[bool, typer.Option("--enter", help=say("opt_enter"))] = False,
        accept_all: Annotated[bool, typer.Option("--accept-all", help=say("opt_accept_all"))] = False,
        anyway: Annotated[bool, typer.Option("--anyway", help=say("opt_anyway"))] = False,
        format: ListFormat = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.taking_in import take_in

        raise ended(
            lambda: take_in(
                paths, username=username, password_from_input=password_from_input, round=round, unit=unit, kind=kind,
                enter=enter, accept_all=accept_all, anyway=anyway, format=format,
            )
        )  # fmt: skip

    @app.command("export", help=say("about_export"))
    def export_command(
        username: As,
        output: Annotated[Path, typer.Option("-o", "--output", help=say("opt_export_output"), metavar="FILE")],
        query: Annotated[str, typer.Option("--query", help=say("opt_query"))] = "",
        round: InRound = None,
        unit: OfUnit = None,
        search: Annotated[str | None, typer.Option("--search", help=say("opt_search"))] = None,
        force: Annotated[bool, typer.Option("--force", help=say("opt_export_force"))] = False,
        password_from_input: Proved = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.taking_out import take_out

        raise ended(
            lambda: take_out(
                output,
                username=username,
                password_from_input=password_from_input,
                query=query,
                round=round,
                unit=unit,
                words=search,
                force=force,
            )
        )

    @app.command("holidays", help=say("about_holidays"))
    def holidays_command(
        path: Annotated[Path, typer.Argument(help=say("arg_holidays"), metavar="FILE", show_default=False)],
        username: As,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("opt_dry_run"))] = False,
        password_from_input: Proved = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.calendar import take_in_holidays

        raise ended(
            lambda: take_in_holidays(path, username=username, password_from_input=password_from_input, dry_run=dry_run)
        )


def _users(app: typer.Typer, ended: Ended) -> None:
    @app.command("add", help=say("about_user_add"))
    def add_command(
        username: Username,
        name: Annotated[str, typer.Option("--name", help=say("opt_name"), show_default=False)],
        role: Annotated[str | None, typer.Option("--role", help=say("opt_role"))] = None,
        unit: Unit = None,
        password_from_input: FromInput = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import add

        raise ended(lambda: add(username, name=name, role=role, unit=unit, password_from_input=password_from_input))

    @app.command("password", help=say("about_user_password"))
    def password_command(username: Username, password_from_input: FromInput = False, lang: Lang = None) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import password

        raise ended(lambda: password(username, password_from_input=password_from_input))

    @app.command("grant", help=say("about_user_grant"))
    def grant_command(
        username: Username,
        role: Role,
        unit: Unit = None,
        until: Annotated[
            datetime.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help=say("opt_until"))
        ] = None,
        end: Annotated[bool, typer.Option("--end", help=say("opt_end"))] = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import grant

        raise ended(lambda: grant(username, role=role, unit=unit, until=until, end=end))

    @app.command("close", help=say("about_user_close"))
    def close_command(
        username: Username,
        reopen: Annotated[bool, typer.Option("--reopen", help=say("opt_reopen"))] = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import close

        raise ended(lambda: close(username, reopen=reopen))

    @app.command("unlock", help=say("about_user_unlock"))
    def unlock_command(username: Username, lang: Lang = None) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import unlock

        raise ended(lambda: unlock(username))

    @app.command("reset-factors", help=say("about_user_reset_factors"))
    def reset_factors_command(username: Username, lang: Lang = None) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import reset_factors

        raise ended(lambda: reset_factors(username))

    @app.command("token", help=say("about_user_token"))
    def token_command(
        username: Username,
        name: Annotated[str, typer.Option("--name", help=say("opt_token_name"), show_default=False)],
        days: Annotated[int, typer.Option("--days", help=say("opt_days"), metavar="N")] = 90,
        revoke: Annotated[bool, typer.Option("--revoke", help=say("opt_revoke"))] = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import token

        raise ended(lambda: token(username, name=name, days=days, revoke=revoke))

    @app.command("list", help=say("about_user_list"))
    def list_command(format: ListFormat = "table", lang: Lang = None) -> None:
        _choose(lang)
        from xuncha.cli.office.accounts import list_accounts

        raise ended(lambda: list_accounts(format=format))


def _keys(app: typer.Typer, ended: Ended) -> None:
    @app.command("list", help=say("about_keys_list"))
    def list_command(format: ListFormat = "table", lang: Lang = None) -> None:
        _choose(lang)
        from xuncha.cli.office.keys import show

        raise ended(lambda: show(format=format))

    @app.command("rotate", help=say("about_keys_rotate"))
    def rotate_command(
        resume: Annotated[bool, typer.Option("--resume", help=say("opt_resume"))] = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.keys import rotate

        raise ended(lambda: rotate(resume=resume))


def _trails(app: typer.Typer, ended: Ended) -> None:
    @app.command("verify", help=say("about_trail_verify"))
    def verify_command(
        anchors: Annotated[list[Path] | None, typer.Option("--anchor", help=say("opt_anchor"), metavar="FILE")] = None,
        format: ListFormat = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.trail import verify

        raise ended(lambda: verify(anchor_files=anchors or [], format=format))

    @app.command("export", help=say("about_trail_export"))
    def export_command(
        username: As,
        output: Annotated[Path, typer.Option("-o", "--output", help=say("opt_trail_output"), metavar="FILE")],
        since: Annotated[
            datetime.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help=say("opt_since"))
        ] = None,
        until: Annotated[
            datetime.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help=say("opt_until_day"))
        ] = None,
        force: Annotated[bool, typer.Option("--force", help=say("opt_export_force"))] = False,
        password_from_input: Proved = False,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.trail import export

        raise ended(
            lambda: export(
                output, username=username, password_from_input=password_from_input,
                since=since.date() if since else None, until=until.date() if until else None, force=force,
            )
        )  # fmt: skip

    @app.command("anchor", help=say("about_trail_anchor"))
    def anchor_command(
        output: Annotated[
            Path | None, typer.Option("-o", "--output", help=say("opt_anchor_output"), metavar="FILE")
        ] = None,
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.office.trail import anchor

        raise ended(lambda: anchor(output=output))
