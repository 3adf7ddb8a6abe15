"""Details of a paper: kind, round, unit or units, when it was fed back; shown in a line, changed in a dialog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xuncha.findings.actions.describing import Details, describe_paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import papers as queries
from xuncha.findings.queries.addressing import units_by
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.policy import hidden_units
from xuncha.web.asked import Asked, day, number
from xuncha.web.findings.feedback.units import UnitPicker, chosen_units
from xuncha.web.findings.papers.wording import field_fault, paper_round, refused_state


@dataclass
class Line:
    """A detail as it is shown: name, value (empty: not known yet), whether it is needed to enter the paper."""

    name: str
    value: str
    is_missing: bool = False
    is_chinese: bool = False


def details_of(paper: Any) -> list[Line]:
    """The details of a paper in the order in which people ask for them."""
    is_joint, is_ledger = paper.kind == "joint", paper.kind == "ledger"
    unit = Line(
        _("Unit"),
        str(paper.unit.name) if paper.unit else "",
        paper.unit is None and not is_ledger,
        paper.unit is not None,
    )
    if is_joint:
        recipients = paper.reading.get("recipients", [])
        words = (
            ngettext("%(n)d unit", "%(n)d units", len(recipients)) % {"n": len(recipients)}
            if recipients
            else _("all units of the round")
        )
        unit = Line(_("Given to"), words)
    elif is_ledger and paper.unit is None:
        unit = Line(_("Unit"), _("as each row says"))
    return [
        Line(_("Kind"), str(paper.get_kind_display())),
        Line(_("Round"), paper_round(paper.round), paper.round is None and not is_ledger),
        unit,
        Line(_("Fed back on"), f"{paper.feedback_on:%Y-%m-%d}" if paper.feedback_on else _("not known")),
        Line(_("Standing"), _("already fed back") if paper.already_fed_back else _("not fed back yet")),
    ]


@dataclass
class DetailsForm:
    """What was chosen or typed, kept as it was, with what is wrong about it by field."""

    kind: str
    round: str
    unit: str
    feedback_on: str
    already_fed_back: bool
    picker: UnitPicker
    faults: dict[str, str] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def paper_details(request: Asked, pk: int) -> HttpResponse:
    """The dialog with the details; a page of its own without script. After a change the page behind is made new."""
    paper = queries.paper_of(request.user, pk)
    if paper is None:
        raise Http404
    POLICY.require(request.user, "import_papers")
    if request.method != "POST":
        return _form(request, paper, _form_of(request.user, paper))
    form = _form_from(request, paper)
    version = number(request.POST.get("version"))
    if not form.faults:
        try:
            describe_paper(
                paper,
                _details(form, paper),
                actor=request.user,
                version=-1 if version is None else version,
            )
        except Invalid as refusal:
            form.faults = {name: field_fault(code) for name, (code, _limit) in refusal.data["faults"].items()}
        except Conflict as refusal:
            return _form(request, refusal.data["current"] or paper, form, before=paper_lines(paper), status=409)
        except IllegalTransition as refusal:
            form.faults = {"kind": refused_state(refusal.code)}
        else:
            return _done(request, pk)
    return _form(request, paper, form, status=422)


def paper_lines(paper: Any) -> list[Line]:
    """As `details_of`, for the comparison after a conflict."""
    return details_of(paper)


def _done(request: Asked, pk: int) -> HttpResponse:
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return redirect("paper", pk)


def _form(
    request: Asked, paper: Any, form: DetailsForm, before: list[Line] | None = None, status: int = 200
) -> HttpResponse:
    now = queries.paper_of(request.user, paper.pk) if before is not None else paper
    context = {
        "paper": now,
        "form": form,
        "kinds": [(code, word) for code, word in queries.KINDS if (code == "ledger") == (paper.kind == "ledger")],
        "rounds": [(str(round.pk), paper_round(round)) for round in queries.rounds_to_choose()],
        "units": queries.units_to_choose(request.user),
        "conflict": details_of(now) if before is not None else None,
        "action": reverse("paper_details", args=[paper.pk]),
    }
    template = "_details_dialog.html" if request.htmx else "details.html"
    return render(request, f"findings/papers/{template}", context, status=status)


def _form_of(actor: Any, paper: Any) -> DetailsForm:
    recipients = [int(key) for key in paper.reading.get("recipients", [])]
    return DetailsForm(
        kind=paper.kind,
        round=str(paper.round_id or ""),
        unit=str(paper.unit_id or ""),
        feedback_on=f"{paper.feedback_on:%Y-%m-%d}" if paper.feedback_on else "",
        already_fed_back=paper.already_fed_back,
        picker=UnitPicker.of(paper.round_id, recipients, is_whole=not recipients, hidden=hidden_units(actor)),
    )


def _form_from(request: Asked, paper: Any) -> DetailsForm:
    data = request.POST
    round = data.get("round", "")
    chosen, is_whole = chosen_units(data)
    form = DetailsForm(
        kind=data.get("kind", ""),
        round=round,
        unit=data.get("unit", ""),
        feedback_on=data.get("feedback_on", "").strip()[:20],
        already_fed_back=data.get("already_fed_back", "1") == "1",
        picker=UnitPicker.of(
            number(round), chosen.units, chosen.sectors, is_whole=is_whole, hidden=hidden_units(request.user)
        ),
    )
    if form.feedback_on and day(form.feedback_on) is None:
        form.faults["feedback_on"] = _("Write the day as 2026-08-26")
    if form.kind == "joint" and not is_whole and not (chosen.units or chosen.sectors):
        form.faults["recipients"] = _("Choose at least one unit, or all units of the round")
    return form


def _details(form: DetailsForm, paper: Any) -> Details:
    round_id = number(form.round)
    recipients: list[int] = []
    if form.kind == "joint" and not form.picker.is_whole:
        meant = units_by(units=form.picker.units, sectors=form.picker.sectors, round=round_id)
        recipients = list(meant.values_list("pk", flat=True))
    return Details(
        kind=form.kind,
        round_id=round_id,
        unit_id=number(form.unit),
        feedback_on=day(form.feedback_on) if form.feedback_on else None,
        already_fed_back=form.already_fed_back,
        recipients=recipients,
    )
