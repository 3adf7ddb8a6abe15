"""The list of findings in a browser: filter, choose, edit in bulk, take back, export; by keyboard, on a phone, in both
languages."""

from __future__ import annotations

import datetime
import random
import uuid
from typing import Any

import pytest
from django.db import transaction

from tests.cast import make_unit
from tests.e2e.site import Site
from xuncha.findings.actions import keeping
from xuncha.findings.models import Feedback, Finding, Recipient
from xuncha.rulebook.models import Category

STATEMENTS = (
    "医用耗材采购论证走形式，18个批次先采购、后补论证材料",
    "大型设备招标参数设置不合理，三家投标单位技术参数高度雷同，评标专家由采购科自行指定，未从专家库中抽取",
    "门诊检查检验占比偏高，同类疾病重复检查问题突出",
    "窗口服务生硬，61件投诉办结后未回访",
    "党委会议事规则不完善，“三重一大”事项会前酝酿不充分",
    "科室党支部组织生活会记录照搬照抄",
    "学习贯彻分级诊疗部署停留于转发文件，未制定本县落实措施",
    "公共卫生服务专项资金拨付不及时，2025年第二、三季度资金到账后平均滞留94天才拨付到乡镇卫生院",
    "对下属医院药品耗材采购监管缺位，近三年未开展专项检查",
    "乡镇卫生院危旧房改造久拖不决，2处历史遗留问题未处置",
    "村卫生室补助发放审核不严，向已停业卫生室发放补助11笔",
    "中药饮片未按规定集中比价，同一品种最高价为最低价的2.1倍",
)


@pytest.fixture
def register(round_8: Any, health: Any, hospital: Any, education: Any, staff: Any) -> list[Finding]:
    """Eighty-four findings of four units, some joint, some drafts."""
    draw = random.Random(3)
    chinese = make_unit("中医院", "县中医院", "health", health)
    feedback = Feedback.objects.create(
        round=round_8, title="反馈意见", issued_at="2026-08-26T09:00:00+08:00", issued_by=staff
    )
    units = (hospital, health, chinese, education)
    Recipient.objects.bulk_create(Recipient(feedback=feedback, unit=unit) for unit in units)
    categories = list(Category.objects.filter(scheme__is_leading=True)[:9])
    new = []
    for i in range(84):
        unit = draw.choice((*units, None))
        draft = draw.random() < 0.15
        new.append(
            keeping.NewFinding(
                Finding(
                    statement=STATEMENTS[i % len(STATEMENTS)],
                    unit=unit,
                    round=round_8,
                    state="draft" if draft else "issued",
                    feedback=None if draft else feedback,
                    category=draw.choice(categories),
                    severity=draw.choice(("high", "medium", "low", "")),
                    immediate=draw.random() < 0.1,
                    stated_leader=draw.choice(("周砚", "何远之", "梁若谷", "许望舒", "")),
                    stated_due=draw.choice((None, datetime.date(2026, 11, 26), datetime.date(2027, 6, 30))),
                    stated_status=draw.choice(("", "进行中", "已完成")),
                    page=draw.randint(2, 7),
                ),
                manifestations=[{"text": "抽查中发现凭证不齐"}] if i % 3 == 0 else [],
                units=[unit.pk] if unit else [each.pk for each in draw.sample(units, 3)],
            )
        )
    with transaction.atomic():
        return keeping.add_findings(new, actor=staff, act="enter_paper", batch=uuid.uuid4())


def test_the_list_shows_a_page_of_findings_at_a_glance(site: Site, register: list[Finding], staff: Any) -> None:
    page = site.page(staff)
    page.goto("/ledger/")
    assert "round=" in page.url
    site.axe(page)
    site.shot(page, "ledger-zh")
    site.shot(site_page(site, staff, "en"), "ledger-en")


def site_page(site: Site, user: Any, language: str, **more: Any) -> Any:
    """The list in a window of its own."""
    page = site.page(user, language=language, **more)
    page.goto("/ledger/")
    site.axe(page)
    return page
