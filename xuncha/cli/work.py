"""One file read and extracted, and a pool that does many at once, loses none to a crash and keeps memory flat."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xuncha.cli.wording import language, reason_of, say, speak

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from xuncha.extraction import Extraction

RENEW_AFTER = 400
"""A worker is replaced after so many files: what a library may leak does not add up over a folder of ten thousand."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file with what is wanted of it. ``target`` is where results go, without ending; None: handed back."""

    path: Path
    target: Path | None = None
    format: Literal["json", "xlsx", "table"] = "json"
    with_text: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: a reason if it failed; the result itself only where it was asked back."""

    path: Path
    reason: str | None = None
    findings: int = 0
    requirements: int = 0
    result: dict[str, Any] | None = None

    @property
    def is_done(self) -> bool:
        return self.reason is None


def extract_file(path: Path) -> Extraction:
    """The extraction of one file; raises `DocumentError`."""
    from xuncha.documents import read
    from xuncha.extraction import extract

    return extract(read(path))


def perform(job: Job) -> Outcome:
    """Do one job; every failure becomes a reason in words."""
    from xuncha.documents.errors import DocumentError
    from xuncha.vocabulary import VocabularyError

    try:
        extraction = extract_file(job.path)
        if job.target is not None:
            store(extraction, job)
    except DocumentError as error:
        return Outcome(job.path, reason_of(error.code, str(error)))
    except VocabularyError as error:
        return Outcome(job.path, str(error))
    except MemoryError:
        return Outcome(job.path, say("crashed"))
    except OSError as error:
        name = job.target.name if job.target is not None else job.path.name
        return Outcome(job.path, say("not_written", name=name, reason=error.strerror or str(error)))
    except Exception as error:  # a fault of ours must not lose the other files
        if os.environ.get("XUNCHA_DEBUG"):
            raise
        return Outcome(job.path, say("unexpected", kind=f"{type(error).__name__}: {error}"[:200]))
    items = sum(finding.level == "item" for finding in extraction.findings)
    result = extraction.as_json() if job.target is None else None
    return Outcome(job.path, None, items, len(extraction.requirements), result)


def store(extraction: Extraction, job: Job) -> None:
    """Write what the job asks for beside its target, each file whole or not at all."""
    assert job.target is not None
    target = job.target
    target.parent.mkdir(parents=True, exist_ok=True)
    if job.format == "xlsx":
        from xuncha import __version__
        from xuncha.extraction.ledger.writing import write_ledger

        write_ledger(target.with_name(f"{target.name}.xlsx"), [extraction], version=__version__)
    else:
        from xuncha.documents.writers.files import write_text

        write_text(target.with_name(f"{target.name}.json"), json_text(extraction.as_json()))
    if job.with_text:
        from xuncha.documents.writers.files import write_text

        write_text(target.with_name(f"{target.name}.txt"), extraction.document.text)


def json_text(result: dict[str, Any], *, one_line: bool = False) -> str:
    """A result as JSON with a line end; Chinese as it is, lone surrogates escaped so that any reader takes it."""
    import json

    text = json.dumps(result, ensure_ascii=False, indent=None if one_line else 2)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(result, ensure_ascii=True, indent=None if one_line else 2)
    return text + "\n"


def perform_all(jobs: Iterable[Job], *, workers: int, ordered: bool = False) -> Iterator[Outcome]:
    """The outcomes of all jobs. With ``ordered`` in their order, and never far ahead of what was taken."""
    if workers <= 1:
        for job in jobs:
            yield perform(job)
        return
    pool = _Pool(workers)
    try:
        yield from pool.run(jobs, ordered=ordered)
    finally:
        pool.close()


class _Pool:
    """Worker processes with a pipe each: a worker that dies takes one file with it, known by name."""

    def __init__(self, workers: int) -> None:
        import multiprocessing

        # Fork starts at once with all modules loaded; elsewhere a fresh interpreter is the only way.
        self._context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._wanted = workers
        self._workers: list[_Worker] = []

    def run(self, jobs: Iterable[Job], *, ordered: bool) -> Iterator[Outcome]:
        from multiprocessing.connection import wait

        queue = iter(enumerate(jobs))
        waiting: deque[tuple[int, Job]] = deque()
        ready: dict[int, Outcome] = {}
        next_out = 0
        window = self._wanted * 8
        exhausted = False
        while True:
            while not exhausted and len(waiting) < self._wanted:
                entry = next(queue, None)
                exhausted = entry is None
                if entry is not None:
                    waiting.append(entry)
            self._hand_out(waiting, limit=next_out + window if ordered else None)
            busy = [worker for worker in self._workers if worker.job is not None]
            if not busy and not waiting:
                return
            for connection in wait([worker.connection for worker in busy]):
                worker = next(worker for worker in busy if worker.connection is connection)
                index, outcome = self._take(worker)
                if not ordered:
                    yield outcome
                    continue
                ready[index] = outcome
                while next_out in ready:
                    yield ready.pop(next_out)
                    next_out += 1

    def _hand_out(self, waiting: deque[tuple[int, Job]], *, limit: int | None) -> None:
        while waiting and (limit is None or waiting[0][0] < limit):
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None:
                if len(self._workers) >= self._wanted:
                    return
                worker = _Worker(self._context, [other.connection for other in self._workers])
                self._workers.append(worker)
            worker.begin(*waiting.popleft())

    def _take(self, worker: _Worker) -> tuple[int, Outcome]:
        index, outcome = worker.finish()
        if not worker.process.is_alive() or worker.count >= RENEW_AFTER:
            worker.close()
            self._workers.remove(worker)
        return index, outcome

    def close(self) -> None:
        for worker in self._workers:
            worker.close()
        self._workers.clear()


class _Worker:
    """A process that does one job at a time."""

    def __init__(self, context: Any, others: list[Connection]) -> None:
        self.connection, theirs = context.Pipe()
        # A forked child holds the parent's ends as well; kept open, none would ever see its pipe close.
        ends = [*others, self.connection] if context.get_start_method() == "fork" else []
        self.process = context.Process(target=_serve, args=(theirs, ends, language()), daemon=True)
        self.process.start()
        theirs.close()
        self.job: tuple[int, Job] | None = None
        self.count = 0

    def begin(self, index: int, job: Job) -> None:
        self.job = (index, job)
        # One that died while idle shows itself when the answer is awaited.
        with contextlib.suppress(OSError):
            self.connection.send(job)

    def finish(self) -> tuple[int, Outcome]:
        """The outcome of the present job; a dead worker is the job's failure."""
        assert self.job is not None
        index, job = self.job
        self.job = None
        self.count += 1
        try:
            outcome: Outcome = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(5)
            self._clear_up(job)
            outcome = Outcome(job.path, say("crashed"))
        return index, outcome

    def _clear_up(self, job: Job) -> None:
        """Remove what a dead worker left half written."""
        if job.target is None:
            return
        from xuncha.documents.writers.files import unfinished

        for ending in (".json", ".xlsx", ".txt"):
            with contextlib.suppress(OSError):
                unfinished(job.target.with_name(job.target.name + ending), process=self.process.pid).unlink()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.close()
        if self.job is not None:
            self.process.terminate()
        self.process.join(3)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(3)
        if self.job is not None:
            self._clear_up(self.job[1])


def _serve(connection: Connection, ends: list[Connection], chosen: str) -> None:
    """The life of a worker: a job in, an outcome out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    for end in ends:
        end.close()
    speak(chosen)
    work: Callable[[Job], Outcome] = perform
    while True:
        try:
            job: Job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            connection.send(work(job))
        except (BrokenPipeError, ConnectionError):
            return


def _leave(*_: object) -> None:
    # Unwinds, so that half-written files are removed.
    raise SystemExit(143)
