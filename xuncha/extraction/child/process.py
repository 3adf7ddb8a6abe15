"""The child as a process: started with few rights, asked, and ended with all that it started."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import weakref
from pathlib import Path
from typing import Any, Final

from xuncha.extraction.child.errors import failed

GRACE: Final = 1.5
"""Seconds between asking a child to end and ending it; in them it ends what it has started (LibreOffice)."""
_MAX_ANSWER: Final = 64 * 1024
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "XUNCHA_SOFFICE", "XUNCHA_VOCABULARY", "SYSTEMROOT")
_CODES_OF_TIME: Final = tuple(-int(getattr(signal, name)) for name in ("SIGALRM", "SIGXCPU") if hasattr(signal, name))


class Child:
    """A running child with its folder."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xuncha-"))
        self.owner = os.getpid()
        self.count = 0
        self.is_sound = True
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.folder,
                env=_environment(self.folder),
                start_new_session=True,
            )
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._last_resort = weakref.finalize(self, _clear, self.process, self.folder, self.owner)

    def ask(self, request: dict[str, Any], *, name: str, seconds: float) -> dict[str, Any]:
        """The child's answer; raises `ReadingFailed` when none came."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.count += 1
        self.is_sound = False
        too_long = threading.Event()

        def stop() -> None:
            too_long.set()
            _stop(self.process)

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        line = b""
        try:
            with contextlib.suppress(OSError):
                self.process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
                self.process.stdin.flush()
                line = self.process.stdout.readline(_MAX_ANSWER)
        finally:
            timer.cancel()
            timer.join()
        if not line.endswith(b"\n"):
            _stop(self.process)
            is_late = too_long.is_set() or self.process.returncode in _CODES_OF_TIME
            raise failed("timeout" if is_late else "crashed", name, seconds=seconds)
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or too_long.is_set():
            _stop(self.process)
            raise failed("timeout" if too_long.is_set() else "crashed", name, seconds=seconds)
        self.is_sound = answer.get("sound") is True
        return answer

    def end(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        if self.is_sound:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE)
        self._last_resort()

    def forget(self) -> None:
        self._last_resort.detach()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """No process of the child's session outlives it: asked first, so that it ends what it started, then ended."""
    with contextlib.suppress(OSError):
        process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()


def _clear(process: subprocess.Popen[bytes], folder: Path, owner: int) -> None:
    if owner != os.getpid():
        return
    if process.poll() is None:
        _stop(process)
    for end in (process.stdin, process.stdout):
        if end is not None:
            with contextlib.suppress(OSError):
                end.close()
    shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    """What the child needs and nothing else: the parent's holds keys and addresses."""
    import xuncha

    root = Path(next(iter(xuncha.__path__))).resolve().parent
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "PYTHONPATH": str(root),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
