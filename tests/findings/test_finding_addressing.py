"""Whom a joint finding is addressed to, and where it was seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import make_unit
from xuncha.findings.actions.addressing import Addressing, address_finding, attribute_finding
from xuncha.findings.actions.telling import whole
from xuncha.findings.permissions import feedbacks_visible_to, findings_visible_to
from xuncha.security import trail
from xuncha.security.errors import Invalid, NotPermitted


@pytest.fixture
def joint(make_finding: Any, health: Any) -> Any:
    return make_finding("部分单位资金滞留", unit=None, units=[health], issued=False)


def test_it_is_addressed_by_list_by_sector_and_to_the_whole_round(
    joint: Any, cast: Any, health: Any, hospital: Any, education: Any
) -> None:
    make_unit("县医保局", sector="health")  # Not of the round.
    address_finding(joint.pk, Addressing(units=[education.pk]), version=1, actor=cast.staff)
    assert whole(joint)["units"] == [education.pk]
    address_finding(joint.pk, Addressing(sectors=[health.sector_id]), version=2, actor=cast.staff)
    assert whole(joint)["units"] == [health.pk, hospital.pk]
    address_finding(joint.pk, Addressing(whole_round=True), version=3, actor=cast.staff)
    assert whole(joint)["units"] == [health.pk, hospital.pk, education.pk]
    assert [entry.act for entry in trail.history_of(joint)[:3]] == ["address_finding"] * 3


def test_nobody_and_nobody_known_are_refused(joint: Any, cast: Any) -> None:
    for to in (Addressing(), Addressing(units=[10**6])):
        with pytest.raises(Invalid):
            address_finding(joint.pk, to, version=None, actor=cast.staff)
    with pytest.raises(NotPermitted):
        address_finding(joint.pk, Addressing(whole_round=True), version=None, actor=cast.reviewer)


def test_a_finding_of_one_unit_stays_with_it(make_finding: Any, cast: Any, education: Any) -> None:
    with pytest.raises(Invalid):
        address_finding(make_finding().pk, Addressing(units=[education.pk]), version=None, actor=cast.staff)


def test_re_addressing_what_was_fed_back_takes_a_reason(
    make_finding: Any, cast: Any, health: Any, education: Any
) -> None:
    finding = make_finding(unit=None, units=[health])
    to = Addressing(units=[health.pk, education.pk])
    with pytest.raises(Invalid):
        address_finding(finding.pk, to, version=None, actor=cast.staff)
    assert not findings_visible_to(cast.other_liaison).exists()
    address_finding(finding.pk, to, version=None, actor=cast.staff, reason="反馈时漏列")
    assert findings_visible_to(cast.other_liaison).get() == finding
    # With the finding comes the feedback it belongs to.
    assert feedbacks_visible_to(cast.other_liaison).get() == finding.feedback


def test_the_private_note_is_kept_and_told_to_the_office_alone(joint: Any, cast: Any, hospital: Any) -> None:
    attribute_finding(joint.pk, [{"unit": hospital.pk, "note": " 药库账实不符 "}], version=1, actor=cast.staff)
    assert whole(joint)["seen_at"] == [{"unit": hospital.pk, "note": "药库账实不符"}]
    note = joint.attributions.get()
    assert note.by == cast.staff
    attribute_finding(joint.pk, [], version=2, actor=cast.head)
    assert not joint.attributions.exists()
    for person in (cast.liaison, cast.reviewer):
        with pytest.raises(NotPermitted):
            attribute_finding(joint.pk, [], version=None, actor=person)


def test_a_note_too_long_names_its_unit(joint: Any, cast: Any, hospital: Any) -> None:
    with pytest.raises(Invalid) as refused:
        attribute_finding(joint.pk, [{"unit": hospital.pk, "note": "长" * 301}], version=None, actor=cast.staff)
    assert refused.value.data["faults"] == {f"seen_at.{hospital.pk}": ("too_long", 300)}
