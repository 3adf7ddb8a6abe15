"""Anchors are signed as the trail grows, and a copy lies outside the database."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.security.test_chain import unguarded
from xuncha.security import anchoring, anchors, chain, jobs, trail
from xuncha.security.errors import NotPermitted
from xuncha.security.models import Anchor, TrailEntry, TrailHead, User


@pytest.fixture(autouse=True)
def _a_file_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_FILE = tmp_path / "anchors.txt"
    settings.ANCHOR_EVERY = 5


def _write(user: User, number: int) -> None:
    for _ in range(number):
        trail.record(actor=user, act="choose_language", thing=user)


def _aged(anchor: Anchor) -> None:
    """As if it had been signed a day ago."""
    with unguarded():
        Anchor.objects.filter(pk=anchor.pk).update(at=timezone.now() - datetime.timedelta(days=1))


def test_the_first_entries_get_an_anchor_and_then_every_so_many(staff: User) -> None:
    assert anchoring.anchor_if_due() is None
    _write(staff, 1)
    first = anchoring.anchor_if_due()
    assert first is not None and first.seq == chain.head()[0]
    _write(staff, 4)
    assert anchoring.anchor_if_due() is None
    _write(staff, 1)
    assert anchoring.anchor_if_due() is not None


def test_a_day_with_one_entry_gets_one_anchor_and_a_day_without_gets_none(staff: User) -> None:
    _write(staff, 1)
    first = anchoring.anchor_if_due()
    assert first is not None
    _aged(first)
    assert anchoring.anchor_if_due() is None
    _write(staff, 1)
    # However long the service did not run: what was missed is made up for once.
    assert anchoring.anchor_if_due() is not None
    assert anchoring.anchor_if_due() is None


def test_the_file_holds_every_anchor_once_and_is_the_owner_s_alone(staff: User) -> None:
    _write(staff, 1)
    assert anchors.drop_anchor() is not None
    _write(staff, 1)
    # One was signed on the command line, the copy of the other was cut short: both come in.
    assert anchors.drop_anchor() is not None
    assert (anchoring.copy_to_file(), anchoring.copy_to_file()) == (2, 0)
    lines = anchoring.file().read_text("ascii").splitlines()
    assert lines == list(Anchor.objects.order_by("seq").values_list("line", flat=True))
    assert stat.S_IMODE(anchoring.file().stat().st_mode) == 0o600


def test_the_file_shows_an_old_database_put_back(staff: User) -> None:
    _write(staff, 3)
    assert anchoring.anchor_if_due() is not None
    with unguarded():
        Anchor.objects.all().delete()
        last = trail.history_of(staff).first()
        assert last is not None
        before = trail.history_of(staff)[1]
        TrailEntry.objects.filter(pk=last.pk).delete()
        TrailHead.objects.update(seq=before.seq, link=before.link)
    assert chain.verify().holds
    assert chain.verify(anchors.links(anchoring.kept_lines())).code == "cut"


def test_nobody_but_the_reader_of_the_trail_signs_by_hand(staff: User, trail_reader: User) -> None:
    with pytest.raises(NotPermitted):
        anchoring.sign_anchor(actor=staff)
    made = anchoring.sign_anchor(actor=trail_reader)
    assert made is not None and chain.verify(anchors.links([made.line])).holds
    assert anchoring.sign_anchor(actor=trail_reader) is None


def test_a_job_that_fails_does_not_hold_up_the_others_and_is_tried_again(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.JOBS = [("xuncha.security.no_such_module.job", 0), ("django.utils.timezone.now", 60)]
    running = jobs.Jobs()
    assert running.run_due() <= 1
    assert "no_such_module" in caplog.text
    assert running._due["django.utils.timezone.now"] > 0
