"""A small ledger with something of everything, for the tests of the list."""

from __future__ import annotations

import datetime
import random
import uuid
from typing import Any

import pytest

from xuncha.findings.actions import keeping
from xuncha.findings.models import Feedback, Finding, Recipient
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security.models import User

WORDS = (
    "公共卫生资金",
    "拨付不及时",
    "津补贴",
    "违规发放",
    "三重一大",
    "党建",
    "DRG付费",
    "Ａ类",
    "，",
    "2025年",
    "的",
    "-",
)


@pytest.fixture
def ledger(
    round_8: Round, health: Unit, hospital: Unit, education: Unit, category: Category, staff: User, head: User
) -> list[Finding]:
    """Sixty findings in two rounds, single and joint, with and without what may be missing."""
    draw = random.Random(7)
    round_7 = Round.objects.create(term=round_8.term, number=7)
    other = Category.objects.filter(scheme=category.scheme).exclude(pk=category.pk).first()
    fed_back = {}
    for round in (round_7, round_8):
        fed_back[round.pk] = Feedback.objects.create(
            round=round, title="反馈意见", issued_at="2026-08-26T09:00:00+08:00", issued_by=staff
        )
    units = (health, hospital, education)
    new = []
    for _ in range(60):
        unit = draw.choice((*units, None))
        round = draw.choice((round_7, round_8))
        state = draw.choice(("issued", "issued", "issued", "draft", "withdrawn", "replaced"))
        addressed = [unit] if unit else draw.sample(units, draw.randint(1, 3))
        new.append(
            keeping.NewFinding(
                Finding(
                    statement="".join(draw.choices(WORDS, k=draw.randint(1, 4))),
                    unit=unit,
                    round=round,
                    state=state,
                    feedback=fed_back[round.pk] if state == "issued" else None,
                    category=draw.choice((category, other, None)),
                    severity=draw.choice(("", "high", "medium", "low")),
                    nature=draw.choice(("", "common", "individual")),
                    immediate=draw.random() < 0.3,
                    stated_due=draw.choice((None, datetime.date(2026, 9, 1), datetime.date(2026, 10, 8))),
                    stated_leader=draw.choice(("", "周砚")),
                ),
                manifestations=[{"text": draw.choice(WORDS)}],
                units=[each.pk for each in addressed],
            )
        )
    findings = keeping.add_findings(new, actor=staff, act="enter_paper", batch=uuid.uuid4())
    for round in (round_7, round_8):
        Recipient.objects.bulk_create(Recipient(feedback=fed_back[round.pk], unit=unit) for unit in units)
    for finding in findings[::3]:
        at = datetime.datetime(2026, 9, draw.randint(1, 5), tzinfo=datetime.UTC)
        Finding.objects.filter(pk=finding.pk).update(changed_at=at, changed_by=head)
    return list(Finding.objects.order_by("pk"))


def keys(rows: Any) -> list[int]:
    """The keys of rows."""
    return [row.pk for row in rows]
