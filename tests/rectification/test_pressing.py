"""Letters to units: numbered, escalating by a list that is data, answered by the unit, seen by nobody else's."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.rectification.laid_down import feedback_to, item_of, part_in
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.pressing import reply_to_letter, send_letter
from xuncha.rectification.models import Letter, LetterKind, Rectification
from xuncha.rectification.queries import pressing as queries
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User
from xuncha.vocabulary import load

DAY = datetime.timedelta(days=1)


@pytest.fixture
def late(round_8: Round, staff: User, health: Unit) -> Rectification:
    """An item of the health bureau that is late."""
    part = part_in(feedback_to(round_8, [health], staff), health, staff)
    return item_of(part, due_on=timezone.localdate() - 21 * DAY)


def send(*items: Rectification, actor: User, kind: str = "supervision", seen: int | None = None) -> Letter:
    return send_letter(
        [item.pk for item in items],
        kind=LetterKind.objects.get(code=kind),
        demand="一周内补齐监理资料",
        reply_by=timezone.localdate() + 7 * DAY,
        seen=queries.last_letter() if seen is None else seen,
        actor=actor,
    )


def test_the_kinds_are_those_shipped_the_mildest_first(db: None) -> None:
    assert [kind.code for kind in queries.kinds()] == [entry["code"] for entry in load("letters")["letters"]]
    assert all(kind.source for kind in queries.kinds())


def test_a_letter_is_numbered_within_its_kind_and_year(late: Rectification, staff: User) -> None:
    first, second, other = send(late, actor=staff), send(late, actor=staff), send(late, actor=staff, kind="warning")
    year = timezone.localdate().year
    assert [letter.number for letter in (first, second, other)] == [
        f"督办〔{year}〕1号",
        f"督办〔{year}〕2号",
        f"告诫〔{year}〕1号",
    ]
    assert trail.history_of(first).get().act == "send_letter"


def test_the_next_letter_is_the_sharper_one(late: Rectification, staff: User) -> None:
    def following() -> Any:
        sent = queries.last_letters(staff, [late]).values()
        kind = queries.next_kind(sent, queries.kinds())
        return kind.code if kind else None

    assert following() == "supervision"
    send(late, actor=staff)
    assert following() == "reminder"
    send(late, actor=staff, kind="accountability")
    assert following() == "accountability"
    LetterKind.objects.update(is_active=False)
    assert following() is None


def test_a_unit_answers_its_letter_and_the_answer_is_the_reason_shown(
    late: Rectification, staff: User, liaison: User, other_liaison: User, reviewer: User
) -> None:
    letter = send(late, actor=staff)
    assert [each.pk for each in queries.letters_to_answer(liaison, late.round)] == [letter.pk]
    assert queries.find_letter(other_liaison, letter.pk) is None
    for actor in (other_liaison, staff, reviewer):
        with pytest.raises(NotPermitted):
            reply_to_letter(letter, words="已办", seen=0, actor=actor)
    with pytest.raises(Invalid):
        reply_to_letter(letter, words=" ", seen=0, actor=liaison)
    reply_to_letter(letter, words="监理单位更换", seen=0, actor=liaison)
    with pytest.raises(Conflict):
        reply_to_letter(letter, words="另一份", seen=0, actor=liaison)
    reply_to_letter(letter, words="已补齐", seen=1, actor=liaison)
    letter.refresh_from_db()
    assert letter.replied_on == timezone.localdate()
    assert queries.reasons_given(staff, [late]) == {late.pk: "已补齐"}
    assert queries.letters_to_answer(liaison, late.round) == []
    assert [entry.act for entry in trail.history_of(letter)] == ["reply_to_letter"] * 2 + ["send_letter"]


def test_a_letter_goes_to_one_unit_about_what_is_open_and_needs_its_fields(
    late: Rectification, round_8: Round, staff: User, education: Unit, liaison: User, reviewer: User
) -> None:
    other = item_of(part_in(feedback_to(round_8, [education], staff), education, staff))
    with pytest.raises(Invalid) as refused:
        send(late, other, actor=staff)
    assert refused.value.data["faults"] == {"items": "one_unit_a_letter"}
    for actor in (liaison, reviewer):
        with pytest.raises(NotPermitted):
            send(late, actor=actor)
    with pytest.raises(Invalid) as refused:
        send_letter([], kind=queries.kinds()[0], demand="", reply_by=None, seen=0, actor=staff)
    assert set(refused.value.data["faults"]) == {"items", "demand", "reply_by"}
    Rectification.objects.filter(pk=late.pk).update(closure="closed", progress="done", closed_on=timezone.localdate())
    with pytest.raises(IllegalTransition):
        send(late, actor=staff)
    assert not Letter.objects.exists()


def test_of_two_who_write_about_the_same_the_second_is_told(late: Rectification, staff: User, head: User) -> None:
    seen = queries.last_letter()
    send(late, actor=staff, seen=seen)
    with pytest.raises(Conflict):
        send(late, actor=head, seen=seen)


def test_whoever_is_recused_neither_sends_nor_sees(late: Rectification, staff: User, recused: User) -> None:
    letter = send(late, actor=staff)
    assert queries.find_letter(recused, letter.pk) is None
    with pytest.raises(NotPermitted):
        send(late, actor=recused)


def test_the_list_asks_as_often_for_many(late: Rectification, staff: User) -> None:
    def asked() -> int:
        actor = User.objects.get(pk=staff.pk)
        with CaptureQueriesContext(connection) as found:
            page = queries.letters(actor, late.round)
            assert all(letter.number for letter in page.letters)
            queries.last_letters(actor, [late])
        return len(found)

    send(late, actor=staff)
    before = asked()
    for _ in range(5):
        send(late, actor=staff)
    assert asked() == before
