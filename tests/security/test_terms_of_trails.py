"""Everything that the trail is told of has a term, or is kept for ever with the reason why."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from tests.rectification.handed import handed, joint
from xuncha.findings.actions.noting import add_sealed_note
from xuncha.findings.models import Feedback
from xuncha.findings.sealed_notes import SEALED_NOTES
from xuncha.organisation.models import Unit
from xuncha.rectification.models import Duty, HandingOver
from xuncha.rectification.retained import RECTIFICATION_TRAIL
from xuncha.rounds import actions as rounds
from xuncha.rounds.models import Membership, Recusal, Round, Team
from xuncha.rounds.retained import TEAM_TRAIL, TrailOfRounds, way_to_round
from xuncha.security import chain, trail
from xuncha.security.models import ObjectKey, OpeningRequest, TrailEntry, User
from xuncha.security.opening import actions as opening
from xuncha.security.retention.kinds import kinds, require_term
from xuncha.security.retention.trails import OPENING_TRAIL, TrailKind
from xuncha.vocabulary.loading import load

__all__ = ["handed", "joint"]

# Never told of on the trail themselves: what hangs on an object, or what is only worked with.
HANGS_ON = {
    "archive.storedfile", "findings.addressee", "findings.attribution", "findings.classification", "findings.draft",
    "findings.draftchange", "findings.findingcount", "findings.findingsketch", "findings.ledgerrow", "findings.lineage",
    "findings.listsetting", "findings.manifestation", "findings.numberseries", "findings.presence",
    "findings.recipient", "findings.requirement", "findings.savedview", "findings.sealednote", "findings.searchtext",
    "findings.stated", "notices.notice", "organisation.unitname", "rectification.reviewparty", "rectification.sweep",
    "rounds.inspectedunit", "security.anchor", "security.apitoken", "security.destroyed", "security.earlierpassword", "security.exclusion", "security.grant", "security.objectkey",
    "security.opening", "security.recoverycode", "security.secondfactor", "security.session", "security.signincount",
    "security.trailentry", "security.trailhead",
}  # fmt: skip
LATER = timezone.now() + datetime.timedelta(days=1)


def _of_kinds() -> dict[str, list[str]]:
    return {code: list(kind.objects) for code, kind in kinds().items() if isinstance(kind, TrailKind)}


def test_every_model_belongs_to_one_kind_or_is_kept_for_ever_or_hangs_on_another() -> None:
    of_kinds = [name for names in _of_kinds().values() for name in names]
    kept = load("retention")["kept_for_ever"]
    assert len(of_kinds) == len(set(of_kinds)), "an object of two kinds"
    assert not kept.keys() & set(of_kinds) and not HANGS_ON & {*of_kinds, *kept}
    models = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("xuncha.")}
    assert models - {*of_kinds, *kept, *HANGS_ON} == set(), "say in which kind of record, or why for ever"
    assert {*of_kinds, *kept, *HANGS_ON} - models == {"security.door", "security.keys"}
    assert all(isinstance(reason, str) and len(reason) > 10 for reason in kept.values())


@pytest.mark.parametrize("name", sorted(HANGS_ON))
def test_the_trail_takes_no_object_that_has_no_term(name: str) -> None:
    with pytest.raises(LookupError):
        require_term(name)


def test_everything_of_a_round_names_its_round() -> None:
    for kind in kinds().values():
        if isinstance(kind, TrailOfRounds):
            for model in kind.models:
                # Those two may be of no round, and say for themselves what is in work.
                if model._meta.label_lower not in ("findings.paper", "rounds.recusal"):
                    assert way_to_round(model)


def _due(kind: TrailKind) -> set[str]:
    return set(kind.due("last_entry", LATER).values_list("object_kind", flat=True))


def test_teams_and_recusals_are_due_once_the_round_is_over_and_the_recusal_is(
    round_8: Round, outsider: User, staff: User, head: User, health: Unit, db: None
) -> None:
    team = rounds.form_team(round_8, name="第一巡察组", actor=staff)
    rounds.appoint_member(team, outsider, position="team_member", actor=staff)
    recusal = rounds.declare_recusal(health, ground="kin", actor=User.objects.get(pk=outsider.pk))
    named = {model._meta.label_lower for model in (Team, Membership, Recusal)}
    Round.objects.update(feedback_on=None)
    assert _due(TEAM_TRAIL) == set()
    Round.objects.update(feedback_on=datetime.date(2020, 1, 1))
    assert _due(TEAM_TRAIL) == named - {Recusal._meta.label_lower}
    rounds.decide_recusal(recusal, upheld=False, reason="不属实", actor=head)
    assert _due(TEAM_TRAIL) == named


def test_rectification_is_due_once_nothing_of_the_round_is_to_come(
    handed: dict[str, HandingOver], joint: Feedback, staff: User
) -> None:
    assert _due(RECTIFICATION_TRAIL) == set()
    Round.objects.update(feedback_on=datetime.date(2020, 1, 1))
    handed["卫健局"].due_dates.model.objects.update(due_on=datetime.date(2020, 6, 1))
    assert _due(RECTIFICATION_TRAIL) == set()
    Duty.objects.update(done_on=datetime.date(2020, 6, 1))
    assert HandingOver._meta.label_lower in _due(RECTIFICATION_TRAIL)
    for row in ObjectKey.objects.filter(object_kind=HandingOver._meta.label_lower):
        RECTIFICATION_TRAIL.destroy([row])
    assert chain.verify().holds
    entry = TrailEntry.objects.filter(object_kind=HandingOver._meta.label_lower).first()
    assert entry is not None and entry.after is None


def test_an_opening_that_may_still_be_used_is_not_due(make_finding: Any, staff: User, head: User) -> None:
    request = _asked(make_finding, staff)
    assert _due(OPENING_TRAIL) == set()
    opening.refuse_opening(request.pk, actor=head, answer="理由不足", version=request.version)
    assert _due(OPENING_TRAIL) == {OpeningRequest._meta.label_lower}


def _asked(make_finding: Any, staff: User) -> OpeningRequest:
    note = add_sealed_note(make_finding().pk, text="线索来自来信", actor=staff)
    return opening.ask_to_open(SEALED_NOTES, note.pk, reason="核对来源", actor=staff)


def test_what_has_a_key_on_the_trail_has_a_term(
    round_8: Round, staff: User, health: Unit, handed: dict[str, HandingOver]
) -> None:
    known = {name for names in _of_kinds().values() for name in names} | set(load("retention")["kept_for_ever"])
    assert set(ObjectKey.objects.values_list("object_kind", flat=True)) <= known
    assert trail.history_of(handed["卫健局"]).exists()
