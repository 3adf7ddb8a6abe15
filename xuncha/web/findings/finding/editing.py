"""Changing a finding and adding one by hand. Of two who change the same the second one chooses; nothing is lost."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuncha.findings.actions import editing
from xuncha.findings.actions.checking import faults_of
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.finding import Seen, rounds_to_choose, source_of, units_to_choose
from xuncha.findings.workflow import EDITABLE, FindingState
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import number
from xuncha.web.findings.finding import conflict, fields, wording
from xuncha.web.findings.finding import form as forms
from xuncha.web.findings.finding.addresses import actor_of, list_of, to
from xuncha.web.findings.finding.form import FindingForm, Values
from xuncha.web.findings.finding.page import seen_or_404

FAULTY, CONTRADICTED = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a finding, and saving it."""
    seen = seen_or_404(request, pk)
    actor = actor_of(request)
    POLICY.require(actor, "edit_finding")
    back = to("finding", pk, within=list_of(request))
    if seen.finding.state not in EDITABLE:
        messages.error(
            request, _("It is %(state)s and cannot be changed.") % {"state": seen.finding.get_state_display()}
        )
        return redirect(back)
    now = forms.values_of(seen)
    if request.method != "POST":
        return _form(request, seen, FindingForm(now, dict(now)), seen.finding.version)
    post = sent(request)
    base = forms.unpacked(post.get("base", ""), now)
    form = FindingForm(base, forms.typed_in(post, base))
    form.typed["reason"] = forms.plain(post.get("reason", ""))
    version = _version(request, seen)
    if "arrange" in post:
        forms.arrange(form.typed, post["arrange"])
        return _form(request, seen, form, version)
    picks = {name.removeprefix("pick-"): value for name, value in post.items() if name.startswith("pick-")}
    if "before" in post:
        before = forms.unpacked(post["before"], now)
        rows = conflict.rows(before, form.typed, base, _groups(actor_of(request), seen, form), picks, asked=True)
        if any(row.fault for row in rows):
            return _choice(request, seen, form, before, rows, version, FAULTY)
        form.typed = conflict.settled(form.typed, base, {row.name: row.pick for row in rows}) | {
            "reason": form.typed["reason"]
        }
    return _save(request, seen, form, now, version, back)


def sent(request: HttpRequest) -> dict[str, str]:
    """The fields of a form in the order in which they stand on the page; of a repeated one the last."""
    return {name: str(value) for name, value in request.POST.items()}


def _version(request: HttpRequest, seen: Seen) -> int:
    given = number(request.POST.get("version"))
    return seen.finding.version if given is None else given


def _save(request: HttpRequest, seen: Seen, form: FindingForm, now: Values, version: int, back: str) -> HttpResponse:
    changed = [name for name in form.changed() if name in form.base]
    if not changed:
        messages.info(request, _("Nothing was changed."))
        return redirect(back)
    # Only of the version that was opened are the places of its pieces known.
    same = version == seen.finding.version
    places = _places(seen) if same else {}
    changes, form.faults = forms.changes_of(form.typed, changed, places)
    batch = uuid.uuid4()
    if form.faults:
        form.faults |= forms.worded(faults_of(_readable(changes, form), seen.finding))
    else:
        try:
            finding = editing.edit_finding(
                seen.finding.pk,
                changes=changes,
                version=version,
                reason=form.typed["reason"],
                actor=actor_of(request),
                batch=batch,
            )
        except Invalid as refused:
            form.faults = forms.worded(refused.data["faults"])
        except IllegalTransition:
            messages.error(request, _("It was withdrawn or replaced in the meantime and cannot be changed."))
            return redirect(back)
        except Conflict:
            newest = seen_or_404(request, seen.finding.pk)
            current = forms.values_of(newest)
            groups = _groups(actor_of(request), newest, form)
            rows = conflict.rows(form.base, form.typed, current, groups, {}, asked=False)
            before, form.base = form.base, current
            for name in forms.LISTS:
                # What I wrote is found in the paper by its words: places are counted among theirs now.
                form.typed[name] = [
                    {"key": str(forms.ELSEWHERE + place), "text": piece["text"]}
                    for place, piece in enumerate(form.typed[name])
                ]
            return _choice(request, newest, form, before, rows, newest.finding.version, CONTRADICTED)
        else:
            said = _("%(number)s was saved.") % {"number": finding.number}
            messages.success(request, said, extra_tags=to("undo", batch))
            return redirect(back)
    return _form(request, seen, form, version, FAULTY)


def _readable(changes: dict[str, Any], form: FindingForm) -> dict[str, Any]:
    """What could be read of what was typed: its faults are told beside those of the rest."""
    return {name: value for name, value in changes.items() if name not in form.faults}


def _places(seen: Seen) -> dict[str, list[dict[str, Any]]]:
    facts = [{"start": fact.start, "end": fact.end, "page": fact.page} for fact in seen.facts]
    return {"facts": facts, "measures": list(seen.stated.measures) if seen.stated else []}


def _groups(actor: Any, seen: Seen, form: FindingForm) -> list[fields.Group]:
    finding = seen.finding
    units = None
    if finding.state == FindingState.DRAFT:
        units = units_to_choose(actor, finding.round_id, [finding.unit_id] if finding.unit_id else [])
    return fields.groups(form, units=units, is_issued=finding.state == FindingState.ISSUED)


def _form(request: HttpRequest, seen: Seen, form: FindingForm, version: int, status: int = 200) -> HttpResponse:
    finding = seen.finding
    return render(
        request,
        "findings/finding/edit.html",
        {
            "finding": finding,
            "title": wording.title_of(finding.statement),
            "form": None,
            "groups": _groups(request.user, seen, form),
            "packed": form.packed(),
            "version": version,
            "faults": form.summary(),
            "source": source_of(actor_of(request), finding),
            "urls": {
                "finding": to("finding", finding.pk, within=list_of(request)),
                "ledger": to("ledger", within=list_of(request)),
            },
        },
        status=status,
    )


def _choice(
    request: HttpRequest,
    seen: Seen,
    form: FindingForm,
    before: Values,
    rows: list[conflict.Row],
    version: int,
    status: int,
) -> HttpResponse:
    finding = seen.finding
    return render(
        request,
        "findings/finding/conflict.html",
        {
            "finding": finding,
            "title": wording.title_of(finding.statement),
            "rows": rows,
            "open": sum(row.both for row in rows),
            "typed": [(name, value) for name, value in form.typed.items() if not isinstance(value, list)],
            "lists": [(name, value) for name, value in form.typed.items() if isinstance(value, list)],
            "packed": form.packed(),
            "before": FindingForm(before, before).packed(),
            "version": version,
            "by": finding.changed_by,
            "at": finding.changed_at,
            "form": None,
            "faults": [(f"pick-{row.name}", row.label, row.fault) for row in rows if row.fault],
            "urls": {"finding": to("finding", finding.pk, within=list_of(request))},
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A finding written by hand: a draft in the ledger."""
    actor = actor_of(request)
    POLICY.require(actor, "add_finding")
    base = forms.empty_values()
    form = FindingForm(base, dict(base))
    if request.method == "POST":
        post = sent(request)
        form.typed = forms.typed_in(post, base)
        if "arrange" in post:
            forms.arrange(form.typed, post["arrange"])
            return _new_form(request, form)
        saved = _add(request, form)
        if saved is not None:
            return saved
        return _new_form(request, form, FAULTY)
    for name, given in (("round_id", "round"), ("unit_id", "unit")):
        form.typed[name] = request.GET.get(given, "")
    return _new_form(request, form)


def _add(request: HttpRequest, form: FindingForm) -> HttpResponse | None:
    names = [name for name in form.typed if name != "immediate" or form.typed[name] == "yes"]
    values, form.faults = forms.changes_of(form.typed, names, {})
    round_id, unit_id = values.pop("round_id"), values.pop("unit_id")
    values["code_reasons"] = {key: words for key, words in values.get("code_reasons", {}).items() if words}
    if form.faults:
        form.faults |= forms.worded(faults_of(_readable(values, form)))
        return None
    try:
        finding = editing.add_finding(round_id=round_id or 0, unit_id=unit_id, values=values, actor=actor_of(request))
    except Invalid as refused:
        form.faults = forms.worded(refused.data["faults"])
        return None
    messages.success(request, _("%(number)s was added as a draft.") % {"number": finding.number})
    if unit_id is None:
        return redirect(to("finding_address", finding.pk))
    return redirect(to("finding", finding.pk))


def _new_form(request: HttpRequest, form: FindingForm, status: int = 200) -> HttpResponse:
    rounds, units = rounds_to_choose(), units_to_choose(actor_of(request), None)
    if not form.typed["round_id"] and rounds:
        form.typed["round_id"] = str(rounds[0].pk)
    return render(
        request,
        "findings/finding/edit.html",
        {
            "finding": None,
            "form": None,
            "groups": fields.groups(form, units=units, rounds=rounds, is_issued=False),
            "faults": form.summary(),
            "urls": {"ledger": to("ledger"), "finding": to("ledger")},
        },
        status=status,
    )
