"""What is over its time is destroyed by the word of three persons, provably and no more than that; and certified."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import make_user
from tests.findings.arriving import send
from xuncha.archive.places import path_of
from xuncha.archive.queries import Unopenable, check_file
from xuncha.findings import retained
from xuncha.findings.actions.noting import add_sealed_note
from xuncha.findings.actions.undoing import undo_batch
from xuncha.findings.models import Draft, Paper, SealedNote
from xuncha.findings.sealed_notes import SEALED_NOTES as OPENED
from xuncha.rounds.models import Round
from xuncha.security import chain, record, rotating
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.keys import keyring
from xuncha.security.models import Destroyed, Destruction, ObjectKey, RetentionRule, TrailEntry, User
from xuncha.security.opening import actions as opening
from xuncha.security.retention import actions, certificates, destroying, queries
from xuncha.security.retention.kinds import RecordKind, kinds
from xuncha.security.retention.trails import ACCOUNT_TRAIL
from xuncha.security.retention.workflow import DestructionState
from xuncha.security.roles import Role

LONG_AGO = timezone.make_aware(datetime.datetime(1990, 1, 1))


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path / "home"
    settings.KEYS = tmp_path / "keys"
    return tmp_path


@pytest.fixture
def everything_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trail cannot be dated back: the moment before which a thing is due lies ahead."""
    monkeypatch.setattr(queries, "before_of", lambda rule: timezone.now() + datetime.timedelta(hours=1))


def old_paper(staff: User, words: str = "反馈意见", **fields: Any) -> Paper:
    """A paper with its file, put aside long ago."""
    paper = send(staff, {"甲.txt": words.encode()}).received[0].paper
    assert paper
    told = {"state": "discarded", "text": words, "uploaded_at": LONG_AGO, **fields}
    Paper.objects.filter(pk=paper.pk).update(**told)
    paper.refresh_from_db()
    return paper


def approved(kind: RecordKind, staff: User, head: User, security_admin: User) -> Destruction:
    proposed = actions.propose_destruction(kind, reason="保管期满", actor=staff)
    confirmed = actions.confirm_destruction(proposed.pk, actor=head, version=proposed.version)
    return actions.approve_destruction(confirmed.pk, actor=security_admin, version=confirmed.version)


def destroyed(kind: RecordKind, staff: User, head: User, security_admin: User) -> Destruction:
    return destroying.carry_out(approved(kind, staff, head, security_admin).pk)


def test_a_paper_goes_with_its_file_and_all_that_was_read(
    staff: User, head: User, security_admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        paper = old_paper(staff)
    Draft.objects.create(paper=paper, position=1, statement="专项资金拨付不及时", changed_by=staff)
    path = path_of(paper.file)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = destroyed(retained.PAPERS, staff, head, security_admin)
    paper.refresh_from_db()
    assert (paper.state, paper.text, paper.reading, paper.drafts.count()) == ("destroyed", "", {}, 0)
    assert not path.exists()
    with pytest.raises(Unopenable) as refused:
        check_file(paper.file)
    assert refused.value.code == "destroyed"
    assert (done.state, done.count, done.files) == (DestructionState.DONE, 1, 1)
    assert Destroyed.objects.get().digest == paper.file.sha256
    assert chain.verify().holds


def test_a_file_that_another_paper_needs_stays(staff: User, head: User, security_admin: User) -> None:
    old, young = old_paper(staff), old_paper(staff, uploaded_at=timezone.now())
    assert old.file_id == young.file_id
    done = destroyed(retained.PAPERS, staff, head, security_admin)
    assert (done.count, done.files) == (1, 0)
    check_file(young.file)


def test_two_papers_of_one_file_take_it_with_them_once(staff: User, head: User, security_admin: User) -> None:
    old_paper(staff), old_paper(staff)
    done = destroyed(retained.PAPERS, staff, head, security_admin)
    assert (done.count, done.files) == (2, 1)


def test_the_same_bytes_may_come_again(staff: User, head: User, security_admin: User) -> None:
    old = old_paper(staff)
    destroyed(retained.PAPERS, staff, head, security_admin)
    again = send(staff, {"甲.txt": "反馈意见".encode()}).received[0]
    assert again.paper is not None and again.paper.state == "waiting" and again.paper.file_id == old.file_id
    check_file(again.paper.file)


def test_what_is_in_work_or_of_an_open_round_or_held_back_is_never_due(staff: User, head: User, round_8: Round) -> None:
    old_paper(staff, "在办", state="review")
    old_paper(staff, "本轮", round=Round.objects.create(term=round_8.term, number=9))
    held = old_paper(staff, "暂缓")
    hold = actions.place_hold(retained.PAPERS, key=held.pk, reason="纪委在查", actor=staff)
    with pytest.raises(IllegalTransition):
        actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)
    with pytest.raises(NotPermitted):
        actions.lift_hold(hold.pk, actor=staff)
    actions.lift_hold(hold.pk, actor=head)
    actions.place_hold(retained.PAPERS, key=None, reason="诉讼期间", actor=head)
    with pytest.raises(IllegalTransition):
        actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)


def test_what_is_held_back_after_the_approvals_stays_too(staff: User, head: User, security_admin: User) -> None:
    held, other = old_paper(staff, "甲"), old_paper(staff, "乙")
    found = approved(retained.PAPERS, staff, head, security_admin)
    actions.place_hold(retained.PAPERS, key=held.pk, reason="纪委在查", actor=staff)
    done = destroying.carry_out(found.pk)
    assert (done.expected, done.count) == (2, 1)
    assert [Paper.objects.get(pk=paper.pk).state for paper in (held, other)] == ["discarded", "destroyed"]


def test_it_takes_three_persons(staff: User, head: User, security_admin: User) -> None:
    old_paper(staff)
    for person in (security_admin, make_user("reader", "程砚秋", Role.REVIEWER)):
        with pytest.raises(NotPermitted):
            actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=person)
    own = actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=head)
    for person in (head, staff, security_admin):
        with pytest.raises(NotPermitted):
            actions.confirm_destruction(own.pk, actor=person, version=own.version)
    with pytest.raises(IllegalTransition):
        actions.approve_destruction(own.pk, actor=security_admin, version=own.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Destruction.objects.filter(pk=own.pk).update(confirmed_by=head)
    with pytest.raises(IntegrityError), transaction.atomic():
        Destruction.objects.filter(pk=own.pk).update(state="approved")
    assert destroying.carry_out(own.pk).state == DestructionState.PROPOSED


def test_who_refuses_says_why_and_nothing_is_destroyed(staff: User, head: User, security_admin: User) -> None:
    paper = old_paper(staff)
    proposed = actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)
    with pytest.raises(Conflict):
        actions.confirm_destruction(proposed.pk, actor=head, version=proposed.version + 1)
    confirmed = actions.confirm_destruction(proposed.pk, actor=head, version=proposed.version)
    with pytest.raises(Invalid):
        actions.refuse_destruction(confirmed.pk, actor=security_admin, version=confirmed.version, answer="")
    with pytest.raises(NotPermitted):
        actions.refuse_destruction(confirmed.pk, actor=head, version=confirmed.version, answer="另议")
    actions.refuse_destruction(confirmed.pk, actor=security_admin, version=confirmed.version, answer="依据不明")
    assert destroying.carry_out(confirmed.pk).state == DestructionState.REFUSED
    paper.refresh_from_db()
    assert paper.state == "discarded"
    again = actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)
    actions.withdraw_destruction(again.pk, actor=staff, version=again.version)


def test_a_rule_that_was_changed_takes_a_new_proposal(staff: User, head: User, security_admin: User) -> None:
    old_paper(staff)
    proposed = actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)
    rule: dict[str, Any] = {"years": 10, "event": "settled", "source": "本办办公会2026年第3次议定", "version": 0}
    with pytest.raises(NotPermitted):
        actions.set_retention_rule(retained.PAPERS, **rule, actor=staff)
    for faulty in ({"years": 0}, {"event": "birth"}, {"source": " "}):
        with pytest.raises(Invalid):
            actions.set_retention_rule(retained.PAPERS, **{**rule, **faulty}, actor=head)
    actions.set_retention_rule(retained.PAPERS, **rule, actor=head)
    with pytest.raises(Conflict):
        actions.set_retention_rule(retained.PAPERS, **rule, actor=head)
    with pytest.raises(Conflict) as refused:
        actions.confirm_destruction(proposed.pk, actor=head, version=proposed.version)
    assert refused.value.code == "rule_changed"


def test_sealed_notes_go_with_their_key_and_no_approval_brings_them_back(
    make_finding: Any, staff: User, head: User, security_admin: User, everything_is_over: None
) -> None:
    note = add_sealed_note(make_finding().pk, text="系会计反映", actor=staff)
    asked = opening.ask_to_open(OPENED, note.pk, reason="核对来源", actor=staff)
    opening.approve_opening(asked.pk, actor=head, version=asked.version)
    done = destroyed(retained.SEALED_NOTES, staff, head, security_admin)
    assert done.count == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM findings_sealednote")
        assert bytes(cursor.fetchone()[0]) == b""
    with pytest.raises(NotPermitted):
        opening.open_sealed(asked.pk, actor=staff)
    assert SealedNote.objects.get().destroyed_at is not None
    # A rotation of keys finds nothing there that it could not open.
    assert rotating.rotate((ObjectKey,))[1] == 0


def test_the_trail_stays_provable_when_its_words_are_destroyed(
    make_finding: Any, staff: User, head: User, security_admin: User, everything_is_over: None
) -> None:
    finding = make_finding()
    batch = TrailEntry.objects.filter(object_kind="findings.finding").latest("id").batch
    done = destroyed(retained.LEDGER_TRAIL, staff, head, security_admin)
    assert done.count >= 1
    entry = TrailEntry.objects.filter(object_kind="findings.finding", object_id=finding.pk).latest("id")
    assert entry.told == {} and entry.key.destroyed_at is not None
    verdict = chain.verify()
    assert verdict.holds and verdict.unread >= 1
    with pytest.raises(Invalid):
        undo_batch(batch, actor=staff)
    add_sealed_note(finding.pk, text="其后照常留痕", actor=staff)
    assert chain.verify().holds


def test_the_trail_of_an_account_goes_when_its_last_entry_is_old(
    staff: User, head: User, security_admin: User, everything_is_over: None
) -> None:
    record.record_sign_in(staff, factor="password")
    destroyed(ACCOUNT_TRAIL, staff, head, security_admin)
    assert TrailEntry.objects.filter(act="sign_in").latest("id").told == {}
    assert chain.verify().holds


def test_the_trail_of_findings_of_an_open_round_is_never_due(
    make_finding: Any, round_8: Round, everything_is_over: None
) -> None:
    make_finding()
    assert retained.LEDGER_TRAIL.due("last_entry", timezone.now() + datetime.timedelta(hours=1)).exists()
    Round.objects.filter(pk=round_8.pk).update(feedback_on=None)
    kind = "findings.finding"
    due = retained.LEDGER_TRAIL.due("last_entry", timezone.now() + datetime.timedelta(hours=1))
    assert not due.filter(object_kind=kind).exists()


def test_the_certificate_is_numbered_signed_told_and_kept_beside_the_keys(
    staff: User, head: User, security_admin: User
) -> None:
    for words in ("甲", "乙"):
        old_paper(staff, words)
        done = destroyed(retained.PAPERS, staff, head, security_admin)
    year = timezone.localdate().year
    assert done.number == f"{year}-2"
    *words_of_line, signature = done.line.split()
    keyring().anchor.public_key().verify(bytes.fromhex(signature), " ".join(words_of_line).encode())
    entry = TrailEntry.objects.filter(act="certify_destruction").latest("id")
    assert (entry.after or {})["digest"] == done.digest
    assert certificates.lines_of_file() == [each.line for each in Destruction.objects.order_by("id")]
    assert certificates.file().stat().st_mode & 0o077 == 0
    assert certificates.later() == [] and certificates.copy_to_file() == 0


def test_a_database_that_is_older_than_a_certificate_is_known_by_it(
    staff: User, head: User, security_admin: User
) -> None:
    old_paper(staff)
    with transaction.atomic():
        done = destroyed(retained.PAPERS, staff, head, security_admin)
        transaction.set_rollback(True)
    assert certificates.later() == [done.number]
    with certificates.file().open("a") as file:
        file.write(certificates.file().read_text().replace("papers", "notes") + "no certificate\n")
    assert certificates.later() == [done.number]


def test_what_is_interrupted_goes_on_where_it_was(
    staff: User, head: User, security_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        old_paper(staff, f"第{number}件")
    monkeypatch.setattr(retained.PAPERS, "portion", 2)
    found = approved(retained.PAPERS, staff, head, security_admin)
    real, calls = retained.PAPERS.destroy, []

    def stops(rows: Any) -> Any:
        gone = real(rows)
        calls.append(len(gone))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return gone

    with monkeypatch.context() as patch:
        patch.setattr(retained.PAPERS, "destroy", stops)
        with pytest.raises(KeyboardInterrupt):
            destroying.carry_out(found.pk)
    found.refresh_from_db()
    # The second portion was not destroyed and is not told.
    assert (found.state, found.count, Destroyed.objects.count()) == (DestructionState.UNDER_WAY, 2, 2)
    assert Paper.objects.filter(state="destroyed").count() == 2
    destroying.carry_out_approved()
    found.refresh_from_db()
    assert (found.state, found.count, found.files, Destroyed.objects.count()) == (DestructionState.DONE, 5, 5, 5)
    assert TrailEntry.objects.filter(act="certify_destruction").count() == 1
    assert chain.verify().holds


def test_the_approval_waits_for_some_portions_and_the_job_does_the_rest(
    staff: User, head: User, security_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        old_paper(staff, f"第{number}件")
    monkeypatch.setattr(retained.PAPERS, "portion", 1)
    found = approved(retained.PAPERS, staff, head, security_admin)
    assert destroying.carry_out(found.pk, portions=2).count == 2
    destroying.carry_out_approved()
    found.refresh_from_db()
    assert (found.state, found.count) == (DestructionState.DONE, 5)


def test_a_29th_of_february_goes_no_day_too_early() -> None:
    rule = RetentionRule(kind="papers", years=1, event="settled")
    assert queries.before_of(rule, datetime.date(2028, 2, 29)).date() == datetime.date(2027, 2, 28)
    assert queries.before_of(rule, datetime.date(2027, 3, 1)).date() == datetime.date(2026, 3, 1)


def test_ten_things_due_or_twenty_take_the_same_number_of_queries(staff: User) -> None:
    def ten() -> None:
        for number in range(10):
            paper = old_paper(staff, f"{Paper.objects.count()}-{number}")
            actions.place_hold(retained.PAPERS, key=old_paper(staff, f"缓{paper.pk}").pk, reason="在查", actor=staff)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            queries.standings()
            page = queries.page_of_due(retained.PAPERS)
            retained.PAPERS.named(page.rows)
        return len(caught)

    ten()
    before = count()
    ten()
    assert count() == before
    assert len(queries.page_of_due(retained.PAPERS).rows) == 20


def test_every_kind_ships_with_a_term_of_one_of_its_events(db: None) -> None:
    for kind in kinds().values():
        rule = queries.rule_of(kind)
        assert rule.event in kind.events and rule.source and rule.version == 0


def test_whoever_does_not_see_names_holds_no_single_record_back(staff: User, recused: User) -> None:
    paper = old_paper(staff, "单件")
    with pytest.raises(NotPermitted):
        actions.place_hold(retained.PAPERS, key=paper.pk, reason="在查", actor=recused)
    hold = actions.place_hold(retained.PAPERS, key=None, reason="在查", actor=recused)
    assert hold.name == ""
