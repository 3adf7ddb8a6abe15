"""How leads are weighed, ordered and told, and what is said of an indicator that cannot run."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.loading import load
from xuncha.risk.running import Outcome, run
from xuncha.risk.running.leads import certainty, months_before, severity
from xuncha.risk.running.writing import as_data, write

AS_OF = dt.date(2024, 12, 31)
HEADS = "contract_id,buyer_id,supplier_id,category,method,amount,sign_date\n"


def _run(folder: Path, *codes: str, as_of: dt.date = AS_OF, **own: dict[str, object]) -> list[Outcome]:
    loaded = load(folder, as_of=as_of, ids="as-is")
    indicators = [shipped()[code] for code in codes] or list(shipped().values())
    files = {report.number: report.name for report in loaded.files}
    counts = {report.table: report.used for report in loaded.files}
    data = Data(loaded.backend, loaded.columns, as_of)
    return run(
        data,
        indicators,
        own={code.replace("_", "-"): values for code, values in own.items()},
        files=files,
        row_counts=counts,
    )


@pytest.fixture
def uplift(tmp_path: Path) -> Path:
    """The example of the catalogue: 1,000,000 yuan, 180,000 more, among forty contracts."""
    rows = "".join(f"C{n:07d},B{n},S{n},works,open,5000,2024-06-01\n" for n in range(200, 240))
    (tmp_path / "contracts.csv").write_text(HEADS + "C0000123,B1,S1,works,open,1000000,2024-06-01\n" + rows)
    (tmp_path / "amendments.csv").write_text(
        "change_id,contract_id,amount_delta,change_date\nM1,C0000123,100000,2024-07-01\nM2,C0000123,80000,2024-08-01\n"
    )
    return tmp_path


def test_a_lead_says_value_limit_source_rows_and_weight_in_one_sentence(uplift: Path) -> None:
    (outcome,) = _run(uplift, "PROC-19")
    (lead,) = outcome.leads
    assert lead.sentence is not None
    assert lead.sentence.zh == (
        "PROC-19 合同追加超限：合同C0000123原价1,000,000元，2次变更共追加180,000元，占18.0%，上限10.0%（政府采购法49条）；"
        "依据：合同1行、合同变更2行；跳过0行；优先级68=确定性32+规模21+广度0+时效15。疑点，需核实。"
    )
    assert [(row.table, row.file, row.line) for row in lead.evidence] == [
        ("contracts", "contracts.csv", 2),
        ("amendments", "amendments.csv", 2),
        ("amendments", "amendments.csv", 3),
    ]
    assert lead.evidence[0].row["amount"] == 1_000_000 and lead.severity == "medium"


def test_what_other_indicators_hit_widens_a_lead(uplift: Path) -> None:
    with (uplift / "contracts.csv").open("a") as file:
        file.write("".join(f"D{n},B1,S9,goods,direct,700000,2024-03-01\n" for n in range(3)))
    text = (uplift / "contracts.csv").read_text().splitlines()
    (uplift / "contracts.csv").write_text(
        "\n".join(line + (",item_code" if i == 0 else ",1101") for i, line in enumerate(text)) + "\n"
    )
    outcomes = _run(uplift, "PROC-12", "PROC-19")
    priorities = {lead.indicator.code: lead.priority for outcome in outcomes for lead in outcome.leads}
    assert priorities["PROC-19"] is not None and priorities["PROC-12"] is not None
    assert (priorities["PROC-19"].breadth, priorities["PROC-19"].total) == (5, 73)
    assert priorities["PROC-12"].breadth == 5 and priorities["PROC-12"].inputs["other_indicators"] == 1


@pytest.mark.parametrize(
    ("day", "points"), [("2025-08-01", 15), ("2025-08-02", 9), ("2026-08-01", 9), ("2026-08-02", 5)]
)
def test_a_lead_fades(uplift: Path, day: str, points: int) -> None:
    (outcome,) = _run(uplift, "PROC-19", as_of=dt.date.fromisoformat(day))
    assert outcome.leads[0].priority is not None and outcome.leads[0].priority.recency == points


def test_months_end_where_there_is_no_such_day() -> None:
    assert months_before(dt.date(2024, 12, 31), 10) == dt.date(2024, 2, 29)
    assert months_before(dt.date(2024, 3, 15), 12) == dt.date(2023, 3, 15)
    assert months_before(dt.date(2025, 1, 31), 1) == dt.date(2024, 12, 31)


def test_a_rule_that_flags_many_or_lacks_much_is_less_certain() -> None:
    assert certainty(0.8, flagged=0.05, skipped=0.1) == 0.8
    assert certainty(0.8, flagged=0.051, skipped=0) == 0.6 and certainty(0.5, flagged=0, skipped=0.11) == 0.3
    assert certainty(0.3, flagged=1, skipped=1) == 0.1
    assert [severity(c, 0, False) for c in (1.0, 0.8, 0.5, 0.3)] == ["high", "medium", "low", "low"]
    assert severity(0.8, 1, False) == "high" and severity(1.0, 0, True) == "medium"


def test_what_cannot_run_says_which_table_or_column(tmp_path: Path) -> None:
    (tmp_path / "tenders.csv").write_text("tender_id,buyer_id,category,method,bid_start\nT,B,goods,open,2024-01-01\n")
    (tmp_path / "bids.csv").write_text("bid_id,tender_id,supplier_id,status\nb,T,S,valid\n")
    reasons = {o.indicator.code: o.refusal for o in _run(tmp_path)}
    assert reasons["PROC-01"] == (
        "不能运行：缺少列 tenders.bid_end（投标截止时间）",
        "not runnable: column tenders.bid_end",
    )
    assert reasons["PROC-04"] == ("不能运行：缺少表 awards（中标）", "not runnable: table awards")
    assert "bids.device_id" in str(reasons["PROC-15"])


def test_empty_tables_give_no_leads(tmp_path: Path) -> None:
    from xuncha.risk.schema import tables

    for table in tables().values():
        (tmp_path / f"{table.name}.csv").write_text(",".join(table.columns) + "\n")
    outcomes = _run(tmp_path)
    assert all(o.refusal is None and o.leads == [] and o.units == 0 and o.skipped == {} for o in outcomes)


def test_a_threshold_may_be_moved(uplift: Path) -> None:
    (outcome,) = _run(uplift, "PROC-19", PROC_19={"share": 0.18})
    assert outcome.leads == [] and outcome.settings == {"share": 0.18}
    with pytest.raises(KeyError):
        _run(uplift, "PROC-19", PROC_19={"none": 1})


def test_a_run_is_written_whole(uplift: Path, tmp_path: Path) -> None:
    outcomes = _run(uplift)
    out = tmp_path / "out"
    out.mkdir()
    write(outcomes, out, as_of=AS_OF, data_version="v")
    data = json.loads((out / "leads.json").read_text("utf-8"))
    assert data["notice"]["zh"] == "疑点，需核实" and len(data["indicators"]) == len(shipped())
    (lead,) = data["leads"]
    assert lead["priority"]["total"] == 68 and lead["yuan"] == 1_000_000 and lead["parameters"] == {"share": 0.1}
    (row,) = pyarrow.parquet.read_table(out / "leads.parquet").to_pylist()
    assert (row["indicator"], row["key"], row["priority"], row["evidence_rows"]) == ("PROC-19", "C0000123", 68, 3)
    assert as_data(outcomes, as_of=AS_OF, data_version="v")["leads"][0]["key"] == "C0000123"
