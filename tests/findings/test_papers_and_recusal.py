"""A paper that speaks of a unit, or may, is out of sight of whoever is recused from it; a colleague sees to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.findings.ledgers import ROWS, checked, surveyed, workbook
from tests.findings.reviewed import make_paper
from xuncha.findings.actions import bulk_editing, reviewing, settling
from xuncha.findings.actions.addressing import Addressing, address_finding
from xuncha.findings.actions.attending import attend
from xuncha.findings.actions.describing import Details, describe_paper
from xuncha.findings.actions.editing import edit_finding
from xuncha.findings.actions.entering import enter_paper
from xuncha.findings.actions.reading import discard, read_again
from xuncha.findings.actions.undoing import undo_batch
from xuncha.findings.models import Draft, Paper
from xuncha.findings.permissions import papers_visible_to
from xuncha.findings.queries import old_ledgers, papers, review
from xuncha.findings.queries.finding import paper_part, source_of
from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.organisation.models import Unit
from xuncha.rounds.models import InspectedUnit, Round
from xuncha.security import granting, trail
from xuncha.security.accounts import command_line
from xuncha.security.errors import NotPermitted
from xuncha.security.models import User


@pytest.fixture
def round_9(round_8: Round, education: Unit, hospital: Unit) -> Round:
    """A round that does not inspect the health bureau."""
    round = Round.objects.create(term=round_8.term, number=9)
    InspectedUnit.objects.bulk_create(InspectedUnit(round=round, unit=unit) for unit in (education, hospital))
    return round


def is_seen(actor: User, paper: Paper) -> bool:
    return papers_visible_to(User.objects.get(pk=actor.pk)).filter(pk=paper.pk).exists()


def joint(actor: User, folder: Path, round: Round | None, *, recipients: list[Unit] | None = None) -> Paper:
    paper = make_paper(actor, folder, kind="joint", round=round)
    if recipients:
        paper.reading["recipients"] = [unit.pk for unit in recipients]
        paper.save(update_fields=["reading"])
    return paper


def test_a_joint_paper_is_seen_unless_it_may_be_for_the_unit(
    recused: User, staff: User, round_8: Round, round_9: Round, health: Unit, education: Unit, tmp_path: Path
) -> None:
    seen = {
        "to a round that inspects it": joint(staff, tmp_path, round_8),
        "to a round that does not": joint(staff, tmp_path, round_9),
        "of no round yet": joint(staff, tmp_path, None),
        "to others of that round": joint(staff, tmp_path, round_8, recipients=[education]),
        "to it of another round": joint(staff, tmp_path, round_9, recipients=[health, education]),
    }
    wanted = {"to a round that does not", "to others of that round"}
    assert {name for name, paper in seen.items() if is_seen(recused, paper)} == wanted
    assert all(is_seen(staff, paper) for paper in seen.values())


@pytest.mark.parametrize("what", ["units", "seen_at"])
def test_a_draft_or_a_private_note_that_names_the_unit_takes_the_paper_out_of_sight(
    what: str, recused: User, staff: User, round_9: Round, health: Unit, education: Unit, tmp_path: Path
) -> None:
    paper = joint(staff, tmp_path, round_9)
    draft = Draft.objects.filter(paper=paper, level="item").first()
    assert draft is not None
    named: dict[str, list[Any]] = {
        "units": [education.pk, health.pk],
        "seen_at": [{"unit": health.pk, "note": "见底稿"}],
    }
    other: dict[str, list[Any]] = {"units": [education.pk], "seen_at": [{"unit": education.pk, "note": "见底稿"}]}
    Draft.objects.filter(pk=draft.pk).update(**{what: other[what]})
    assert is_seen(recused, paper)
    Draft.objects.filter(pk=draft.pk).update(**{what: named[what]})
    assert not is_seen(recused, paper)


def test_a_paper_of_no_known_unit_is_seen_by_who_sent_it_until_it_is_read(
    recused: User, staff: User, round_8: Round, education: Unit, tmp_path: Path
) -> None:
    own, other = make_paper(recused, tmp_path), make_paper(staff, tmp_path)
    Paper.objects.update(unit=None)
    assert not is_seen(recused, own) and not is_seen(recused, other)
    Paper.objects.update(state="waiting")
    assert is_seen(recused, own) and not is_seen(recused, other)
    Paper.objects.update(state="review", unit=education)
    assert is_seen(recused, own) and is_seen(recused, other)


def test_an_old_ledger_is_seen_once_all_its_units_are_known_and_none_is_that_one(
    recused: User, staff: User, round_8: Round
) -> None:
    # Of other bytes than the next one, which would else be told to have come in before.
    unread = surveyed(staff, workbook(ROWS[:2]), name="未核列.xlsx")
    of_health = checked(staff, name="含卫健.xlsx")
    unknown = checked(staff, workbook([(1, "某某单位", *ROWS[0][2:])]), name="不明单位.xlsx")
    of_others = checked(staff, workbook([(1, "县教育局", *ROWS[1][2:])]), name="教育.xlsx")
    for paper in (unread, of_health, unknown):
        assert not is_seen(recused, paper), paper.name
        assert not old_ledgers.ledgers_visible_to(recused).filter(pk=paper.pk).exists()
    assert is_seen(recused, of_others)
    assert all(is_seen(staff, paper) for paper in (unread, of_health, unknown, of_others))


def test_what_is_out_of_sight_is_not_worked_on_either(
    recused: User, staff: User, round_8: Round, health: Unit, tmp_path: Path
) -> None:
    """The right is asked for by the action, whatever page it is called from."""
    paper = joint(staff, tmp_path, round_8)
    draft = Draft.objects.filter(paper=paper, level="item").first()
    assert draft is not None
    ledger = checked(staff)
    sent = {"actor": recused, "version": paper.version}
    acts: list[Any] = [
        lambda: reviewing.accept(draft.pk, version=draft.version, actor=recused),
        lambda: reviewing.readdress(draft.pk, units=[], version=draft.version, actor=recused),
        lambda: attend(paper, draft=None, actor=recused),
        lambda: enter_paper(paper, **sent),
        lambda: describe_paper(paper, Details(kind="joint", round_id=round_8.pk), **sent),
        lambda: read_again(paper, **sent),
        lambda: discard(paper, **sent),
        lambda: settling.assign_names(ledger, assigned={}, actor=recused, version=ledger.version),
        lambda: settling.decide_rows(ledger, decision="skip", actor=recused, version=ledger.version, show="all"),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act()


def test_the_unit_stands_in_no_choice(
    recused: User, staff: User, round_9: Round, health: Unit, education: Unit, tmp_path: Path
) -> None:
    paper = joint(staff, tmp_path, round_9)
    draft = Draft.objects.filter(paper=paper, level="item").first()
    assert draft is not None
    for choice in (
        review.units_to_choose_from(recused, paper),
        old_ledgers.units_to_choose(recused),
        papers.units_to_choose(recused),
    ):
        assert health not in choice and education in choice
    reviewing.readdress(draft.pk, units=[health.pk, education.pk], version=None, actor=recused)
    notes = [{"unit": health.pk, "note": "甲"}, {"unit": education.pk, "note": "乙"}]
    reviewing.note_seen_at(draft.pk, notes=notes, version=None, actor=recused)
    draft.refresh_from_db()
    assert draft.units == [education.pk] and [each["unit"] for each in draft.seen_at] == [education.pk]


def test_around_a_joint_finding_nothing_of_a_paper_is_read_that_speaks_of_the_unit_too(
    recused: User, staff: User, round_8: Round, health: Unit, education: Unit, make_finding: Any, tmp_path: Path
) -> None:
    paper = joint(staff, tmp_path, round_8)
    finding = make_finding("集中的问题", unit=None, units=[health, education], paper=paper, start=0, end=6)
    seen, whole = source_of(recused, finding), source_of(staff, finding)
    assert seen is not None and (seen.before, seen.after, seen.paper) == ("", "", None)
    assert whole is not None and whole.paper == paper
    assert paper_part(recused, finding) is None and paper_part(staff, finding) is not None
    assert papers.original_of(recused, paper.pk) is None and papers.original_of(staff, paper.pk) == paper


def test_in_bulk_the_unit_is_neither_added_nor_struck_out(
    recused: User, make_finding: Any, health: Unit, education: Unit, hospital: Unit
) -> None:
    shared = make_finding("甲", unit=None, units=[health, education], issued=False)
    others = make_finding("乙", unit=None, units=[education], issued=False)
    selection = Selection(LedgerQuery.from_params({"round": ""}))
    edit = bulk_editing.BulkEdit("units", [hospital.pk, health.pk])
    told = bulk_editing.preview(selection, edit, actor=recused)
    # Nothing tells that a unit one keeps off is among the addressees, and it stays one.
    assert not told.left and told.changes == {(education.pk,): 2}
    done = bulk_editing.edit_findings(selection, edit, actor=recused)
    assert done.changed == 2 and not done.left
    assert set(shared.addressees.values_list("unit", flat=True)) == {hospital.pk, health.pk}
    before, after = [sorted([health.pk, education.pk]), sorted([health.pk, hospital.pk])]
    entry = trail.history_of(shared).first()
    assert entry is not None and (entry.before, entry.after) == ({"units": before}, {"units": after})
    assert set(others.addressees.values_list("unit", flat=True)) == {hospital.pk}
    to = Addressing(units=[health.pk, education.pk])
    others.refresh_from_db()
    address_finding(others.pk, to, version=others.version, actor=recused)
    assert set(others.addressees.values_list("unit", flat=True)) == {education.pk}


def test_what_one_did_before_the_recusal_is_taken_back_by_a_colleague(
    make_finding: Any, staff: User, head: User, health: Unit
) -> None:
    finding = make_finding()
    edit_finding(finding.pk, changes={"statement": "改过的话"}, version=finding.version, actor=staff, reason="核对")
    batch = trail.history_of(finding)[0].batch
    granting.exclude(staff, unit=health.pk, actor=command_line())
    with pytest.raises(NotPermitted):
        undo_batch(batch, actor=User.objects.get(pk=staff.pk))
    assert undo_batch(batch, actor=head).changed == 1
