"""The parent's side: starts the child, gives it one file at a time, ends it when it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.writers.files import replacing
from xuncha.extraction.child.errors import error_of, failed
from xuncha.extraction.child.process import Child
from xuncha.extraction.child.results import following, opened
from xuncha.extraction.ledger.old import Fault, Known, LedgerRow, LedgerRows, MappingPlan, Skipped, Survey
from xuncha.extraction.ledger.old.marking import MAX_LISTED

RENEW_AFTER: Final = 200
"""A child is replaced after so many files: what a library may leak, or a file may leave behind, does not add up."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")


class Reader:
    """Reads files that nobody has checked, one at a time, in a child process of few rights; safe to share by threads.

    The child starts at the first file and is kept for the next. It knows nothing of the parent's environment, has a
    session, a folder and bounds on memory and time of its own. A name given as ``name`` is only shown and decides the
    reader by its ending; it never becomes a path.
    """

    def __init__(self, *, command: tuple[str, ...] = ()) -> None:
        self._command = command or (sys.executable, "-P", "-m", "xuncha.extraction.child")
        self._lock = threading.Lock()
        self._child: Child | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one; the next file starts another."""
        with self._lock:
            self._end()

    def read(self, path: Path, *, name: str, seconds: float = 60) -> dict[str, Any]:
        """What a paper says: the extraction (schema ``xuncha.extraction/1``), and beside it ``text`` (canonical),
        ``blocks`` (kind, start, end, page, level, paragraph, cell), ``page_starts``, ``format``.

        Raises `DocumentError` for a file that cannot be read, `ReadingFailed` (one of them) where the child failed.
        """
        with self.work("read", path, name=name, seconds=seconds) as result:
            found = _loaded(result.read())
        document = found.get("document")
        if not isinstance(document, dict) or not isinstance(found.get("text"), str):
            self.close()
            raise failed("crashed", _shown(name))
        # The child knows the file by another name.
        document["name"] = _shown(name)
        return found

    def unpack(self, path: Path, folder: Path, *, name: str, seconds: float = 120) -> list[tuple[str, Path]]:
        """As `xuncha.documents.archive_files.unpack`, in the child."""
        unpacked: list[tuple[str, Path]] = []
        with self.work("unpack", path, name=name, seconds=seconds, folder=str(folder.absolute())) as result:
            for line in result:
                with _believed(name):
                    inside, place = json.loads(line)
                    found = folder / Path(str(place)).name
                if found.is_symlink() or not found.is_file():
                    raise failed("crashed", _shown(name))
                unpacked.append((str(inside), found))
        return unpacked

    def survey(
        self, path: Path, *, name: str, units: Known | None = None, categories: Known | None = None, seconds: float = 60
    ) -> Survey:
        """As `xuncha.extraction.ledger.old.survey`, in the child."""
        wanted = {"units": [*units.names] if units else [], "categories": [*categories.names] if categories else []}
        with self.work("survey", path, name=name, seconds=seconds, **wanted) as result, _believed(name):
            return Survey.of_json(_loaded(result.read()))

    def rows(
        self,
        path: Path,
        plan: MappingPlan,
        *,
        name: str,
        known_units: Known | None = None,
        known_categories: Known | None = None,
        known_rounds: Known | None = None,
        unit_wanted: bool = False,
        seconds: float = 120,
    ) -> LedgerRows:
        """As `xuncha.extraction.ledger.old.rows`, in the child, which reads on while rows are given out.

        What is wrong with the file may come after its first rows.
        """
        known = {"unit": known_units, "category": known_categories, "round": known_rounds}
        lines = self.lines(
            "rows",
            path,
            name=name,
            seconds=seconds,
            plan=plan.as_json(),
            units=_names(known_units),
            categories=_names(known_categories),
            rounds=_names(known_rounds),
            unit_wanted=unit_wanted,
        )
        return LedgerRows(_parts(lines, known, name))

    def mark(
        self,
        path: Path,
        faults: Iterable[Fault],
        out: Path,
        *,
        name: str,
        english: bool = False,
        seconds: float = 120,
    ) -> None:
        """As `xuncha.extraction.ledger.old.mark`, in the child."""
        told = [fault.as_json() for fault in islice(dict.fromkeys(faults), MAX_LISTED)]
        with (
            self.work("mark", path, name=name, seconds=seconds, faults=told, english=english) as result,
            replacing(out) as place,
            place.open("wb") as file,
        ):
            shutil.copyfileobj(result, file)

    @contextlib.contextmanager
    def work(self, task: str, path: Path, *, name: str, seconds: float = 60, **wanted: Any) -> Iterator[IO[bytes]]:
        """The result file of a task of `xuncha.extraction.child.tasks`; ``wanted`` is JSON that the task takes.

        The file is open and has no name any more: it may be read on while the child does other work.
        """
        shown = _shown(name)
        with self._given(path, shown) as (child, place, result):
            _take(child.ask(_request(task, place, result, seconds, wanted), name=shown, seconds=seconds), shown)
            child.is_sound = False
            file = opened(result, shown)
            child.is_sound = True
        with file:
            yield file

    def lines(self, task: str, path: Path, *, name: str, seconds: float = 60, **wanted: Any) -> Iterator[bytes]:
        """The lines of a task's result while the child still writes it; its error comes where they end.

        Until the last one was taken the child reads for nobody else.
        """
        shown = _shown(name)
        with self._given(path, shown) as (child, place, result), ThreadPoolExecutor(1) as beside:
            request = _request(task, place, result, seconds, wanted)
            answer = beside.submit(child.ask, request, name=shown, seconds=seconds)
            yield from following(result, answer, shown)
            _take(answer.result(), shown)

    @contextlib.contextmanager
    def _given(self, path: Path, shown: str) -> Iterator[tuple[Child, Path, Path]]:
        """The child, where it finds the file, and where it lays what came of it."""
        with self._lock:
            child = self._started()
            place = child.folder / f"given{_suffix(shown)}"
            result = child.folder / "result"
            try:
                _lay(path, place, shown)
                yield child, place, result
            except BaseException:
                # Whatever went wrong, the next file begins with a fresh child, unless it only refused this one.
                if not child.is_sound:
                    self._end()
                raise
            finally:
                for used in (place, result):
                    with contextlib.suppress(OSError):
                        used.unlink()
            if child.count >= RENEW_AFTER:
                self._end()

    def _started(self) -> Child:
        child = self._child
        if child is not None and child.owner != os.getpid():
            # After a fork the child belongs to the other process.
            child.forget()
            child = None
        if child is not None and child.process.poll() is not None:
            self._end()
            child = None
        if child is None:
            child = self._child = Child(self._command)
        return child

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _shown(name: str) -> str:
    """The last part of a name as people gave it, whichever system it comes from."""
    last = name.replace("\\", "/").rpartition("/")[2][-255:]
    return last.encode("utf-8", "replace").decode("utf-8").replace("\0", "") or "（无名文件）"


def _suffix(name: str) -> str:
    """The ending that chooses the reader; empty if it is none of plain letters."""
    suffix = Path(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _lay(path: Path, place: Path, name: str) -> None:
    """Put the file where the child reads it, under a name that is not from outside."""
    try:
        # First of all: a copy onto a link left there would overwrite what the link shows.
        place.unlink(missing_ok=True)
        try:
            place.symlink_to(path.absolute())
        except OSError:  # a system without links
            shutil.copyfile(path, place)
    except OSError:
        raise DocumentError("unreadable", Path(name), found="无法取得这个文件", advice="请重新上传") from None


def _request(task: str, place: Path, result: Path, seconds: float, wanted: dict[str, Any]) -> dict[str, Any]:
    return {"task": task, "path": str(place), "out": str(result), "seconds": seconds, **wanted}


def _take(answer: dict[str, Any], shown: str) -> None:
    """Raises what the child answered instead of having done it."""
    if answer.get("done") is not True:
        error = answer.get("error")
        raise error_of(error if isinstance(error, dict) else {}, shown)


def _names(known: Known | None) -> list[str] | None:
    return None if known is None else [*known.names]


def _parts(lines: Iterable[bytes], known: Mapping[str, Known | None], name: str) -> Iterator[LedgerRow | Skipped]:
    """The rows of a result, names turned into the keys that the parent knows."""
    for line in lines:
        with _believed(name):
            is_row, data = json.loads(line)
            part = _with_keys(LedgerRow.of_json(data), known) if is_row else Skipped.of_json(data)
        yield part


def _with_keys(row: LedgerRow, known: Mapping[str, Known | None]) -> LedgerRow:
    for field, names in known.items():
        if names is None or field not in row.values:
            continue
        said = row.values[field]
        row.values[field] = [names.names[one] for one in said] if field == "unit" else names.names[said]
    return row


@contextlib.contextmanager
def _believed(name: str) -> Iterator[None]:
    """A result that is not of the form agreed is a failure of the child."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise failed("crashed", _shown(name)) from None


def _loaded(data: bytes) -> dict[str, Any]:
    """The object in a result; empty if it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}
