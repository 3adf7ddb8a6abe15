"""An office's own indicators: as SQL and as Python, checked like the catalogue, and no danger to the others."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.explaining import page
from xuncha.risk.loading import load
from xuncha.risk.own import Folder, read
from xuncha.risk.running import Outcome, run

CONTRACTS = """contract_id,buyer_id,supplier_id,category,method,amount,sign_date,award_id,item_code
C1,B1,S1,goods,direct,500000.00,2024-05-01,A1,1101
C2,B1,S2,goods,direct,499999.99,2024-05-01,A1,
C3,B2,S1,goods,open,900000,2024-05-02,A1,1102
"""


@pytest.fixture
def examples(root: Path, tmp_path: Path) -> Path:
    """The two examples of the guide, each in its file."""
    guide = (root / "docs" / "own-indicators.md").read_text("utf-8")
    folder = tmp_path / "指标"
    folder.mkdir()
    (folder / "own_01_large_direct.sql").write_text(re.search(r"```sql\n(.*?)```", guide, re.S)[1], "utf-8")  # type: ignore[index]
    (folder / "own_02_signed_at_once.py").write_text(re.search(r"```python\n(.*?)```", guide, re.S)[1], "utf-8")  # type: ignore[index]
    return folder


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "contracts.csv").write_text(CONTRACTS)
    (folder / "awards.csv").write_text("award_id,tender_id,supplier_id,status,award_date\nA1,T1,S1,active,2024-05-01\n")
    return folder


def _ran(found: Folder, tables: Path, own: dict[str, dict[str, object]] | None = None) -> dict[str, Outcome]:
    assert found.faults == []
    loaded = load(tables, as_of=dt.date(2024, 12, 31), ids="as-is")
    names = {report.number: report.name for report in loaded.files}
    data = Data(loaded.backend, loaded.columns, loaded.as_of)
    return {o.indicator.code: o for o in run(data, list(found.indicators.values()), own=own, files=names)}


def _written(examples: Path, **changes: str) -> Folder:
    """The SQL example alone, with texts replaced."""
    (examples / "own_02_signed_at_once.py").unlink(missing_ok=True)
    path = examples / "own_01_large_direct.sql"
    text = path.read_text("utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return read(examples)


def test_the_examples_of_the_guide_run(examples: Path, tables: Path) -> None:
    found = read(examples)
    assert found.programs == ["own_02_signed_at_once.py"]
    outcomes = _ran(found, tables)
    (lead,) = outcomes["OWN-01"].leads
    assert lead.sentence is not None and lead.key == "C1"
    assert lead.sentence.zh.startswith(
        "OWN-01 大额直接采购：合同C1直接采购，金额500,000元，界限500,000元；依据：合同1行"
    )
    assert (lead.evidence[0].file, lead.evidence[0].line, outcomes["OWN-01"].units) == ("contracts.csv", 2, 3)
    assert [lead.key for lead in outcomes["OWN-02"].leads] == ["C1", "C2"]
    assert "own_01_large_direct.sql" in page(found.indicators["OWN-01"])
    moved = _ran(found, tables, {"OWN-01": {"limit": 400000}})
    assert [lead.key for lead in moved["OWN-01"].leads] == ["C1", "C2"]


def test_rows_that_lack_a_needed_column_are_counted(examples: Path, tables: Path) -> None:
    found = _written(examples, **{'contracts = "item_code?"': 'contracts = "item_code"', "500000": "100000"})
    outcome = _ran(found, tables)["OWN-01"]
    assert [lead.key for lead in outcome.leads] == ["C1"] and outcome.skipped == {"contracts": 1} and outcome.units == 2


def test_groups_show_rows_by_a_query(examples: Path, tables: Path) -> None:
    query = "SELECT buyer_id, year(sign_date) AS year, sum(amount) AS value, :limit AS threshold FROM contracts GROUP BY 1, 2"
    changes = {
        'key = ["contract_id"]': 'key = ["buyer_id", "year"]\nunits = "SELECT count(DISTINCT buyer_id) FROM contracts"',
        "{contract_id}": "{buyer_id}",
        '[evidence]\ncontracts = ""': '[evidence]\ncontracts = "SELECT contract_id, buyer_id, year(sign_date) AS year FROM contracts"',
    }
    path = examples / "own_01_large_direct.sql"
    path.write_text(re.sub(r"\*/.*", f"*/\n{query}", path.read_text("utf-8"), flags=re.S), "utf-8")
    outcome = _ran(_written(examples, **changes), tables)["OWN-01"]
    assert {lead.key: lead.evidence_rows for lead in outcome.leads} == {"B1|2024": 2, "B2|2024": 1}
    assert outcome.units == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("FROM contracts", "FROM read_csv('/etc/passwd')", "FROM 只能写 tables 中的表"),
        ("FROM contracts", "FROM '/etc/passwd'", "没有列在 tables 中"),
        ("FROM contracts", "FROM bids", "表 bids 没有列在 tables 中"),
        ("FROM contracts", "FROM information_schema.tables", "FROM 只能写 tables 中的表"),
        ("SELECT contract_id", "DROP TABLE x; SELECT contract_id", "有且只有一个 SELECT"),
        ("SELECT contract_id", "COPY contracts TO 'x'; SELECT contract_id", "有且只有一个 SELECT"),
        ("FROM contracts", "FRM contracts", "SQL 第 44 行“FRM”处不能读"),
        (":limit AS", ":grenze AS", "参数 :grenze 没有列在 parameters 中"),
        ('contracts = "item_code?"', 'contracts = "kind"', "表 contracts 没有列“kind”"),
        ('contracts = "item_code?"', 'vertraege = ""', "没有列在 tables 中"),
        ("OWN-01", "PROC-01", "代码 PROC-01 已被占用"),
        ("OWN-01", "own1", "代码“own1”应为"),
        ("OWN-01", "OWN-07", "文件名应以 own_07 开头"),
        ('sources = "县财购〔2024〕3号第5条"\nmission', "mission", "缺少出处"),
        ('source = "县财购〔2024〕3号第5条"\neffective', "effective", "参数 limit 缺少出处"),
        ('[question]\nzh = "哪些大额合同没有公开招标？"', '[question]\nzh = ""', "缺少问题"),
        ('[false_positives]\nzh = "经批准的单一来源"', '[false_positives]\nzh = " "', "缺少常见误报"),
        ("合同{contract_id}直接", "合同{person_id}直接", "应写成 {person_id:person}"),
        ("合同{contract_id}直接", "违纪合同{contract_id}直接", "不下结论"),
        ("[name]", "[name", "不是可读的 TOML"),
        ("certainty = 0.8", "certainty = 8", "确定性"),
        ("certainty = 0.8", "certain = 0.8", "不认识的项"),
        ("/*\n", "", "开头"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(examples: Path, old: str, new: str, said: str) -> None:
    found = _written(examples, **{old: new})
    assert found.faults and any(said in fault.chinese for fault in found.faults), [f.chinese for f in found.faults]
    assert all(fault.english and fault.name == "own_01_large_direct.sql" for fault in found.faults)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT contract_id, amount AS value FROM contracts", "结果缺少列 threshold"),
        ("SELECT 'x' AS contract_id, 1 AS value, 2 AS threshold FROM contracts", "主键相同"),
        ("SELECT contract_id, no_such AS value, 2 AS threshold FROM contracts", "no_such"),
    ],
)
def test_one_that_fails_is_not_runnable_and_the_others_run(examples: Path, tables: Path, query: str, said: str) -> None:
    path = examples / "own_01_large_direct.sql"
    path.write_text(re.sub(r"\*/.*", f"*/\n{query}", path.read_text("utf-8"), flags=re.S), "utf-8")
    outcomes = _ran(read(examples), tables)
    assert outcomes["OWN-01"].refusal is not None and said in outcomes["OWN-01"].refusal.zh
    assert outcomes["OWN-02"].refusal is None and outcomes["OWN-02"].leads


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("INDICATOR = 1\n", "没有 INDICATOR"),
        ("x = (\n", "第 1 行语法错误"),
        ("\nimport no_such_module\n", "第 2 行出错：ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "SystemExit"),
    ],
)
def test_a_program_that_is_no_indicator_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own_03_x.py").write_text(text)
    (tmp_path / "_helpers.py").write_text("raise ValueError\n")
    (tmp_path / "README.md").write_text("x")
    (fault,) = read(tmp_path).faults
    assert said in fault.chinese


def test_a_key_that_is_a_person_has_no_priority(examples: Path, tables: Path) -> None:
    (tables / "deaths.csv").write_text("person_id,death_date\nP0001,2024-01-01\n")
    query = "SELECT person_id, 1 AS value, 1 AS threshold FROM deaths"
    changes = {
        'key = ["contract_id"]': 'key = ["person_id"]', 'contracts = "item_code?"': 'deaths = ""',
        "{contract_id}": "{person_id:person}", 'contracts = ""': 'deaths = ""',
    }  # fmt: skip
    path = examples / "own_01_large_direct.sql"
    path.write_text(re.sub(r"\*/.*", f"*/\n{query}", path.read_text("utf-8"), flags=re.S), "utf-8")
    (lead,) = _ran(_written(examples, **changes), tables)["OWN-01"].leads
    assert lead.priority is None and "P0001" not in lead.sentence.zh  # type: ignore[union-attr]


def test_the_catalogue_stays_as_it_is(examples: Path) -> None:
    before = dict(shipped())
    read(examples)
    assert shipped() == before
