"""Old ledgers on their way into the ledger: columns, rows, decisions, entering."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.findings.ledgers import HEADS, ROWS, checked, read, surveyed, workbook
from xuncha.extraction.ledger import old
from xuncha.findings.actions import applying, settling
from xuncha.findings.models import ColumnMapping, Feedback, Finding, LedgerRow, Paper, Recipient, Stated
from xuncha.findings.queries import old_ledgers
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import TrailEntry

pytestmark = pytest.mark.django_db


def rows_of(paper: Paper) -> list[LedgerRow]:
    return list(paper.rows.order_by("pk"))


def test_columns_and_round_are_guessed(staff: Any, round_8: Round) -> None:
    paper = surveyed(staff)
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    assert paper.reading["step"] == "columns"
    assert list(plan.sheets[0].columns.values()) == [
        *("number", "unit", "category", "finding", "measure", "leader", "due", "status")
    ]
    assert paper.round == round_8
    assert paper.feedback_on == round_8.feedback_on


def test_rows_are_read_with_every_fault_at_once(staff: Any, round_8: Round, health: Unit) -> None:
    paper = checked(staff)
    rows = rows_of(paper)
    assert [row.row for row in rows] == [3, 4, 5]
    assert rows[0].unit == health and rows[0].fault_codes == ""
    assert rows[0].values["measure"] == ["建立台账", "按季拨付"]
    assert "|no_date|" in rows[1].fault_codes and rows[1].may_be_entered
    assert "|unknown_unit|" in rows[2].fault_codes and not rows[2].may_be_entered
    assert paper.reading["skipped"] == {"total": 1}
    assert paper.reading["unknown"]["unit"][0]["words"] == "县卫健委"
    fault = old.Fault.of_json(rows[1].faults[0])
    assert old.sentence(fault) == (
        "“问题台账”第 4 行 G 列（整改时限）：现为“尽快”，应为日期，如 2025-06-30 或 2025年6月底。"
    )


def test_a_name_is_assigned_once_for_all_rows(staff: Any, round_8: Round, health: Unit) -> None:
    paper = checked(staff, workbook([*ROWS[:3], (4, "县卫健委", "", "另一个问题没有落实到位", "", "", "", "")]))
    paper = settling.assign_names(paper, assigned={"unit": {"县卫健委": health.pk}}, actor=staff, version=paper.version)
    assert [row.unit_id for row in rows_of(paper)][2:] == [health.pk, health.pk]
    assert all(row.may_be_entered for row in rows_of(paper))
    assert "unit" not in paper.reading["unknown"]


def test_what_stands_in_the_ledger_is_recognised(staff: Any, make_finding: Any) -> None:
    known = make_finding("公共卫生服务资金拨付不及时")
    other = make_finding("校园食堂采购没有比价")  # of another unit
    rows = rows_of(checked(staff))
    assert rows[0].alike == known and rows[0].likeness == 1 and rows[0].decision == "update"
    assert rows[1].alike != other and rows[1].decision == "add"


def test_a_repeated_row_is_left_out_and_one_much_like_another_is_told(staff: Any, round_8: Round) -> None:
    again = (5, *ROWS[0][1:])
    much = (6, "县卫生健康局", "", "存在公共卫生服务资金拨付不及时的问题", "", "", "", "")
    rows = rows_of(checked(staff, workbook([*ROWS[:2], again, much])))
    assert "|repeated|" in rows[2].fault_codes and rows[2].decision == "skip"
    assert "|like_row|" in rows[3].fault_codes and rows[3].decision == "add"
    assert "第 3 行" in old.sentence(old.Fault.of_json(rows[3].faults[0]))
    assert "row 3" in old.sentence(old.Fault.of_json(rows[3].faults[0]), english=True)


def test_rows_are_entered_with_what_they_state(staff: Any, round_8: Round, health: Unit, education: Unit) -> None:
    paper = checked(staff)
    done = applying.apply_rows(paper, actor=staff, version=paper.version)
    assert (done.added, done.updated, done.left_out) == (2, 0, 1)
    first, second = Finding.objects.order_by("id")
    assert (first.unit, first.number, first.state) == (health, "14-8-卫健局-001", "issued")
    assert (second.unit, second.number) == (education, "14-8-教育局-001")
    assert [measure["text"] for measure in first.stated.measures] == ["建立台账", "按季拨付"]
    assert (first.stated_leader, str(first.stated_due), first.stated_status) == ("周砚", "2026-06-30", "已完成")
    assert second.stated.due_words == "尽快" and second.stated_due is None
    assert list(first.addressees.values_list("unit", flat=True)) == [health.pk]
    assert first.feedback is not None and first.feedback.issued_at is not None
    assert Feedback.objects.count() == 2 == Recipient.objects.count()
    assert TrailEntry.objects.filter(batch=done.batch).count() == 3
    paper = Paper.objects.get(pk=paper.pk)
    assert paper.state == "entered"
    assert [row.alike_id for row in rows_of(paper)] == [first.pk, second.pk, None]


def test_drafts_stay_drafts(staff: Any, round_8: Round) -> None:
    paper = checked(staff, already_fed_back=False)
    applying.apply_rows(paper, actor=staff, version=paper.version)
    assert set(Finding.objects.values_list("state", flat=True)) == {"draft"}
    assert Feedback.objects.filter(issued_at__isnull=False).count() == 0


def test_a_row_for_several_units_becomes_a_joint_finding(staff: Any, round_8: Round) -> None:
    rows = [(1, "县卫生健康局、县教育局", "", "部分单位公务接待审批不严", "", "", "", "")]
    paper = checked(staff, workbook(rows))
    applying.apply_rows(paper, actor=staff, version=paper.version)
    finding = Finding.objects.get()
    assert finding.number == "14-8-集中-001" and finding.unit is None
    assert finding.addressees.count() == 2 == Recipient.objects.filter(feedback=finding.feedback).count()


def test_what_a_finding_states_already_stays(staff: Any, make_finding: Any) -> None:
    known = make_finding("公共卫生服务资金拨付不及时", stated_leader="何远")
    paper = checked(staff)
    done = applying.apply_rows(paper, actor=staff, version=paper.version)
    known.refresh_from_db()
    assert (done.added, done.updated) == (1, 1)
    assert (known.stated_leader, known.stated_status, known.version) == ("何远", "已完成", 2)
    assert [measure["text"] for measure in known.stated.measures] == ["建立台账", "按季拨付"]
    entry = TrailEntry.objects.get(act="add_stated")
    assert entry.before["stated_status"] == "" and entry.after["stated_status"] == "已完成"
    assert "stated_leader" not in entry.after


def test_entering_twice_is_refused_and_writes_nothing(staff: Any, round_8: Round) -> None:
    paper = checked(staff)
    version = paper.version
    applying.apply_rows(paper, actor=staff, version=version)
    with pytest.raises(Conflict):
        applying.apply_rows(paper, actor=staff, version=version)
    with pytest.raises(IllegalTransition):
        applying.apply_rows(paper, actor=staff, version=None)
    assert Finding.objects.count() == 2


def test_entering_is_all_or_nothing(staff: Any, round_8: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = checked(staff)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(applying, "_tie", broken)
    with pytest.raises(RuntimeError):
        applying.apply_rows(paper, actor=staff, version=paper.version)
    assert Finding.objects.count() == 0 == Feedback.objects.count()
    assert Paper.objects.get(pk=paper.pk).state == "review"
    assert applying.progress_of(paper.pk) is None


def test_a_decision_taken_meanwhile_is_told(staff: Any, head: Any, round_8: Round) -> None:
    paper = checked(staff)
    row = rows_of(paper)[0]
    settling.decide_rows(paper, decision="skip", rows=[row.pk], was="add", actor=head, version=None)
    with pytest.raises(Conflict):
        applying.apply_rows(paper, actor=staff, version=paper.version)
    with pytest.raises(Conflict):
        settling.decide_rows(paper, decision="update", rows=[row.pk], was="add", actor=staff, version=None)


def test_all_rows_of_a_kind_are_decided_at_once(staff: Any, make_finding: Any) -> None:
    make_finding("公共卫生服务资金拨付不及时")
    paper = checked(staff)
    count = settling.decide_rows(paper, decision="skip", show="alike", actor=staff, version=paper.version)
    assert count == 1
    assert old_ledgers.counts(paper).skip == 1


def test_nothing_to_enter_is_said(staff: Any, round_8: Round) -> None:
    paper = checked(staff, workbook([ROWS[2]]))
    with pytest.raises(Invalid, match="nothing_to_enter"):
        applying.apply_rows(paper, actor=staff, version=paper.version)


def test_only_the_office_settles_and_enters(liaison: Any, reviewer: Any, staff: Any, round_8: Round) -> None:
    paper = checked(staff)
    for person in (liaison, reviewer):
        with pytest.raises(NotPermitted):
            applying.apply_rows(paper, actor=person, version=paper.version)
        with pytest.raises(NotPermitted):
            settling.decide_rows(paper, decision="add", actor=person, version=paper.version)


def test_columns_without_a_finding_or_a_round_are_refused(staff: Any, education: Unit) -> None:
    paper = surveyed(staff, workbook(title="台账"))
    plan = old.MappingPlan.of_json(paper.reading["plan"]).as_json()
    plan["sheets"][0]["columns"]["D"] = "ignore"
    given = settling.Given(None, None, None)
    with pytest.raises(Invalid) as refused:
        settling.settle_columns(
            paper, plan=old.MappingPlan.of_json(plan), given=given, actor=staff, version=paper.version
        )
    assert refused.value.data["faults"] == {"sheet-0": [("no_finding", ())], "round": "required"}


def test_a_saved_mapping_is_taken_for_the_same_heads(staff: Any, round_8: Round) -> None:
    first = surveyed(staff)
    plan = old.MappingPlan.of_json(first.reading["plan"]).as_json()
    plan["sheets"][0]["columns"]["F"] = "person"
    settling.save_mapping("县里的台账", plan=old.MappingPlan.of_json(plan), actor=staff)
    assert ColumnMapping.objects.get().mapping["责任领导"] == "person"
    second = surveyed(staff, workbook(ROWS[:1]), name="另一本.xlsx")
    assert second.reading["mapping"] == "县里的台账"
    assert second.reading["plan"]["sheets"][0]["columns"]["F"] == "person"


def test_a_corrected_file_takes_the_place_of_the_first(staff: Any, round_8: Round) -> None:
    paper = checked(staff)
    content = workbook([ROWS[0], (*ROWS[1][:6], "2026-10-31", "进行中"), (3, "县教育局", *ROWS[2][2:])])
    settling.correct_file(paper, pieces=[content], name="更正.xlsx", actor=staff, version=paper.version)
    paper = read(paper)
    assert paper.reading["step"] == "check"
    assert [row.fault_codes for row in rows_of(paper)] == ["", "", ""]
    with pytest.raises(Invalid, match="same_file"):
        settling.correct_file(paper, pieces=[content], name="更正.xlsx", actor=staff, version=paper.version)


def test_a_corrected_file_with_other_columns_waits_for_them(staff: Any, round_8: Round) -> None:
    paper = checked(staff)
    content = workbook([(*row, "") for row in ROWS], heads=(*HEADS, "备用"))
    settling.correct_file(paper, pieces=[content], name="更正.xlsx", actor=staff, version=paper.version)
    assert read(paper).reading["step"] == "columns"


def test_a_file_sent_again_under_its_name_follows_the_first(staff: Any, round_8: Round, health: Unit) -> None:
    first = checked(staff)
    settling.assign_names(first, assigned={"unit": {"县卫健委": health.pk}}, actor=staff, version=first.version)
    second = checked(staff, workbook([*ROWS[:2], (*ROWS[2][:7], "已完成")]), name="旧台账（更正）.xlsx")
    assert second.reading["follows"] == {"paper": first.pk, "name": "旧台账.xlsx"}
    assert rows_of(second)[2].unit == health


def test_every_row_of_the_file_is_accounted_for(staff: Any, make_finding: Any) -> None:
    make_finding("公共卫生服务资金拨付不及时")
    paper = checked(staff, workbook([*ROWS, (5, *ROWS[1][1:])]))
    counts = old_ledgers.counts(paper)
    assert counts.rows == counts.add + counts.update + counts.skip + counts.left == 4
    before = Finding.objects.count()
    done = applying.apply_rows(paper, actor=staff, version=paper.version)
    assert Finding.objects.count() - before == counts.add == done.added
    assert done.added + done.updated + done.left_out == counts.rows


def test_the_plan_tells_the_numbers_that_are_given(staff: Any, make_finding: Any, health: Unit) -> None:
    make_finding("另一个完全不同的老问题")
    paper = checked(staff)
    told = {each.unit.short_name: (each.count, each.first) for each in old_ledgers.planned(paper) if each.unit}
    assert told == {"卫健局": (1, 2), "教育局": (1, 1)}
    applying.apply_rows(paper, actor=staff, version=paper.version)
    assert Finding.objects.filter(number="14-8-卫健局-002").exists()


@pytest.mark.parametrize("count", [10, 40])
def test_reading_and_entering_ask_no_question_per_row(staff: Any, round_8: Round, count: int) -> None:
    rows = [
        (n, "县卫生健康局", "", f"第{n}批专项资金{n * 7}万元没有按时拨付到位", "措施", "周", "", "")
        for n in range(count)
    ]
    paper = checked(staff, workbook(rows))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        applying.apply_rows(paper, actor=staff, version=paper.version)
    assert len(asked) <= 45
    assert Finding.objects.count() == count


def test_what_somebody_states_while_rows_are_entered_stays(staff: Any, make_finding: Any) -> None:
    known = make_finding("公共卫生服务资金拨付不及时")
    paper = checked(staff)
    rows = list(paper.rows.filter(alike=known).select_related("alike__stated"))
    assert rows[0].alike
    # Somebody writes after the rows were read, before they are entered.
    Finding.objects.filter(pk=known.pk).update(stated_leader="何远", version=5)
    Stated.objects.create(finding=known, remark="已核实", measures=[{"text": "约谈"}])
    entering = applying._Entering(paper, staff, uuid.uuid4())
    entering.update(rows)
    known = Finding.objects.get(pk=known.pk)
    assert (known.stated_leader, known.stated_status, known.version) == ("何远", "已完成", 6)
    assert known.stated.remark == "已核实"
    assert [measure["text"] for measure in known.stated.measures] == ["约谈", "建立台账", "按季拨付"]


def test_the_title_that_units_read_tells_nothing_of_the_file(staff: Any, round_8: Round) -> None:
    paper = checked(staff, workbook([*ROWS[:2], (4, "县卫生健康局、县教育局", "", "审批不严", "", "", "", "")]))
    applying.apply_rows(paper, actor=staff, version=paper.version)
    titles = list(Feedback.objects.values_list("title", flat=True))
    assert "十四届第八轮巡察集中反馈意见（2026年8月26日）" in titles
    assert "十四届第八轮巡察对县卫生健康局的反馈意见（2026年8月26日）" in titles
    assert not any(paper.name in title for title in titles)


def test_columns_are_settled_and_kept_under_a_name_together_or_not_at_all(
    staff: Any, round_8: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = surveyed(staff)
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    given = settling.Given(round_8.pk, None, None)

    def settle(name: str) -> Paper:
        return settling.settle_columns(paper, plan=plan, given=given, actor=staff, version=paper.version, save_as=name)

    with pytest.raises(Invalid) as refused:
        settle("长" * (settling.LONGEST_NAME + 1))
    assert refused.value.data["faults"] == {"save_as": "too_long"}

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(settling, "save_mapping", broken)
        with pytest.raises(RuntimeError):
            settle("常用")
    assert Paper.objects.get(pk=paper.pk).state == "review"
    assert settle(" 常用  台账 ").state == "waiting"
    assert ColumnMapping.objects.get().name == "常用 台账"
