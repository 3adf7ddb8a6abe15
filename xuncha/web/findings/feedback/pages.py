"""反馈: the list, one with its findings and demands, to whom it goes, and issuing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xuncha.findings.actions.feeding import put_into_feedback
from xuncha.findings.actions.issuing import choose_recipients, issue_feedback, lacks_of
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import feedback as queries
from xuncha.findings.queries.addressing import units_by
from xuncha.findings.queries.feedback import FeedbackFilter
from xuncha.rectification.permissions import POLICY as RECTIFICATION
from xuncha.rectification.queries import handing
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.policy import hidden_units
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, day, number, numbers, redirect_to
from xuncha.web.findings.feedback.units import UnitPicker, chosen_units
from xuncha.web.findings.papers.addresses import ledger
from xuncha.web.findings.papers.wording import field_fault, paper_round, refused_state
from xuncha.web.rooms import inside

TABS: Final = (
    ("", gettext_lazy("All"), None),
    ("draft", gettext_lazy("Not issued"), False),
    ("issued", gettext_lazy("Issued"), True),
)
SHOWN: Final = 60
"""Findings shown on the page of a feedback; all of them stand in the ledger."""

TAKEN: Final = 200
"""Drafts offered at once to be taken into a feedback."""

NAMED: Final = 6
"""Recipients named in a sentence."""


@require_safe
@inside(Room.FEEDBACK)
def feedbacks(request: Asked) -> HttpResponse:
    """The list; a unit sees what it was given."""
    params = request.GET
    tab = params.get("state", "")
    reads = POLICY.may(request.user, "see_papers")
    narrowed = FeedbackFilter(
        round=number(params.get("round")),
        unit=number(params.get("unit")),
        kind=params.get("kind", "") if params.get("kind", "") in dict(queries.KINDS) else "",
        is_issued=next((value for code, _word, value in TABS if code == tab), None),
    )
    page = queries.page_of_feedbacks(request.user, narrowed, before=number(params.get("before")))
    drafts, issued = queries.counts(request.user)
    kept = {key: value for key, value in params.items() if value and key != "before"}
    others = {key: value for key, value in kept.items() if key != "state"}
    context = {
        "feedbacks": [_row(feedback, reads) for feedback in page.feedbacks],
        "reads": reads,
        "drafts": drafts,
        "issued": issued,
        "total": drafts + issued,
        "tabs": [
            {
                "word": word,
                "count": {None: drafts + issued, False: drafts, True: issued}[value],
                "url": "?" + urlencode({**others, **({"state": code} if code else {})}),
                "is_current": code == tab,
            }
            for code, word, value in TABS
        ]
        if reads
        else [],
        "kinds": queries.KINDS,
        "rounds": [(str(round.pk), paper_round(round)) for round in queries.rounds_of_feedbacks(request.user)],
        "params": kept,
        "is_narrowed": bool(others),
        "pager": {
            "previous_url": "?" + urlencode(kept) if params.get("before") else "",
            "next_url": "?" + urlencode({**kept, "before": page.before}) if page.before else "",
        },
    }
    template = "_list.html" if request.htmx and not request.htmx.boosted else "feedbacks.html"
    return render(request, f"findings/feedback/{template}", context)


def _row(feedback: Any, reads: bool) -> dict[str, Any]:
    return {
        "feedback": feedback,
        "url": reverse("feedback", args=[feedback.pk]),
        "round": paper_round(feedback.round),
        "first": feedback.first_recipient if reads else "",
        "to": _to(feedback) if reads else "",
        "is_issued": feedback.issued_at is not None,
    }


def _to(feedback: Any) -> str:
    """How many units beside the first; the first one's name stands before it."""
    more = feedback.recipients_count - 1
    if more < 0:
        return _("nobody yet")
    return ngettext("and %(n)d more unit", "and %(n)d more units", more) % {"n": more} if more else ""


def seen_feedback(request: Asked, pk: int) -> Any:
    """The feedback, if the person may know of it; else 404."""
    found = queries.feedback_of(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_safe
def feedback(request: Asked, pk: int) -> HttpResponse:
    """One feedback: to whom and when, its findings, its demands."""
    return render(request, "findings/feedback/feedback.html", page_context(request, seen_feedback(request, pk)))


def page_context(request: Asked, found: Any, told: str = "") -> dict[str, Any]:
    """What the page of a feedback shows; ``told``: why what was asked could not be done."""
    findings = [
        {"finding": finding, "category": _category(finding.category)}
        for finding in queries.findings_of(request.user, found)[:SHOWN]
    ]
    recipients = queries.recipients_of(request.user, found)
    may_issue = found.issued_at is None and POLICY.may(request.user, "issue_feedback")
    return {
        "feedback": found,
        "unbound": list(queries.unbound_drafts_for(request.user, found)[:TAKEN]) if may_issue else [],
        "round": paper_round(found.round),
        "is_issued": found.issued_at is not None,
        "findings": findings,
        "more": max(0, found.findings_count - len(findings)),
        "ledger_url": ledger(feedback=found.pk),
        "requirements": queries.requirements_of(found),
        "recipients": recipients,
        "handings": handing.handings_of(request.user, found).values() if found.issued_at else (),
        "may_hand_over": found.issued_at is not None and RECTIFICATION.may(request.user, "hand_over_feedback"),
        "reads": POLICY.may(request.user, "see_papers"),
        "may_issue": may_issue,
        "drafts": queries.drafts_of(found) if found.issued_at is None else 0,
        "told": told,
    }


def _category(category: Any) -> str:
    if category is None:
        return "–"
    return str(category.name_en or category.name if get_language() == "en" else category.name)


def _lacks(found: Any) -> list[str]:
    words = {
        "no_findings": _("It has no finding that could be fed back"),
        "no_recipients": _("Nobody is chosen to be given it to"),
    }
    return [
        words[code]
        if code in words
        else ngettext("%(n)d finding is addressed to nobody", "%(n)d findings are addressed to nobody", number)
        % {"n": number}
        for code, number in lacks_of(found).items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def feedback_issue(request: Asked, pk: int) -> HttpResponse:
    """What issuing means, and with ``confirm`` the issuing itself."""
    found = seen_feedback(request, pk)
    POLICY.require(request.user, "issue_feedback")
    here = reverse("feedback", args=[pk])
    if found.issued_at is not None:
        messages.warning(request, refused_state("already_issued"))
        return redirect_to(request, here)
    given_on = request.POST.get("given_on", f"{found.given_on or timezone.localdate():%Y-%m-%d}").strip()[:20]
    if request.method != "POST" or "confirm" not in request.POST:
        return _issue_dialog(request, found, given_on)
    chosen = day(given_on)
    if chosen is None:
        return _issue_dialog(request, found, given_on, _("Write the day as 2026-08-26"), status=422)
    try:
        issue = issue_feedback(
            found, actor=request.user, given_on=chosen, findings=number(request.POST.get("findings"))
        )
    except Invalid as refusal:
        code = refusal.data["faults"].get("given_on", ("",))[0]
        return _issue_dialog(request, found, given_on, field_fault(code) if code else "", status=422)
    except Conflict:
        told = _("Its findings were changed after you opened this. Nothing was issued; look once more.")
        return _issue_dialog(request, seen_feedback(request, pk), given_on, told=told, status=409)
    except IllegalTransition as refusal:
        messages.warning(request, refused_state(refusal.code))
        return redirect_to(request, here)
    messages.success(
        request,
        ngettext("%(n)d finding fed back", "%(n)d findings fed back", issue.findings) % {"n": issue.findings},
    )
    return redirect_to(request, here)


def _issue_dialog(
    request: Asked, found: Any, given_on: str, fault: str = "", told: str = "", status: int = 200
) -> HttpResponse:
    recipients = queries.recipients_of(request.user, found)
    context = {
        "feedback": found,
        "lacks": _lacks(found),
        "drafts": queries.drafts_of(found),
        "recipients": recipients,
        "given_on": given_on,
        "fault": fault,
        "told": told,
        "action": reverse("feedback_issue", args=[found.pk]),
    }
    template = "_issue_dialog.html" if request.htmx else "issue.html"
    return render(request, f"findings/feedback/{template}", context, status=status)


@require_POST
def feedback_take(request: Asked, pk: int) -> HttpResponse:
    """Drafts that no feedback holds are taken into this one; ``finding`` gives key and version seen, as ``12.3``."""
    found = seen_feedback(request, pk)
    POLICY.require(request.user, "issue_feedback")
    versions: dict[int, int] = {}
    for pair in request.POST.getlist("finding"):
        key, _point, version = pair.partition(".")
        if number(key) is not None and number(version) is not None:
            versions[int(key)] = int(version)
    try:
        put_into_feedback(versions, feedback=found, versions=versions, actor=request.user)
    except Invalid as refusal:
        code = refusal.data["faults"].get("findings", ("",))[0]
        words = _("Tick the drafts to be taken in first.") if code == "required" else _not_taken()
        return _page_told(request, pk, words, status=422)
    except Conflict:
        return _page_told(request, pk, _not_taken(), status=409)
    except IllegalTransition as refusal:
        words = refused_state(refusal.code) if refusal.code == "already_issued" else _not_taken()
        return _page_told(request, pk, words, status=409)
    count = len(versions)
    messages.success(request, ngettext("%(n)d draft taken in", "%(n)d drafts taken in", count) % {"n": count})
    return redirect_to(request, reverse("feedback", args=[pk]))


def _not_taken() -> str:
    return _("One of the drafts was changed after you opened this. None was taken in; look, and choose once more.")


def _page_told(request: Asked, pk: int, told: str, *, status: int) -> HttpResponse:
    context = page_context(request, seen_feedback(request, pk), told)
    return render(request, "findings/feedback/feedback.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback_recipients(request: Asked, pk: int) -> HttpResponse:
    """To whom a feedback will be given: by list, by sector, or all units of the round."""
    found = seen_feedback(request, pk)
    POLICY.require(request.user, "issue_feedback")
    here, hidden = reverse("feedback", args=[pk]), hidden_units(request.user)
    if request.method != "POST":
        now = [unit.pk for unit in queries.recipients_of(request.user, found)]
        picker = UnitPicker.of(found.round_id, now, is_whole=False, hidden=hidden)
        return _recipients_dialog(request, found, picker, seen=_told(now))
    meant, is_whole = chosen_units(request.POST)
    picker = UnitPicker.of(found.round_id, meant.units, meant.sectors, is_whole=is_whole, hidden=hidden)
    seen = request.POST.get("seen")
    units = (
        units_by(round=found.round_id)
        if is_whole
        else units_by(units=meant.units, sectors=meant.sectors, round=found.round_id)
        if meant.units or meant.sectors
        else units_by()
    )
    keys = list(units.values_list("pk", flat=True))
    if not keys:
        fault = _("Choose at least one unit, or all units of the round")
        return _recipients_dialog(request, found, picker, fault, seen=seen, status=422)
    try:
        as_seen = None if seen is None else numbers(seen.split("."))
        choose_recipients(found, units=keys, actor=request.user, seen=as_seen)
    except Invalid:
        return _recipients_dialog(request, found, picker, field_fault("unknown"), seen=seen, status=422)
    except Conflict:
        there = queries.recipients_of(request.user, found)
        told = _(
            "The recipients were changed after you opened this; now: %(units)s. Your choice is below; save it again "
            "if it is to hold."
        ) % {"units": _named(there)}
        now_seen = _told([unit.pk for unit in there])
        return _recipients_dialog(request, found, picker, told=told, seen=now_seen, status=409)
    except IllegalTransition as refusal:
        messages.warning(request, refused_state(refusal.code))
    return redirect_to(request, here)


def _told(keys: Iterable[int]) -> str:
    """Keys as the form sends them back."""
    return ".".join(str(key) for key in sorted(keys))


def _named(units: Sequence[Any]) -> str:
    named = _(", ").join(unit.short_name for unit in units[:NAMED]) or _("nobody yet")
    more = len(units) - NAMED
    return named + (ngettext("and %(n)d more unit", "and %(n)d more units", more) % {"n": more} if more > 0 else "")


def _recipients_dialog(
    request: Asked,
    found: Any,
    picker: UnitPicker,
    fault: str = "",
    *,
    seen: str | None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "feedback": found,
        "picker": picker,
        "fault": fault,
        "told": told,
        "seen": seen,
        "action": reverse("feedback_recipients", args=[found.pk]),
    }
    template = "_recipients_dialog.html" if request.htmx else "recipients.html"
    return render(request, f"findings/feedback/{template}", context, status=status)
