"""Old ledgers as the permission table needs them: one at its columns, one at its rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.findings.ledgers import checked, surveyed, workbook
from xuncha.findings.models import LedgerRow, Paper


@pytest.fixture
def ledger_at_columns(staff: Any, round_8: Any) -> Paper:
    """An old ledger whose columns wait to be settled."""
    return surveyed(staff)


@pytest.fixture
def ledger_at_rows(staff: Any, round_8: Any) -> Paper:
    """An old ledger whose rows lie ready."""
    return checked(staff, workbook([(1, "县教育局", "", "校园食堂采购未经比价", "制定办法", "许望", "尽快", "进行中")]))


@pytest.fixture
def ledger_row(ledger_at_rows: Paper) -> LedgerRow:
    """Its first row."""
    row: LedgerRow = ledger_at_rows.rows.order_by("pk")[0]
    return row


@pytest.fixture
def form_of_columns(ledger_at_columns: Paper) -> dict[str, Any]:
    """The columns as the page suggests them."""
    sheet = ledger_at_columns.reading["plan"]["sheets"][0]
    return {
        "version": ledger_at_columns.version,
        "round": ledger_at_columns.round_id,
        "sheet-0-taken": "1",
        "sheet-0-head": sheet["last_head_row"],
        **{f"sheet-0-{letter}": field for letter, field in sheet["columns"].items()},
    }


@pytest.fixture
def form_of_correction(ledger_at_rows: Paper) -> dict[str, Any]:
    """A corrected file."""
    file = SimpleUploadedFile("更正.xlsx", workbook([(1, "县教育局", "", "校园食堂采购未经比价", "", "", "", "")]))
    return {"version": ledger_at_rows.version, "file": file}
