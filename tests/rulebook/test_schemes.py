"""A scheme is changed as a whole, by whoever keeps the ledger, and tells what became of each category."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xuncha.rulebook import actions, importing, queries
from xuncha.rulebook.models import Category, Scheme
from xuncha.rulebook.queries import Wanted
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted


@pytest.fixture
def scheme(db: None) -> Scheme:
    """A further scheme of three categories."""
    scheme = Scheme.objects.create(code="short", name="简表", order=5)
    for order, (code, name) in enumerate((("a", "政治建设"), ("b", "作风建设"), ("c", "其他")), start=1):
        Category.objects.create(scheme=scheme, code=code, name=name, order=order)
    return scheme


def as_is(scheme: Scheme, **changes: Wanted) -> list[Wanted]:
    return [changes.get(c.code, Wanted(c.code, c.name)) for c in queries.categories(scheme)]


def test_a_category_is_added_renamed_and_retired(scheme: Scheme, staff: Any) -> None:
    wanted = [*as_is(scheme, b=Wanted("b", "工作作风"), c=Wanted("c", "其他", is_retired=True)), Wanted("", "民生")]
    actions.change_scheme(scheme, wanted=wanted, actor=staff, version=1)
    rows = {c.code: c for c in queries.categories(scheme, with_retired=True)}
    assert rows["b"].name == "工作作风"
    assert rows["c"].retired_on is not None
    assert rows["own.1"].name == "民生"
    assert "工作作风" in str(trail.history_of(rows["b"])[0].after)


def test_the_order_is_that_of_the_rows(scheme: Scheme, staff: Any) -> None:
    actions.change_scheme(scheme, wanted=list(reversed(as_is(scheme))), actor=staff, version=1)
    assert [c.code for c in queries.categories(scheme)] == ["c", "b", "a"]


def test_who_is_not_named_is_retired(scheme: Scheme, staff: Any) -> None:
    found = queries.differences(scheme, queries.completed(scheme, as_is(scheme)[:2]))
    assert [(d.kind, d.wanted.code) for d in found] == [("retired", "c")]


def test_nothing_wanted_changes_nothing(scheme: Scheme) -> None:
    assert queries.differences(scheme, queries.completed(scheme, as_is(scheme))) == []


def test_a_category_becomes_another(scheme: Scheme, staff: Any) -> None:
    wanted = as_is(scheme, c=Wanted("c", "其他", is_retired=True, became="a"))
    _, became = actions.change_scheme(scheme, wanted=wanted, actor=staff, version=1)
    a, c = (Category.objects.get(scheme=scheme, code=code) for code in "ac")
    assert became == {c.pk: a.pk}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([Wanted("a", "")], "required"),
        ([Wanted("a", "甲"), Wanted("b", "甲")], "name_twice"),
        ([Wanted("a", "甲"), Wanted("a", "乙")], "code_twice"),
        ([Wanted("a", "甲" * 61)], "too_long"),
        ([Wanted("a", "甲"), Wanted("b", "乙", is_retired=True, became="z")], "unknown_category"),
        ([Wanted("a", "甲"), *(Wanted(c, c, is_retired=True, became=o) for c, o in ("bc", "ca"))], "became_is_retired"),
        ([Wanted("a", "甲", is_retired=True)], "none_in_use"),
    ],
)
def test_what_cannot_be_is_told_by_row(scheme: Scheme, staff: Any, wanted: list[Wanted], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.change_scheme(scheme, wanted=wanted, actor=staff, version=1)
    assert code in {fault[2] for fault in refused.value.data["rows"]}
    assert queries.categories(scheme).count() == 3


def test_the_second_of_two_is_told(scheme: Scheme, staff: Any, head: Any) -> None:
    actions.change_scheme(scheme, wanted=as_is(scheme)[:2], actor=staff, version=1)
    with pytest.raises(Conflict):
        actions.change_scheme(scheme, wanted=as_is(scheme), actor=head, version=1)


def test_only_the_office_changes_schemes(scheme: Scheme, reviewer: Any, liaison: Any) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            actions.change_scheme(scheme, wanted=as_is(scheme), actor=actor, version=1)
        with pytest.raises(NotPermitted):
            actions.edit_office(values={"name": "甲", "short_name": "乙"}, actor=actor)


def test_the_leading_scheme_stays_in_use(staff: Any, scheme: Scheme) -> None:
    leading = queries.leading_scheme()
    with pytest.raises(IllegalTransition):
        actions.set_scheme_state(leading, is_active=False, actor=staff, version=leading.version)
    assert actions.set_scheme_state(scheme, is_active=False, actor=staff, version=1).state == "retired"


@pytest.mark.parametrize("ending", importing.FORMATS)
def test_a_scheme_comes_back_from_its_file(staff: Any, scheme: Scheme, tmp_path: Path, ending: str) -> None:
    wanted = as_is(scheme, b=Wanted("b", '=1+1 "引号"'), c=Wanted("c", "其他", is_retired=True, became="a"))
    actions.change_scheme(scheme, wanted=wanted, actor=staff, version=1)
    path = tmp_path / f"scheme.{ending}"
    rows = list(queries.categories(scheme, with_retired=True).select_related("became"))
    importing.write_scheme(scheme, rows, path)
    assert queries.differences(scheme, queries.completed(scheme, importing.read_scheme(path))) == []


def test_a_broken_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "scheme.toml"
    path.write_text("[[categories]\nname=", "utf-8")
    with pytest.raises(Invalid) as refused:
        importing.read_scheme(path)
    assert refused.value.code == "not_toml"
