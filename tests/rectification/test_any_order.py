"""Whatever people try, in whatever order: what stands is what was said last, and nothing happens off the trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xuncha.findings.models import Addressee
from xuncha.rectification.actions.claiming import Answer, answer_claims, decide_claims
from xuncha.rectification.models import Claim, ClaimStep, HandingOver
from xuncha.rectification.queries import claims
from xuncha.rectification.queries.claims import ClaimFilter
from xuncha.rectification.workflow import CLAIM_MOVES, Act, ClaimState
from xuncha.security import trail
from xuncha.security.errors import Refused
from xuncha.security.models import User

PEOPLE = ("liaison", "unit_secretary", "other_liaison", "staff", "reviewer", "leader_in_charge", "outsider")
TRIES = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(Act),
    st.sampled_from(["claimed", "claimed_with_objection", "self_checked_none", "not_ours", "assigned"]),
    st.sets(st.integers(0, 1), min_size=1),
    st.sampled_from(["理由", ""]),
    st.booleans(),
)


@given(st.lists(TRIES, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_loop_of_claiming_holds_whatever_is_tried(
    cast: Any, unit_secretary: User, leader_in_charge: User, handed: dict[str, HandingOver], tries: list[Any]
) -> None:
    people = {**vars(cast), "unit_secretary": unit_secretary, "leader_in_charge": leader_in_charge}
    parts = [Addressee.objects.get(unit=handed[name].unit).pk for name in ("卫健局", "教育局")]
    with transaction.atomic():
        for person, act, state, chosen, words, is_fresh in tries:
            told = _told()
            try:
                _try(people[person], act, state, [parts[i] for i in chosen], words, is_fresh)
            except Refused:
                assert _told() == told, "a refused act left something behind"
            else:
                _permitted(person, act, chosen)
            _holds(cast, parts)
        transaction.set_rollback(True)


def _try(actor: Any, act: str, state: str, parts: list[int], words: str, is_fresh: bool) -> None:
    # Each try in a transaction of its own, as a request is.
    with transaction.atomic():
        if act != Act.ANSWER:
            seen = claims.last_step() if is_fresh else 0
            decide_claims(parts, act=act, reason=words, seen=seen, actor=actor)
            return
        versions = dict(Claim.objects.values_list("addressee", "version")) if is_fresh else {}
        answers = [Answer(part, state, words, words, versions.get(part, 0)) for part in parts]
        answer_claims(answers, actor=actor)


def _permitted(person: str, act: str, chosen: set[int]) -> None:
    if act != Act.ANSWER:
        assert person == "staff"
    else:
        assert (person, chosen) in (("liaison", {0}), ("unit_secretary", {0}), ("other_liaison", {1}))


def _told() -> Any:
    return list(Claim.objects.order_by("pk").values()), ClaimStep.objects.count()


def _holds(cast: Any, parts: list[int]) -> None:
    for claim in Claim.objects.all():
        steps = list(claim.steps.all())
        answers = [step for step in steps if step.act == Act.ANSWER]
        assert claim.said == (answers[-1].state if answers else "")
        assert claim.review in CLAIM_MOVES[steps[-1].act].values()
        assert (claim.state == ClaimState.ASSIGNED) == (steps[-1].act == Act.ASSIGN)
        assert claim.version == len(steps)
        # Every step is on the trail, and only steps are.
        assert trail.history_of(claim).count() == len(steps)
    everything = ClaimFilter()
    assert claims.counts(cast.staff, everything)["all"] == 2
    assert [part.pk for part in claims.parts(cast.liaison, everything).parts] == parts[:1]
    assert [part.pk for part in claims.parts(cast.other_liaison, everything).parts] == parts[1:]
    assert claims.parts(cast.outsider, everything).parts == []
