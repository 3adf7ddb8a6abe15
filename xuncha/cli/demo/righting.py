"""After claiming two units put things right: every progress, every step of closure and every sign is to be seen."""

from __future__ import annotations

import datetime
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from django.utils import timezone

from xuncha.rectification.actions.closing import record_site_check, take_step
from xuncha.rectification.actions.planning import add_measure, begin_plan, edit_plan_texts
from xuncha.rectification.actions.proving import add_evidence
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.actions.reviewing_plans import WantedParty, review_plan, set_plan_review, submit_plan
from xuncha.rectification.models import Measure, PlanDraft, Rectification, ReviewRule
from xuncha.rounds.models import Round
from xuncha.security.models import User

# How the items of the health bureau stand at the end, one after the other; more of them stay as they are.
_STANDINGS: Final = ("closed", "applied", "returned", "verified", "reopened", "kept", "basically_done", "under_way")
_KINDS: Final = ("rule_making", "recovery", "accountability", "extension", "campaign")
_TEXTS: Final = {
    "first_responsible": "闻静泽",
    "leading_group": "组长：闻静泽；副组长：分管副局长；成员：各股室负责人。办公室设在局办公室。",
    "principles": "有什么问题改什么问题，一个问题一套措施，改一个销一个。",
    "guarantees": "每两周调度一次，由局办公室汇总进展和佐证材料。",
}
# Reported of two items and again by the hospital: a sign that somebody only copied.
_COPIED: Final = "高度重视，召开专题会议2次，印发文件1份，对有关工作进行全面部署，建立长效机制"


def put_right(people: Mapping[str, User], round: Round) -> None:
    """The health bureau plans, reports, applies; the reviewer and the office judge; the hospital has begun."""
    items = _items(round, "卫健局")
    liaison, secretary = people["shenzhihe"], people["wenjingze"]
    if items:
        _plan(items, liaison, secretary, people)
    for item, standing in zip(items, _STANDINGS, strict=False):
        _work(item, standing, liaison)
        _judge(item, standing, secretary, people)
    others = _items(round, "人民医院")
    if others:
        begin_plan(round=round.pk, unit=others[0].unit_id, actor=people["jishuyan"])
        for number, item in enumerate(others[:2]):
            measure = _measure(item, number, people["jishuyan"])
            words = _COPIED if number == 0 else "已排查2025年以来采购合同41份，补签验收单6份"
            _report(measure, ("under_way", "basically_done")[number], words, people["jishuyan"])


def _items(round: Round, unit: str) -> list[Rectification]:
    rows = Rectification.objects.filter(round=round, unit__short_name=unit).select_related("finding")
    return list(rows.order_by("finding__number_key", "pk"))


def _plan(items: Sequence[Rectification], liaison: User, secretary: User, people: Mapping[str, User]) -> None:
    plan = begin_plan(round=items[0].round_id, unit=items[0].unit_id, actor=liaison)
    plan = edit_plan_texts(plan, wanted=_TEXTS, actor=liaison, version=plan.version)
    for number, item in enumerate(items):
        # As many as there are words for; of the rest each has one in the words of its finding.
        for more in range(2 if 2 * number < len(_MEASURES) else 1):
            _measure(item, 2 * number + more, liaison)
    plan.refresh_from_db()
    # In this county the discipline organ's reviewer and the office review plans.
    parties = [
        WantedParty("纪委监委", "reviewer", "Discipline organ"),
        WantedParty("巡察办", "office", "Inspection office"),
    ]
    rule = ReviewRule.objects.get(pk=1)
    set_plan_review(
        parties=parties,
        in_order=False,
        majority=False,
        source="县委巡察办",
        actor=people["luheng"],
        version=rule.version,
    )
    plan = submit_plan(plan, actor=secretary, version=plan.version)
    draft = PlanDraft.objects.get(plan=plan, number=plan.draft_no)
    for party, who in zip(draft.parties, ("chengyan", "luheng"), strict=True):
        review_plan(plan, party=party["key"], verdict="approve", draft_no=plan.draft_no, actor=people[who])


def _measure(item: Rectification, number: int, actor: User) -> Measure:
    last = item.due_on or timezone.localdate() + datetime.timedelta(days=60)
    wanted = {
        "kind": _KINDS[number % len(_KINDS)],
        "text": _MEASURES[number] if number < len(_MEASURES) else f"针对“{item.finding.statement[:30]}”逐条整改",
        "goal": f"{last.month}月{last.day}日前完成{number + 2}项，逐项可核对",
        "output": "办法、台账和凭证",
        "due_on": last - datetime.timedelta(days=7 * (number % 4)),
        "lead_leader": "闻静泽",
        "responsible_leader": "梁若谷",
        "lead_section": "规划财务股",
        "person": "沈知禾",
    }
    return add_measure(item, wanted=wanted, actor=actor)


_MEASURES: Final = (
    "清算滞留的公共卫生专项资金，逐笔拨付到乡镇卫生院",
    "制定专项资金拨付时限办法，明确每个环节的办理天数",
    "对超期采购合同逐份复核，追回多付的设备款",
    "约谈药品采购岗位负责人，补齐三年轮岗记录",
    "在办事窗口公布一次性告知清单，按月通报办理时长",
    "把诊所备案材料由十一项减为六项，向社会公开",
    "邀请审计局对基建项目结算开展复审并公布结论",
    "退回违规发放的值班补助，完善考勤和补助审批",
    "对下属医院冷硬横推的投诉逐件回访，责任到人",
    "开展处方点评，对超常处方的医师暂停权限",
    "建立舆情台账，三个工作日内答复群众来信",
    "清理三年以上应收账款，无法收回的按程序核销",
    "重新核定疫苗冷链设备数量，更换老化的冷藏箱",
    "党组会专题研究家庭医生签约不实问题，逐户核实",
    "公开选聘乡镇卫生院院长，落实任期目标考核",
    "把欠缴的医疗废物处置费列入预算，年底前付清",
)


def _work(item: Rectification, standing: str, actor: User) -> None:
    """What was done for an item, and its evidence."""
    today = timezone.localdate()
    for number, measure in enumerate(item.measures.order_by("order", "pk")):
        if standing == "under_way":
            _report(measure, "under_way" if number == 0 else "not_started", "已完成摸底，正在逐笔核对", actor)
            continue
        if standing == "basically_done":
            _report(measure, "basically_done", f"第{number + 1}批主要款项已拨付到账，余款待结算", actor)
            continue
        # Some material bears a date before the feedback, and one file serves twice.
        early = standing == "applied" and number == 0
        dated_on = datetime.date(2026, 5, 30) if early else min(today, datetime.date(2026, 10, 15))
        shade = 7 if standing == "applied" else measure.pk % 251
        add_evidence(measure, f"凭证{number + 1}.png", io.BytesIO(_picture(shade)), actor=actor, dated_on=dated_on)
        words = _COPIED if standing in ("applied", "kept") and number == 0 else _DONE[number % 2].format(n=measure.pk)
        is_counted = standing != "applied"
        money = 28_640_050 if is_counted and measure.kind == "recovery" else 0
        rules = 1 if is_counted and measure.kind == "rule_making" else 0
        _report(measure, "done", words, actor, rules, money)


_DONE: Final = ("第{n}号台账所列款项已全部拨付到账，凭证附后", "第{n}号办法已修订并公开，按月抽查执行情况")


def _report(measure: Measure, progress: str, words: str, actor: User, rules: int = 0, money: int = 0) -> None:
    measure.refresh_from_db()
    said = Report(measure.pk, progress, words, timezone.localdate(), measure.version, rules, money)
    report_progress([said], actor=actor)


def _judge(item: Rectification, standing: str, secretary: User, people: Mapping[str, User]) -> None:
    """The steps that lead to where an item stands."""
    reviewer, head = people["chengyan"], people["luheng"]
    if standing in ("under_way", "basically_done"):
        return
    _step(item, "apply", secretary, "措施已全部落实，材料齐全，请核验。")
    if standing == "returned":
        _step(item, "return", reviewer, "缺少7月至10月的拨付时限统计，请补充。")
    elif standing == "kept":
        _step(item, "keep", reviewer, "办法刚印发，再看一个季度的执行情况。")
    elif standing in ("closed", "verified", "reopened"):
        item.refresh_from_db()
        seen = "抽查松坪、石桥两个卫生院，款项已到账。"
        day = timezone.localdate()
        record_site_check(item, on=day, who="程砚、顾青岚", words=seen, actor=reviewer, version=item.version)
        _step(item, "pass", reviewer, "材料与台账相符。")
        if standing != "verified":
            _step(item, "close", head)
        if standing == "reopened":
            _step(item, "reopen", head, "回访发现10月又有一笔资金滞留38天。")


def _step(item: Rectification, act: str, actor: User, words: str = "") -> None:
    item.refresh_from_db()
    take_step({item.pk: item.version}, act=act, words=words, actor=actor)


def _picture(shade: int) -> bytes:
    """A small grey picture, as a scan is one: 64 by 64 in one shade."""
    rows = (b"\0" + bytes([shade]) * 64) * 64
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
