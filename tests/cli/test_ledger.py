"""`xuncha ledger`: papers into a ledger, ledgers back into data, and what it refuses to overwrite."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.test_extract import SPEECH, _run


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "反馈.txt"
    path.write_text(SPEECH, "utf-8")
    return path


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "旧台账.csv"
    path.write_text("序号,毛病,整改措施,责任领导,整改状态\n1,账目不清,建账,甲某,已完成\n合计,1,,,\n", "utf-8")
    return path


def test_a_paper_becomes_a_ledger_and_the_same_command_may_run_again(paper: Path, tmp_path: Path) -> None:
    out = tmp_path / "台账.xlsx"
    for _ in range(2):
        ended = _run("ledger", paper, "-o", out)
        assert ended.returncode == 0, ended.stderr
    assert openpyxl.load_workbook(out).sheetnames[:3] == ["问题整改台账", "整改要求", "文件信息"]


def test_a_file_of_someone_else_is_not_overwritten_without_force(paper: Path, tmp_path: Path) -> None:
    out = tmp_path / "重要.xlsx"
    openpyxl.Workbook().save(out)
    before = out.read_bytes()
    ended = _run("ledger", paper, "-o", out)
    assert ended.returncode == 1
    assert "--force" in ended.stderr
    assert out.read_bytes() == before
    assert _run("ledger", paper, "-o", out, "--force").returncode == 0
    assert out.read_bytes() != before


def test_a_ledger_is_not_written_over_its_own_source(foreign: Path) -> None:
    assert _run("ledger", foreign, "-o", foreign, "--force").returncode == 2


def test_a_foreign_ledger_shows_its_mapping_and_takes_corrections(foreign: Path, tmp_path: Path) -> None:
    saved = tmp_path / "对应.toml"
    out = tmp_path / "a.json"
    ended = _run("ledger", foreign, "--map", "毛病=反馈问题", "--mapping", saved, "-o", out)
    assert ended.returncode == 0, ended.stderr
    assert "毛病 → title" in ended.stderr
    result = json.loads(out.read_text("utf-8"))
    assert [finding["title"] for finding in result["findings"]] == ["账目不清"]
    assert any("合计" in warning for warning in result["warnings"])
    again = _run("ledger", foreign, "--mapping", saved, "--format", "json")
    assert json.loads(again.stdout)["findings"][0]["stated"]["leader"] == "甲某"


def test_a_mapping_file_that_is_none_is_wrong_usage(foreign: Path, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("[[[", "utf-8")
    assert _run("ledger", foreign, "--mapping", tmp_path / "m.toml").returncode == 2


def test_paper_to_ledger_to_data_keeps_the_findings(paper: Path, tmp_path: Path) -> None:
    book = tmp_path / "台账.xlsx"
    _run("ledger", paper, "-o", book)
    keep = ("path", "level", "units", "title", "evidence", "category", "measures", "status", "stated", "confidence")
    results = [json.loads(_run("extract", source, "--format", "json").stdout)["findings"] for source in (paper, book)]
    first, second = ([{name: finding[name] for name in keep} for finding in findings] for findings in results)
    assert first == second


def test_several_inputs_make_one_ledger_and_a_bad_one_is_named(paper: Path, foreign: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.docx").write_bytes(b"x")
    out = tmp_path / "总账.xlsx"
    ended = _run("ledger", paper, foreign, tmp_path / "坏.docx", "-o", out)
    assert ended.returncode == 1
    assert "坏.docx" in ended.stderr
    assert out.exists()


def test_a_place_that_cannot_be_written_is_an_error_in_words(paper: Path, tmp_path: Path) -> None:
    ended = _run("ledger", paper, "-o", tmp_path / "没有这个文件夹" / "a.xlsx")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "a.xlsx" in ended.stderr
