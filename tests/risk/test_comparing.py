"""Two runs side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xuncha.risk.comparing import NoRun, compare, read


def _of(codes: dict[str, str], *leads: tuple[str, str]) -> dict[str, Any]:
    return {
        "schema": "xuncha.risk.leads/1",
        "indicators": [{"code": code, "state": state} for code, state in codes.items()],
        "leads": [{"indicator": code, "key": key} for code, key in leads],
    }


def test_leads_are_new_gone_or_still_there_by_indicator_and_key() -> None:
    earlier = _of({"A": "ran", "B": "ran", "C": "ran"}, ("A", "1"), ("A", "2"), ("B", "1"), ("C", "1"))
    later = _of({"A": "ran", "B": "ran", "C": "not_runnable"}, ("A", "2"), ("A", "3"), ("B", "1"))
    found = compare(earlier, later)
    keys = [[(lead["indicator"], lead["key"]) for lead in leads] for leads in (found.new, found.gone, found.still)]
    assert keys == [[("A", "3")], [("A", "1")], [("A", "2"), ("B", "1")]]
    assert found.unequal == ["C"]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoRun):
        read(tmp_path)
    (tmp_path / "leads.json").write_text("[]")
    with pytest.raises(NoRun):
        read(tmp_path)
    (tmp_path / "leads.json").write_text(json.dumps(_of({})))
    assert read(tmp_path)["leads"] == []
