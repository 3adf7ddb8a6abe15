"""Old ledgers for the tests: workbooks as offices keep them, taken in, read and settled."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import xlsxwriter

from tests.findings.arriving import send
from xuncha.extraction.ledger import old
from xuncha.findings.actions import settling
from xuncha.findings.importing.working import Worker
from xuncha.findings.models import Paper
from xuncha.rounds.models import Round
from xuncha.security.models import User

HEADS = ("序号", "被巡察单位", "问题类别", "存在问题", "整改措施", "责任领导", "整改时限", "整改状态")
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "县卫生健康局", "财政资金监管", "公共卫生服务资金拨付不及时", "1.建立台账；2.按季拨付", "周砚", "2026年6月底", "已完成"),
    (2, "县教育局", "财务采购资产工程", "校园食堂采购未经比价", "制定比价办法", "许望", "尽快", "进行中"),
    (3, "县卫健委", "财政资金监管", "村卫生室药品补助发放审核不严", "开展清理", "周砚", "2026-09-30", "进行中"),
    ("合计", "", "", "3", "", "", "", ""),
)  # fmt: skip


def workbook(
    rows: Sequence[Sequence[Any]] = ROWS, heads: Sequence[str] = HEADS, title: str = "十四届县委第八轮巡察问题整改台账"
) -> bytes:
    """An xlsx file with a title over the whole width, heads and rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("问题台账")
    top = 0
    if title:
        sheet.merge_range(0, 0, 0, len(heads) - 1, title)
        top = 1
    sheet.write_row(top, 0, heads)
    for number, row in enumerate(rows, start=top + 1):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


@cache
def _worker() -> Worker:
    """One for all tests: its child need not start each time; it goes with the process."""
    return Worker()


def surveyed(actor: User, content: bytes | None = None, name: str = "旧台账.xlsx") -> Paper:
    """A ledger whose columns wait to be settled."""
    send(actor, {name: workbook() if content is None else content})
    return read(Paper.objects.latest("id"))


def read(paper: Paper) -> Paper:
    """The paper after the worker has read what waits."""
    _worker().run_all()
    return Paper.objects.get(pk=paper.pk)


def checked(
    actor: User,
    content: bytes | None = None,
    name: str = "旧台账.xlsx",
    *,
    round: Round | None = None,
    already_fed_back: bool = True,
) -> Paper:
    """A ledger whose rows lie ready, read by the columns as guessed."""
    paper = surveyed(actor, content, name)
    assert paper.state == "review", paper.error
    given = settling.Given(round.pk if round else paper.round_id, paper.unit_id, paper.feedback_on, already_fed_back)
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    settling.settle_columns(paper, plan=plan, given=given, actor=actor, version=paper.version)
    paper = read(paper)
    assert paper.state == "review", paper.error
    return paper
