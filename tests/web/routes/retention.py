"""Destructions that the table of addresses speaks of."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from tests.findings.arriving import send
from xuncha.findings import retained
from xuncha.findings.models import Paper
from xuncha.security.models import Destruction, Hold, User
from xuncha.security.retention import actions, certificates, destroying


@pytest.fixture
def due_paper(staff: User) -> Paper:
    """A paper that was put aside long ago."""
    paper = send(staff, {"甲.txt": "反馈意见".encode()}).received[0].paper
    assert paper
    long_ago = timezone.make_aware(datetime.datetime(1990, 1, 1))
    Paper.objects.filter(pk=paper.pk).update(state="discarded", uploaded_at=long_ago)
    return paper


@pytest.fixture
def held_paper(due_paper: Paper, staff: User) -> Hold:
    """That paper held back."""
    return actions.place_hold(retained.PAPERS, key=due_paper.pk, reason="纪委在查", actor=staff)


@pytest.fixture
def proposed_destruction(due_paper: Paper, staff: User) -> Destruction:
    """Proposed by the staff, waiting for the head."""
    return actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)


@pytest.fixture
def done_destruction(
    proposed_destruction: Destruction,
    head: User,
    security_admin: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Destruction:
    """Destroyed and certified."""
    monkeypatch.setattr(certificates, "file", lambda: tmp_path / "certificates.txt")
    found = actions.confirm_destruction(proposed_destruction.pk, actor=head, version=proposed_destruction.version)
    found = actions.approve_destruction(found.pk, actor=security_admin, version=found.version)
    return destroying.carry_out(found.pk)
