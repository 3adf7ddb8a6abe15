"""The options of backup, restore and doctor; the work is in the module of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from xuncha.cli.wording import say, speak

Lang = Annotated[str | None, typer.Option("--lang", help=say("opt_lang"), metavar="zh|en")]
ListFormat = Annotated[str, typer.Option("--format", help=say("opt_list_format"), metavar="table|json")]
Words = Annotated[Path | None, typer.Option("--passphrase-file", help=say("opt_passphrase_file"), metavar="FILE")]
KeysWords = Annotated[
    Path | None, typer.Option("--keys-passphrase-file", help=say("opt_keys_passphrase_file"), metavar="FILE")
]
Ended = Callable[[Callable[[], int]], typer.Exit]


def add_commands(app: typer.Typer, ended: Ended) -> None:
    """Put the commands on the application; ``ended`` runs a command's work and gives its exit."""

    @app.command("backup", help=say("about_backup"))
    def backup_command(
        output: Annotated[Path, typer.Option("-o", "--output", help=say("opt_backup_output"), metavar="FILE")],
        keys_to: Annotated[Path | None, typer.Option("--keys-to", help=say("opt_keys_to"), metavar="FILE")] = None,
        no_keys: Annotated[bool, typer.Option("--no-keys", help=say("opt_no_keys"))] = False,
        passphrase_file: Words = None,
        keys_passphrase_file: KeysWords = None,
        force: Annotated[bool, typer.Option("--force", help=say("opt_export_force"))] = False,
        format: ListFormat = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.keeping.backup import Asked, backup

        asked = Asked(output, keys_to, passphrase_file, keys_passphrase_file, force, format)
        raise ended(lambda: backup(asked, no_keys=no_keys))

    @app.command("restore", help=say("about_restore"))
    def restore_command(
        archive: Annotated[Path, typer.Argument(help=say("arg_archive"), metavar="FILE", show_default=False)],
        to: Annotated[Path, typer.Option("--to", help=say("opt_to"), metavar="FOLDER")],
        keys: Annotated[Path | None, typer.Option("--keys", help=say("opt_keys"), metavar="FILE")] = None,
        passphrase_file: Words = None,
        keys_passphrase_file: KeysWords = None,
        format: ListFormat = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.keeping.restore import Asked, restore

        asked = Asked(archive, keys, to, passphrase_file, keys_passphrase_file, format)
        raise ended(lambda: restore(asked))

    @app.command("doctor", help=say("about_doctor"))
    def doctor_command(
        full: Annotated[bool, typer.Option("--full", help=say("opt_full"))] = False,
        format: ListFormat = "table",
        lang: Lang = None,
    ) -> None:
        _choose(lang)
        from xuncha.cli.keeping.doctor import doctor

        raise ended(lambda: doctor(full=full, format=format))


def _choose(lang: str | None) -> None:
    if lang is not None:
        speak(lang)
