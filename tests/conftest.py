"""What all tests share: the documents beside the checkout, and the word on what was skipped."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# CI tries the same examples every time: a law that a rare example breaks is found at the desk, not by a landing.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).resolve().parent.parent
# The standing people; a copy of this file in a test of itself stands alone.
pytest_plugins = ["tests.cast"] if (ROOT / "tests" / "cast.py").exists() else []
NO_SKIPS = "XUNCHA_NO_SKIPS"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled documents beside the checkout; a test that needs it is skipped where it is absent."""
    folder = Path(os.environ.get("XUNCHA_SHARED") or ROOT.parent / "shared")
    if not (folder / "corpus").is_dir():
        pytest.skip(f"no labelled documents in {folder.name}/ beside the checkout (or XUNCHA_SHARED)")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Under XUNCHA_NO_SKIPS a skipped test has failed: CI must run them all."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _allow_no_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a file that skips itself as a whole."""
    report = yield
    _allow_no_skip(report)
    return report


def _allow_no_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get(NO_SKIPS) and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped although {NO_SKIPS} is set: {_reason(report)}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    longrepr = report.longrepr
    return str(longrepr[-1] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Skipped tests are said aloud, by reason."""
    skipped: dict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        skipped[_reason(report)].append(report.nodeid)
    if skipped:
        terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
        for reason, names in sorted(skipped.items()):
            terminalreporter.write_line(f"{len(names)} x {reason}", red=True)
            for name in sorted(names):
                terminalreporter.write_line(f"    {name}")
