"""A review is a row of steps: each changes one draft, is kept with before and after, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.findings.reviewed import JOINT, make_paper
from xuncha.findings.actions import reviewing
from xuncha.findings.actions.attending import attend
from xuncha.findings.actions.reshaping import undo
from xuncha.findings.models import Draft, DraftChange, Finding, Paper, Presence
from xuncha.findings.splitting import unsure_below
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category, Scheme
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import TrailEntry, User


@pytest.fixture
def paper(staff: User, round_8: Round, tmp_path: Path) -> Paper:
    """A feedback with four findings; the third reads like two."""
    return make_paper(staff, tmp_path)


def item(paper: Paper, label: str) -> Draft:
    return paper.drafts.get(label=label)


def test_accepting_is_a_step_and_touches_neither_ledger_nor_trail(paper: Paper, staff: User) -> None:
    draft = item(paper, "1")
    step = reviewing.accept(draft.pk, version=draft.version, actor=staff)
    draft.refresh_from_db()
    assert (draft.state, draft.version, draft.changed_by) == ("accepted", 2, staff)
    assert step.before[str(draft.pk)]["state"] == "unseen"
    assert step.after[str(draft.pk)]["state"] == "accepted"
    assert (Finding.objects.count(), TrailEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["reviewer", "liaison", "outsider"])
def test_only_the_office_reviews(who: str, paper: Paper, cast: Any) -> None:
    draft = item(paper, "1")
    acts = (
        lambda: reviewing.accept(draft.pk, version=1, actor=getattr(cast, who)),
        lambda: reviewing.accept_sure(paper, group=None, actor=getattr(cast, who)),
        lambda: undo(paper, actor=getattr(cast, who)),
        lambda: attend(paper, draft=draft.pk, actor=getattr(cast, who)),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    assert DraftChange.objects.count() == Presence.objects.count() == 0


@pytest.mark.parametrize("state", ["entered", "discarded", "entering"])
def test_a_paper_that_is_not_under_review_is_not_reviewed(state: str, paper: Paper, staff: User) -> None:
    Paper.objects.update(state=state)
    with pytest.raises(IllegalTransition):
        reviewing.accept(item(paper, "1").pk, version=1, actor=staff)
    with pytest.raises(IllegalTransition):
        undo(paper, actor=staff)


def test_what_somebody_else_changed_is_not_overwritten(paper: Paper, staff: User, head: User) -> None:
    draft = item(paper, "1")
    reviewing.edit(draft.pk, changes={"statement": "主任改过的表述"}, version=1, actor=head)
    with pytest.raises(Conflict) as refused:
        reviewing.edit(draft.pk, changes={"statement": "我的表述"}, version=1, actor=staff)
    assert refused.value.code == "draft_changed"
    assert refused.value.data["current"].statement == "主任改过的表述"
    assert refused.value.data["current"].changed_by == head
    draft.refresh_from_db()
    assert draft.statement == "主任改过的表述"


def test_what_is_gone_is_told(paper: Paper, staff: User) -> None:
    with pytest.raises(Conflict) as refused:
        reviewing.accept(999999, version=1, actor=staff)
    assert refused.value.code == "draft_gone"


def test_all_sure_ones_of_a_part_are_accepted_at_once_and_unsure_ones_wait(paper: Paper, staff: User) -> None:
    first, unsure = item(paper, "1"), item(paper, "3")
    assert first.confidence >= unsure_below() > unsure.confidence
    step = reviewing.accept_sure(paper, group=unsure.group_id, actor=staff)
    assert step is not None
    states = dict(paper.drafts.exclude(label="").values_list("label", "state"))
    assert states == {"1": "unseen", "2": "unseen", "3": "unseen", "4": "accepted"}
    reviewing.accept_sure(paper, group=None, actor=staff)
    states = dict(paper.drafts.exclude(label="").values_list("label", "state"))
    assert states == {"1": "accepted", "2": "accepted", "3": "unseen", "4": "accepted"}
    assert reviewing.accept_sure(paper, group=None, actor=staff) is None


def test_a_part_holds_what_stands_under_its_headings_headings(staff: User, round_8: Round, tmp_path: Path) -> None:
    paper = make_paper(staff, tmp_path, JOINT, "讲话.txt")
    outer = paper.drafts.get(level="group", statement__startswith="巡察发现")
    reviewing.accept_sure(paper, group=outer.pk, actor=staff)
    assert set(paper.drafts.exclude(label="").values_list("state", flat=True)) == {"accepted"}


def test_a_passage_that_was_left_out_is_taken_in_with_a_number(paper: Paper, staff: User) -> None:
    passage = paper.drafts.get(level="item", label="")
    reviewing.accept(passage.pk, version=1, actor=staff)
    passage.refresh_from_db()
    assert (passage.state, passage.label) == ("accepted", "5")


def test_a_heading_is_a_finding_only_where_it_stands_alone(paper: Paper, staff: User) -> None:
    heading = paper.drafts.filter(level="group", members__isnull=False).first()
    assert heading is not None
    with pytest.raises(Invalid) as refused:
        reviewing.accept(heading.pk, version=1, actor=staff)
    assert refused.value.code == "group_has_members"
    for member in heading.members.exclude(state="dropped"):
        reviewing.drop(member.pk, version=1, actor=staff)
    reviewing.accept(heading.pk, version=1, actor=staff)
    heading.refresh_from_db()
    assert (heading.level, heading.state, heading.label) == ("item", "accepted", "5")


def test_an_edit_is_an_acceptance_and_keeps_the_places_of_words_that_stayed(paper: Paper, staff: User) -> None:
    draft = item(paper, "2")
    kept = draft.evidence[0]
    reviewing.edit(
        draft.pk,
        changes={
            "statement": " 以文件落实文件 ",
            "evidence": [kept["text"], "新补的事实", " "],
            "nature": "common",
            "severity": "high",
            "immediate": True,
            "leader": "分管副局长",
            "due": "2026年12月底前",
        },
        version=1,
        actor=staff,
    )
    draft.refresh_from_db()
    assert draft.statement == "以文件落实文件"
    assert draft.evidence == [kept, {"text": "新补的事实", "start": None, "end": None, "page": None}]
    assert (draft.state, draft.is_edited, draft.nature, draft.severity) == ("accepted", True, "common", "high")
    assert (draft.immediate, draft.stated["leader"], draft.due) == (True, "分管副局长", "2026年12月底前")


def test_an_edit_that_changes_nothing_is_no_change(paper: Paper, staff: User) -> None:
    draft = item(paper, "1")
    reviewing.edit(draft.pk, changes={"statement": draft.statement}, version=1, actor=staff)
    draft.refresh_from_db()
    assert (draft.state, draft.is_edited) == ("accepted", False)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"statement": "  "}, ("statement", "required", 0)),
        ({"statement": "长" * 4001}, ("statement", "too_long", 4000)),
        ({"evidence": ["长" * 4001]}, ("evidence", "line_too_long", 4000)),
        ({"evidence": ["事实"] * 201}, ("evidence", "too_many", 200)),
        ({"leader": "长" * 61}, ("leader", "too_long", 60)),
        ({"due": "长" * 101}, ("due", "too_long", 100)),
        ({"statement": "拨付\x00不及时"}, ("statement", "control_signs", 0)),
        ({"measures": ["建立\x07台账"]}, ("measures", "control_signs", 0)),
        ({"leader": "何\x1b远"}, ("leader", "control_signs", 0)),
        ({"nature": "unheard_of"}, ("nature", "unknown", 0)),
    ],
)
def test_what_cannot_be_used_is_told_by_field(
    changes: dict[str, Any], fault: tuple[str, str, int], paper: Paper, staff: User
) -> None:
    with pytest.raises(Invalid) as refused:
        reviewing.edit(item(paper, "1").pk, changes=changes, version=1, actor=staff)
    field, *rest = fault
    assert refused.value.data["faults"] == {field: tuple(rest)}
    assert DraftChange.objects.count() == 0


def test_a_category_is_changed_in_the_leading_and_in_a_further_scheme(
    paper: Paper, staff: User, category: Category
) -> None:
    further = Scheme.objects.create(code="own", name="自定方案")
    own = Category.objects.create(scheme=further, code="own.one", name="自定一类")
    draft = item(paper, "1")
    reviewing.reclassify(draft.pk, scheme=None, category=category.pk, version=1, actor=staff)
    reviewing.reclassify(draft.pk, scheme=further.pk, category=own.pk, version=2, actor=staff)
    draft.refresh_from_db()
    assert (draft.category, draft.category_reasons, draft.codes) == (category, [], {str(further.pk): own.pk})
    reviewing.reclassify(draft.pk, scheme=further.pk, category=None, version=3, actor=staff)
    draft.refresh_from_db()
    assert draft.codes == {}


def test_a_category_of_another_scheme_or_a_retired_one_is_refused(
    paper: Paper, staff: User, category: Category
) -> None:
    further = Scheme.objects.create(code="own", name="自定方案")
    own = Category.objects.create(scheme=further, code="own.one", name="自定一类", retired_on="2026-01-01")
    for scheme, chosen in ((further.pk, category.pk), (None, own.pk), (further.pk, own.pk), (None, 999999)):
        with pytest.raises(Invalid):
            reviewing.reclassify(item(paper, "1").pk, scheme=scheme, category=chosen, version=1, actor=staff)


def test_addressees_and_the_private_note_name_units_that_exist(
    paper: Paper, staff: User, education: Unit, hospital: Unit
) -> None:
    draft = item(paper, "1")
    reviewing.readdress(draft.pk, units=[education.pk, education.pk, 999999], version=1, actor=staff)
    reviewing.note_seen_at(
        draft.pk,
        notes=[{"unit": str(hospital.pk), "note": " 院办公会记录 "}, {"unit": 999999, "note": "无"}],
        version=2,
        actor=staff,
    )
    draft.refresh_from_db()
    assert draft.units == [education.pk]
    assert draft.seen_at == [{"unit": hospital.pk, "note": "院办公会记录"}]


def test_undo_takes_back_ones_own_last_step_and_then_the_one_before(paper: Paper, staff: User, head: User) -> None:
    first, second, third = item(paper, "1"), item(paper, "2"), item(paper, "4")
    reviewing.accept(first.pk, version=1, actor=staff)
    reviewing.drop(second.pk, version=1, actor=staff)
    reviewing.accept(third.pk, version=1, actor=head)
    undo(paper, actor=staff)
    undo(paper, actor=staff)
    states = {label: item(paper, label).state for label in ("1", "2", "4")}
    assert states == {"1": "unseen", "2": "unseen", "4": "accepted"}
    with pytest.raises(Invalid) as refused:
        undo(paper, actor=staff)
    assert refused.value.code == "nothing_to_undo"


def test_a_step_from_which_somebody_went_on_is_not_taken_back(paper: Paper, staff: User, head: User) -> None:
    draft = item(paper, "1")
    reviewing.accept(draft.pk, version=1, actor=staff)
    reviewing.drop(draft.pk, version=2, actor=head)
    with pytest.raises(Conflict) as refused:
        undo(paper, actor=staff)
    assert refused.value.data["by"] == head
    assert item(paper, "1").state == "dropped"


def test_presence_is_one_row_and_keeps_the_place(paper: Paper, staff: User) -> None:
    attend(paper, draft=item(paper, "1").pk, actor=staff)
    attend(paper, draft=item(paper, "2").pk, actor=staff)
    attend(paper, draft=None, actor=staff)
    presence = Presence.objects.get(paper=paper)
    assert (presence.user, presence.draft) == (staff, item(paper, "2"))


def test_a_draft_of_another_paper_is_no_place_in_this_one(paper: Paper, staff: User, tmp_path: Path) -> None:
    other = make_paper(staff, tmp_path, name="另一份.txt")
    attend(paper, draft=item(other, "1").pk, actor=staff)
    assert Presence.objects.get(paper=paper).draft is None
