"""What extraction found, laid down as drafts."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.findings.reviewed import FEEDBACK, JOINT, as_read, make_paper
from xuncha.findings.importing.drafting import make_drafts
from xuncha.findings.models import Paper
from xuncha.findings.queries.naming import UnitNames, find_round
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.models import User


def test_a_feedback_becomes_headings_findings_and_requirements(
    tmp_path: Path, staff: User, round_8: Round, health: Unit
) -> None:
    paper = make_paper(staff, tmp_path)
    drafts = list(paper.drafts.select_related("group"))
    items = [draft for draft in drafts if draft.level == "item" and draft.state == "unseen"]
    assert [draft.label for draft in items] == [str(n) for n in range(1, len(items) + 1)]
    assert len(items) == 4
    assert all(paper.text[draft.start : draft.end] == draft.statement for draft in drafts if draft.start is not None)
    assert items[0].group is not None and items[0].group.statement == "政治站位不高，服务大局不足"
    assert items[0].evidence[0]["text"].startswith("党组理论学习中心组")
    assert any(draft.level == "requirement" for draft in drafts)
    assert (paper.unit, paper.round, paper.kind) == (health, round_8, Paper.Kind.FEEDBACK)
    assert paper.feedback_on == datetime.date(2026, 8, 26)


def test_praise_between_findings_is_shown_as_dropped(tmp_path: Path, staff: User, round_8: Round) -> None:
    paper = make_paper(staff, tmp_path)
    dropped = paper.drafts.filter(state="dropped")
    assert [draft.statement[:3] for draft in dropped] == ["近年来"]
    assert dropped[0].group is not None


def test_a_speech_is_joint_and_named_units_are_found(
    tmp_path: Path, staff: User, round_8: Round, education: Unit
) -> None:
    paper = make_paper(staff, tmp_path, JOINT, "讲话.txt")
    assert (paper.kind, paper.unit, paper.round) == (Paper.Kind.JOINT, None, round_8)
    by_statement = {draft.statement: draft for draft in paper.drafts.all()}
    assert by_statement["担当意识不强"].units == [education.pk]
    assert by_statement["学用脱节"].units == []


def test_reading_again_replaces_what_was_read(tmp_path: Path, staff: User, round_8: Round) -> None:
    paper = make_paper(staff, tmp_path)
    before = paper.drafts.count()
    make_drafts(paper, as_read(tmp_path, FEEDBACK))
    assert paper.drafts.count() == before


@pytest.mark.parametrize("words", ["县卫生健康局", "卫健局", "青禾县卫生健康局党组", "卫生健康局党组"])
def test_a_unit_is_found_by_what_a_paper_calls_it(words: str, health: Unit) -> None:
    assert UnitNames().find(words) == health.pk


def test_a_name_that_two_units_bear_names_neither(health: Unit, education: Unit) -> None:
    Unit.objects.update(aliases=["同名单位"])
    assert UnitNames().find("同名单位") is None


@pytest.mark.parametrize("words", ["十四届县委第八轮", "第14届县委第8轮巡察", "县委第八轮"])
def test_a_round_is_found_by_its_words(words: str, round_8: Round) -> None:
    assert find_round(words) == round_8


def test_a_round_that_is_not_in_the_list_is_not_found(round_8: Round) -> None:
    assert find_round("十三届县委第八轮") is None
    assert find_round(None) is None
