"""kill -9 of the whole server at random moments of import and confirmation: what was acknowledged is there afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.cli.office.running import Browser, Server, surroundings
from tests.findings.reviewed import FEEDBACK

SCRIPT = Path(__file__).with_name("looking.py")
PASSWORD = "a-long-pass-phrase"

pytestmark = [pytest.mark.long, pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")]


class Series:
    """One data folder whose server is killed again and again."""

    def __init__(self, home: Path, kills: int, **more: str) -> None:
        self.home, self.kills = home, kills
        self.more = more
        told = surroundings(home, DJANGO_SETTINGS_MODULE="xuncha.config.settings", **more)
        made = subprocess.run(
            [sys.executable, str(SCRIPT), "prepare", str(kills)],
            env=told, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr[-3000:]
        self.ready = [int(line) for line in made.stdout.split()]
        self.looker = subprocess.Popen(
            [sys.executable, str(SCRIPT), "look"],
            env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.browser = Browser("")
        self.sent: list[str] = []
        self.entered: list[int] = []
        self.unanswered = 0
        self.chance = random.Random(20261125)
        self.spans = {"import": 1.0, "confirm": 0.4}

    def look(self) -> dict[str, Any]:
        assert self.looker.stdin is not None and self.looker.stdout is not None
        self.looker.stdin.write("\n")
        self.looker.stdin.flush()
        found: dict[str, Any] = json.loads(self.looker.stdout.readline())
        return found

    def close(self) -> None:
        self.looker.kill()
        self.looker.communicate()

    def start(self) -> Server:
        server = Server(self.home, "serve", "--port", "0", **self.more)
        self.browser.address = server.address
        if "sessionid" not in {cookie.name for cookie in self.browser._jar}:
            self.browser.sign_in("luheng", PASSWORD)
        return server

    def once(self, number: int) -> None:
        """Start, work, be killed in the middle of it, and look."""
        server = self.start()
        kind = "import" if number % 2 else "confirm"
        work = (lambda: self._import(number)) if kind == "import" else (lambda: self._confirm(self.ready[number]))
        page = self.browser.get("/papers/" if kind == "import" else f"/papers/{self.ready[number]}/enter/")
        killer = threading.Timer(self.chance.uniform(0, 1.5) * self.spans[kind], self._kill, [server])
        self.page = page
        began = time.monotonic()
        # The first two are left to their end, to learn how long that takes.
        if number >= 2:
            killer.start()
        try:
            work()
            took = time.monotonic() - began
            if number < 2:
                self.spans[kind] = took
        except urllib.error.HTTPError:
            # An answer, and not the one that was due.
            raise
        except (OSError, HTTPException):
            self.unanswered += 1
        if number < 2:
            self._kill(server)
        else:
            killer.join()
        server.process.communicate()
        self.check(self.look())

    def _kill(self, server: Server) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)

    def _token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)
        assert found, self.page[:500]
        return found[1]

    def _import(self, number: int) -> None:
        """Hand in a paper, then wait until it was read."""
        name, edge = f"上传{number}.txt", "----edge"
        words = f"{FEEDBACK}\n（三）第{number}份。\n" + "".join(
            f"{n}.第{number}份的第{n}处问题。抽查发现{n}笔账实不符。\n" for n in range(30)
        )
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self._token()}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            f"Content-Type: text/plain\r\n\r\n{words}\r\n--{edge}--\r\n"
        ).encode()
        asked = urllib.request.Request(
            urllib.parse.urljoin(self.browser.address, "/papers/upload/"), body,
            {"Content-Type": f"multipart/form-data; boundary={edge}", "HX-Request": "true"},
        )  # fmt: skip
        with self.browser._opener.open(asked, timeout=60) as answer:
            assert answer.status == 200 and name in answer.read().decode()
        self.sent.append(name)
        # Until it is read, or until the kill: the page asks like this.
        for _ in range(600):
            self.browser.get("/papers/")
            if number < 2 and any(held[:2] == [name, "review"] for held in self.look()["papers"].values()):
                return
            time.sleep(0.05)

    def _confirm(self, paper: int) -> None:
        """Enter a reviewed paper."""
        seen = dict(re.findall(r'name="(version|last_step)" value="(\d+)"', self.page))
        fields = {"csrfmiddlewaretoken": self._token(), "confirm": "1", **seen}
        data = urllib.parse.urlencode(fields).encode()
        opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.browser._jar))
        try:
            opener.open(urllib.parse.urljoin(self.browser.address, f"/papers/{paper}/enter/"), data, timeout=60)
            raise AssertionError("the entry was refused")
        except urllib.error.HTTPError as answer:
            assert answer.code == 302 and answer.headers["Location"] == f"/papers/{paper}/", answer.headers["Location"]
        self.entered.append(paper)

    def check(self, found: dict[str, Any]) -> None:
        assert found["faults"] == []
        papers = found["papers"]
        names = {name for name, _, _ in papers.values()}
        lost = [name for name in self.sent if name not in names]
        lost += [papers[str(key)][0] for key in self.entered if papers[str(key)][1] != "entered"]
        assert lost == []

    def run(self) -> None:
        for number in range(self.kills):
            self.once(number)
        # After the last kill everything goes on: what waits is read.
        server = self.start()
        try:
            until = time.monotonic() + 90
            while time.monotonic() < until:
                found = self.look()
                if all(state in ("review", "entered") for _, state, _ in found["papers"].values()):
                    break
                time.sleep(0.5)
            self.check(found)
            assert {state for _, state, _ in found["papers"].values()} <= {"review", "entered"}, found["papers"]
        finally:
            assert server.stop() == 0
        print(f"{self.kills} kills: {len(self.sent)} imports and {len(self.entered)} entries were acknowledged, "
              f"{self.unanswered} were cut off, none was lost")  # fmt: skip
        assert self.unanswered > self.kills // 8, "hardly a kill came in time"


class _Stay(urllib.request.HTTPRedirectHandler):
    """The answer counts, not the page it leads to."""

    def redirect_request(self, *told: Any, **more: Any) -> None:
        return None


@contextlib.contextmanager
def series(home: Path, kills: int, **more: str) -> Iterator[Series]:
    made = Series(home, kills, **more)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("seed", [20261125, 20261126])
def test_nothing_that_was_acknowledged_is_lost(made_home: Path, tmp_path: Path, seed: int) -> None:
    # Two halves, 52 kills in all: they run side by side.
    with series(Path(shutil.copytree(made_home, tmp_path / "home")), 26) as on_sqlite:
        on_sqlite.chance = random.Random(seed)
        on_sqlite.run()
