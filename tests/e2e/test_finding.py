"""The page of one finding, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from tests.findings.sourced import FACTS, STATEMENT, paper_of
from xuncha.findings.actions import editing
from xuncha.findings.models import Requirement


@pytest.fixture
def whole(make_finding: Any, cast: Any, round_8: Any) -> Any:
    """A finding with all that can hang on one, three in its list."""
    make_finding("药品采购程序不规范，未按规定集体研究")
    finding = make_finding(STATEMENT, facts=FACTS, nature="common", origin="emerging", heading="（三）风险防范意识薄弱")
    make_finding("村卫生室补助发放审核不严", issued=False)
    paper_of(finding, cast.staff)
    Requirement.objects.create(
        feedback=finding.feedback, order=1, title="两个月内报送整改方案", who="局党组", due_words="两个月内"
    )
    editing.edit_finding(
        finding.pk,
        changes={
            "category_reasons": ["专项资金", "滞留"],
            "stated_leader": "何远之",
            "person": "梁若谷",
            "stated_status": "已完成",
            "progress": "清算并拨付滞留资金，制定专项资金拨付时限办法。",
            "measures": [{"text": "清算并拨付滞留资金"}, {"text": "按月通报拨付进度"}],
        },
        version=None,
        actor=cast.staff,
    )
    editing.edit_finding(
        finding.pk,
        changes={"statement": STATEMENT.replace("94天", "94天左右")},
        version=None,
        reason="与原文核对",
        actor=cast.head,
    )
    return finding


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, LAPTOP, PHONE], ids=["wide", "laptop", "phone"])
def test_the_whole_of_a_finding_on_one_page(site: Site, cast: Any, whole: Any, language: str, size: Any) -> None:
    page = site.page(cast.staff, language=language, size=size)
    page.goto(f"/ledger/{whole.pk}/?round={whole.round_id}")
    site.shot(page, f"finding-{size['width']}-{language}", whole=True)
    assert STATEMENT[:20] in page.locator(".statement").inner_text()
    site.axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
