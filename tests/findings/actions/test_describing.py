"""What people say of a paper."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.findings.reviewed import JOINT, make_paper
from xuncha.findings.actions.describing import Details, describe_paper
from xuncha.findings.models import Paper
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import TrailEntry, User


@pytest.fixture
def paper(tmp_path: Path, staff: User, round_8: Round) -> Paper:
    return make_paper(staff, tmp_path)


def test_kind_round_unit_and_date_are_set(paper: Paper, staff: User, round_8: Round, education: Unit) -> None:
    day = datetime.date(2026, 9, 1)
    details = Details("notice", round_8.pk, education.pk, day, already_fed_back=False)
    changed = describe_paper(paper, details, actor=staff, version=paper.version)
    assert (changed.kind, changed.unit_id, changed.feedback_on) == ("notice", education.pk, day)
    assert changed.already_fed_back, "a notice reports on what was fed back"
    assert changed.version == paper.version + 1
    entry = TrailEntry.objects.get(act="describe_paper")
    assert set(entry.after) == {"kind", "unit_id", "feedback_on"}
    same = describe_paper(changed, details, actor=staff, version=changed.version)
    assert same.version == changed.version and TrailEntry.objects.filter(act="describe_paper").count() == 1


def test_a_paper_made_joint_is_addressed_by_its_words(
    tmp_path: Path, staff: User, round_8: Round, education: Unit
) -> None:
    paper = make_paper(staff, tmp_path, JOINT, kind="notice")
    assert not paper.drafts.exclude(units=[]).exists()
    details = Details("joint", round_8.pk, recipients=[education.pk, education.pk])
    changed = describe_paper(paper, details, actor=staff, version=paper.version)
    assert changed.reading["recipients"] == [education.pk]
    assert paper.drafts.get(statement="担当意识不强").units == [education.pk]


@pytest.mark.parametrize(
    ("details", "faults"),
    [
        ({"kind": "other"}, {"kind": ("unknown", 0)}),
        ({"kind": "ledger"}, {"kind": ("read_again_first", 0)}),
        (
            {"kind": "joint", "round_id": 999, "recipients": [999]},
            {"round": ("unknown", 0), "recipients": ("unknown", 0)},
        ),
        ({"kind": "feedback", "unit_id": 999}, {"unit": ("unknown", 0)}),
    ],
)
def test_what_is_not_there_cannot_be_chosen(
    details: dict[str, Any], faults: dict[str, Any], paper: Paper, staff: User
) -> None:
    with pytest.raises(Invalid) as refusal:
        describe_paper(paper, Details(**details), actor=staff, version=paper.version)
    assert refusal.value.data["faults"] == faults


def test_two_people_do_not_overwrite_each_other(paper: Paper, staff: User, head: User, round_8: Round) -> None:
    describe_paper(paper, Details("joint", round_8.pk), actor=head, version=paper.version)
    with pytest.raises(Conflict) as refusal:
        describe_paper(paper, Details("notice", round_8.pk), actor=staff, version=paper.version)
    assert refusal.value.data["current"].kind == "joint"


def test_only_the_office_and_only_before_entry(paper: Paper, staff: User, reviewer: User) -> None:
    with pytest.raises(NotPermitted):
        describe_paper(paper, Details("joint"), actor=reviewer, version=paper.version)
    Paper.objects.update(state="entered")
    with pytest.raises(IllegalTransition):
        describe_paper(paper, Details("joint"), actor=staff, version=paper.version)
