"""Look-back: a draw that anybody can repeat, results recorded once, what relapsed is open again."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rectification.laid_down import feedback_to, item_of, part_in
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.looking_back import draw_look_back, record_look_back
from xuncha.rectification.drawing_lots import digest, draw
from xuncha.rectification.models import LookBack, Rectification
from xuncha.rectification.queries import looking_back as queries
from xuncha.rounds.models import Round
from xuncha.security import chain, trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

NAMES = st.sets(st.text(min_size=1, max_size=12), max_size=30)


@given(st.text(max_size=20), NAMES, st.integers(0, 40))
def test_a_draw_depends_on_seed_and_names_alone(seed: str, names: set[str], number: int) -> None:
    drawn = draw(seed, names, number)
    assert drawn == draw(seed, sorted(names, reverse=True), number)
    assert len(drawn) == len(set(drawn)) == min(number, len(names))
    assert drawn == draw(seed, names, number + 1)[:number]
    assert digest(names) == digest(sorted(names, reverse=True))


def test_a_draw_repeated_by_hand() -> None:
    lots = {name: hashlib.sha256(f"ab12:{name}".encode()).hexdigest() for name in ("一", "二", "三")}
    assert draw("ab12", lots, 2) == sorted(lots, key=lambda name: lots[name])[:2]


@pytest.fixture
def closed(round_8: Round, staff: User, health: Unit, education: Unit) -> list[Rectification]:
    """Six closed items of two units, and one that is not."""
    feedback = feedback_to(round_8, [health, education], staff)
    item_of(part_in(feedback, health, staff))
    return [item_of(part_in(feedback, unit, staff), closure="closed") for unit in (health, education) * 3]


def test_what_is_drawn_can_be_repeated_from_what_is_published(
    closed: list[Rectification], round_8: Round, staff: User
) -> None:
    before = chain.head()[1].hex()
    made = draw_look_back(round_8, number=4, actor=staff)
    pot = [f"{item.finding.number}/{item.unit_id}" for item in closed]
    assert (made.seed, made.candidates, made.pot) == (before, 6, digest(pot))
    assert [each.name for each in queries.drawn(made)] == draw(made.seed, pot, 4)
    assert trail.history_of(made).get().act == "draw_look_back"
    assert draw_look_back(round_8, number=4, actor=staff).seed != made.seed


def test_what_relapsed_is_open_again_and_each_result_is_recorded_once(
    closed: list[Rectification], round_8: Round, staff: User, head: User
) -> None:
    drawn = queries.drawn(draw_look_back(round_8, number=3, actor=staff))
    for each, result in zip(drawn, ("holds", "relapsed", "only_paper"), strict=True):
        record_look_back(each, result=result, words="现场核对了账目", actor=head)
    closures = [Rectification.objects.get(pk=each.item_id).closure for each in drawn]
    assert closures == ["closed", "reopened", "closed"]
    with pytest.raises(Conflict):
        record_look_back(drawn[0], result="relapsed", words="又反弹", actor=staff)
    found = queries.look_backs(staff, round_8)[0]
    assert (found.drawn, found.done) == (3, 3)  # type: ignore[attr-defined]


def test_a_result_needs_words_and_a_draw_a_number(closed: list[Rectification], round_8: Round, staff: User) -> None:
    made = draw_look_back(round_8, number=1, actor=staff)
    with pytest.raises(Invalid) as refused:
        record_look_back(queries.drawn(made)[0], result="?", words=" ", actor=staff)
    assert set(refused.value.data["faults"]) == {"result", "words"}
    for number in (0, 201):
        with pytest.raises(Invalid):
            draw_look_back(round_8, number=number, actor=staff)
    Rectification.objects.filter(closure="closed").update(closure="reopened", closed_on=None)
    with pytest.raises(IllegalTransition):
        draw_look_back(round_8, number=1, actor=staff)


def test_only_who_sees_all_draws_and_no_unit_sees_it(
    closed: list[Rectification], round_8: Round, staff: User, reviewer: User, recused: User, liaison: User
) -> None:
    for actor in (reviewer, recused, liaison):
        with pytest.raises(NotPermitted):
            draw_look_back(round_8, number=1, actor=actor)
    made = draw_look_back(round_8, number=1, actor=staff)
    assert queries.find_look_back(reviewer, made.pk) == made
    assert queries.find_look_back(recused, made.pk) is queries.find_look_back(liaison, made.pk) is None
    for actor in (reviewer, recused, liaison):
        with pytest.raises(NotPermitted):
            record_look_back(queries.drawn(made)[0], result="holds", words="属实", actor=actor)
    assert LookBack.objects.count() == 1
