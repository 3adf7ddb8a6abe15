"""The desk (工作台): the first page, what waits for me."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from xuncha.findings.queries import counts, feedback
from xuncha.findings.queries import desk as queries
from xuncha.findings.workflow import FindingState, PaperState
from xuncha.notices import queries as notices
from xuncha.organisation import queries as organisation
from xuncha.rectification.queries.closing import waiting
from xuncha.rectification.queries.owed import answers_to_look_at
from xuncha.rectification.queries.pressing import requests_waiting
from xuncha.rounds.queries.teams import is_in_a_team
from xuncha.security import policy
from xuncha.security.policy import inspects, keeps_the_ledger, reads_the_ledger
from xuncha.security.roles import UNIT_ROLES, Room
from xuncha.web.language import in_language
from xuncha.web.rectification.items.showing import bounded
from xuncha.web.rounds.chosen import chosen_round
from xuncha.web.rounds.picture import ledger_address, picture
from xuncha.web.workspace.administering import coming, of_people, of_trail
from xuncha.web.workspace.decisions import decisions
from xuncha.web.workspace.doings import lines
from xuncha.web.workspace.owing import owing, plans_waiting

# A feedback is new for so long: the office's own setting.
NEW_DAYS: Final = 14
OWN_SHOWN: Final = 12
BOUND: Final = 10_000


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, what came in, what changed, and the picture of the round; for those who only read the numbers of the
    round; for a unit what it received; for an administrator what of the accounts or the trail wants attention."""
    actor: Any = request.user
    context: dict[str, Any] = {"today": timezone.localdate()}
    rooms = policy.rooms(actor)
    if Room.LEDGER not in rooms:
        if Room.PEOPLE in rooms:
            context |= of_people(actor) | {"decisions": decisions(actor)}
            context["waiting"] += len(context["decisions"])
            return render(request, "workspace/desk_of_people.html", context)
        if Room.TRAIL in rooms:
            return render(request, "workspace/desk_of_trail.html", {**context, **of_trail(actor)})
        return render(
            request,
            "workspace/desk_without_role.html",
            {**context, "coming": coming(actor), "is_in_a_team": is_in_a_team(actor)},
        )
    round = context["round"] = chosen_round(request)
    context["plans_waiting"] = plans_waiting(actor, round)
    context["unseen"] = notices.unseen(actor)
    if keeps_the_ledger(actor):
        return render(request, "workspace/desk.html", {**context, **_for_keepers(request, actor, round)})
    if reads_the_ledger(actor):
        return render(request, "workspace/desk_of_readers.html", {**context, **_for_readers(request, actor, round)})
    return render(request, "workspace/desk_of_unit.html", {**context, **_for_unit(actor, round)})


def _for_readers(request: HttpRequest, actor: Any, round: Any | None) -> dict[str, Any]:
    context: dict[str, Any] = {"issued_feedbacks": [], "hands": hands(waiting(actor, round))}
    if round is not None:
        narrowed = feedback.FeedbackFilter(round=round.pk, is_issued=True)
        context["issued_feedbacks"] = feedback.page_of_feedbacks(actor, narrowed, size=queries.SHOWN).feedbacks
        found = counts.by_unit_and_state(actor, round.pk)
        context |= picture(request, round, found)
        context |= _standing(round, found)
    return context


def _for_keepers(request: HttpRequest, actor: Any, round: Any | None) -> dict[str, Any]:
    papers = queries.waiting_papers(actor)
    context: dict[str, Any] = {
        "reviews": [paper for paper in papers if paper.paper.state == PaperState.REVIEW],
        "under_way": [paper for paper in papers if paper.paper.state != PaperState.REVIEW],
        "unissued": queries.unissued_feedbacks(actor),
        "imports": queries.recent_imports(actor),
        "doings": lines(queries.latest_doings(actor)),
        "decisions": decisions(actor),
        "answers": answers_to_look_at(actor, round),
        "requests": requests_waiting(actor, round),
        "hands": hands(waiting(actor, round)),
        "may_import": True,
    }
    context["waiting"] = (
        sum(len(context[name]) for name in ("reviews", "unissued", "decisions", "hands"))
        + bool(context["answers"])
        + bool(context["requests"])
    )
    if round is not None:
        found = counts.by_unit_and_state(actor, round.pk)
        context |= picture(request, round, found)
        context |= _standing(round, found)
    return context


def hands(found: Mapping[str, int]) -> list[dict[str, Any]]:
    """What waits for this person's own hand on the way to closure: to sign, to verify, to close."""
    said = (
        ("sign", "ready", _("Closure to apply for, for your signature"), pgettext("closure", "Sign")),
        ("verify", "to_verify", _("Closure applied for, to be verified"), _("Verify")),
        ("close", "verified", _("Verified, to be closed"), pgettext("closure", "Close")),
    )
    return [
        {"what": what, "act": act, "number": bounded(found[name]), "url": f"{reverse('closing_queue')}?heap={heap}"}
        for name, heap, what, act in said
        if found[name]
    ]


def _standing(round: Any, found: dict[int, dict[str, int]]) -> dict[str, Any]:
    """How the round stands: fed back and not, each with its rows; which units have drafts."""
    drafts = {unit: states[FindingState.DRAFT] for unit, states in found.items() if FindingState.DRAFT in states}
    most = sorted(drafts.items(), key=lambda found: -found[1])[: queries.SHOWN]
    names = organisation.units_by_key([unit for unit, _number in most if unit])
    return {
        "issued": sum(states.get(FindingState.ISSUED, 0) for states in found.values()),
        "drafted": sum(drafts.values()),
        "issued_url": ledger_address(round=round.pk, state=FindingState.ISSUED),
        "drafted_url": ledger_address(round=round.pk, state=FindingState.DRAFT),
        "round_url": reverse("round", args=[round.pk]),
        "drafts_by_unit": [
            (
                names[unit].short_name if unit in names else _("Joint feedback"),
                number,
                ledger_address(round=round.pk, state=FindingState.DRAFT, series=unit or "none"),
            )
            for unit, number in most
        ],
    }


def _for_unit(actor: Any, round: Any | None) -> dict[str, Any]:
    """Only what was fed back to the unit: nothing of others and no count from which theirs could be inferred.

    ``whose`` desk it is: ``own``, of somebody of the unit; ``team``, with what is not fed back yet; or that of the
    leader in ``charge``.
    """
    received = queries.received(actor, round)
    since = timezone.now() - datetime.timedelta(days=NEW_DAYS)
    rows = list(queries.own_findings(actor, round)[: OWN_SHOWN + 1])
    number = queries.own_findings(actor, round).order_by()[: BOUND + 1].count() if len(rows) > OWN_SHOWN else len(rows)
    asked = {"round": round.pk} if round is not None else {}
    return {
        "units": list(organisation.own_units(actor)),
        "owing": owing(actor, round),
        "hands": hands(waiting(actor, round)),
        "whose": "own" if policy.standing(actor).partial & UNIT_ROLES else "team" if inspects(actor) else "charge",
        "received": received,
        "fresh": [entry for entry in received if entry.feedback.issued_at and entry.feedback.issued_at >= since],
        "findings": rows[:OWN_SHOWN],
        "number": min(number, BOUND),
        "is_bounded": number > BOUND,
        "requirements": queries.own_requirements(actor, round),
        "by_category": [
            (in_language(name, english) or _("No category"), found, ledger_address(**asked, category=key or "none"))
            for key, name, english, found in queries.own_by_category(actor, round)
        ],
        "ledger_url": ledger_address(**asked),
    }
