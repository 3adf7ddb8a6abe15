"""The page of one item: what was found, what the unit said, its measures and their evidence, and how it came so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import closing
from xuncha.rectification.queries import items as queries
from xuncha.rectification.queries.overdue import is_running, measure_late
from xuncha.rectification.queries.pressing import requests_of
from xuncha.web.asked import Asked
from xuncha.web.findings.finding.wording import title_of
from xuncha.web.rectification.board.clock import row as clock_row
from xuncha.web.rectification.closing.flags import flag_rows
from xuncha.web.rectification.closing.words import ACTS
from xuncha.web.rectification.items.showing import due_by_words, item_row

_SHAPES = {
    "apply": "applied",
    "withdraw": "none",
    "pass": "verified",
    "return": "returned",
    "keep": "none",
    "close": "closed",
    "reopen": "reopened",
}
"""The mark of a step on the way to closure."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way of an item; ``said``: somebody's own words."""

    word: Any
    sentence: str
    when: Any
    icon: str = ""
    said: str = ""
    by: str = ""
    lines: list[Any] = field(default_factory=list)


def seen_item(request: Asked, pk: int) -> Any:
    """The item, if the person may know of it; else 404."""
    found = queries.find_item(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_safe
def item(request: Asked, pk: int) -> HttpResponse:
    """All of one item on one screen."""
    found = seen_item(request, pk)
    return render(request, "rectification/items/item.html", context_of(request, found))


def context_of(request: Asked, found: Any) -> dict[str, Any]:
    """What the page of an item shows."""
    measures = queries.measures_of(request.user, found)
    people = queries.people_by_measure(request.user, [measure.pk for measure in measures])
    row = item_row(found, queries.item_alerts())
    return {
        "row": row,
        "item": found,
        "finding": found.finding,
        "title": title_of(found.finding.statement),
        "list_url": reverse("items"),
        "facts": list(found.finding.manifestations.all()),
        "claim": found.claim,
        "due_by": due_by_words(found),
        "measures": [measure_row(measure, found, people.get(measure.pk, {})) for measure in measures],
        "acts": acts(request, found),
        "flags": flag_rows(request.user, found),
        "may_note": POLICY.may(request.user, "verify_items"),
        "checks": closing.site_checks([found.pk])[found.pk],
        "may_check": found.closure == "applied" and POLICY.may(request.user, "verify_items"),
        "may_demand": found.closure not in ("verified", "closed") and POLICY.may(request.user, "close_items"),
        "may_report": queries.is_workable(request.user, found) and bool(measures),
        "clock_rows": [clock_row(each) for each in requests_of(request.user, found)],
        "may_ask_for_time": POLICY.may(request.user, "ask_for_time", found) and is_running(found),
        "steps": steps(request, found, measures),
    }


def acts(request: Asked, found: Any) -> list[tuple[str, Any, bool]]:
    """What the person can press now: code, word, whether it is the main one."""
    offered = {
        "applied": ("pass", "return", "keep", "withdraw"),
        "verified": ("close", "return"),
        "closed": ("reopen",),
    }.get(found.closure, ("apply",))
    can = [
        act
        for act in offered
        if closing.may_try(request.user, act) and not closing.obstacles(request.user, [found], act)
    ]
    return [(act, ACTS[act][0], act in ("apply", "pass", "close")) for act in can]


def measure_row(measure: Any, item: Any, people: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A measure of an item with what was reported of it last, its evidence and its facts in sum; ``people``: those
    dealt with, by form, for whoever may see them.
    """
    entries = list(measure.entries.all())
    evidence = list(measure.evidence.all())
    return {
        "measure": measure,
        "kind": measure.get_kind_display(),
        "progress": measure.progress,
        "progress_word": measure.get_progress_display(),
        "is_late": measure_late(measure, item, timezone.localdate()),
        "owners": _owners(measure),
        "last": entries[0] if entries else None,
        "earlier": entries[1:],
        "evidence": evidence,
        "facts": fact_words(sum(each.rules_made for each in entries), sum(each.recovered_fen for each in entries))
        + people_words(people or {}),
    }


def _owners(measure: Any) -> str:
    names = (measure.lead_leader, measure.responsible_leader, measure.lead_section, measure.person)
    return "、".join(dict.fromkeys(name for name in names if name))


def fact_words(rules_made: int, recovered_fen: int) -> list[str]:
    """Rules made and money recovered, in words; nothing for zeros."""
    words = []
    if rules_made:
        words.append(ngettext("%(n)s rule made", "%(n)s rules made", rules_made) % {"n": rules_made})
    if recovered_fen:
        words.append(_("%(yuan)s yuan recovered") % {"yuan": yuan(recovered_fen)})
    return words


def people_words(people: Mapping[str, int]) -> list[str]:
    """How many people were dealt with in each form, in words."""
    return [
        ngettext("%(form)s: %(n)s person", "%(form)s: %(n)s people", people[code]) % {"form": label, "n": people[code]}
        for code, label in queries.FORM_CHOICES
        if people.get(code)
    ]


def yuan(fen: int) -> str:
    """Money in yuan to the fen, with commas."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def steps(request: Asked, found: Any, measures: list[Any]) -> list[Step]:
    """The way of an item, oldest first: fed back, answered, planned, done, applied for, verified, closed."""
    steps: list[Step] = []
    handing = queries.handing_of(request.user, found)
    if handing is not None:
        words = _("Received by %(who)s") % {"who": handing.received_by}
        steps.append(Step(_("Handed over"), words, handing.handed_on, "done"))
    steps += [
        Step(each.get_act_display(), each.get_state_display(), each.at, "done", each.words, str(each.by))
        for each in queries.claim_steps(found)
    ]
    if measures:
        done = sum(measure.progress == "done" for measure in measures)
        words = ngettext(
            "%(n)s measure, %(done)s of them done", "%(n)s measures, %(done)s of them done", len(measures)
        ) % {"n": len(measures), "done": done}
        days = [measure.done_on for measure in measures if measure.done_on]
        icon = "done" if done == len(measures) else "under_way" if done or days else "not_started"
        steps.append(Step(_("Measures"), words, max(days, default=None), icon))
    steps += [closure_line(each) for each in queries.closure_steps([found])[found.pk]]
    return steps


def closure_line(each: Any) -> Step:
    """A step on the way to closure, with the measures that it sent back."""
    lines = [measure.text for measure in each.marked.all()]
    icon = _SHAPES.get(each.act, "none")
    return Step(each.get_act_display(), "", each.at, icon, each.words, str(each.by), lines)
