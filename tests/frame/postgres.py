"""A PostgreSQL server of the test's own: made in a folder, on a free port of this machine, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

USER = "xuncha"
_OWNER = "postgres"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest there is; null where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def server(*settings: str) -> Iterator[str]:
    """The address of an empty database, for ``XUNCHA_DATABASE``. ``settings`` are lines as in postgresql.conf.

    A server refuses to run as root: then it runs as the user that Debian's package has made for it.
    """
    bin_folder = programs()
    assert bin_folder is not None, "PostgreSQL is not installed"
    as_owner = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="xuncha-pg-"))
    try:
        if as_owner:
            owner = pwd.getpwnam(_OWNER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"

        def run(program: str, *arguments: str) -> None:
            done = subprocess.run(
                [*as_owner, str(bin_folder / program), *arguments],
                cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

        run("initdb", "-D", str(data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        port = _free_port()
        lines = [
            *("listen_addresses = '127.0.0.1'", f"port = {port}", f"unix_socket_directories = '{folder}'"),
            *("fsync = off", "max_connections = 60", *settings),
        ]
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(lines) + "\n")
        run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-t", "60", "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER)
            yield f"postgres://{USER}@127.0.0.1:{port}/{USER}"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
