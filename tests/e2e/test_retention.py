"""A paper whose term is over: proposed, confirmed, approved and certified in a browser, by three people."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from tests.e2e.site import PHONE, Site
from xuncha.findings.models import Paper
from xuncha.security.models import User
from xuncha.security.retention import certificates

pytest_plugins = ["tests.web.routes.retention"]
pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(autouse=True)
def _certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "file", lambda: tmp_path / "certificates.txt")


def test_three_people_take_a_paper_to_its_certificate(
    site: Site, staff: User, head: User, security_admin: User, due_paper: Paper
) -> None:
    proposes, confirms, approves = site.page(staff), site.page(head), site.page(security_admin)
    proposes.goto(reverse("retention"))
    site.axe(proposes)
    site.shot(proposes, "retention")
    proposes.get_by_role("link", name="导入材料及原件", exact=True).click()
    proposes.get_by_text(due_paper.name).wait_for()
    site.axe(proposes)
    site.shot(proposes, "retention-due")
    proposes.get_by_role("link", name="提出销毁").click()
    proposes.get_by_label("理由").fill("保管期满，纸质件已移交档案馆")
    site.axe(proposes)
    site.shot(proposes, "retention-propose")
    proposes.get_by_role("button", name="提出", exact=True).click()
    proposes.get_by_text("待巡察办负责人").wait_for()
    address = proposes.url.split("?")[0]

    confirms.goto("/")
    confirms.get_by_role("link", name="审批").click()
    site.axe(confirms)
    site.shot(confirms, "destruction-confirm")
    confirms.get_by_role("button", name="同意销毁").click()
    confirms.get_by_text("待安全管理员").wait_for()

    approves.goto("/")
    site.shot(approves, "destruction-desk")
    approves.get_by_role("link", name="审批").click()
    assert approves.get_by_text(due_paper.name).count() == 0
    site.axe(approves)
    approves.get_by_role("button", name="批准并销毁").click()
    approves.get_by_role("heading", name="销毁证明").wait_for()
    approves.get_by_text("国家档案局令第8号").wait_for()
    site.axe(approves)
    site.shot(approves, "certificate")
    approves.emulate_media(media="print")
    site.shot(approves, "certificate-print")

    proposes.goto(address)
    proposes.get_by_text(due_paper.name).wait_for()
    site.shot(proposes, "destruction-done")
    proposes.goto(reverse("paper", args=[due_paper.pk]))
    proposes.get_by_role("heading", name="到期销毁").wait_for()
    site.shot(proposes, "destroyed-paper")
    for person, language in ((head, "en"), (security_admin, "zh-hans")):
        phone = site.page(person, language=language, size=PHONE)
        for place in (reverse("retention"), address, f"{address}certificate/"):
            phone.goto(place)
            assert not phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"), place
            site.shot(phone, f"phone-{language}-{place.strip('/').replace('/', '-')}")
