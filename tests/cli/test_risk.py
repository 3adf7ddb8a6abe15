"""`xuncha risk` as typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.test_extract import _run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))
    tables = tmp_path / "数据"
    tables.mkdir()
    (tables / "deaths.csv").write_text("证件号,死亡日期\nP1,2024-01-01\nP2,=昨天\nP3,2099-01-01\n合计,2\n", "utf-8")
    (tables / "说明.md").write_text("x")
    return tables


def test_a_folder_is_checked_and_every_row_accounted_for(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = _run("risk", "check", folder, "--as-of", "2024-12-31", "-o", out)
    assert ended.returncode == 0, ended.stderr
    assert "共读 4 行：可用 1，去掉 1，隔离 2" in ended.stdout and "说明.md" in ended.stdout
    assert "第 4 行 death_date V12：2099-01-01" in ended.stdout
    account = json.loads((out / "check.json").read_text("utf-8"))
    assert account["files"][0]["used"] == 1 and account["rules"] == {
        "V03": {"deaths": 1},
        "V11": {"deaths": 1},
        "V12": {"deaths": 1},
    }
    with (out / "quarantine.csv").open(encoding="utf-8") as file:
        assert [(row["line"], row["rule"], row["value"]) for row in csv.DictReader(file)] == [
            ("3", "V03", "'=昨天"),
            ("4", "V12", "2099-01-01"),
        ]
    assert (tmp_path / "home" / "keys" / "identities.key").is_file()


def test_the_check_speaks_english_and_gives_data(folder: Path) -> None:
    ended = _run("risk", "check", folder, "--as-of", "2024-12-31", "--ids", "as-is", "--lang", "en", "--format", "json")
    assert json.loads(ended.stdout)["schema"] == "xuncha.risk.check/1" and ended.returncode == 0


def test_the_mapping_is_written_to_be_corrected(folder: Path, tmp_path: Path) -> None:
    (folder / "deaths.csv").write_text("编码,死亡日期\nP1,2024-01-01\n", "utf-8")
    mapping = tmp_path / "对应.toml"
    ended = _run("risk", "check", folder, "--ids", "as-is", "--mapping", mapping)
    assert ended.returncode == 1 and "缺少必需的列：person_id（证件号）" in ended.stdout
    mapping.write_text(mapping.read_text("utf-8").replace('"编码" = ""', '"编码" = "person_id"'), "utf-8")
    assert _run("risk", "check", folder, "--ids", "as-is", "--mapping", mapping).returncode == 0


@pytest.mark.parametrize("words", [("--as-of", "昨天"), ("--ids", "none"), ("--format", "xml")])
def test_what_cannot_be_meant_is_wrong_usage(folder: Path, words: tuple[str, str]) -> None:
    assert _run("risk", "check", folder, *words).returncode == 2


def test_an_empty_folder_says_what_tables_are_called(tmp_path: Path) -> None:
    ended = _run("risk", "check", tmp_path, "--ids", "as-is")
    assert ended.returncode == 1 and "bids（投标）" in ended.stderr


def test_help_does_not_wait_for_the_engine() -> None:
    import subprocess
    import sys

    words = "import sys; from xuncha.cli.__main__ import app; print(sum(name in sys.modules for name in ('ibis', 'duckdb', 'pyarrow')))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_indicators_run_over_a_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "合同.csv").write_text(
        "合同编号,采购人,供应商,项目类别,采购方式,合同金额(万元),签订日期\nC1,B1,S1,工程,公开招标,100,2024-01-05\n",
        "utf-8",
    )
    (folder / "合同变更.csv").write_text("变更编号,合同编号,追加金额\nM1,C1,180000\n", "utf-8")
    params, out = tmp_path / "本地.toml", tmp_path / "out"
    params.write_text("[PROC-19]\nshare = 0.15\n", "utf-8")
    ended = _run("risk", "run", folder, "--as-of", "2024-12-31", "--params", params, "-o", out)
    assert ended.returncode == 0, ended.stderr
    assert "不能运行：缺少表 tenders（招标项目）" in ended.stdout and "疑点，需核实" in ended.stdout
    data = json.loads((out / "leads.json").read_text("utf-8"))
    assert [(lead["indicator"], lead["key"], lead["threshold"]) for lead in data["leads"]] == [("PROC-19", "C1", 0.15)]
    assert (out / "check.json").is_file() and (out / "leads.parquet").is_file()
    params.write_text('[PROC-19]\nshare = "viel"\n', "utf-8")
    assert _run("risk", "run", folder, "--as-of", "2024-12-31", "--params", params, "-o", out).returncode == 2


def test_a_run_is_reported(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--as-of", "2024-12-31", "--only", "SUB-01", "-o", out)
    assert _run("risk", "run", folder, *words).returncode == 0
    ended = _run("risk", "report", out)
    assert ended.returncode == 0 and "疑点，需核实" in ended.stderr, ended.stderr
    assert "不能运行：缺少表 subsidies" in (out / "report.html").read_text("utf-8")
    assert _run("risk", "report", out, "-o", tmp_path / "other", "--lang", "en").returncode == 0
    assert "Not runnable" in (tmp_path / "other" / "report.html").read_text("utf-8")
    assert _run("risk", "report", tmp_path).returncode == 2


def test_verdicts_come_back_in(folder: Path, tmp_path: Path) -> None:
    (folder / "deaths.csv").write_text("person_id,death_date\nP0001,2024-01-01\n")
    (folder / "subsidies.csv").write_text(
        "pay_id,program_id,person_id,amount,pay_date\nS1,G,P0001,10,2024-03-05\nS2,G,P0001,10,2024-06-01\n"
    )
    words = (
        "risk",
        "run",
        folder,
        "--as-of",
        "2024-12-31",
        "--ids",
        "as-is",
        "--only",
        "SUB-01",
        "-o",
        tmp_path / "out",
    )
    assert _run(*words).returncode == 0
    verdicts = tmp_path / "核实.csv"
    verdicts.write_text("指标,主键,核实结论\nSUB-01,S1,不属实\nSUB-01,S2,maybe\n", "utf-8")
    ended = _run("risk", "verdicts", verdicts, "--run", tmp_path / "out")
    assert ended.returncode == 1 and "第 3 行未采用" in ended.stderr and "已核1条，属实0条" in ended.stdout
    assert (tmp_path / "home" / "risk" / "verdicts.json").is_file()
    assert "不再列出 1 条" in _run(*words).stdout
    data = json.loads(_run("risk", "verdicts", verdicts, "--run", tmp_path / "out", "--format", "json").stdout)
    assert data["indicators"]["SUB-01"]["not_so"] == 1 and data["not_taken"][0]["line"] == 3
    assert _run("risk", "report", tmp_path / "out", "--book", tmp_path / "none.json").returncode == 2


def test_an_offices_own_indicators_join_the_catalogue(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "指标"
    own.mkdir()
    (own / "own_01_deaths.sql").write_text(
        """/*
code = "OWN-01"
key = ["person_id"]
sources = "CV"
name = "死亡登记"
question = "登记了哪些死亡？"
formula = "全部死亡登记。"
false_positives = "登记有误"
sentence = "{person_id:person}于{day}死亡"
tables = { deaths = "" }
evidence = { deaths = "" }
*/
SELECT person_id, 1 AS value, 1 AS threshold, death_date AS day FROM deaths
""",
        "utf-8",
    )
    assert "OWN-01\t死亡登记" in _run("risk", "list", "--indicators", own).stdout
    assert "登记了哪些死亡" in _run("risk", "explain", "OWN-01", "--indicators", own).stdout
    words = ("--as-of", "2024-12-31", "--only", "OWN-01", "--indicators", own, "-o", tmp_path / "out")
    ended = _run("risk", "run", folder, *words)
    assert ended.returncode == 0, ended.stderr
    assert json.loads((tmp_path / "out" / "leads.json").read_text("utf-8"))["leads"][0]["priority"] is None
    (own / "own_02_program.py").write_text("1/0\n")
    ended = _run("risk", "run", folder, *words)
    assert (
        ended.returncode == 2 and "第 1 行出错：ZeroDivisionError" in ended.stderr and "Traceback" not in ended.stderr
    )
    assert _run("risk", "list", "--indicators", folder).returncode == 2


def test_a_threshold_is_tried(folder: Path) -> None:
    (folder / "deaths.csv").write_text("person_id,death_date\nP0001,2024-01-01\nP0002,2024-01-01\n")
    (folder / "subsidies.csv").write_text(
        "pay_id,program_id,person_id,amount,pay_date\nS1,G,P0001,10,2024-02-05\nS2,G,P0002,10,2024-06-01\n"
    )
    words = ("risk", "try", "sub-01", folder, "--as-of", "2024-12-31", "--ids", "as-is")
    told = _run(*words, "--param", "days=60")
    assert told.returncode == 0, told.stderr
    assert "现在 2 条，改后 1 条：多出 0 条，少掉 1 条" in told.stdout and "S1" in told.stdout
    found = json.loads(_run(*words, "--param", "days=10", "--param", "days=200", "--format", "json").stdout)
    assert (found["before"], found["after"], found["gone"]) == (2, 0, ["S1", "S2"])
    assert found["parameters"] == {"days": {"now": 31, "then": 200}}
    for wrong in ("days", "days=viel", "tage=3"):
        assert _run(*words, "--param", wrong).returncode == 2
    told = _run("risk", "try", "PROC-19", folder, "--as-of", "2024-12-31", "--ids", "as-is", "--param", "share=0.2")
    assert told.returncode == 1 and "不能运行：缺少表" in told.stderr


def test_indicators_are_listed_and_explained() -> None:
    assert "PROC-05\t报价雷同\tIdentical bids" in _run("risk", "list").stdout
    assert "## Known false alarms" in _run("risk", "explain", "proc-05").stdout
    assert _run("risk", "explain", "PROC-99").returncode == 2


def test_two_runs_are_compared(folder: Path, tmp_path: Path) -> None:
    heads = "contract_id,buyer_id,supplier_id,category,method,amount,sign_date\n"
    (folder / "contracts.csv").write_text(
        heads + "C1,B,S,works,open,100,2024-01-05\nC2,B,S,works,open,100,2024-01-05\n"
    )
    words = ("--as-of", "2024-12-31", "--ids", "as-is", "--only", "PROC-19")
    for name, contract in (("a", "C1"), ("b", "C2")):
        (folder / "amendments.csv").write_text(
            f"change_id,contract_id,amount_delta,change_date\nM1,{contract},18,2024-02-01\n"
        )
        assert _run("risk", "run", folder, *words, "-o", tmp_path / name).returncode == 0
    told = _run("risk", "compare", tmp_path / "a", tmp_path / "b").stdout
    assert "新出现 1 条" in told and "合同C2" in told and "不再出现 1 条" in told and "疑点，需核实" in told
    data = json.loads(_run("risk", "compare", tmp_path / "a", tmp_path / "b", "--format", "json").stdout)
    assert data["new"] == [{"indicator": "PROC-19", "key": "C2"}] and data["still"] == []
    assert _run("risk", "compare", tmp_path, tmp_path / "b").returncode == 2


def test_an_engine_that_cannot_be_had_is_said_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    asked = ("risk", "run", folder, "--as-of", "2024-12-31", "-o", tmp_path / "out", "--engine")
    ended = _run(*asked, "postgres", "--at", "postgres://nobody@127.0.0.1:1/none")
    assert ended.returncode == 1 and "连不上 PostgreSQL" in ended.stderr and "Traceback" not in ended.stderr
    assert _run(*asked, "oracle").returncode == 2
