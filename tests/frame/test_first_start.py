"""bin/xuncha builds its environment once, whole or not at all, or says plainly what is missing."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.frame.checkouts import UV, Checkout, real_python, small_checkout


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Checkout:
    """A checkout on a machine with Python and a uv that needs no network."""
    made = small_checkout(tmp_path, root / "bin", python=real_python())
    made.has("uv", UV)
    return made


@pytest.fixture
def bare(tmp_path: Path, root: Path) -> Checkout:
    """A checkout on a machine that has neither Python nor uv."""
    return small_checkout(tmp_path, root / "bin", python=None)


def _until(path: Path) -> str:
    for _ in range(600):
        if path.exists() and path.read_text().strip():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path.name} did not appear")


def test_the_first_start_builds_and_says_so_and_the_second_is_silent(checkout: Checkout) -> None:
    code, said, errors = checkout.run("extract", "a b", "*")
    assert (code, said.startswith("ran ['extract', 'a b', '*']")) == (0, True), errors
    assert errors.startswith("首次使用") and "First use" in errors
    calls = checkout.uv_calls

    code, said, errors = checkout.run("again")
    assert (code, errors, checkout.uv_calls) == (0, "", calls)


def test_the_second_start_needs_only_one_small_program(checkout: Checkout) -> None:
    checkout.run()
    for program in checkout.programs.iterdir():
        if program.name not in {"sh", "cksum"}:
            program.unlink()
    code, _, errors = checkout.run()
    assert (code, errors) == (0, "")


def test_it_starts_through_a_link_and_from_any_folder(checkout: Checkout) -> None:
    checkout.run()
    first = checkout.home / "first"
    first.symlink_to(checkout.root / "bin" / "xuncha")
    second = checkout.programs / "xuncha"
    second.symlink_to("../home/first")
    done = subprocess.run(
        ["xuncha", "x"], env=checkout.surroundings(CDPATH="/"), cwd="/", capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("ran ['x']")


def test_modules_of_the_folder_one_stands_in_are_not_taken(checkout: Checkout) -> None:
    checkout.run()
    (checkout.home / "stub_module.py").write_text("raise SystemExit('taken from the wrong place')")
    code, _, errors = checkout.run(PYTHONPATH=str(checkout.home))
    assert (code, errors) == (0, "")


def test_a_build_that_is_killed_is_never_used_and_is_done_again(checkout: Checkout) -> None:
    waiting = checkout.home / "waiting"
    process = checkout.start(UV_WAITS=str(waiting))
    _until(waiting)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert checkout.environments == [] and len(checkout.leftovers) == 1

    code, said, _ = checkout.run("redone")
    assert (code, said.startswith("ran ['redone']")) == (0, True)
    assert len(checkout.environments) == 1 and checkout.leftovers == []


def test_a_build_that_is_interrupted_leaves_nothing(checkout: Checkout) -> None:
    waiting = checkout.home / "waiting"
    process = checkout.start(UV_WAITS=str(waiting))
    _until(waiting)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 or process.returncode == -signal.SIGINT
    assert "Traceback" not in errors
    assert checkout.environments == [] and checkout.leftovers == []


def test_two_first_starts_at_once_build_one_environment(checkout: Checkout) -> None:
    waiting = checkout.home / "waiting"
    first = checkout.start("one", UV_WAITS=str(waiting), UV_SECONDS="1")
    _until(waiting)
    second = checkout.start("two")
    one, two = first.communicate(timeout=60), second.communicate(timeout=60)
    assert one[0].startswith("ran ['one']") and two[0].startswith("ran ['two']")
    assert "Another process" in two[1]
    assert len(checkout.environments) == 1 and checkout.leftovers == []
    assert sum(call.startswith("pip install") for call in checkout.uv_calls) == 1


def test_a_changed_lock_gets_an_environment_of_its_own_and_old_ones_go_in_time(checkout: Checkout) -> None:
    seen = []
    for _ in range(5):
        assert checkout.run()[0] == 0
        seen.append(set(checkout.environments))
        checkout.change_lock()
        time.sleep(0.01)
    assert [len(names) for names in seen] == [1, 2, 3, 3, 3]
    assert seen[1] > seen[0], "a command may still be running in the one before"


def test_an_environment_whose_python_is_gone_is_built_anew(checkout: Checkout) -> None:
    checkout.run()
    (name,) = checkout.environments
    python = checkout.root / ".env" / name / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    code, said, _ = checkout.run("after the upgrade")
    assert (code, said.startswith("ran")) == (0, True)
    assert checkout.environments == [name]


def test_a_checkout_that_cannot_be_written_uses_the_cache_of_the_user(checkout: Checkout) -> None:
    # A file in the way stands for missing rights: the super-user, whom CI may be, has all rights.
    (checkout.root / ".env").write_text("")
    cache = checkout.home / "cache"
    code, said, _ = checkout.run(XDG_CACHE_HOME=str(cache))
    assert code == 0 and str(cache / "xuncha" / "run-") in said
    assert checkout.run(XDG_CACHE_HOME=str(cache))[2] == ""


def test_pip_is_tried_where_uv_fails(checkout: Checkout) -> None:
    # The stub lock holds nothing, so that pip needs no network and the stub module is missing at the end.
    code, _, errors = checkout.run(UV_FAILS="1")
    assert code != 0
    assert "trying pip" in errors and "No module named 'stub_module'" in errors
    assert len(checkout.environments) == 1 and checkout.leftovers == []


def test_a_component_that_cannot_be_had_is_said_plainly(bare: Checkout) -> None:
    (bare.programs / "python3").symlink_to(real_python())
    (bare.root / "requirements" / "run.txt").write_text(f"nothing-of-this-name==1 --hash=sha256:{'0' * 64}\n")
    code, _, errors = bare.run(PIP_NO_INDEX="1")
    assert code == 1 and "Traceback" not in errors
    assert "所需组件没有装全" in errors and "Not everything could be installed" in errors
    assert bare.environments == [] and bare.leftovers == []


@pytest.mark.parametrize("old", [None, "#!/bin/sh\nexit 1\n", "#!/bin/sh\necho not found >&2; exit 127\n"])
def test_a_machine_without_a_recent_python_is_told_so(bare: Checkout, old: str | None) -> None:
    if old:
        bare.has("python3.13", old)
        bare.has("python3", old)
    code, said, errors = bare.run()
    assert (code, said) == (1, "")
    assert "没有找到 Python 3.11" in errors and "No Python 3.11 or later was found" in errors


def test_the_python_that_was_named_is_used_or_nothing_is(checkout: Checkout) -> None:
    code, _, errors = checkout.run(XUNCHA_PYTHON="/nowhere/python")
    assert code == 1 and "/nowhere/python" in errors and "older than Python 3.11" in errors
    checkout.programs.joinpath("python3").rename(checkout.home / "my python")
    assert checkout.run(XUNCHA_PYTHON=str(checkout.home / "my python"))[0] == 0


def test_a_python_without_the_means_to_make_environments_is_told_what_to_install(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    specification = importlib.util.spec_from_file_location("environment", root / "bin" / "environment.py")
    assert specification and specification.loader
    environment = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(environment)
    crippled = tmp_path / "python3"
    crippled.write_text("#!/bin/sh\necho 'ensurepip is not available'; exit 1\n")
    crippled.chmod(0o755)
    monkeypatch.setattr(environment, "interpreter", lambda: str(crippled))
    monkeypatch.setattr(environment, "usable_uv", lambda: None)

    assert environment.main([str(tmp_path / "run-1"), str(tmp_path / "run.txt")]) == 1
    errors = capsys.readouterr().err
    assert "ensurepip is not available" in errors and "-venv" in errors and "虚拟环境" in errors
