"""After feedback it was handed over, units answered or did not, the office had its word: every state is to be seen."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from django.utils import timezone

from xuncha.findings.models import Feedback
from xuncha.findings.queries.feedback import recipients_of
from xuncha.rectification.actions.claiming import Answer, answer_claims, decide_claims
from xuncha.rectification.actions.handing import hand_over, record_duty
from xuncha.rectification.queries import claims, handing
from xuncha.rectification.queries.claims import ClaimFilter
from xuncha.rounds.models import Round
from xuncha.security.models import User

# In whose hands the feedback came; of others the secretary of the unit.
_RECEIVED: Final = {"卫健局": "沈知禾", "人民医院": "季书言"}
_DOCUMENTS: Final = "反馈意见1份\n问题清单1份"
# What the two units answer, one after the other; the rest stays open.
_ANSWERS: Final = (
    ("claimed", "本单位2025年度有3笔，已逐笔核对", ""),
    ("claimed", "机关和下属单位均有，其中2个单位较突出", ""),
    ("claimed_with_objection", "属实的有2笔", "其中1笔系财政下达较晚，不是本单位滞留"),
    ("self_checked_none", "", "抽查2024年至2026年全部台账和会议记录，没有发现这类情况"),
    ("not_ours", "", "该事项职责在2025年机构改革中已划出"),
    ("not_ours", "", "该项工作由县财政局牵头，本单位只是配合"),
)


def hand_over_and_claim(people: Mapping[str, User], round: Round) -> None:
    """Hand all issued feedback of the round over; the health bureau and the hospital answer, the office decides."""
    staff = people["guqinglan"]
    day = min(round.feedback_on or timezone.localdate(), timezone.localdate())
    for feedback in Feedback.objects.filter(round=round, issued_at__isnull=False).order_by("pk"):
        received = {
            unit.pk: _RECEIVED.get(unit.short_name, "单位主要负责人") for unit in recipients_of(staff, feedback)
        }
        if received:
            hand_over(
                feedback,
                received=received,
                handed_on=day,
                meeting="第八轮巡察集中反馈会，县委礼堂",
                documents=_DOCUMENTS,
                actor=staff,
            )
    for username in ("shenzhihe", "jishuyan"):
        _answer(people[username], round)
    _decide(people["luheng"], round)
    _report(people["shenzhihe"], round, day)


def _answer(actor: User, round: Round) -> None:
    parts = claims.parts(actor, ClaimFilter(round=round.pk, heap="open"), size=len(_ANSWERS) * 2).parts
    # Joint findings first: of them every unit says what is its own.
    ordered = sorted(parts, key=lambda part: (part.finding.unit_id is not None, part.pk))
    answers = [
        Answer(part.pk, state, own, words) for part, (state, own, words) in zip(ordered, _ANSWERS * 2, strict=False)
    ]
    if answers:
        answer_claims(answers[: len(_ANSWERS) + 2], actor=actor)


def _decide(head: User, round: Round) -> None:
    """One answer of each kind is left to be looked at; of the others each act of the office is there once."""
    for act, state, reason in (
        ("accept", "claimed", ""),
        ("question", "self_checked_none", "请补充抽查的范围和比例，并附抽查记录"),
        ("assign", "not_ours", "县委编办文件明确该职责仍由你单位承担，应予认领"),
        ("uphold", "not_ours", "经核对职责文件，答复属实"),
    ):
        waiting = claims.parts(head, ClaimFilter(round=round.pk, heap="waiting", state=state)).parts
        if len(waiting) > 1 or act == "uphold":
            keys = [part.pk for part in waiting[:1]]
            if keys:
                decide_claims(keys, act=act, reason=reason, seen=claims.last_step(), actor=head)


def _report(actor: User, round: Round, day: datetime.date) -> None:
    duty = handing.duties(actor, round).first()
    if duty is not None:
        proof = "党组会议记录和整改工作领导小组文件，存局办公室"
        record_duty(duty, done_on=day, proof=proof, actor=actor, version=duty.version)
