"""Whatever all roles try on the way from claim to closure, in whatever order, permitted or not: what must hold holds."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.cast import make_user
from xuncha.findings.models import Addressee
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.claiming import Answer, answer_claims, decide_claims
from xuncha.rectification.actions.closing import ACTS, demand_site_check, record_site_check, take_step
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.actions.proving import add_evidence
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import (
    Claim,
    ClosureStep,
    Evidence,
    HandingOver,
    Measure,
    Plan,
    ProgressEntry,
    Rectification,
    SiteCheck,
)
from xuncha.rectification.permissions import known_measures
from xuncha.rectification.queries import claims, closing, items
from xuncha.rectification.queries.items import ItemFilter
from xuncha.rectification.rates import share
from xuncha.rectification.workflow import Act, ClosureAct, Progress, is_taken_on, progress_of
from xuncha.security.errors import Refused
from xuncha.security.models import TrailEntry, User
from xuncha.security.roles import Role

PEOPLE = (
    *("liaison", "unit_secretary", "unit_leader", "other_liaison", "other_secretary", "staff", "head", "reviewer"),
    *("leader_in_charge", "outsider", "recused", "team_head", "leadership"),
)
OFFICE = frozenset({"staff", "head"})
VERIFIERS = OFFICE | {"reviewer"}
# Permitted acts are tried more often: most of what anybody could try is forbidden.
ANYBODY = st.sampled_from(PEOPLE)
WORDS = st.sampled_from(["已逐项核对，属实", ""])
FRESH = st.sampled_from([True, True, True, False])


class Loop(RuleBasedStateMachine):
    """The loop of two units in one joint finding and one of its own. Each run is undone at its end."""

    people: dict[str, User]
    parts: list[int]
    units: dict[str, int]
    _turn = 0

    def __init__(self) -> None:
        super().__init__()
        self._around = transaction.atomic()
        self._around.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._around.__exit__(None, None, None)

    def _try(self, allowed: bool, act: Callable[[], Any]) -> None:
        told = _told()
        try:
            with transaction.atomic():
                act()
        except Refused:
            assert _told() == told, "a refused act left something behind"
        else:
            assert allowed, "somebody did what is not theirs"

    def _item(self, number: int) -> Rectification | None:
        return Rectification.objects.order_by("pk")[number : number + 1].first()

    def _measure(self, number: int) -> Measure | None:
        return Measure.objects.order_by("pk")[number : number + 1].first()

    def _is_of(self, who: str, unit: int) -> bool:
        mine = {"liaison", "unit_secretary", "unit_leader"} if unit == self.units["mine"] else set()
        theirs = {"other_liaison", "other_secretary"} if unit == self.units["theirs"] else set()
        return who in mine | theirs

    @initialize(depth=st.integers(0, 4))
    def begin(self, depth: int) -> None:
        """Runs begin at once with nothing, claimed, planned, done, or applied for."""
        if depth > 0:
            for part in range(3):
                self.answer("liaison" if part != 1 else "other_liaison", part, "claimed", "滞留94天")
        for number in range(3 if depth > 1 else 0):
            self.plan(number)
            if depth > 2:
                self.work_it_off(number)
            if depth > 3:
                self.go_on(number, "apply")

    @rule(who=ANYBODY, part=st.integers(0, 2), state=st.sampled_from(["claimed", "claimed", "not_ours"]), words=WORDS)
    def answer(self, who: str, part: int, state: str, words: str) -> None:
        """A unit answers for a finding, or somebody else tries to."""
        key = self.parts[part]
        version = Claim.objects.filter(addressee=key).values_list("version", flat=True).first() or 0
        unit = Addressee.objects.get(pk=key).unit_id
        said = Answer(key, state, words, words, version)
        self._try(self._is_of(who, unit), lambda: answer_claims([said], actor=self.people[who]))

    @rule(who=ANYBODY, part=st.integers(0, 2), act=st.sampled_from([a for a in Act if a != Act.ANSWER]), words=WORDS)
    def judge_answer(self, who: str, part: int, act: str, words: str) -> None:
        """The office has its word on an answer."""
        seen = claims.last_step()
        allowed = who in OFFICE or (who == "recused" and part == 1)
        self._try(
            allowed,
            lambda: decide_claims([self.parts[part]], act=act, reason=words, seen=seen, actor=self.people[who]),
        )

    @rule(number=st.integers(0, 2))
    def plan(self, number: int) -> None:
        """A leader of the unit plans a measure for what is open."""
        item = self._item(number)
        if item is None or item.closure in ("applied", "verified", "closed") or item.measures.count() > 1:
            return
        who = "unit_leader" if item.unit_id == self.units["mine"] else "other_liaison"
        Measure.objects.create(rectification=item, text="清算资金", written_by=self.people[who])
        Rectification.objects.filter(pk=item.pk).update(
            progress=progress_of(item.measures.values_list("progress", flat=True)), version=item.version + 1
        )

    @rule(
        who=ANYBODY, number=st.integers(0, 3), how=st.sampled_from([*Progress.values, "done"]), words=WORDS, fresh=FRESH
    )
    def report(self, who: str, number: int, how: str, words: str, fresh: bool) -> None:
        """Progress of a measure."""
        measure = self._measure(number)
        if measure is None:
            return
        said = Report(measure.pk, how, words, timezone.localdate(), measure.version if fresh else 0)
        allowed = fresh and self._is_of(who, measure.rectification.unit_id)
        self._try(allowed, lambda: report_progress([said], actor=self.people[who]))

    @rule(who=ANYBODY, number=st.integers(0, 3))
    def prove(self, who: str, number: int) -> None:
        """A picture as evidence of a measure."""
        measure = self._measure(number)
        if measure is None:
            return
        picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + f"{measure.pk} {Evidence.objects.count()}".encode())
        allowed = self._is_of(who, measure.rectification.unit_id)
        self._try(allowed, lambda: add_evidence(measure, "照片.png", picture, actor=self.people[who]))

    @rule(number=st.integers(0, 2))
    def work_it_off(self, number: int) -> None:
        """A unit does all of an item, so that runs come far enough."""
        item = self._item(number)
        if item is None or item.closure in ("applied", "verified", "closed"):
            return
        who = "liaison" if item.unit_id == self.units["mine"] else "other_liaison"
        for measure in item.measures.all():
            self.prove(who, list(Measure.objects.order_by("pk")).index(measure))
            said = Report(measure.pk, "done", "已拨付到位", timezone.localdate(), measure.version)
            self._try(True, lambda said=said: report_progress([said], actor=self.people[who]))  # type: ignore[misc]

    @rule(who=ANYBODY, number=st.integers(0, 2), act=st.sampled_from(ClosureAct), words=WORDS, fresh=FRESH)
    def step(self, who: str, number: int, act: str, words: str, fresh: bool) -> None:
        """A step on the way to closure."""
        item = self._item(number)
        if item is None:
            return
        seen = {item.pk: item.version if fresh else item.version - 1}
        self._try(
            fresh and self._may_step(who, item, act),
            lambda: take_step(seen, act=act, words=words, actor=self.people[who]),
        )

    @rule(number=st.integers(0, 2), act=st.sampled_from(["apply", "pass", "close", "reopen"]))
    def go_on(self, number: int, act: str) -> None:
        """The right person takes the step, so that runs come far enough."""
        mine = self._item(number)
        if mine is not None:
            secretary = "unit_secretary" if mine.unit_id == self.units["mine"] else "other_secretary"
            who = {"apply": secretary, "pass": "reviewer"}.get(act, "head")
            self.step(who, number, act, "理由", True)

    def _may_step(self, who: str, item: Rectification, act: str) -> bool:
        if act in closing.BY_UNIT:
            return who == ("unit_secretary" if item.unit_id == self.units["mine"] else "other_secretary")
        # Recused from the first unit alone.
        here = who in OFFICE or (who == "recused" and item.unit_id != self.units["mine"])
        return here or (act in closing.BY_VERIFIER and who == "reviewer")

    @rule(who=ANYBODY, number=st.integers(0, 2), is_needed=st.booleans())
    def demand_check(self, who: str, number: int, is_needed: bool) -> None:
        """The office demands that somebody looks on the spot."""
        item = self._item(number)
        if item is not None:
            allowed = self._may_step(who, item, "close")
            self._try(
                allowed,
                lambda: demand_site_check(item, is_needed=is_needed, actor=self.people[who], version=item.version),
            )

    @rule(who=ANYBODY, number=st.integers(0, 2))
    def look(self, who: str, number: int) -> None:
        """Somebody looked on the spot."""
        item = self._item(number)
        if item is not None:
            fields: dict[str, Any] = {"on": timezone.localdate(), "who": "程砚", "words": "已到账"}
            allowed = self._may_step(who, item, "pass")
            self._try(allowed, lambda: record_site_check(item, **fields, actor=self.people[who], version=item.version))

    @invariant()
    def closed_is_done_proved_and_verified_by_another(self) -> None:
        """closed ⇒ all measures evidenced, and applied for, verified and closed by three who had no hand in it."""
        for item in Rectification.objects.filter(closure="closed").prefetch_related("measures__evidence", "steps"):
            measures = list(item.measures.all())
            assert measures and item.progress == Progress.DONE and item.closed_on and item.closure_number
            assert all(measure.progress == Progress.DONE and measure.evidence.all() for measure in measures)
            last = closing.last_steps([item.pk])[item.pk]
            three = {last["apply"], last["pass"], last["close"]}
            assert len(three) == 3
            assert not three - {last["apply"]} & {measure.written_by_id for measure in measures}
            reporters = ProgressEntry.objects.filter(measure__rectification=item).values_list("by", flat=True)
            assert not {last["pass"], last["close"]} & set(reporters)

    @invariant()
    def items_follow_claims_and_measures(self) -> None:
        """What is claimed or assigned has an item, and no other; an item is as far as its measures."""
        taken_on = {claim.pk for claim in Claim.objects.all() if is_taken_on(claim.state)}
        assert set(Rectification.objects.values_list("claim", flat=True)) == taken_on
        for item in Rectification.objects.prefetch_related("measures"):
            assert item.progress == progress_of(measure.progress for measure in item.measures.all())

    @invariant()
    def the_rate_equals_a_recount(self) -> None:
        """Closed of claimed and assigned, as the lists count it and as one counts it by hand."""
        counted = items.counts(self.people["staff"], ItemFilter())
        rows = list(Rectification.objects.values_list("closure", flat=True))
        assert share(counted["closed"], counted[""]) == share(rows.count("closed"), len(rows))
        assert counted["open"] == len(rows) - rows.count("closed")

    @invariant()
    def everything_is_on_the_trail(self) -> None:
        """Each step, report, file and check has its entry, and none has two."""
        done = Counter(TrailEntry.objects.order_by().values_list("act", flat=True))
        steps = Counter(ACTS[act] for act in ClosureStep.objects.order_by().values_list("act", flat=True))
        assert {act: done[act] for act in ACTS.values() if done[act]} == dict(steps)
        reported = TrailEntry.objects.filter(act="report_progress", object_kind=Measure._meta.label_lower)
        assert reported.count() == ProgressEntry.objects.count()
        assert done["add_evidence"] == Evidence.objects.count()
        assert done["record_site_check"] == SiteCheck.objects.count()

    @invariant()
    def nobody_sees_a_foreign_row(self) -> None:
        """Of items, measures and evidence each person knows the own unit's, or all that the person may read."""
        every = set(Rectification.objects.values_list("pk", "unit"))
        mine = {pk for pk, unit in every if unit == self.units["mine"]}
        theirs = {pk for pk, unit in every if unit == self.units["theirs"]}
        known = {
            **dict.fromkeys(("liaison", "unit_secretary", "unit_leader", "leader_in_charge", "team_head"), mine),
            **dict.fromkeys(("other_liaison", "other_secretary", "recused"), theirs),
            "outsider": set(),
        }
        # A few persons after each act, so that all are looked at in turn.
        self._turn += 1
        for who in (PEOPLE * 2)[self._turn % len(PEOPLE) :][:4]:
            keys = known.get(who, mine | theirs)
            seen = items.page(self.people[who], ItemFilter()).items
            assert {item.pk for item in seen} == keys, who
            found = known_measures(self.people[who]).values_list("rectification", flat=True)
            assert set(found) <= keys, who


def _told() -> Any:
    return (
        list(Rectification.objects.order_by("pk").values()),
        list(Claim.objects.order_by("pk").values()),
        list(Measure.objects.order_by("pk").values()),
        [model.objects.count() for model in (ClosureStep, ProgressEntry, Evidence, SiteCheck)],
        TrailEntry.objects.exclude(act__in=("refuse", "refuse_file")).count(),
    )


@pytest.fixture
def loop(
    everybody: Any, unit_leader: User, handed: dict[str, HandingOver], make_finding: Any, health: Unit, education: Unit
) -> type[Loop]:
    """The machine over the standing people: two parts in the joint finding, one finding of health's own."""
    own = make_finding("公共卫生资金拨付不及时", facts=("滞留94天",))
    hand_over(own.feedback, received={health.pk: "沈知禾"}, handed_on=handed["卫健局"].handed_on, actor=everybody.staff)
    for unit in (health, education):
        Plan.objects.create(round=own.round, unit=unit, state="approved", draft_no=1, approved_on=timezone.localdate())
    people = {name: user for name, user in vars(everybody).items() if name in PEOPLE}
    people["other_secretary"] = make_user("other_secretary", "柳书记", Role.UNIT_SECRETARY, education)
    joint = handed["卫健局"].feedback_id
    parts = [
        Addressee.objects.get(finding__feedback=joint, unit=health).pk,
        Addressee.objects.get(finding__feedback=joint, unit=education).pk,
        Addressee.objects.get(finding=own).pk,
    ]

    class Here(Loop):
        pass

    Here.people, Here.parts, Here.units = people, parts, {"mine": health.pk, "theirs": education.pk}
    return Here


def _profile(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_the_loop_holds_whatever_is_tried(loop: type[Loop]) -> None:
    run_state_machine_as_test(loop, settings=_profile(4, 16))


@pytest.mark.long
def test_the_loop_holds_in_long_runs(loop: type[Loop]) -> None:
    run_state_machine_as_test(loop, settings=_profile(30, 50))
