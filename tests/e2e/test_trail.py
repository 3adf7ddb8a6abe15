"""The pages of the trail reader in a real browser: in both languages, wide and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tests.e2e.site import PHONE, WIDE, Site
from xuncha.security import anchoring, checking, record, trail
from xuncha.security.models import User

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "size"), [("zh-hans", WIDE), ("zh-hans", PHONE), ("en", WIDE)])
def test_the_trail_is_read_narrowed_and_proved(
    site: Site, trail_reader: User, staff: User, health: Any, settings: Any, tmp_path: Any, language: str, size: Any
) -> None:
    settings.ANCHOR_FILE = tmp_path / "anchors.txt"
    record.record_sign_in(staff, factor="password")
    record.record_failed_sign_in("somebody")
    record.record_refusal(staff, "edit_finding", place="POST /ledger/12/")
    with transaction.atomic():
        for n in range(12):
            trail.record(actor=staff, act="rename_unit", thing=health, before={"name": n}, after={"name": n + 1})
        entry = trail.record(
            actor=trail_reader, act="grant_role", thing=staff, after={"role": "office_head"}, reason="外出"
        )
    anchoring.sign_anchor(actor=trail_reader)
    checking.run(checking.start_check(actor=trail_reader))
    page = site.page(trail_reader, language=language, size=size)
    shown = f"{language}-{size['width']}"
    for name, address in (
        ("trail", "/trail/"),
        ("trail-entry", f"/trail/{entry.seq}/"),
        ("anchors", "/trail/anchors/"),
    ):
        page.goto(site.address + address)
        site.axe(page)
        site.shot(page, f"{name}-{shown}", whole=True)
    page.goto(site.address + "/trail/")
    page.locator("summary.filter-add").click()
    page.select_option("#f-act", "grant_role")
    site.shot(page, f"trail-filter-{shown}")
    page.locator(".trail-filter button").click()
    assert page.locator("tbody tr").count() == 1
