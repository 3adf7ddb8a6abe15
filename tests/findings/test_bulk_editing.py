"""One value for many findings: what it says beforehand, what it does, what it leaves, and the way back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xuncha.findings.actions import bulk_editing, editing, undoing
from xuncha.findings.actions.bulk_editing import BulkEdit, edit_findings, preview
from xuncha.findings.actions.issuing import issue_feedback
from xuncha.findings.actions.recoding import change_leading_scheme
from xuncha.findings.actions.succeeding import Part, split_finding
from xuncha.findings.actions.undoing import undo_batch
from xuncha.findings.models import Addressee, Classification, Feedback, Finding, Recipient
from xuncha.findings.queries.ledger import LedgerQuery, count
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.rulebook.models import Category, Scheme
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid, NotPermitted

ALL = Selection(LedgerQuery())


def _state() -> list[tuple[Any, ...]]:
    names = ("pk", "state", "category", "severity", "nature", "origin", "immediate", "stated_leader", "stated_due")
    return list(Finding.objects.order_by("pk").values_list(*names))


def _addressed() -> list[Any]:
    return sorted(Addressee.objects.values_list("finding", "unit"))


def test_a_preview_says_how_many_of_each_value_change(ledger: list[Finding], staff: Any) -> None:
    found = preview(ALL, BulkEdit("severity", "high"), actor=staff)
    rows = Finding.objects.filter(state__in=("draft", "issued"))
    assert found.same == rows.filter(severity="high").count()
    assert found.changes == {code: rows.filter(severity=code).count() for code in ("", "medium", "low")}
    done = edit_findings(ALL, BulkEdit("severity", "high"), actor=staff)
    assert (done.changed, done.same) == (found.changing, found.same)
    assert not rows.exclude(severity="high").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", None),
        ("severity", "low"),
        ("nature", "common"),
        ("origin", "legacy"),
        ("immediate", True),
        ("leader", " 许望舒 "),
        ("due", datetime.date(2026, 12, 31)),
        ("state", "withdrawn"),
    ],
)
def test_what_was_done_in_bulk_is_taken_back_as_a_whole(
    ledger: list[Finding], staff: Any, field: str, value: Any
) -> None:
    before, found_before = _state(), count(staff, LedgerQuery(words="周砚")).number
    done = edit_findings(ALL, BulkEdit(field, value), actor=staff)
    assert done.changed and _state() != before
    entries = trail.batch_entries(done.batch)
    assert entries.count() == done.changed and {entry.act for entry in entries} == {"edit_findings"}
    undone = undo_batch(done.batch, actor=staff)
    assert (undone.changed, undone.left) == (done.changed, 0)
    assert _state() == before
    assert count(staff, LedgerQuery(words="周砚")).number == found_before
    undo_batch(undone.batch, actor=staff)
    assert _state() != before, "and the way back has a way back"


def test_new_words_are_found_and_old_ones_are_not(ledger: list[Finding], staff: Any) -> None:
    edit_findings(ALL, BulkEdit("leader", "许望舒"), actor=staff)
    assert count(staff, LedgerQuery(words="许望舒")).number == count(staff, LedgerQuery()).number
    assert count(staff, LedgerQuery(words="周砚")).number == 0


def test_addressees_of_joint_drafts_alone_can_be_changed(
    ledger: list[Finding], staff: Any, health: Any, education: Any
) -> None:
    before = _addressed()
    edit = BulkEdit("units", [education.pk, health.pk])
    said = preview(ALL, edit, actor=staff)
    done = edit_findings(ALL, edit, actor=staff)
    joint = Finding.objects.filter(unit=None, state="draft")
    assert done.changed + done.same == joint.count() and dict(said.left) == dict(done.left)
    assert set(done.left) == {"single_unit", "already_issued"}
    for finding in joint:
        assert {a.unit_id for a in finding.addressees.all()} == {health.pk, education.pk}
    undo_batch(done.batch, actor=staff)
    assert _addressed() == before


def test_a_code_in_a_further_scheme(ledger: list[Finding], staff: Any) -> None:
    scheme = Scheme.objects.filter(is_leading=False, state="active").first() or Scheme.objects.create(
        code="x", name="x"
    )
    code = Category.objects.filter(scheme=scheme).first() or Category.objects.create(scheme=scheme, code="x", name="x")
    done = edit_findings(ALL, BulkEdit("code", code.pk, scheme.pk), actor=staff)
    assert Classification.objects.filter(scheme=scheme).count() == done.changed
    undo_batch(done.batch, actor=staff)
    assert not Classification.objects.exists()


def test_only_drafts_are_withdrawn(ledger: list[Finding], staff: Any) -> None:
    drafts = Finding.objects.filter(state="draft").count()
    done = edit_findings(ALL, BulkEdit("state", "withdrawn"), actor=staff)
    assert done.changed == drafts and set(done.left) == {"already_issued"}


def test_a_selection_by_hand_holds_its_keys_and_no_more(ledger: list[Finding], staff: Any) -> None:
    keys = tuple(f.pk for f in ledger if f.state == "issued")[:3]
    done = edit_findings(Selection(LedgerQuery(), keys), BulkEdit("leader", "许望舒"), actor=staff)
    assert done.changed == 3


def test_what_somebody_changed_meanwhile_is_left(ledger: list[Finding], staff: Any, head: Any) -> None:
    looked = timezone.now()
    one = next(f for f in ledger if f.state == "draft" and f.severity != "low")
    editing.edit_finding(one.pk, changes={"severity": "low"}, version=None, actor=head)
    done = edit_findings(ALL, BulkEdit("severity", "high"), actor=staff, as_of=looked)
    assert done.left["changed_since"] == 1
    assert Finding.objects.get(pk=one.pk).severity == "low"


def test_undo_names_who_changed_what_since_and_leaves_it(ledger: list[Finding], staff: Any, head: Any) -> None:
    done = edit_findings(ALL, BulkEdit("severity", "high"), actor=staff)
    keys = [entry.object_id for entry in trail.batch_entries(done.batch)]
    editing.edit_finding(keys[0], changes={"severity": "low"}, version=None, actor=head)
    editing.edit_finding(keys[1], changes={"nature": "common", "severity": "high"}, version=None, actor=head)
    with pytest.raises(Conflict) as refusal:
        undo_batch(done.batch, actor=staff)
    rows = refusal.value.data["rows"]
    assert [(way.finding.pk, way.entry.actor) for way in rows] == [(keys[0], head)]
    undone = undo_batch(done.batch, actor=staff, leaving=True)
    assert (undone.changed, undone.left) == (done.changed - 1, 1)
    assert Finding.objects.get(pk=keys[0]).severity == "low"
    assert Finding.objects.get(pk=keys[1]).nature in ("common", "individual")


def test_a_single_edit_is_taken_back_with_its_facts(make_finding: Any, staff: Any) -> None:
    finding = make_finding("拨付不及时", issued=False, facts=("滞留94天",))
    editing.edit_finding(
        finding.pk, changes={"statement": "拨付迟缓", "facts": [{"text": "滞留95天"}]}, version=None, actor=staff
    )
    entry = trail.history_of(finding).first()
    assert entry is not None
    undo_batch(entry.batch, actor=staff)
    finding.refresh_from_db()
    assert finding.statement == "拨付不及时" and [f.text for f in finding.manifestations.all()] == ["滞留94天"]
    assert count(staff, LedgerQuery(words="滞留94天")).number == 1


def test_what_was_fed_back_since_is_not_put_back_without_a_reason(
    make_finding: Any, staff: Any, round_8: Any, health: Any
) -> None:
    """The unit was told the words; from then on they change by a correction that says why."""
    feedback = Feedback.objects.create(round=round_8, title="反馈意见")
    Recipient.objects.create(feedback=feedback, unit=health)
    finding = make_finding("拨付不及时", issued=False, feedback=feedback)
    editing.edit_finding(finding.pk, changes={"statement": "拨付迟缓"}, version=None, actor=staff)
    entry = trail.history_of(finding).first()
    assert entry is not None
    issue_feedback(feedback, actor=staff, given_on=datetime.date(2026, 9, 1))
    with pytest.raises(Conflict, match="changed_since"):
        undo_batch(entry.batch, actor=staff)
    finding.refresh_from_db()
    assert finding.statement == "拨付迟缓"


def test_a_code_is_not_put_back_into_a_scheme_that_no_longer_leads(
    make_finding: Any, staff: Any, category: Category
) -> None:
    finding = make_finding(issued=False)
    done = edit_findings(ALL, BulkEdit("category", None), actor=staff)
    other = Scheme.objects.create(code="short", name="简表", order=5)
    Category.objects.create(scheme=other, code="a", name="甲")
    change_leading_scheme(other, actor=staff, version=other.version)
    with pytest.raises(Conflict, match="changed_since"):
        undo_batch(done.batch, actor=staff)
    finding.refresh_from_db()
    assert finding.category is None


def test_undone_twice_is_said(ledger: list[Finding], staff: Any) -> None:
    done = edit_findings(ALL, BulkEdit("severity", "high"), actor=staff)
    undo_batch(done.batch, actor=staff)
    with pytest.raises(Invalid, match="already_undone"):
        undo_batch(done.batch, actor=staff)


def test_what_entered_the_ledger_is_not_undone_so(make_finding: Any, staff: Any) -> None:
    entry = trail.history_of(make_finding()).first()
    assert entry is not None
    with pytest.raises(Invalid, match="cannot_be_undone"):
        undo_batch(entry.batch, actor=staff)


def test_units_and_reviewers_edit_nothing(ledger: list[Finding], cast: Any) -> None:
    done = edit_findings(ALL, BulkEdit("severity", "high"), actor=cast.staff)
    for person in (cast.reviewer, cast.liaison, cast.outsider):
        for deed in (
            lambda person=person: edit_findings(ALL, BulkEdit("severity", "low"), actor=person),
            lambda person=person: preview(ALL, BulkEdit("severity", "low"), actor=person),
            lambda person=person: undo_batch(done.batch, actor=person),
        ):
            with pytest.raises(NotPermitted):
                deed()


@pytest.mark.parametrize(
    ("field", "value"),
    [("severity", "dire"), ("category", 0), ("units", []), ("leader", "长" * 61), ("state", "issued"),
     ("due", datetime.date(1, 1, 1))],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(ledger: list[Finding], staff: Any, field: str, value: Any) -> None:
    with pytest.raises(Invalid):
        edit_findings(ALL, BulkEdit(field, value), actor=staff)


def test_a_batch_costs_the_same_however_many_rows(
    ledger: list[Finding], staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview(ALL, BulkEdit("leader", "领导"), actor=staff)  # asks once for the roles
    asked = []
    for number in (5, 20):
        keys = tuple(f.pk for f in ledger if f.state == "issued")[:number]
        with CaptureQueriesContext(connection) as queries:
            edit_findings(Selection(LedgerQuery(), keys), BulkEdit("leader", f"领导{number}"), actor=staff)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    monkeypatch.setattr(bulk_editing, "BATCH", 7)
    monkeypatch.setattr(undoing, "BATCH", 5)
    before = _state()
    done = edit_findings(ALL, BulkEdit("origin", "emerging"), actor=staff)
    undo_batch(done.batch, actor=staff)
    assert _state() == before


def test_what_was_replaced_since_is_left_as_it_was_replaced(make_finding: Any, staff: Any, head: Any) -> None:
    gone, stays = make_finding("甲", issued=False), make_finding("乙", issued=False)
    done = edit_findings(ALL, BulkEdit("severity", "high"), actor=staff)
    split_finding(gone.pk, [Part("甲之一"), Part("甲之二")], version=None, actor=head)
    with pytest.raises(Conflict) as refusal:
        undo_batch(done.batch, actor=staff)
    assert [way.finding.pk for way in refusal.value.data["rows"]] == [gone.pk]
    undo_batch(done.batch, actor=staff, leaving=True)
    gone.refresh_from_db(), stays.refresh_from_db()
    assert (gone.state, gone.severity, stays.severity) == ("replaced", "high", "")
