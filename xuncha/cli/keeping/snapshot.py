"""The database at one moment, copied while others read and write."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xuncha.cli.office.folder import Unusable
from xuncha.cli.wording import say

_PAGES: Final = 4096
"""Pages of the database copied at a step."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the database in one file, and answers from that same moment. ``kind`` is sqlite or postgresql."""

    kind: str
    file: Path
    ask: Callable[[str], Iterator[tuple[Any, ...]]]


@contextlib.contextmanager
def snapshot(scratch: Path) -> Iterator[Snapshot]:
    """Copy the database of the settings into ``scratch``. Errors: `Unusable` where it cannot be copied."""
    from django.db import connection

    with _of_sqlite(scratch) if connection.vendor == "sqlite" else _of_postgresql(scratch) as made:
        yield made


@contextlib.contextmanager
def _of_sqlite(scratch: Path) -> Iterator[Snapshot]:
    from django.db import connection

    file = scratch / "database.sqlite3"
    try:
        with (
            contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as source,
            contextlib.closing(sqlite3.connect(file, isolation_level=None)) as copy,
        ):
            # Held open, the copy is of this moment however long it takes; without, every write begins it anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PAGES, sleep=0)
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise Unusable(say("database_not_copied", reason=error)) from error
    if found != "ok":
        raise Unusable(say("database_not_copied", reason=found))

    def ask(question: str) -> Iterator[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as opened:
            yield from opened.execute(question)

    yield Snapshot("sqlite", file, ask)


@contextlib.contextmanager
def _of_postgresql(scratch: Path) -> Iterator[Snapshot]:
    from django.db import connection, transaction

    dump = program("pg_dump")
    file = scratch / "database.dump"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            moment = cursor.fetchone()[0]
        # Everything is compressed and sealed as a whole afterwards.
        run(dump, "--format=custom", "--compress=0", f"--snapshot={moment}", f"--file={file}", database_name())

        def ask(question: str) -> Iterator[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(question)
                while rows := cursor.fetchmany(2000):
                    yield from rows

        yield Snapshot("postgresql", file, ask)


def program(name: str) -> str:
    """Where a program of PostgreSQL is. Errors: `Unusable` with what to install."""
    found = shutil.which(name)
    if found is None:
        raise Unusable(say("program_missing", program=name))
    return found


def database_name() -> str:
    """The database of the settings, as PostgreSQL's programs take it; the password goes by the environment."""
    from django.db import connection

    said = connection.settings_dict
    parts = {"dbname": said["NAME"], "user": said["USER"], "host": said["HOST"], "port": said["PORT"]}
    quoted = {key: str(value).replace("\\", "\\\\").replace("'", "\\'") for key, value in parts.items() if value}
    return "--dbname=" + " ".join(f"{key}='{value}'" for key, value in quoted.items())


def run(*words: str) -> None:
    """Run a program of PostgreSQL to its end. Errors: `Unusable` with the first line of what it said."""
    from django.db import connection

    password = str(connection.settings_dict["PASSWORD"] or "")
    told = {**os.environ, **({"PGPASSWORD": password} if password else {}), "LC_MESSAGES": "C"}
    done = subprocess.run(words, env=told, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        first = (done.stderr.strip().splitlines() or ["?"])[0][:300]
        raise Unusable(say("program_failed", program=Path(words[0]).name, reason=first))
