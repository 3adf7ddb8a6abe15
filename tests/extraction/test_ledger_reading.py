"""Ledgers of other offices are recognised by their heads and read row by row."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from xuncha.documents import read
from xuncha.extraction.ledger import ColumnMapping, MappingError, NoLedger, read_ledger, recognise
from xuncha.extraction.ledger.entries import split_any
from xuncha.extraction.ledger.words import field_of_head, status_of
from xuncha.extraction.model import Extraction


def _book(path: Path, rows: list[list[object]], merges: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for span in merges:
        book.active.merge_cells(span)
    book.save(path)
    return path


def _ledger(path: Path, rows: list[list[object]], merges: tuple[str, ...] = ()) -> Extraction:
    return read_ledger(read(_book(path, rows, merges)))


def _items(extraction: Extraction) -> list[dict[str, object]]:
    return [finding for finding in extraction.as_json()["findings"] if finding["level"] == "item"]


PLAIN = ["序号", "反馈问题", "整改措施", "责任领导", "完成时限", "整改状态"]


def test_a_title_above_the_head_gives_the_facts(tmp_path: Path) -> None:
    rows = [
        ["青石县粮食局党组巡察整改台账"],
        ["填报单位：青石县粮食局党组　十二届县委第五轮巡察"],
        PLAIN,
        [1, "库存账实不符", "开展清仓盘点", "甲某", "2031-06-30", "已完成"],
    ]
    result = _ledger(tmp_path / "a.xlsx", rows, ("A1:F1", "A2:F2"))
    assert result.facts.title == "青石县粮食局党组巡察整改台账"
    assert result.facts.unit == "青石县粮食局党组"
    assert result.facts.round == "十二届县委第五轮"
    assert result.facts.kind == "ledger"
    assert _items(result)[0]["stated"] == {"leader": "甲某", "due": "2031-06-30", "status": "已完成"}


def test_a_head_of_two_rows_is_read_with_its_merges(tmp_path: Path) -> None:
    rows = [
        ["序号", "问题", "整改", None, "责任分工", None],
        [None, None, "措施", "时限", "责任领导", "责任人"],
        [1, "车辆管理不严", "清理公车", "2031年底", "甲某", "乙某"],
    ]
    item = _items(_ledger(tmp_path / "a.xlsx", rows, ("A1:A2", "B1:B2", "C1:D1", "E1:F1")))[0]
    assert item["title"] == "车辆管理不严"
    assert item["measures"] == ["清理公车"]
    assert item["stated"] == {"due": "2031年底", "leader": "甲某", "person": "乙某"}


def test_heads_may_carry_explanations_in_brackets(tmp_path: Path) -> None:
    measures = "整改措施（需列明目标、方法和步骤，可另附页，并由分管领导审定签字后报送）"
    rows = [["序号", "反馈问题", measures, "完成时限\n（具体到月）"], [1, "账目不清", "建账", "2031年6月"]]
    item = _items(_ledger(tmp_path / "a.xlsx", rows))[0]
    assert (item["measures"], item["stated"]) == (["建账"], {"due": "2031年6月"})


def test_a_merged_group_cell_gathers_its_rows(tmp_path: Path) -> None:
    rows = [
        ["问题类别", "序号", "存在问题", "整改举措", "进展"],
        ["一、学习方面", 1, "学习不经常", "订计划", "已完成"],
        [None, 2, "记录不完整", "补记录", "正在整改"],
        ["二、财务方面", 3, "报销手续不全", "补手续", "长期坚持"],
    ]
    result = _ledger(tmp_path / "a.xlsx", rows, ("A2:A3",))
    assert [(finding.level, finding.path) for finding in result.findings] == [
        ("group", ("一",)),
        ("item", ("一", "1")),
        ("item", ("一", "2")),
        ("group", ("二",)),
        ("item", ("二", "3")),
    ]
    assert [item["status"] for item in _items(result)] == ["done", "in_progress", "long_term"]
    assert result.words(result.findings[0].title) == "学习方面"


def test_a_row_over_all_columns_is_a_group(tmp_path: Path) -> None:
    rows = [PLAIN, ["（一）班子建设方面"], [1, "议事规则不健全", "修订规则", "", "", ""]]
    result = _ledger(tmp_path / "a.xlsx", rows, ("A2:F2",))
    assert [finding.path for finding in result.findings] == [("(一)",), ("(一)", "1")]


def test_a_finding_over_several_rows_gathers_its_measures(tmp_path: Path) -> None:
    rows = [
        PLAIN,
        [1, "欠款清收不力", "逐户建账", "甲某", "2031-03", "已完成"],
        [None, None, "签订还款协议", "乙某", "2031-06", "正在整改"],
        [2, "票据管理不严", "集中核销", "甲某", "2031-04", ""],
    ]
    items = _items(_ledger(tmp_path / "a.xlsx", rows, ("A2:A3", "B2:B3")))
    assert [item["measures"] for item in items] == [["逐户建账", "签订还款协议"], ["集中核销"]]
    assert items[0]["stated"]["leader"] == "甲某；乙某"


def test_totals_notes_and_repeated_heads_are_left_out_and_named(tmp_path: Path) -> None:
    rows = [
        PLAIN,
        [1, "账目不清", "建账", "", "", ""],
        ["小计", 1],
        PLAIN,
        [2, "库房混乱", "整理", "", "", ""],
        [],
        ["合计", 2],
        ["填表人：丁某"],
    ]
    result = _ledger(tmp_path / "a.xlsx", rows)
    assert [item["title"] for item in _items(result)] == ["账目不清", "库房混乱"]
    told = "\n".join(result.warnings)
    assert "小计" in told
    assert "合计" in told
    assert "填表人" in told


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    result = _ledger(tmp_path / "a.xlsx", [[*PLAIN, "联络微信群"], [1, "账目不清", "建账", "", "", "", "某群"]])
    assert result.warnings == ["未采用的列：联络微信群"]


def test_several_sheets_are_read_in_order(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, words in (("粮食局", "账目不清"), ("林业局", "造林面积不实")):
        page = book.create_sheet(name)
        page.append(PLAIN)
        page.append([1, words, "建账", "", "", ""])
    book.remove(book["Sheet"])
    book.save(tmp_path / "a.xlsx")
    assert [item["title"] for item in _items(read_ledger(read(tmp_path / "a.xlsx")))] == ["账目不清", "造林面积不实"]


def test_measures_without_status_make_a_plan(tmp_path: Path) -> None:
    rows = [["序号", "反馈问题", "整改措施", "责任人"], [1, "账目不清", "建账", "甲某"]]
    assert _ledger(tmp_path / "a.xlsx", rows).facts.kind == "plan"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_that_lost_its_merges_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "台账.csv"
    lines = ["问题类别,反馈问题,整改措施,整改状态", "学习方面,学习不经常,订计划,已完成", ",记录不完整,补记录,未完成"]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    result = read_ledger(read(path))
    assert [finding.path for finding in result.findings if finding.level == "item"] == [("学习方面",), ("学习方面",)]
    assert [item["status"] for item in _items(result)] == ["done", "in_progress"]


def test_a_table_in_a_docx_is_a_ledger_when_the_paper_consists_of_it(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    paper = docx.Document()
    paper.add_paragraph("青石县粮食局整改任务清单")
    table = paper.add_table(rows=0, cols=4)
    for words in (
        ["序号", "反馈问题", "整改措施", "完成时限"],
        ["1", "库存账实不符且长期未作清查", "开展清仓盘点并建立月报制度", "2031年6月"],
        ["2", "出入库手续不全", "补办手续并明确专人复核", "2031年7月"],
    ):
        for cell, word in zip(table.add_row().cells, words, strict=True):
            cell.text = word
    paper.save(tmp_path / "a.docx")
    result = read_ledger(read(tmp_path / "a.docx"))
    assert [item["title"] for item in _items(result)] == ["库存账实不符且长期未作清查", "出入库手续不全"]
    assert result.facts.title == "青石县粮食局整改任务清单"


def test_a_statement_is_cut_out_of_its_wrapping(tmp_path: Path) -> None:
    rows = [PLAIN, [1, "3.关于“公务接待审批不严”的问题", "建账", "", "", ""]]
    item = _items(_ledger(tmp_path / "a.xlsx", rows))[0]
    assert (item["title"], item["path"]) == ("公务接待审批不严", ["3"])


def test_a_table_of_other_things_is_no_ledger(tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx", [["姓名", "电话", "单位"], ["甲某", "无", "粮食局"]])
    assert recognise(read(path)) is None
    with pytest.raises(NoLedger):
        read_ledger(read(path))


def test_a_settled_mapping_goes_before_the_guess(tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx", [["毛病", "咋改", "谁管"], ["账目不清", "建账", "甲某"]])
    assert recognise(read(path)) is None
    mapping = ColumnMapping.of(["毛病=title", "咋改=整改措施", "谁管=leader"])
    item = _items(read_ledger(read(path), mapping))[0]
    assert (item["title"], item["measures"], item["stated"]) == ("账目不清", ["建账"], {"leader": "甲某"})


def test_a_mapping_survives_its_file(tmp_path: Path) -> None:
    mapping = ColumnMapping.of(['引"号=title', "a\\b=measures", "序号=ignored"])
    (tmp_path / "m.toml").write_text(mapping.toml(), "utf-8")
    assert ColumnMapping.load(tmp_path / "m.toml") == mapping


@pytest.mark.parametrize("pair", ["没有等号", "=title", "列=没有的字段"])
def test_a_mapping_that_means_nothing_is_refused(pair: str) -> None:
    with pytest.raises(MappingError):
        ColumnMapping.of([pair])


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("序号", "number"),
        ("问题 类别", "group"),
        ("巡察反馈问题", "title"),
        ("存在的主要问题", "title"),
        ("具体表现", "evidence"),
        ("整改举措", "measures"),
        ("具体整改措施", "measures"),
        ("整改落实情况", "progress"),
        ("目前进展情况", "progress"),
        ("整改完成时限", "due"),
        ("完成时间", "due"),
        ("牵头领导", "leader"),
        ("分管领导（签字）", "leader"),
        ("责任科室", "department"),
        ("牵头单位", "department"),
        ("整改责任人", "person"),
        ("是否完成", "status"),
        ("被巡察单位", "unit"),
        ("是否立行立改", "immediate"),
        ("电话", None),
        ("", None),
    ],
)
def test_heads_are_known_by_their_words(head: str, field: str | None) -> None:
    assert field_of_head(head) == field


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("已完成", "done"),
        ("完成整改", "done"),
        ("已销号", "done"),
        ("销号", "done"),
        ("整改到位", "done"),
        ("基本完成", "in_progress"),
        ("基本完成，长期坚持", "long_term"),
        ("进行中", "in_progress"),
        ("正在整改", "in_progress"),
        ("持续整改", "in_progress"),
        ("取得阶段性成果", "in_progress"),
        ("未完成", "in_progress"),
        ("尚未销号", "in_progress"),
        ("长期坚持", "long_term"),
        ("已完成并长期坚持", "long_term"),
        ("未启动", None),
        ("尚未整改", None),
        ("", None),
        ("甲某", None),
    ],
)
def test_status_words_are_told_apart(words: str, status: str | None) -> None:
    assert status_of(words) == status


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        ("建账", ["建账"]),
        ("1.建账；2.对账；", ["建账；", "对账；"]),
        ("①建账②对账", ["建账", "对账"]),
        ("一是建账。二是对账。", ["建账。", "对账。"]),
        ("（1）建账\n（2）对账", ["建账", "对账"]),
        ("1、建账\n细化科目\n2、对账", ["建账\n细化科目", "对账"]),
        ("建账\n对账", ["建账", "对账"]),
        ("投入1.5万元，2.5万元到位", ["投入1.5万元，2.5万元到位"]),
        ("总的要求：1.建账。2.对账。", ["总的要求：", "建账。", "对账。"]),
        ("  ", []),
    ],
)
def test_entries_of_a_cell_are_told_apart(words: str, entries: list[str]) -> None:
    assert [words[start:end] for start, end in split_any(words)] == entries
