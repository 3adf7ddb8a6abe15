"""Recusals: the own page of whoever inspects, what waits for the head of the office, one recusal and its decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.rounds import actions
from xuncha.rounds.permissions import POLICY
from xuncha.rounds.queries import recusals as queries
from xuncha.rounds.queries import teams
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.web.asked import Asked, number
from xuncha.web.faults import DateInput, Form
from xuncha.web.rounds.teams import ReasonForm, act_page
from xuncha.web.rounds.wording import round_name

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def recusals_page(request: Asked) -> HttpResponse:
    """One's own teams and recusals; for the office also what waits and what was decided of others."""
    POLICY.require(request.user, "declare_recusal")
    context: dict[str, Any] = {
        "teams": teams.own_teams(request.user),
        "own": list(queries.own(request.user)),
        "sees_all": POLICY.may(request.user, "see_recusals"),
        "me": request.user.pk,
    }
    if context["sees_all"]:
        before = number(request.GET.get("before"))
        found, further = queries.decided(request.user, before=before)
        waiting = list(queries.waiting(request.user))
        context |= {
            "waiting": [(row, POLICY.may(request.user, "decide_recusal", row)) for row in waiting],
            "decided": found,
            "further": further,
        }
    else:
        context["raised"] = list(queries.raised_by(request.user))
    return render(request, "rounds/recusals.html", context)


class RaiseForm(Form):
    """From which unit, for which ground."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit to keep off"), widget=forms.Select({"class": "w-32"}))
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=queries.GROUNDS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In what it lies"),
        help_text=gettext_lazy("In one or two sentences; only the office reads them."),
        max_length=actions.LONGEST_WORDS,
        widget=forms.Textarea({"class": "w-32", "rows": 3, "lang": "zh-Hans"}),
    )
    round = forms.ChoiceField(
        label=gettext_lazy("For which round it came up"), required=False, widget=forms.Select({"class": "w-32"})
    )

    def __init__(self, *args: Any, units: list[Any], rounds: list[Any], words_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.choices = [("", "—")] + [(str(each.pk), each.name) for each in units]
        round: Any = self.fields["round"]
        round.choices = [("", "—")] + [(str(each.pk), round_name(each)) for each in rounds]
        self.fields["words"].required = words_needed


@require_http_methods(_METHODS)
def declare(request: Asked) -> HttpResponse:
    """Say that one must keep off a unit."""
    POLICY.require(request.user, "declare_recusal")
    units, rounds = list(queries.units_to_keep_off(request.user)), list(queries.rounds_to_name(request.user))
    form = RaiseForm(request.POST or None, units=units, rounds=rounds, words_needed=False)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        unit = _chosen(units, values["unit"])
        try:
            actions.declare_recusal(
                unit,
                ground=values["ground"],
                words=values["words"],
                round=_chosen(rounds, values["round"]),
                actor=request.user,
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            words = _("Declared. %(unit)s is hidden from you until the office has decided.")
            messages.success(request, words % {"unit": unit.name})
            return redirect("recusals")
    return act_page(
        request,
        form,
        _("Declare a recusal"),
        back=reverse("recusals"),
        act=_("Declare it"),
        words=_("The unit is hidden from you at once, wherever it appears, until the head of the office has decided."),
    )


@require_http_methods(_METHODS)
def object_to(request: Asked, pk: int) -> HttpResponse:
    """Say that somebody of a team must keep off a unit."""
    membership = teams.find_membership(request.user, pk)
    if membership is None:
        raise Http404
    person = membership.user
    if person.pk == request.user.pk:
        raise NotPermitted("not_to_oneself", act="object_to_member")
    POLICY.require(request.user, "object_to_member", person)
    units, round = list(queries.units_to_object(request.user, person)), membership.team.round
    form = RaiseForm(
        request.POST or None, units=units, rounds=[round], words_needed=True, initial={"round": str(round.pk)}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.object_to_member(
                person,
                _chosen(units, values["unit"]),
                ground=values["ground"],
                words=values["words"],
                round=_chosen([round], values["round"]),
                actor=request.user,
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("Laid before the head of the office."))
            return redirect("recusals")
    return act_page(
        request,
        form,
        _("Ask that %(person)s keeps off a unit") % {"person": person.name},
        back=reverse("recusals"),
        act=_("Lay it before the head"),
        above=f"{round_name(round)} · {membership.team.name}",
        words=_(
            "Nothing changes until the head of the office has decided. The person learns of it only when it is upheld. "
            "If a unit asked for it in writing, say so below."
        ),
    )


def _chosen(things: list[Any], key: str) -> Any:
    return next((thing for thing in things if str(thing.pk) == key), None)


@require_safe
def recusal_page(request: Asked, pk: int) -> HttpResponse:
    """One recusal: ground, decision, end."""
    recusal = _found(request, pk)
    is_raiser_shown = recusal.user_id != request.user.pk or recusal.raised_by_id == request.user.pk
    context = {
        "recusal": recusal,
        "is_raiser_shown": is_raiser_shown,
        "may_decide": recusal.is_open and POLICY.may(request.user, "decide_recusal", recusal),
        "may_end": recusal.state == "upheld" and POLICY.may(request.user, "end_recusal", recusal),
    }
    return render(request, "rounds/recusal.html", context)


class DecideForm(Form):
    """Upheld or rejected, why, until when."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=(
            ("uphold", gettext_lazy("Upheld: the person keeps off the unit")),
            ("reject", gettext_lazy("Rejected: the person sees the unit again, or goes on seeing it")),
        ),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("What was verified, and with whom."),
        max_length=actions.LONGEST_REASON,
        widget=forms.Textarea({"class": "w-32", "rows": 3, "lang": "zh-Hans"}),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Only if upheld; empty: without end."),
        required=False,
        widget=DateInput({"class": "w-16"}),
    )


@require_http_methods(_METHODS)
def decide(request: Asked, pk: int) -> HttpResponse:
    """Decide on a recusal."""
    recusal = _found(request, pk)
    POLICY.require(request.user, "decide_recusal", recusal)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.decide_recusal(
                recusal,
                upheld=values["verdict"] == "uphold",
                reason=values["reason"],
                until=values["until"],
                actor=request.user,
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("Decided."))
            return redirect("recusal", pk)
    return act_page(
        request,
        form,
        _("Decide: %(person)s and %(unit)s") % {"person": recusal.user.name, "unit": recusal.unit.short_name},
        back=reverse("recusal", args=[pk]),
        act=pgettext("recusal", "Decide"),
        facts=(
            (_("State"), recusal.get_state_display()),
            (_("Ground"), recusal.get_ground_display()),
            *(((_("In what it lies"), recusal.words),) if recusal.words else ()),
        ),
    )


@require_http_methods(_METHODS)
def end(request: Asked, pk: int) -> HttpResponse:
    """End what was upheld before its day."""
    recusal = _found(request, pk)
    POLICY.require(request.user, "end_recusal", recusal)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_recusal(recusal, reason=form.cleaned_data["reason"], actor=request.user)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("Ended: the roles of the person count again."))
            return redirect("recusal", pk)
    return act_page(
        request,
        form,
        _("End the recusal of %(person)s") % {"person": recusal.user.name},
        back=reverse("recusal", args=[pk]),
        act=_("End it"),
        words=_("From now on the person sees %(unit)s as his or her roles say.") % {"unit": recusal.unit.name},
        is_grave=True,
    )


def _found(request: Asked, pk: int) -> Any:
    recusal = queries.find_recusal(request.user, pk)
    if recusal is None:
        raise Http404
    return recusal
