"""The pool loses no file to a crash; results keep their order; names are stable."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from xuncha.cli import work
from xuncha.cli.inputs import Input, gather
from xuncha.cli.work import Job, Outcome, perform_all


def _perform(job: Job) -> Outcome:
    """Stands in for the extraction: a file named ``kill`` kills its worker, as the kernel does when memory is short."""
    if job.path.name == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(job.path, None, len(job.path.name))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "perform", _perform)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("ordered", [True, False])
def test_a_killed_worker_costs_one_file(ordered: bool) -> None:
    names = [*map(str, range(20)), "kill", *map(str, range(20, 40)), "kill"]
    outcomes = list(perform_all([Job(Path(name)) for name in names], workers=3, ordered=ordered))
    assert sorted(str(outcome.path) for outcome in outcomes) == sorted(names)
    assert [str(outcome.path) for outcome in outcomes if not outcome.is_done] == ["kill", "kill"]


@pytest.mark.usefixtures("stand_in")
def test_ordered_outcomes_come_in_the_order_of_the_jobs() -> None:
    jobs = [Job(Path(str(i))) for i in range(300)]
    assert [outcome.path for outcome in perform_all(jobs, workers=4, ordered=True)] == [job.path for job in jobs]


@pytest.mark.usefixtures("stand_in")
def test_jobs_are_taken_only_as_they_are_needed() -> None:
    taken = 0

    def jobs():  # type: ignore[no-untyped-def]
        nonlocal taken
        for i in range(10_000):
            taken += 1
            yield Job(Path(str(i)))

    outcomes = perform_all(jobs(), workers=2, ordered=True)
    for _ in range(10):
        next(outcomes)
    assert taken < 100
    outcomes.close()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("stand_in")
def test_a_worker_is_renewed_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "RENEW_AFTER", 5)
    assert len(list(perform_all([Job(Path(str(i))) for i in range(40)], workers=2))) == 40


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def _stored(inputs: list[Input]) -> list[str]:
    return [entry.stored for entry in inputs]


def test_a_shared_stem_keeps_its_ending(tmp_path: Path) -> None:
    _touch(tmp_path, "a.txt", "a.docx", "b.txt", "sub/a.txt")
    assert _stored(gather([tmp_path])) == ["a.docx", "a.txt", "b", "sub/a"]


def test_files_of_one_name_from_different_folders_do_not_overwrite_each_other(tmp_path: Path) -> None:
    _touch(tmp_path, "x/a.txt", "y/a.txt", "z/x/a.txt")
    stored = _stored(gather([tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt", tmp_path / "z" / "x" / "a.txt"]))
    assert stored == ["x/a.txt", "y/a.txt", "x/a.txt.2"]


def test_a_file_meant_twice_is_read_once(tmp_path: Path) -> None:
    _touch(tmp_path, "a.txt")
    assert len(gather([tmp_path, tmp_path / "a.txt"])) == 1


def test_hidden_and_temporary_files_are_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path, ".a.txt", "~$a.docx", ".git/b.txt", "a.txt")
    assert _stored(gather([tmp_path])) == ["a"]
