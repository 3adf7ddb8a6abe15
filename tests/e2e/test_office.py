"""The office's own pages in a real browser: desk, rounds, units, schemes; in both languages, wide and on a phone."""

from __future__ import annotations

import datetime
import random
import uuid

import pytest
from django.db import transaction

from tests.cast import make_unit
from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from xuncha.cli.demo import county
from xuncha.findings.actions import keeping
from xuncha.findings.models import Feedback, Finding, Recipient, Requirement
from xuncha.organisation.models import Unit
from xuncha.rounds.models import InspectedUnit, Round, Team
from xuncha.rulebook.models import Category
from xuncha.security.models import User

SIZES = pytest.mark.parametrize("size", [WIDE, LAPTOP, PHONE], ids=["wide", "laptop", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def a_full_round(round_8: Round, health: Unit, hospital: Unit, education: Unit, staff: User) -> Round:
    """A round of fourteen units with invented findings, some joint, some not yet fed back."""
    round_8.starts_on, round_8.ends_on = datetime.date(2026, 4, 20), datetime.date(2026, 6, 12)
    round_8.save()
    known = {unit.short_name: unit for unit in (health, hospital, education)}
    for entry in county.UNITS:
        if entry.short_name not in known:
            parent = known.get(entry.parent or "")
            known[entry.short_name] = make_unit(entry.short_name, entry.name, entry.sector, parent)
    chosen = county.ROUNDS[-1]
    for name, team in zip(chosen.units, chosen.teams, strict=True):
        number = list(dict.fromkeys(chosen.teams)).index(team) + 1
        formed, _made = Team.objects.get_or_create(round=round_8, number=number, name=team)
        InspectedUnit.objects.update_or_create(round=round_8, unit=known[name], defaults={"team": formed})
    chance = random.Random(8)
    categories = list(Category.objects.filter(scheme__is_leading=True))
    new = []
    for name in chosen.units:
        unit = known[name]
        feedback = Feedback.objects.create(
            round=round_8,
            title=f"关于巡察{unit.name}党组的反馈意见",
            issued_at="2026-08-26T09:00:00+08:00",
            issued_by=staff,
        )
        Recipient.objects.create(feedback=feedback, unit=unit)
        Requirement.objects.create(feedback=feedback, order=1, title="压实整改责任", who="局党组", due_on="2026-11-26")
        for category in chance.choices(categories, weights=range(len(categories), 0, -1), k=chance.randint(6, 20)):
            draft = chance.random() < 0.2
            finding = Finding(
                round=round_8,
                unit=unit,
                statement=f"{category.name}方面：年度任务落实不到位，台账不全",
                category=category,
                state="draft" if draft else "issued",
                feedback=None if draft else feedback,
            )
            new.append(keeping.NewFinding(finding, units=[unit.pk]))
    for category in categories[:5]:
        finding = Finding(round=round_8, unit=None, statement="部分单位学习计划照抄", category=category, state="draft")
        new.append(keeping.NewFinding(finding, units=[health.pk, education.pk]))
    with transaction.atomic():
        keeping.add_findings(new, actor=staff, act="enter_paper", batch=uuid.uuid4())
    return round_8


@LANGUAGES
@SIZES
def test_the_desk_of_the_office(
    site: Site, a_full_round: Round, staff: User, language: str, size: dict[str, int]
) -> None:
    page = site.page(staff, language=language, size=size)
    page.goto("/")
    site.shot(page, f"desk-{language}-{size['width']}", whole=True)
    assert page.locator("[data-heat]").count() == 1
    site.axe(page)


@LANGUAGES
@SIZES
def test_the_desk_of_a_unit(
    site: Site, a_full_round: Round, liaison: User, language: str, size: dict[str, int]
) -> None:
    page = site.page(liaison, language=language, size=size)
    page.goto("/")
    site.shot(page, f"desk-unit-{language}-{size['width']}", whole=True)
    assert "教育局" not in page.content()
    site.axe(page)


PAGES = {
    "rounds": "/rounds/",
    "round": "/rounds/{round}/",
    "round-units": "/rounds/{round}/units/",
    "round-edit": "/rounds/{round}/edit/",
    "term": "/rounds/terms/{term}/",
    "units": "/units/",
    "unit": "/units/{unit}/",
    "unit-edit": "/units/{unit}/edit/",
    "unit-merge": "/units/{unit}/merge/",
    "units-import": "/units/import/",
    "schemes": "/schemes/",
    "scheme-edit": "/schemes/{scheme}/edit/",
    "scheme-file": "/schemes/{scheme}/file/",
    "scheme-lead": "/schemes/{scheme}/lead/",
    "office": "/schemes/office/",
    "scheme": "/schemes/{scheme}/",
}


@LANGUAGES
@SIZES
def test_everybody_can_use_the_pages_of_the_office(
    site: Site,
    a_full_round: Round,
    health: Unit,
    category: Category,
    staff: User,
    language: str,
    size: dict[str, int],
) -> None:
    page = site.page(staff, language=language, size=size)
    for name, place in PAGES.items():
        page.goto(
            place.format(round=a_full_round.pk, term=a_full_round.term_id, unit=health.pk, scheme=category.scheme_id)
        )
        site.shot(page, f"{name}-{language}-{size['width']}", whole=True)
        site.axe(page)


def test_the_arrows_move_from_figure_to_figure(site: Site, a_full_round: Round, staff: User) -> None:
    page = site.page(staff)
    page.goto("/")
    first = page.locator("[data-heat] a").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('[data-heat]') !== null")
    assert page.locator("[data-heat] a[tabindex='0']").count() == 1
