"""`xuncha demo` from nothing to a page, as somebody new to it would start it."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from tests.cli.office.running import Browser, server, xuncha
from xuncha.cli.demo.county import INSPECTORS, PEOPLE
from xuncha.cli.demo.making import PAPERS, make
from xuncha.documents import read
from xuncha.extraction import extract

SECONDS = 60


@pytest.mark.parametrize("paper", [paper for paper in PAPERS if not paper.is_damaged], ids=lambda paper: paper.name)
def test_each_paper_is_read_in_its_format(paper: object, tmp_path: Path) -> None:
    place = tmp_path / paper.name  # type: ignore[attr-defined]
    place.write_bytes(make(paper))  # type: ignore[arg-type]
    assert len([f for f in extract(read(place)).findings if f.level == "item"]) >= 4


def _accounts(said: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)  ((?:\w{4}-){3}\w{4})  ", said, re.M))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], float]:
    """The demonstration, made once: its folder, accounts with passwords, seconds of work it took."""
    home = tmp_path_factory.mktemp("demo") / "home"
    began = _worked()
    done = xuncha(home, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    return home, _accounts(done.stdout), _worked() - began


def _worked() -> float:
    """Seconds that child processes have worked: the measure where other tests share the machine."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.long
def test_it_is_made_within_a_minute_with_something_of_everything(made: tuple[Path, dict[str, str], float]) -> None:
    home, accounts, seconds = made
    assert seconds < SECONDS, f"{seconds:.0f} s"
    assert list(accounts) == [person.username for person in PEOPLE]
    assert stat.S_IMODE((home / "demo.json").stat().st_mode) == 0o600
    listed = xuncha(home, "user", "list", "--format", "json")
    assert [row["username"] for row in json.loads(listed.stdout)] == sorted(
        [*accounts, *(person.username for person in INSPECTORS)]
    )


@pytest.mark.long
def test_a_second_start_keeps_the_data_without_a_terminal_and_serves_them(
    made: tuple[Path, dict[str, str], float],
) -> None:
    home, accounts, _ = made
    before = (home / "demo.json").read_bytes()
    with server(home, "demo", "--port", "0") as running:
        assert (home / "demo.json").read_bytes() == before
        assert _accounts("".join(running.said)) == accounts
        desk = Browser(running.address).sign_in("guqinglan", accounts["guqinglan"])
        assert "顾青岚" in desk
        assert "沈知禾" in Browser(running.address).sign_in("shenzhihe", accounts["shenzhihe"])
        assert running.stop() == 0


@pytest.mark.long
def test_asked_for_anew_it_is_made_anew_with_other_passwords(
    made: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(made[0], tmp_path / "home"))
    again = xuncha(home, "demo", "--no-serve", "--anew")
    assert again.returncode == 0, again.stderr
    assert set(made[1].values()).isdisjoint(_accounts(again.stdout).values())


@pytest.mark.long
def test_a_demonstration_that_was_interrupted_is_made_from_the_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "demo.json").write_text('{"state": "making", "accounts": {}}')
    (home / "xuncha.sqlite3").write_bytes(b"")
    (home / "migration-under-way").write_text("x")
    done = xuncha(home, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert len(_accounts(done.stdout)) == len(PEOPLE)


def test_real_data_are_never_touched(home: Path) -> None:
    before = (home / "xuncha.sqlite3").read_bytes()
    for words in (("demo", "--no-serve"), ("demo", "--no-serve", "--anew")):
        done = xuncha(home, *words)
        assert done.returncode == 1 and "正式数据" in done.stderr
    assert (home / "xuncha.sqlite3").read_bytes() == before
