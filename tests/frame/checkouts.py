"""Small checkouts in which the commands of bin/ run, and machines that have this program and lack that one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

# What bin/ may count on besides Python: programs of any POSIX system.
SYSTEM = ("sh", "cat", "cksum", "dirname", "mkdir", "readlink", "sleep", "env", "rm")

COMMAND = """\
import os, sys
import stub_module
print("ran", sys.argv[1:], sys.prefix, os.environ.get("PYTHONPYCACHEPREFIX"))
"""

# Makes an environment as uv does and installs one module, in two steps; the test says how long the second takes.
UV = """\
#!/bin/sh
echo "$@" >>"$UV_CALLS"
case "$1 $2" in
'--version ') echo 'uv 0' ;;
'venv '*) for folder; do :; done
    exec "$REAL_PYTHON" -I -m venv --without-pip "$folder" ;;
'pip install') [ -z "${UV_FAILS:-}" ] || { echo 'no such host'; exit 1; }
    while [ "$1" != --python ]; do shift; done
    place=${2%/bin/python}
    for library in "$place"/lib/python3*/site-packages; do :; done
    echo 'x' >"$library/half"
    if [ -n "${UV_WAITS:-}" ]; then echo $$ >"$UV_WAITS"; sleep "${UV_SECONDS:-600}"; fi
    echo 'x = 1' >"$library/stub_module.py" ;;
esac
"""


@dataclass
class Checkout:
    """A checkout with a command of one line, and the surroundings in which it is called."""

    root: Path
    programs: Path
    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environments(self) -> list[str]:
        """Names of the environments that are whole."""
        return self._folders(whole=True)

    @property
    def leftovers(self) -> list[str]:
        """Names of what interrupted builds left."""
        return self._folders(whole=False)

    def _folders(self, *, whole: bool) -> list[str]:
        folders = (folder.name for folder in (self.root / ".env").glob("*-*"))
        return sorted(name for name in folders if (".building-" not in name) == whole)

    @property
    def uv_calls(self) -> list[str]:
        calls = self.home / "uv-calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def surroundings(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "UV_", "SSL_"))}
        kept |= {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
        return kept | {
            "PATH": str(self.programs),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "REAL_PYTHON": real_python(),
            "UV_CALLS": str(self.home / "uv-calls"),
            **self.variables,
            **more,
        }

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.root / "bin" / "xuncha"), *arguments],
            env=self.surroundings(**more),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        process = self.start(*arguments, **more)
        said, errors = process.communicate(timeout=300)
        return process.returncode, said, errors

    def has(self, name: str, text: str) -> None:
        """Put a program on the search path."""
        program = self.programs / name
        program.write_text(text)
        program.chmod(0o755)

    def change_lock(self) -> None:
        with (self.root / "requirements" / "run.txt").open("a") as lock:
            lock.write("# changed\n")


def real_python() -> str:
    """The Python that runs the tests, without its environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def machine(folder: Path, *, python: str | None) -> Path:
    """A search path with what any system has, and the given Python if any."""
    folder.mkdir()
    for name in SYSTEM:
        found = shutil.which(name)
        assert found, f"{name} is missing on this machine"
        (folder / name).symlink_to(found)
    if python:
        (folder / "python3").symlink_to(python)
    return folder


def small_checkout(folder: Path, bin_folder: Path, *, python: str | None) -> Checkout:
    root = folder / "a check out"
    shutil.copytree(bin_folder, root / "bin")
    (root / "requirements").mkdir()
    (root / "requirements" / "run.txt").write_text("# nothing\n")
    package = root / "xuncha" / "cli"
    package.mkdir(parents=True)
    for file in (root / "xuncha" / "__init__.py", package / "__init__.py"):
        file.write_text("")
    (package / "__main__.py").write_text(COMMAND)
    home = folder / "home"
    home.mkdir()
    return Checkout(root, machine(folder / "programs", python=python), home)
