"""`xuncha demo`: the invented county in a data folder of its own, ready in the browser."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import platformdirs

from xuncha.cli.demo.county import PEOPLE
from xuncha.cli.office import database
from xuncha.cli.office.django import start
from xuncha.cli.office.folder import Unusable, alone, prepare
from xuncha.cli.terminal import steps, tell
from xuncha.cli.wording import say

# Shows that a folder holds the demonstration and no office's data; with its accounts, so that they can be shown again.
MARK: Final = "demo.json"
# What making anew removes of the folder; the collected static files stay.
MADE: Final = ("xuncha.sqlite3", "xuncha.sqlite3-wal", "xuncha.sqlite3-shm", "files", database.MARK, MARK)


def demo(*, host: str, port: int, serving: bool, anew: bool) -> int:
    """Make the demonstration where there is none, say its accounts, serve it."""
    from xuncha.cli.office import serving as server

    try:
        home = folder()
        prepare(home)
        with alone(home):
            if serving:
                port = server.free_port(host, port)
                server.answer_to(host)
            _decide(home, anew=anew)
            os.environ["XUNCHA_HOME"] = str(home)
            start()
            found = database.state(home)
            if not _mark(home) and found.state is not database.State.EMPTY:
                raise Unusable(say("demo_database_in_use"))
            server.ready(home)
            if _mark(home).get("state") != "ready":
                _make(home)
            _say_accounts(home)
            if not serving:
                return 0
            return server.run(host, port)
    except Unusable as fault:
        tell(fault.words)
        return 1


def folder() -> Path:
    """``XUNCHA_HOME``, else a folder beside that of the office's own data, so that the two never mix."""
    given = os.environ.get("XUNCHA_HOME", "").strip()
    if given:
        return Path(given).expanduser().resolve()
    return Path(platformdirs.user_data_dir("xuncha-demo", appauthor=False))


def _mark(home: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads((home / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept


def _decide(home: Path, *, anew: bool) -> None:
    """Keep what is there or clear the way. Errors: `Unusable` for data that the demonstration did not make."""
    mark = _mark(home)
    if not mark:
        if (home / "xuncha.sqlite3").exists():
            raise Unusable(say("demo_not_ours", path=home))
        return
    if mark["state"] == "ready":
        if not anew and not _asked_for_anew(home):
            tell(say("demo_kept", path=home))
            return
        if os.environ.get("XUNCHA_DATABASE"):
            raise Unusable(say("demo_database_in_use"))
    # Half made, or to be made anew.
    for name in MADE:
        place = home / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _asked_for_anew(home: Path) -> bool:
    if not sys.stdin.isatty():
        return False
    tell(say("demo_ask", path=home))
    with contextlib.suppress(EOFError):
        return input("> ").strip().lower() in ("2", "n", "new", "anew", "新", "重建")
    return False


def _make(home: Path) -> None:
    from xuncha.cli.demo.setting import set_up
    from xuncha.cli.demo.story import Story, counts

    _write_mark(home, {"state": "making", "accounts": {}})
    tell(say("demo_making"))
    passwords = set_up()
    with steps(Story.STEPS, say("demo_progress")) as step:
        Story(step).tell()
    _write_mark(home, {"state": "ready", "accounts": passwords})
    units, papers, findings = counts()
    tell(say("demo_made", units=units, papers=papers, findings=findings))


def _write_mark(home: Path, content: dict[str, Any]) -> None:
    from xuncha.documents.writers.files import write_text

    write_text(home / MARK, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    (home / MARK).chmod(0o600)


def _say_accounts(home: Path) -> None:
    """One line an account: account, password, name, what the person is."""
    print(say("demo_accounts"))
    for line in _accounts(home):
        print(line)
    sys.stdout.flush()


def _accounts(home: Path) -> Iterator[str]:
    known = {person.username: person for person in PEOPLE}
    for username, password in _mark(home).get("accounts", {}).items():
        person = known[username]
        yield f"{username}  {password}  {person.name}（{person.title}）"
