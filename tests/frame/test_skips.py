"""A skipped test is said aloud, and in CI it has failed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """\
import pytest

def test_passes(): pass

@pytest.mark.skip(reason="of no use here")
def test_marked(): pass

def test_needs_documents(shared): pass

@pytest.mark.xfail(reason="known")
def test_known(): assert False
"""


def _run(folder: Path, root: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    tests = folder / "a" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(root / "tests" / "conftest.py", tests)
    (tests / "test_some.py").write_text(TESTS)
    (tests / "test_whole_file.py").write_text('import pytest\npytest.importorskip("no_such_module_here")\n')
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XUNCHA_", "PYTEST_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, str(tests)],
        cwd=folder,
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_skipped_tests_are_listed_with_their_reason(tmp_path: Path, root: Path, workers: tuple[str, ...]) -> None:
    code, said = _run(tmp_path, root, *workers)
    assert code == 0
    told = said[said.index("NOT RUN") :]
    for words in ("of no use here", "no labelled documents in shared/", "no_such_module_here", "test_needs_documents"):
        assert words in told
    assert "1 passed" in said and "3 skipped" in said


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_in_ci_a_skipped_test_has_failed(tmp_path: Path, root: Path, workers: tuple[str, ...]) -> None:
    code, said = _run(tmp_path, root, *workers, "--ignore-glob=*whole_file*", XUNCHA_NO_SKIPS="1")
    assert code == 1
    assert "1 passed" in said and "1 xfailed" in said and "2 errors" in said and "skipped," not in said
    assert "skipped although XUNCHA_NO_SKIPS is set" in said


def test_in_ci_a_file_that_skips_itself_has_failed(tmp_path: Path, root: Path) -> None:
    code, said = _run(tmp_path, root, "-k", "passes", XUNCHA_NO_SKIPS="1")
    assert code != 0 and "no_such_module_here" in said


def test_documents_are_found_where_the_variable_says(tmp_path: Path, root: Path) -> None:
    (tmp_path / "papers" / "corpus").mkdir(parents=True)
    code, said = _run(tmp_path, root, "-k", "documents", XUNCHA_SHARED=str(tmp_path / "papers"))
    assert code == 0 and "1 passed" in said
