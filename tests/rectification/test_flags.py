"""Signs of paper only: raised by keys as things are written, shown with both sides, left to a person."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.rectification.put_right import MakeItem, MakeMeasure
from xuncha.rectification.actions.closing import take_step
from xuncha.rectification.actions.flagging import note_flag
from xuncha.rectification.actions.proving import add_evidence, drop_evidence
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import Measure, PaperFlag
from xuncha.rectification.paper_only import fingerprint, lists_only_meetings
from xuncha.rectification.queries import flags as queries
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.security.models import User

TODAY = timezone.localdate()
SAME = "高标准落实，对资金拨付逐笔核对，三家医院已拨付到账"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def say(measure: Measure, actor: User, words: str, **fields: Any) -> None:
    measure.refresh_from_db()
    fields = {"progress": "done", "on": TODAY, "version": measure.version, **fields}
    report_progress([Report(measure.pk, words=words, **fields)], actor=actor)


def picture(measure: Measure, actor: User, content: bytes = PNG, **fields: Any) -> Any:
    return add_evidence(measure, "照片.png", io.BytesIO(content), actor=actor, **fields)


def kinds() -> list[str]:
    return list(PaperFlag.objects.order_by("pk").values_list("kind", flat=True))


def test_the_same_words_of_another_unit_are_found_whatever_stands_between_them(
    make_item: MakeItem, make_measure: MakeMeasure, education: Any, liaison: User, other_liaison: User, staff: User
) -> None:
    mine, theirs = make_measure(make_item()), make_measure(make_item(unit=education))
    say(theirs, other_liaison, SAME)
    say(mine, liaison, SAME.replace("，", "； "))
    flag = PaperFlag.objects.get()
    assert (flag.kind, flag.share, flag.rectification_id) == ("same_text", 100, mine.rectification_id)
    assert flag.other_entry is not None and flag.other_entry.measure == theirs
    assert len(queries.flags_of(staff, [mine.rectification_id])[mine.rectification_id]) == 1


def test_words_that_are_much_alike_are_found_in_the_own_unit(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User
) -> None:
    first, second = make_measure(make_item()), make_measure(make_item())
    say(first, liaison, SAME)
    say(second, liaison, SAME + "了")
    flag = PaperFlag.objects.get()
    assert flag.share is not None and 85 <= flag.share <= 100


def test_within_one_item_the_same_words_are_no_sign(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User
) -> None:
    item = make_item()
    for measure in (make_measure(item), make_measure(item)):
        say(measure, liaison, SAME)
    assert kinds() == []
    assert fingerprint("已完成") == ""


@pytest.mark.parametrize(
    ("words", "is_sign"),
    [
        ("召开专题会议2次，印发通知1份，传达学习相关文件", True),
        ("召开专题会议2次，印发通知1份，已拨付到账286.40万元", False),
        ("召开会议一次", False),
        ("两个卫生院资金到账", False),
    ],
)
def test_meetings_and_papers_alone_are_a_sign(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User, words: str, is_sign: bool
) -> None:
    assert lists_only_meetings(words) == is_sign
    say(make_measure(make_item()), liaison, words)
    assert ("only_meetings" in kinds()) == is_sign


def test_a_file_used_twice_is_a_sign_until_it_is_taken_away(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User
) -> None:
    item = make_item()
    picture(make_measure(item), liaison)
    second = picture(make_measure(item), liaison)
    assert kinds() == ["same_file"]
    drop_evidence(second, actor=liaison)
    assert kinds() == []


def test_evidence_older_than_the_feedback_is_a_sign(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User
) -> None:
    measure = make_measure(make_item())
    picture(measure, liaison, PNG + b"1", dated_on=datetime.date(2026, 8, 26))
    assert kinds() == []
    picture(measure, liaison, PNG + b"2", dated_on=datetime.date(2026, 5, 30))
    assert kinds() == ["early_proof"]


def test_at_the_application_the_last_day_and_unchanged_facts_are_signs(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User, unit_secretary: User, reviewer: User
) -> None:
    item = make_item(due_on=TODAY)
    for number, kind in enumerate(("recovery", "other")):
        measure = make_measure(item, kind=kind)
        picture(measure, liaison, PNG + bytes([number]))
        say(measure, liaison, f"第{number}笔")
    item.refresh_from_db()
    take_step({item.pk: item.version}, act="apply", actor=unit_secretary)
    assert sorted(kinds()) == ["last_day", "no_fact"]
    item.refresh_from_db()
    take_step({item.pk: item.version}, act="keep", words="再看", actor=reviewer)
    item.refresh_from_db()
    take_step({item.pk: item.version}, act="apply", actor=unit_secretary)
    assert len(kinds()) == 2


def test_flags_are_seen_by_who_may_see_both_sides_and_by_no_unit(
    make_item: MakeItem, make_measure: MakeMeasure, education: Any, everybody: Any
) -> None:
    theirs, mine = make_measure(make_item()), make_measure(make_item(unit=education))
    say(theirs, everybody.liaison, SAME)
    say(mine, everybody.other_liaison, SAME)
    flag = PaperFlag.objects.get()
    seeing = {name for name, user in vars(everybody).items() if queries.find_flag(user, flag.pk)}
    # Who is recused from health sees neither its text nor the sign that there is one.
    assert seeing == {"head", "staff", "reviewer"}


def test_a_person_notes_what_is_to_be_thought_of_it_and_why(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User, unit_secretary: User, reviewer: User, staff: User
) -> None:
    say(make_measure(make_item()), liaison, "召开专题会议2次，印发通知1份")
    flag = PaperFlag.objects.get()
    with pytest.raises(NotPermitted):
        note_flag(flag, outcome="no_matter", reason="没事", seen="", actor=unit_secretary)
    with pytest.raises(Invalid):
        note_flag(flag, outcome="no_matter", reason=" ", seen="", actor=reviewer)
    note_flag(flag, outcome="ask", reason="请说明会议之外做了什么", seen="", actor=reviewer)
    with pytest.raises(Conflict):
        note_flag(flag, outcome="no_matter", reason="另有凭证", seen="", actor=staff)
    flag.refresh_from_db()
    assert (flag.outcome, flag.noted_by) == ("ask", reviewer)
    assert [entry.act for entry in trail.history_of(flag)] == ["note_flag"]


def test_many_reports_ask_as_often_as_one(make_item: MakeItem, make_measure: MakeMeasure, liaison: User) -> None:
    measures = [make_measure(make_item()) for _ in range(6)]

    def asked(some: list[Measure]) -> int:
        with CaptureQueriesContext(connection) as asked:
            reports = [Report(m.pk, "done", f"第{m.pk}笔资金已拨付到账，凭证附后备查", TODAY, 1) for m in some]
            report_progress(reports, actor=liaison)
        return sum(q["sql"].startswith("SELECT") and "progressentry" in q["sql"] for q in asked)

    assert asked(measures[:1]) == asked(measures[1:])
