"""Papers and feedback as the permission table calls them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.findings.arriving import send
from tests.findings.reviewed import make_paper
from xuncha.findings.actions.entering import enter_paper
from xuncha.findings.actions.reading import discard
from xuncha.findings.models import Feedback, Paper
from xuncha.rounds.models import Round
from xuncha.security.models import User


@pytest.fixture
def waiting_paper(staff: User) -> Paper:
    """A paper that waits to be read, with its file."""
    paper = send(staff, {"甲.txt": "反馈意见".encode()}).received[0].paper
    assert paper
    return paper


@pytest.fixture
def discarded_paper(waiting_paper: Paper, staff: User) -> Paper:
    """A paper that was put aside."""
    return discard(waiting_paper, actor=staff, version=waiting_paper.version)


@pytest.fixture
def accepted_paper(tmp_path: Path, staff: User, round_8: Round) -> Paper:
    """A feedback to the health bureau of which everything was accepted."""
    paper = make_paper(staff, tmp_path)
    paper.drafts.filter(level="item", state="unseen").update(state="accepted")
    return paper


@pytest.fixture
def issued_feedback(accepted_paper: Paper, staff: User) -> Feedback:
    """What the health bureau was given."""
    entry = enter_paper(accepted_paper, actor=staff, version=accepted_paper.version)
    assert entry.feedback
    return entry.feedback


@pytest.fixture
def draft_feedback(accepted_paper: Paper, staff: User) -> Feedback:
    """A feedback that was entered and not issued."""
    accepted_paper.already_fed_back = False
    accepted_paper.save()
    entry = enter_paper(accepted_paper, actor=staff, version=accepted_paper.version)
    assert entry.feedback
    return entry.feedback


@pytest.fixture
def form_of_upload() -> dict[str, Any]:
    """One file, as the page sends it."""
    return {"files": SimpleUploadedFile("乙.txt", "反馈意见二".encode()), "kind": ""}


@pytest.fixture
def day_of_feedback() -> str:
    """A day on which feedback can have been given."""
    return datetime.date(2026, 9, 1).isoformat()


@pytest.fixture
def unbound_draft(make_finding: Any) -> str:
    """A draft of the health bureau in no feedback, as a form names it with its version."""
    finding = make_finding("另一个问题", issued=False)
    return f"{finding.pk}.{finding.version}"
