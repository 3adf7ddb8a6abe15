"""The columns of this product's own ledger, and how the words of its cells are made from a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xuncha.extraction.ledger.entries import headed
from xuncha.extraction.ledger.words import status_of, status_word
from xuncha.extraction.model import Finding


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of the ledger: the field, its head, its width, and whether it is on the printed page."""

    field: str
    heading: str
    width: float
    printed: bool = True
    centred: bool = False


# What is filled in and signed is printed; what helps to check the reading stands to the right of the paper.
COLUMNS = (
    OwnColumn("number", "序号", 5.5, centred=True),
    OwnColumn("unit", "涉及单位", 11),
    OwnColumn("group", "问题类别", 16),
    OwnColumn("title", "反馈问题", 25),
    OwnColumn("evidence", "具体表现", 33),
    OwnColumn("immediate", "立行立改", 6, centred=True),
    OwnColumn("measures", "整改措施", 33),
    OwnColumn("leader", "责任领导", 9, centred=True),
    OwnColumn("department", "责任科室", 10, centred=True),
    OwnColumn("person", "责任人", 9, centred=True),
    OwnColumn("due", "完成时限", 11, centred=True),
    OwnColumn("status", "整改状态", 9.5, centred=True),
    OwnColumn("progress", "进展情况", 15),
    OwnColumn("path", "编号路径", 13, printed=False),
    OwnColumn("category", "分类", 15, printed=False),
    OwnColumn("nature", "性质", 7, printed=False, centred=True),
    OwnColumn("origin", "来源", 9, printed=False, centred=True),
    OwnColumn("severity", "严重程度", 9, printed=False, centred=True),
    OwnColumn("page", "来源页", 8, printed=False, centred=True),
    OwnColumn("source", "来源文件", 24, printed=False),
    OwnColumn("confidence", "把握程度", 9, printed=False, centred=True),
    OwnColumn("reasons", "分类依据", 20, printed=False),
    OwnColumn("stated_status", "状态原文", 16, printed=False),
)

GROUP_COLUMNS = (
    OwnColumn("before", "先于序号", 9, centred=True),
    OwnColumn("path", "编号路径", 14),
    OwnColumn("title", "分组标题", 40),
    OwnColumn("unit", "涉及单位", 14),
    OwnColumn("category", "分类", 18),
    OwnColumn("source", "来源文件", 24),
    *(
        OwnColumn(column.field, column.heading, column.width, False, column.centred)
        for column in COLUMNS
        if column.field not in ("number", "path", "group", "title", "unit", "category", "source", "progress")
    ),
)

REQUIREMENT_COLUMNS = (
    OwnColumn("number", "序号", 6, centred=True),
    OwnColumn("title", "要求标题", 30),
    OwnColumn("duties", "具体要求", 62),
    OwnColumn("responsible", "责任主体", 14),
    OwnColumn("due", "完成时限", 14, centred=True),
    OwnColumn("path", "编号路径", 13, printed=False),
    OwnColumn("source", "来源文件", 24, printed=False),
)

FACT_ROWS = (
    ("name", "文件名"),
    ("sha256", "文件校验值（SHA-256）"),
    ("text_sha256", "正文校验值（SHA-256）"),
    ("kind", "文件类型"),
    ("title", "标题"),
    ("unit", "被巡察单位"),
    ("inspector", "巡察机构"),
    ("round", "巡察轮次"),
    ("feedback_date", "反馈日期"),
    ("findings", "反馈问题（个）"),
    ("completed", "已完成整改（个）"),
    ("in_progress", "正在整改（个）"),
    ("rules_enacted", "建立制度（项）"),
    ("money_recovered_yuan", "挽回资金（元）"),
    ("people_handled", "处理人员（人）"),
    ("root_causes", "原因剖析"),
    ("truncated", "原文是否不完整"),
    ("warnings", "提示"),
)
FACT_OF_LABEL = {label: name for name, label in FACT_ROWS}

KINDS = {
    "rectification_notice": "整改情况通报",
    "feedback": "反馈意见",
    "speech": "讲话",
    "audit": "审计报告",
    "plan": "整改方案",
    "ledger": "台账",
    "negative": "无问题内容的文件",
    "other": "其他",
}


def shown_status(finding: Finding) -> str:
    """What the status cell says: the paper's own words where they tell the same, else the ledger's word."""
    return status_cell(finding.status, finding.stated.get("status"))


def status_cell(status: str | None, stated: str | None) -> str:
    if stated and status_of(stated) == status:
        return stated
    return status_word(status)


def headings_above(groups: Sequence[Finding], path: tuple[str, ...]) -> list[Finding]:
    """The groups an item stands under, outermost first: of each depth the last one with that path."""
    found: list[Finding] = []
    for depth in range(len(path) + 1):
        above = next((group for group in reversed(groups) if group.path == path[:depth]), None)
        if above is not None:
            found.append(above)
    return found


def group_cell(headings: Sequence[tuple[tuple[str, ...], str]]) -> str:
    """The words of the group cell: a line for each heading with its number."""
    return "\n".join(group_line(path, title) for path, title in headings)


def group_line(path: tuple[str, ...], title: str) -> str:
    return headed(path[-1] if path else "", " ".join(title.split("\n")))
