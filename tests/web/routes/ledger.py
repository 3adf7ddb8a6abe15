"""What the rows of the list's addresses stand for."""

from __future__ import annotations

from typing import Any

import pytest

from xuncha.findings.actions.bulk_editing import BulkEdit, Edited, edit_findings
from xuncha.findings.actions.viewing import save_view
from xuncha.findings.models import Finding, SavedView
from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.security.models import User


@pytest.fixture
def listed_finding(make_finding: Any) -> Finding:
    """A finding of the health bureau."""
    found: Finding = make_finding()
    return found


@pytest.fixture
def view_of_staff(staff: User) -> SavedView:
    """A view that one of the office's staff saved."""
    return save_view(name="卫健系统", query="severity=high", actor=staff)


@pytest.fixture
def edited_batch(listed_finding: Finding, head: User) -> Edited:
    """What a bulk edit did."""
    return edit_findings(Selection(LedgerQuery(), (listed_finding.pk,)), BulkEdit("severity", "low"), actor=head)
