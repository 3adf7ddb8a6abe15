"""What the rows of the review need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.findings.reviewed import make_paper
from xuncha.findings.models import Draft, Paper
from xuncha.rounds.models import Round
from xuncha.security.models import User


@pytest.fixture
def reviewed_paper(staff: User, round_8: Round, tmp_path: Path) -> Paper:
    """A paper under review."""
    return make_paper(staff, tmp_path)


@pytest.fixture
def reviewed_draft(reviewed_paper: Paper) -> Draft:
    """The third finding read out of it, which could be two."""
    return reviewed_paper.drafts.get(label="3")


@pytest.fixture
def reviewed_place(reviewed_draft: Draft) -> dict[str, str]:
    """Where the third finding can be cut."""
    return {"place": f"0:{reviewed_draft.statement.index('且')}"}


@pytest.fixture
def missed_words(reviewed_paper: Paper) -> dict[str, str]:
    """Words of the paper that stand in no finding."""
    start = reviewed_paper.text.index("根据县委统一部署")
    return {"place": f"{start}-{start + 8}"}
