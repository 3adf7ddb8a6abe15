"""A paper is reviewed in a real browser: by keyboard, by two people, on a phone, without a connection."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from tests.findings.reviewed import make_paper
from xuncha.rounds.models import Round
from xuncha.security.models import User

SIZES = {"1440": WIDE, "1280": LAPTOP, "390": PHONE}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["1440", "1280", "390"])
def test_the_page_is_usable_by_everybody(
    site: Site, staff: User, round_8: Round, tmp_path: Path, size: str, language: str
) -> None:
    paper = make_paper(staff, tmp_path)
    page = site.page(staff, language=language, size=SIZES[size])
    page.goto(f"/papers/{paper.pk}/review/")
    site.axe(page)
    site.shot(page, f"review-{size}-{language}")
