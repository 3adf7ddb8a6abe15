"""Findings of the ledger split and merged."""

from __future__ import annotations

from typing import Any

import pytest

from xuncha.findings.actions.addressing import attribute_finding
from xuncha.findings.actions.succeeding import MOST, Part, merge_findings, split_finding
from xuncha.findings.actions.telling import whole
from xuncha.findings.models import Finding, FindingCount, Stated
from xuncha.findings.permissions import POLICY, findings_visible_to
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted

PARTS = (Part("资金拨付不及时", [{"text": "甲"}]), Part("药品采购不规范"))


def test_a_split_gives_new_numbers_and_the_old_one_stays_findable(make_finding: Any, cast: Any, category: Any) -> None:
    finding = make_finding("资金拨付不及时；药品采购不规范", issued=False, facts=("甲", "乙"), start=10, end=25, page=3)
    finding.manifestations.filter(text="甲").update(start=30, end=31, page=3)
    Stated.objects.create(finding=finding, person="何远之")
    parts = (Part(PARTS[0].statement, PARTS[0].facts, category.pk), PARTS[1])
    one, two = split_finding(finding.pk, parts, version=1, actor=cast.staff)
    assert [one.number, two.number] == ["14-8-卫健局-002", "14-8-卫健局-003"]
    finding.refresh_from_db()
    assert (finding.state, finding.number) == ("replaced", "14-8-卫健局-001")
    assert {row.successor for row in finding.successions.all()} == {one, two}
    assert (one.start, one.end, two.start, two.end) == (10, 17, 18, 25)
    assert [(fact.text, fact.start) for fact in one.manifestations.all()] == [("甲", 30)]
    assert (one.category, two.category, one.stated.person) == (category, None, "何远之")
    assert not Stated.objects.filter(finding=two).exists()
    batch = trail.history_of(finding)[0].batch
    assert sorted(entry.object_id for entry in trail.batch_entries(batch)) == [finding.pk, one.pk, two.pk]
    assert sum(FindingCount.objects.filter(state="draft").values_list("number", flat=True)) == 2


def test_a_split_of_what_was_fed_back_takes_a_reason_and_stays_with_its_unit(make_finding: Any, cast: Any) -> None:
    finding = make_finding("资金拨付不及时；药品采购不规范")
    with pytest.raises(Invalid):
        split_finding(finding.pk, PARTS, version=1, actor=cast.staff)
    new = split_finding(finding.pk, PARTS, version=1, actor=cast.staff, reason="两件事")
    assert set(findings_visible_to(cast.liaison)) == set(new)
    assert {each.feedback for each in new} == {finding.feedback}


def test_the_private_note_goes_with_the_parts(make_finding: Any, cast: Any, health: Any, hospital: Any) -> None:
    finding = make_finding(unit=None, units=[health], issued=False)
    attribute_finding(finding.pk, [{"unit": hospital.pk, "note": "见于药库"}], version=None, actor=cast.staff)
    for part in split_finding(finding.pk, PARTS, version=None, actor=cast.head):
        assert whole(part)["seen_at"] == [{"unit": hospital.pk, "note": "见于药库"}]


def test_a_split_is_refused_to_others_in_a_wrong_state_and_of_an_old_version(make_finding: Any, cast: Any) -> None:
    finding = make_finding(issued=False)
    for person in (cast.reviewer, cast.liaison):
        with pytest.raises(NotPermitted):
            split_finding(finding.pk, PARTS, version=1, actor=person)
    with pytest.raises(Conflict):
        split_finding(finding.pk, PARTS, version=9, actor=cast.staff)
    with pytest.raises(Invalid):
        split_finding(finding.pk, PARTS[:1], version=1, actor=cast.staff)
    split_finding(finding.pk, PARTS, version=1, actor=cast.staff)
    with pytest.raises(IllegalTransition):
        split_finding(finding.pk, PARTS, version=None, actor=cast.staff)
    assert Finding.objects.count() == 3


def merge(found: list[Finding], actor: Any, reason: str = "", **words: Any) -> Finding:
    words = {"statement": "合并后的问题", "facts": [{"text": "甲"}], "category_id": None, **words}
    return merge_findings([each.pk for each in found], versions=None, actor=actor, reason=reason, **words)


def test_several_become_one_and_what_was_stated_is_kept_together(make_finding: Any, cast: Any) -> None:
    one, two = (make_finding(words, issued=False) for words in ("问题甲", "问题乙"))
    Stated.objects.create(finding=one, person="何远之", measures=[{"text": "清算"}])
    Stated.objects.create(finding=two, person="梁若谷", progress="已完成", measures=[{"text": "定制度"}])
    new = merge([one, two], cast.staff)
    assert new.number == "14-8-卫健局-003"
    assert (new.stated.person, new.stated.progress) == ("何远之、梁若谷", "已完成")
    assert [measure["text"] for measure in new.stated.measures] == ["清算", "定制度"]
    assert {row.predecessor for row in new.origins.all()} == {one, two}
    assert set(Finding.objects.filter(state="replaced")) == {one, two}


def test_drafts_of_different_units_become_a_joint_finding(
    make_finding: Any, cast: Any, health: Any, education: Any
) -> None:
    new = merge([make_finding(issued=False), make_finding(unit=education, issued=False)], cast.staff)
    assert (new.number, whole(new)["units"]) == ("14-8-集中-001", [health.pk, education.pk])


def test_what_was_fed_back_to_different_units_is_not_merged(make_finding: Any, cast: Any, education: Any) -> None:
    found = [make_finding(), make_finding(unit=education)]
    with pytest.raises(Invalid) as refused:
        merge(found, cast.staff, reason="同一件事")
    assert refused.value.data["faults"] == {"findings": ("one_addressing", 0)}
    assert not findings_visible_to(cast.liaison).exclude(pk=found[0].pk).exists()


def test_a_draft_and_an_issued_finding_are_not_merged_nor_one_alone(make_finding: Any, cast: Any) -> None:
    draft, issued = make_finding(issued=False), make_finding()
    for found in ([draft, issued], [draft]):
        with pytest.raises(Invalid):
            merge(found, cast.staff, reason="同一件事")
    with pytest.raises(NotPermitted):
        merge([draft, make_finding(issued=False)], cast.reviewer)


def test_too_many_are_refused_before_any_is_held(cast: Any, django_assert_num_queries: Any) -> None:
    keys = list(range(1, MOST + 2))
    POLICY.require(cast.staff, "merge_findings")
    with django_assert_num_queries(3), pytest.raises(Invalid) as refused:
        merge_findings(keys, statement="甲", facts=[], category_id=None, versions=None, actor=cast.staff)
    assert refused.value.data["faults"] == {"findings": ("parts_number", MOST)}
    with pytest.raises(NotPermitted):
        merge_findings(keys, statement="甲", facts=[], category_id=None, versions=None, actor=cast.reviewer)
