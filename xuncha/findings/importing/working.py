"""The worker: reads the papers that wait, beside the pages and in the same process or in a process of its own."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError, close_old_connections, connections

from xuncha.archive.actions import sweep, take_in
from xuncha.archive.models import StoredFile
from xuncha.archive.queries import Unopenable, as_plain_file
from xuncha.documents.errors import DocumentError
from xuncha.extraction.child import Reader
from xuncha.extraction.child.errors import as_data
from xuncha.extraction.secrecy import mark_in_text
from xuncha.findings.actions import reading
from xuncha.findings.actions.uploading import ARCHIVE, fault_of_name, looked_at, shown_name, suffix_of
from xuncha.findings.importing.drafting import make_drafts
from xuncha.findings.importing.rows import read_ledger
from xuncha.findings.models import Paper
from xuncha.security.errors import Invalid

logger = logging.getLogger(__name__)

PAUSE: Final = 1.0
"""Seconds between two looks for waiting papers; `wake` cuts them short."""
RENEW: Final = 10.0
"""Seconds after which a paper under reading is marked again; far less than `reading.LEFT_AFTER`."""
PATIENCE: Final = 120.0
"""Seconds that one paper may take to be read."""
TOLD_EVERY: Final = 20
"""Members of an archive after which its progress is told."""

REFUSED: Final = frozenset({"secrecy_marked", "active_content"})
"""Errors after which neither the file nor anything read out of it is kept."""

_woken = threading.Event()


def wake() -> None:
    """Papers have come in: the workers of this process look at once."""
    _woken.set()


class Worker:
    """Reads waiting papers one after the other, each in a child process of few rights.

    Several workers, also in several processes and on several machines with one PostgreSQL, share the work. A paper
    that a stopped server left is taken up again a minute later.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = [threading.Thread(target=self._run, name=f"reading-{n + 1}") for n in range(threads)]
        self._reader = Reader()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._under_way: dict[int, Paper] = {}

    def start(self) -> None:
        """Begin; returns at once. What a process that stopped left plain on the disk is removed first."""
        sweep()
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Finish what is under way if that is quick; what is not is put back for the next start."""
        self._stopping.set()
        _woken.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(patience)
        with self._lock:
            left = list(self._under_way.values())
        for paper in left:
            reading.give_back(paper)
        if not left:
            self._reader.close()

    def run_once(self) -> bool:
        """Read one waiting paper; whether there was one."""
        reading.take_up_again()
        paper = reading.start_reading()
        if paper is None:
            return False
        with self._lock:
            self._under_way[paper.pk] = paper
        try:
            with _marked(paper):
                self._read(paper)
        except reading.Lost:
            logger.info("paper %s was taken over while it was read", paper.pk)
        finally:
            with self._lock:
                self._under_way.pop(paper.pk, None)
        return True

    def run_all(self) -> int:
        """Read all that wait; how many papers that were. For commands and tests."""
        count = 0
        while self.run_once():
            count += 1
        return count

    def close(self) -> None:
        """End the child process; the next paper starts another."""
        self._reader.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            close_old_connections()
            _woken.clear()
            try:
                while not self._stopping.is_set() and self.run_once():
                    pass
            except Exception:
                # The database may be away for a while; the paper is taken up again when it is back.
                logger.exception("reading stopped short; it goes on")
            _woken.wait(PAUSE)
        connections.close_all()

    def _read(self, paper: Paper) -> None:
        try:
            if suffix_of(paper.name) == ARCHIVE:
                self._unpack(paper)
            elif paper.kind == Paper.Kind.LEDGER:
                read_ledger(paper, self._reader)
                with reading.finish_reading(paper):
                    pass
            else:
                with as_plain_file(paper.file) as plain:
                    found = self._reader.read(plain, name=paper.name, seconds=PATIENCE)
                if mark := mark_in_text(found["text"]):
                    reading.refuse_paper(paper, code="secrecy_marked", found=mark)
                    return
                with reading.finish_reading(paper) as held:
                    make_drafts(held, found)
        except DocumentError as error:
            if error.code in REFUSED:
                reading.refuse_paper(paper, code=error.code, found=error.found)
            else:
                reading.fail_reading(paper, error=as_data(error))
        except (Invalid, Unopenable) as refusal:
            reading.fail_reading(paper, error={"code": refusal.code})
        except (reading.Lost, DatabaseError):
            raise
        except Exception as error:
            # A fault of ours in one paper must not hold up the others; it stands on the page and in the log.
            logger.exception("paper %s could not be read", paper.pk)
            reading.fail_reading(paper, error={"code": "unexpected", "found": f"{type(error).__name__}: {error}"[:300]})

    def _unpack(self, paper: Paper) -> None:
        folder = Path(tempfile.mkdtemp(prefix="xuncha-unpack-"))
        try:
            with as_plain_file(paper.file) as plain:
                unpacked = self._reader.unpack(plain, folder, name=paper.name, seconds=PATIENCE)
            members: list[tuple[str, StoredFile]] = []
            faults: list[dict[str, Any]] = []
            for number, (inside, place) in enumerate(unpacked, start=1):
                if number % TOLD_EVERY == 0:
                    reading.renew(paper, number, len(unpacked))
                name = shown_name(inside)
                fault = fault_of_name(name, archives=False)
                if not fault:
                    try:
                        with place.open("rb") as file:
                            stored = take_in(looked_at(file), actor=paper.uploaded_by)
                        members.append((_shown_path(inside), stored))
                    except Invalid as refusal:
                        fault = refusal.code
                if fault:
                    faults.append({"name": _shown_path(inside), "code": fault})
                place.unlink(missing_ok=True)
            reading.finish_unpacking(paper, members, faults)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _shown_path(inside: str) -> str:
    """A path inside an archive as it may be shown; the last part is what `shown_name` makes of it."""
    folders = "/".join(shown_name(part) for part in inside.split("/")[:-1])[-300:]
    return f"{folders}/{shown_name(inside)}" if folders else shown_name(inside)


@contextlib.contextmanager
def _marked(paper: Paper) -> Iterator[None]:
    """While it is read, the paper says so every few seconds."""
    done = threading.Event()
    version = paper.version
    claim = Paper(pk=paper.pk, version=version)

    def tell() -> None:
        try:
            while not done.wait(RENEW):
                with contextlib.suppress(DatabaseError):
                    if not reading.renew(claim):
                        return
        finally:
            connections.close_all()

    teller = threading.Thread(target=tell, name=f"mark-{paper.pk}", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
