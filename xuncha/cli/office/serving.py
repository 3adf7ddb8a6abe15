"""`xuncha serve`: one server on one data folder, for real use."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from xuncha.archive.home import home as data_folder
from xuncha.cli.office import database
from xuncha.cli.office.django import start
from xuncha.cli.office.folder import Unusable, alone, prepare
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
# Requests in flight when the server is asked to stop have this long to end.
STOPS_WITHIN_SECONDS: Final = 30


def serve(*, host: str, port: int, threads: int | None, access_log: bool) -> int:
    """Serve until asked to stop; 0 after an orderly end, 1 when it could not start."""
    try:
        home = data_folder()
        prepare(home)
        with alone(home):
            port = free_port(host, port)
            answer_to(host)
            start()
            ready(home)
            if not _has_accounts():
                tell(say("no_accounts_yet"))
            return run(host, port, threads=threads, access_log=access_log)
    except Unusable as fault:
        tell(fault.words)
        return 1


def answer_to(host: str) -> None:
    """The names under which the server may be called, where the office has set none (``XUNCHA_HOSTS``)."""
    if host in LOOPBACK or os.environ.get("XUNCHA_HOSTS"):
        return
    names = ["localhost", *LOOPBACK[:1], "[::1]"]
    if host in ("0.0.0.0", "::"):
        with contextlib.suppress(OSError):
            here = socket.gethostname()
            names += [here, socket.getfqdn()]
            names += [str(entry[4][0]) for entry in socket.getaddrinfo(here, None)]
        # The address this machine would use towards others; nothing is sent.
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            names.append(probe.getsockname()[0])
    else:
        names.append(host)
    named = list(dict.fromkeys(f"[{name}]" if ":" in name and name[0] != "[" else name for name in names))
    os.environ["XUNCHA_HOSTS"] = ",".join(named)
    tell(say("answers_to", names=", ".join(named)))


def ready(home: Path) -> None:
    """Make a new database, refuse one that does not fit, collect the static files. Errors: `Unusable`."""
    from django.db import connections

    from xuncha.cli.office.static import collect

    found = database.state(home)
    if found.state is database.State.EMPTY:
        tell(say("making_database", path=home))
        database.migrate(home)
    else:
        found.require_current()
    if collect(home):
        tell(say("static_collected"))
    # The serving process opens its own; none may be shared over the fork.
    connections.close_all()


def _has_accounts() -> bool:
    from django.db import connections

    from xuncha.security.accounts import people

    found = people().exists()
    connections.close_all()
    return found


def free_port(host: str, port: int) -> int:
    """The port to listen on; 0 chooses a free one. Errors: `Unusable` where it is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            # Only to listen shows whether another listens there.
            probe.listen(1)
            return int(probe.getsockname()[1])
    except OSError as error:
        import errno

        key = {errno.EADDRINUSE: "port_in_use", errno.EACCES: "port_refused"}.get(error.errno or 0, "host_refused")
        raise Unusable(say(key, host=host, port=port, reason=error.strerror or str(error))) from error


def run(
    host: str,
    port: int,
    *,
    threads: int | None = None,
    access_log: bool = False,
    announce: Callable[[str], None] | None = None,
) -> int:
    """Listen until asked to stop. ``announce`` is told the address once it answers. Errors: `Unusable`."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.errors import FatalError

    port = free_port(host, port)
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/"
    server = Granian(
        "xuncha.cli.office.application:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # One process answers; a second only watches over it and starts it again should it die.
        workers=1,
        respawn_failed_workers=True,
        blocking_threads=threads or _threads(),
        websockets=False,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        workers_kill_timeout=STOPS_WITHIN_SECONDS,
        log_level="warning",  # type: ignore[arg-type]
        log_access=access_log,
    )
    _once_it_answers(host, port, lambda: (announce or _announce)(address))
    try:
        server.serve()
    except FatalError as error:
        raise Unusable(say("server_failed", reason=str(error))) from error
    except SystemExit as ended:
        return int(ended.code or 0)
    tell(say("server_stopped"))
    return 0


def _threads() -> int:
    return max(4, min(16, 2 * (os.cpu_count() or 2)))


def _announce(address: str) -> None:
    print(say("serving", address=address), flush=True)
    if sys.stdout.isatty():
        tell(say("how_to_stop"))


def _once_it_answers(host: str, port: int, then: Callable[[], None]) -> None:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)

    def wait() -> None:
        for _ in range(600):
            # The socket listens before the application is loaded: only an answer says that it serves.
            with contextlib.suppress(OSError, HTTPException):
                asked = HTTPConnection(target, port, timeout=30)
                asked.request("GET", "/sign-in/", headers={"Host": "localhost"})
                asked.getresponse()
                asked.close()
                then()
                return
            time.sleep(0.1)

    threading.Thread(target=wait, name="announce", daemon=True).start()
