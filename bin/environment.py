"""Builds the environment of a lock, whole or not at all. Run by environment.sh with any Python from 3.11 on.

    environment.py PLACE LOCK

It is built beside PLACE and renamed when it is whole, so its programs are called as ``PLACE/bin/python -m NAME``
(the first line of a script in ``bin/`` names the folder it was built in). The modules of the standard library suffice.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

# How many environments of other locks are left: a command may still be running in one.
KEPT = 2


class NotBuilt(Exception):
    """The environment could not be made: what is said in Chinese, in English, and what the program said."""

    def __init__(self, chinese: str, english: str, output: str = "") -> None:
        self.chinese, self.english, self.output = chinese, english, output
        super().__init__(english)


def say(chinese: str, english: str) -> None:
    print(chinese, english, sep="\n", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    place, lock = Path(arguments[0]), Path(arguments[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with _turn(place) as alone:
            if is_whole(place):
                return 0
            if alone:
                clear(place)
            say(
                f"首次使用，正在按 {lock.name} 准备运行环境，约需一分钟……",
                f"First use: building the environment of {lock.name}, about a minute …",
            )
            started = time.monotonic()
            build(place, lock)
            seconds = round(time.monotonic() - started)
            say(f"运行环境已备好，用时 {seconds} 秒。", f"The environment is ready after {seconds} seconds.")
    except NotBuilt as fault:
        if fault.output:
            print(*fault.output.strip().splitlines()[-12:], sep="\n", file=sys.stderr)
        say(fault.chinese, fault.english)
        return 1
    except OSError as fault:
        say(f"运行环境没有建成：{fault}", f"The environment was not built: {fault}")
        return 1
    except KeyboardInterrupt:
        say("已中断，未完成的环境不会被使用。", "Interrupted: nothing half built is used.")
        return 130
    return 0


def is_whole(place: Path) -> bool:
    """Whether an environment stands there and its Python still does."""
    return os.access(place / "bin" / "python", os.X_OK)


@contextlib.contextmanager
def _turn(place: Path) -> Iterator[bool]:
    """Wait for whoever builds the same kind of environment; gives whether we are alone now.

    The system takes the lock from a process that dies. Where the file system has no locks two may build at once:
    each in its own folder, and the first to finish gives the name.
    """
    import fcntl

    with open(place.parent / f".{_kind(place)}.lock", "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个进程正在准备运行环境，请稍候……", "Another process is building the environment, waiting …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            yield False
            return
        yield True


def _kind(place: Path) -> str:
    return place.name.split("-")[0]


def clear(place: Path) -> None:
    """Remove what interrupted builds left, and the environments of older locks but for the newest few."""
    others = []
    for folder in place.parent.glob(f"{_kind(place)}-*"):
        if ".building-" in folder.name:
            shutil.rmtree(folder, ignore_errors=True)
        elif folder != place:
            others.append(folder)
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def build(place: Path, lock: Path) -> None:
    """Build beside the place, then give the name; raises `NotBuilt`."""
    uv = usable_uv()
    failed = ""
    if uv is not None:
        try:
            with _beside(place) as folder:
                _with_uv(uv, folder, lock)
                _give_name(folder, place)
                return
        except NotBuilt as fault:
            # People set their mirror or proxy for one of the two, seldom for both.
            say("uv 没有装成，改用 pip……", "uv did not succeed, trying pip …")
            failed = fault.output
    with _beside(place) as folder:
        _with_pip(folder, lock, said_before=failed)
        _give_name(folder, place)


@contextlib.contextmanager
def _beside(place: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"{place.name}.building-", dir=place.parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_name(folder: Path, place: Path) -> None:
    if hasattr(os, "sync"):
        os.sync()  # else a power cut could leave the name with empty files under it
    if place.exists() and not is_whole(place):
        # Its Python is gone, say after an upgrade of the system.
        broken = place.with_name(f"{folder.name}.broken")
        place.rename(broken)
        shutil.rmtree(broken, ignore_errors=True)
    try:
        folder.rename(place)
    except OSError:
        if not is_whole(place):
            raise


def interpreter() -> str:
    """The Python proper behind links and environments, so that a link turned elsewhere breaks nothing in silence."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def usable_uv() -> str | None:
    uv = shutil.which("uv")
    if uv is None or os.environ.get("XUNCHA_NO_UV"):
        return None
    # A stand-in that only says where uv could be had is none.
    tried = subprocess.run([uv, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return uv if tried.returncode == 0 else None


NOT_INSTALLED = (
    "所需组件没有装全。请检查网络（或 pip、uv 的镜像与离线组件库设置）后重试；未完成的环境不会被使用。",
    "Not everything could be installed. Check the network (or the mirror or wheel folder that pip or uv is set to)"
    " and start again; nothing half built is used.",
)


def _with_uv(uv: str, folder: Path, lock: Path) -> None:
    make = [uv, "venv", "--no-project", "--allow-existing", "--python", interpreter(), str(folder)]
    _run(make, *NOT_INSTALLED)
    python = str(folder / "bin" / "python")
    install = [uv, "pip", "install", "--python", python, "--compile-bytecode", "--require-hashes", "-r", str(lock)]
    _run(install, *NOT_INSTALLED)


def _with_pip(folder: Path, lock: Path, *, said_before: str) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    _run(
        [interpreter(), "-I", "-m", "venv", str(folder)],
        f"这个 Python 不能建立虚拟环境。Debian、Ubuntu 请安装 python{version}-venv，或安装 uv。",
        f"This Python cannot make a virtual environment. On Debian or Ubuntu install python{version}-venv, or uv.",
        said_before,
    )
    pip = [str(folder / "bin" / "python"), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    _run([*pip, "--progress-bar", "off", "--require-hashes", "-r", str(lock)], *NOT_INSTALLED)


def _run(command: list[str], chinese: str, english: str, said_before: str = "") -> None:
    """Run a program in silence; what it said comes with `NotBuilt` where it fails."""
    # A user's standing wish to install elsewhere is not meant for this environment.
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "UV_TARGET", "UV_PREFIX"}
    surroundings = {key: value for key, value in os.environ.items() if key not in elsewhere} | {"PIP_USER": "0"}
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=surroundings,
        check=False,
    )
    if done.returncode != 0:
        raise NotBuilt(chinese, english, said_before + done.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
