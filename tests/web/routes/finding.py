"""Findings that the table of addresses speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.findings.sourced import STATEMENT, paper_of
from xuncha.findings.models import Finding


@pytest.fixture
def issued_finding(make_finding: Any, staff: Any) -> Finding:
    """Fed back to the health bureau, read from a paper."""
    finding: Finding = make_finding(STATEMENT)
    paper_of(finding, staff)
    return finding


@pytest.fixture
def draft_finding(make_finding: Any) -> Finding:
    """Not fed back yet."""
    finding: Finding = make_finding(issued=False)
    return finding


@pytest.fixture
def joint_finding(make_finding: Any, health: Any, education: Any) -> Finding:
    """Fed back to two units at once."""
    finding: Finding = make_finding("部分单位资金滞留", unit=None, units=[health, education])
    return finding


@pytest.fixture
def withdrawn_finding(make_finding: Any) -> Finding:
    """A draft that was taken back."""
    finding: Finding = make_finding(issued=False, state="withdrawn")
    return finding
