"""Findings changed and added by hand: right, state, change, trail."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest

from xuncha.findings.actions import editing, telling
from xuncha.findings.models import Classification, Finding, Lineage, SearchText
from xuncha.rulebook.models import Category, Scheme
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted


def edit(finding: Finding, actor: Any, /, *, version: int | None = None, reason: str = "", **changes: Any) -> Finding:
    return editing.edit_finding(finding.pk, changes=changes, version=version, reason=reason, actor=actor)


def faults(refused: Any) -> dict[str, Any]:
    found: dict[str, Any] = refused.value.data["faults"]
    return found


def test_an_edit_changes_the_finding_and_tells_the_trail(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False, facts=("甲", "乙"))
    edit(finding, cast.staff, statement="专项资金滞留", severity="high", person="何远之")
    finding.refresh_from_db()
    assert (finding.statement, finding.severity, finding.stated.person) == ("专项资金滞留", "high", "何远之")
    assert (finding.version, finding.changed_by) == (2, cast.staff)
    entry = trail.history_of(finding)[0]
    assert entry.act == "edit_finding"
    assert entry.before == {"statement": "公共卫生服务专项资金拨付不及时", "severity": "", "person": ""}
    assert entry.after == {"statement": "专项资金滞留", "severity": "high", "person": "何远之"}


def test_what_is_as_it_was_leaves_no_trace(make_finding: Any, cast: Any) -> None:
    finding = make_finding()
    edit(finding, cast.staff, statement=finding.statement, nature="")
    finding.refresh_from_db()
    assert finding.version == 1
    assert trail.history_of(finding).count() == 1


def test_facts_are_changed_re_ordered_and_keep_their_place(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False, facts=("甲", "乙", "丙"))
    finding.manifestations.filter(text="乙").update(start=5, end=6, page=2)
    edit(finding, cast.staff, facts=[{"text": "丙"}, {"text": " 乙 "}, {"text": ""}, {"text": "丁"}])
    rows = list(finding.manifestations.values_list("text", "start", "page"))
    assert rows == [("丙", None, None), ("乙", 5, 2), ("丁", None, None)]


def test_the_search_index_follows(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False)
    edit(finding, cast.staff, statement="村卫生室补助发放审核不严")
    assert "村卫生室" in SearchText.objects.get(finding=finding).text


def test_the_second_of_two_is_told_and_nothing_is_overwritten(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False)
    edit(finding, cast.staff, version=1, severity="high")
    with pytest.raises(Conflict) as refused:
        edit(finding, cast.head, version=1, severity="low")
    assert refused.value.data["current"].severity == "high"
    finding.refresh_from_db()
    assert finding.severity == "high"


@pytest.mark.parametrize("who", ["reviewer", "liaison", "outsider"])
def test_only_the_office_edits(make_finding: Any, cast: Any, who: str) -> None:
    finding = make_finding()
    with pytest.raises(NotPermitted):
        edit(finding, getattr(cast, who), severity="high")


def test_a_replaced_or_withdrawn_finding_is_not_edited(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False)
    editing.withdraw_finding(finding.pk, version=None, actor=cast.staff)
    with pytest.raises(IllegalTransition):
        edit(finding, cast.staff, severity="high")


def test_correcting_what_was_fed_back_takes_a_reason(make_finding: Any, cast: Any) -> None:
    finding = make_finding()
    with pytest.raises(Invalid) as refused:
        edit(finding, cast.staff, statement="另一种说法")
    assert faults(refused) == {"reason": ("reason_required", 0)}
    edit(finding, cast.staff, statement="另一种说法", reason="原文漏字")
    entry = trail.history_of(finding)[0]
    assert entry.reason == "原文漏字"
    edit(finding, cast.staff, severity="high")


def test_bad_input_is_named_field_by_field(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False)
    with pytest.raises(Invalid) as refused:
        edit(
            finding,
            cast.staff,
            statement=" ",
            heading="长" * 301,
            facts=[{"text": "好"}, {"text": "坏\x00"}],
            severity="huge",
            stated_due=datetime.date(1026, 1, 1),
            category_id=10**6,
            person="人" * 101,
        )
    assert faults(refused) == {
        "statement": ("required", 0),
        "heading": ("too_long", 300),
        "facts.1": ("control_signs", 0),
        "severity": ("unknown", 0),
        "stated_due": ("date_unlikely", 0),
        "category_id": ("unknown", 0),
        "person": ("too_long", 100),
    }
    finding.refresh_from_db()
    assert finding.version == 1


def test_codes_of_further_schemes_with_their_reasons(make_finding: Any, cast: Any) -> None:
    scheme = Scheme.objects.create(code="own", name="本办分类", order=9)
    code = Category.objects.create(scheme=scheme, code="a", name="甲类")
    finding = make_finding(issued=False)
    edit(finding, cast.staff, codes={str(scheme.pk): code.pk}, code_reasons={str(scheme.pk): ["滞留"]})
    given = Classification.objects.get(finding=finding)
    assert (given.category, given.reasons) == (code, ["滞留"])
    code.retired_on = datetime.date(2026, 1, 1)
    code.save()
    edit(finding, cast.staff, codes={str(scheme.pk): code.pk}, severity="low")
    edit(finding, cast.staff, codes={str(scheme.pk): None})
    assert not Classification.objects.filter(finding=finding).exists()
    with pytest.raises(Invalid):
        edit(finding, cast.staff, codes={str(scheme.pk): code.pk})


def test_a_draft_of_another_unit_has_a_new_number(make_finding: Any, cast: Any, education: Any) -> None:
    finding = make_finding(issued=False)
    edit(finding, cast.staff, unit_id=education.pk)
    finding.refresh_from_db()
    assert finding.number == "14-8-教育局-001"
    assert [row.unit for row in finding.addressees.all()] == [education]
    assert make_finding(issued=False).number == "14-8-卫健局-002"


def test_an_issued_finding_keeps_unit_and_number(make_finding: Any, cast: Any, education: Any) -> None:
    finding = make_finding()
    with pytest.raises(Invalid) as refused:
        edit(finding, cast.staff, unit_id=education.pk)
    assert faults(refused) == {"unit_id": ("number_frozen", 0)}


def test_what_was_told_can_be_put_back(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False, facts=("甲",))
    before = telling.whole(finding)
    edit(finding, cast.staff, facts=[], stated_due=datetime.date(2026, 11, 26), progress="已完成清算", severity="low")
    entry = trail.history_of(finding)[0]
    finding.refresh_from_db()
    telling.put(finding, entry.before or {}, actor=cast.staff)
    finding.refresh_from_db()
    assert telling.whole(finding) == before


def test_a_finding_added_by_hand_is_a_draft_with_the_next_number(cast: Any, round_8: Any, health: Any) -> None:
    finding = editing.add_finding(
        round_id=round_8.pk,
        unit_id=health.pk,
        values={"statement": "手工新增", "facts": [{"text": "一处"}], "person": "何远之", "severity": "low"},
        actor=cast.staff,
    )
    assert (finding.number, finding.state) == ("14-8-卫健局-001", "draft")
    assert [fact.text for fact in finding.manifestations.all()] == ["一处"]
    assert [row.unit_id for row in finding.addressees.all()] == [health.pk]
    assert trail.history_of(finding)[0].act == "add_finding"


def test_a_joint_finding_added_by_hand_has_its_addressees(cast: Any, round_8: Any, health: Any, education: Any) -> None:
    units = [health.pk, education.pk]
    finding = editing.add_finding(
        round_id=round_8.pk, unit_id=None, units=units, values={"statement": "部分单位"}, actor=cast.staff
    )
    assert finding.number == "14-8-集中-001"
    assert telling.whole(finding)["units"] == sorted(units)


def test_an_addition_without_words_or_right_is_refused(cast: Any, round_8: Any, health: Any) -> None:
    with pytest.raises(Invalid):
        editing.add_finding(round_id=round_8.pk, unit_id=health.pk, values={}, actor=cast.staff)
    with pytest.raises(NotPermitted):
        editing.add_finding(round_id=round_8.pk, unit_id=health.pk, values={"statement": "无权"}, actor=cast.liaison)
    assert not Finding.objects.exists()


def test_a_draft_is_withdrawn_and_restored(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False)
    assert editing.withdraw_finding(finding.pk, version=1, actor=cast.staff, reason="重复").state == "withdrawn"
    assert editing.restore_finding(finding.pk, version=2, actor=cast.staff).state == "draft"
    assert [entry.act for entry in trail.history_of(finding)] == ["restore_finding", "withdraw_finding", "enter_paper"]


def test_what_was_fed_back_is_not_withdrawn(make_finding: Any, cast: Any) -> None:
    finding = make_finding()
    with pytest.raises(IllegalTransition):
        editing.withdraw_finding(finding.pk, version=None, actor=cast.staff)
    with pytest.raises(NotPermitted):
        editing.withdraw_finding(finding.pk, version=None, actor=cast.liaison)


def test_changes_of_one_act_stand_in_one_batch(make_finding: Any, cast: Any) -> None:
    batch = uuid.uuid4()
    finding = make_finding(issued=False)
    editing.edit_finding(finding.pk, changes={"severity": "low"}, version=None, actor=cast.staff, batch=batch)
    assert [entry.object_id for entry in trail.batch_entries(batch)] == [finding.pk]
    assert not Lineage.objects.exists()
