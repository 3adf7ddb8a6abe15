"""The command line as a real process on a data folder of its own."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command on that data folder."""
    told = {key: value for key, value in os.environ.items() if not key.startswith(("XUNCHA_", "DJANGO_"))}
    return {**told, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "XUNCHA_HOME": str(home), **more}


def xuncha(home: Path, *words: object, typed: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "xuncha.cli", *map(str, words)],
        env=surroundings(home, **more),
        input=typed,
        stdin=subprocess.DEVNULL if typed is None else None,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def token_of(home: Path, username: str, **more: str) -> str:
    """A token by which commands act as the account."""
    done = xuncha(home, "user", "token", username, "--name", "命令行", **more)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


class Server:
    """A server under test: ``address`` once it answers, ``said`` what it printed."""

    def __init__(self, home: Path, *words: str, within: float = 90, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xuncha.cli", *words],
            env=surroundings(home, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self.address = ""
        assert self.process.stdout is not None
        until = time.monotonic() + within
        for line in self.process.stdout:
            self.said.append(line)
            found = re.search(r"http://\S+/", line)
            if found:
                self.address = found[0]
                return
            assert time.monotonic() < until, self.said
        raise AssertionError("".join(self.said))

    @property
    def port(self) -> int:
        return urllib.parse.urlsplit(self.address).port or 80

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Ask it to stop and wait; its exit code."""
        self.process.send_signal(sign)
        rest, _ = self.process.communicate(timeout=60)
        self.said.append(rest)
        return self.process.returncode


@contextlib.contextmanager
def server(home: Path, *words: str) -> Iterator[Server]:
    """A server that is gone at the end of the block."""
    running = Server(home, *(words or ("serve", "--port", "0")))
    try:
        yield running
    finally:
        if running.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.communicate()


class Browser:
    """Enough of a browser: cookies, forms with their token."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def get(self, path: str) -> str:
        with self._opener.open(urllib.parse.urljoin(self.address, path), timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, page: str, **fields: str) -> str:
        """Send a form of the page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page[:2000]
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self._opener.open(urllib.parse.urljoin(self.address, path), data, timeout=60) as answer:
            return answer.read().decode()

    def sign_in(self, username: str, password: str) -> str:
        """The page after signing in."""
        return self.post("/sign-in/", self.get("/sign-in/"), username=username, password=password)


def is_open(port: int) -> bool:
    """Whether anybody listens there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False
