"""Requests to open that the table of addresses speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from xuncha.findings.actions.noting import add_sealed_note
from xuncha.findings.models import SealedNote
from xuncha.findings.sealed_notes import SEALED_NOTES
from xuncha.security.models import OpeningRequest, User
from xuncha.security.opening import actions


@pytest.fixture
def sealed_note(make_finding: Any, staff: User) -> SealedNote:
    """A note under seal on a finding of the health bureau."""
    return add_sealed_note(make_finding().pk, text="系会计反映", actor=staff)


@pytest.fixture
def asked_opening(sealed_note: SealedNote, staff: User) -> OpeningRequest:
    """Asked for by the staff, waiting for the head."""
    return actions.ask_to_open(SEALED_NOTES, sealed_note.pk, reason="核对来源", actor=staff)


@pytest.fixture
def approved_opening(asked_opening: OpeningRequest, head: User) -> OpeningRequest:
    """Approved by the head."""
    return actions.approve_opening(asked_opening.pk, actor=head, version=asked_opening.version)
