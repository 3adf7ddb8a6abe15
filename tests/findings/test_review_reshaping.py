"""One draft made into two, two into one, and one that was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.findings.reviewed import make_paper
from xuncha.findings.actions import reviewing
from xuncha.findings.actions.reshaping import add_missed, merge, split, undo
from xuncha.findings.models import Draft, DraftChange, Paper
from xuncha.findings.splitting import Place, looks_like_two
from xuncha.rounds.models import Round
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User


@pytest.fixture
def paper(staff: User, round_8: Round, tmp_path: Path) -> Paper:
    """A feedback with four findings; the third reads like two."""
    return make_paper(staff, tmp_path)


def item(paper: Paper, label: str) -> Draft:
    return paper.drafts.get(label=label)


def order(paper: Paper) -> list[str]:
    return [draft.label for draft in paper.drafts.filter(level="item").exclude(label="")]


def place_in(draft: Draft) -> Place:
    place = looks_like_two([draft.statement])
    assert place is not None
    return place


def test_a_split_gives_two_accepted_findings_in_place_with_words_and_places_of_their_own(
    paper: Paper, staff: User
) -> None:
    third = item(paper, "3")
    split(third.pk, place=place_in(third), version=1, actor=staff)
    first, second = item(paper, "3-1"), item(paper, "3-2")
    assert order(paper) == ["1", "2", "3-1", "3-2", "4"]
    assert first.pk == third.pk
    assert (first.statement, second.statement) == ("公共卫生服务专项资金拨付不及时", "窗口未落实一次性告知")
    assert all(paper.text[draft.start : draft.end] == draft.statement for draft in (first, second))
    assert {first.state, second.state} == {"accepted"}
    assert first.group_id == second.group_id == third.group_id
    assert second.evidence and not first.evidence
    assert first.category_id is not None


def test_a_half_is_split_again_under_the_same_number(paper: Paper, staff: User) -> None:
    third = item(paper, "3")
    split(third.pk, place=place_in(third), version=1, actor=staff)
    second = item(paper, "3-2")
    split(second.pk, place=Place(1, 0), version=second.version, actor=staff)
    assert order(paper) == ["1", "2", "3-1", "3-2", "3-3", "4"]


@pytest.mark.parametrize("place", [Place(0, 1), Place(0, 999), Place(9, 0)])
def test_a_place_where_nothing_can_be_cut_is_refused(place: Place, paper: Paper, staff: User) -> None:
    with pytest.raises(Invalid):
        split(item(paper, "1").pk, place=place, version=1, actor=staff)
    assert DraftChange.objects.count() == 0


def test_a_split_is_taken_back_whole(paper: Paper, staff: User) -> None:
    third = item(paper, "3")
    split(third.pk, place=place_in(third), version=1, actor=staff)
    undo(paper, actor=staff)
    assert order(paper) == ["1", "2", "3", "4"]
    again = item(paper, "3")
    assert (again.statement, again.state, again.is_edited) == (third.statement, "unseen", False)
    assert again.version > third.version


def test_merging_makes_words_facts_of_the_finding_before(paper: Paper, staff: User) -> None:
    words, facts = item(paper, "2").statement, item(paper, "2").evidence
    merge(item(paper, "2").pk, version=1, actor=staff)
    assert order(paper) == ["1", "3", "4"]
    first = item(paper, "1")
    assert [fact["text"] for fact in first.evidence[-1 - len(facts) :]] == [words, *(fact["text"] for fact in facts)]
    assert first.is_edited


def test_a_torn_sentence_is_whole_again(paper: Paper, staff: User) -> None:
    third = item(paper, "3")
    split(third.pk, place=place_in(third), version=1, actor=staff)
    second = item(paper, "3-2")
    reviewing.edit(second.pk, changes={"statement": second.statement}, version=second.version, actor=staff)
    merge(second.pk, version=second.version + 1, actor=staff)
    whole = item(paper, "3-1")
    assert whole.statement in paper.text
    assert "公共卫生服务专项资金拨付不及时" in whole.statement
    assert whole.evidence


def test_merging_skips_what_was_dropped_and_the_first_has_nothing_before(paper: Paper, staff: User) -> None:
    reviewing.drop(item(paper, "2").pk, version=1, actor=staff)
    merge(item(paper, "3").pk, version=1, actor=staff)
    assert any("拨付不及时" in fact["text"] for fact in item(paper, "1").evidence)
    with pytest.raises(Invalid) as refused:
        merge(item(paper, "1").pk, version=2, actor=staff)
    assert refused.value.code == "nothing_before"


def test_a_merge_is_taken_back_whole(paper: Paper, staff: User) -> None:
    before = {draft.label: (draft.statement, draft.evidence) for draft in paper.drafts.exclude(label="")}
    merge(item(paper, "2").pk, version=1, actor=staff)
    undo(paper, actor=staff)
    assert {draft.label: (draft.statement, draft.evidence) for draft in paper.drafts.exclude(label="")} == before


def test_what_was_merged_away_by_one_is_gone_for_the_other(paper: Paper, staff: User, head: User) -> None:
    second = item(paper, "2")
    merge(second.pk, version=1, actor=head)
    with pytest.raises(Conflict):
        reviewing.accept(second.pk, version=1, actor=staff)


def test_missed_words_become_an_accepted_finding_in_their_place(paper: Paper, staff: User) -> None:
    start = paper.text.index("近年来，局党组")
    end = paper.text.index("做了一些工作")
    add_missed(paper, start=start, end=end + 1, actor=staff)
    added = item(paper, "5")
    assert paper.text[added.start : added.end] == added.statement == paper.text[start : end + 1]
    assert (added.state, added.is_edited) == ("accepted", True)
    assert added.group is not None and added.group.statement.startswith("履职担当欠缺")
    assert order(paper) == ["1", "2", "5", "3", "4"]
    undo(paper, actor=staff)
    assert order(paper) == ["1", "2", "3", "4"]


def test_marks_at_the_edge_are_left_out(paper: Paper, staff: User) -> None:
    start = paper.text.index("，群众就医条件有所改善。")
    step = add_missed(paper, start=start, end=start + 12, actor=staff)
    assert paper.drafts.get(pk=int(next(iter(step.after)))).statement == "群众就医条件有所改善"


@pytest.mark.parametrize(("width", "code"), [(2, "no_words"), (400, "across_paragraphs")])
def test_words_that_are_no_finding_are_refused(width: int, code: str, paper: Paper, staff: User) -> None:
    with pytest.raises(Invalid) as refused:
        add_missed(paper, start=0, end=width, actor=staff)
    assert refused.value.code == code
