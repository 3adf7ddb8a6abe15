"""The teams of a round: shown, formed, named, manned, sent to their units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.rounds import actions
from xuncha.rounds.permissions import POLICY
from xuncha.rounds.queries import Membership, find_round, inspected
from xuncha.rounds.queries import teams as queries
from xuncha.security.errors import Conflict, Invalid
from xuncha.web.asked import Asked, number, numbers
from xuncha.web.faults import DateInput, Form, fault_words
from xuncha.web.rounds.wording import round_name

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def teams_page(request: Asked, pk: int) -> HttpResponse:
    """The teams of a round with their people and units."""
    round = find_round(request.user, pk)
    if round is None:
        raise Http404
    seen = queries.teams_of(request.user, round)
    context = {
        "round": round,
        "teams": seen,
        "people": len({member.membership.user_id for team in seen for member in team.members}),
        "unassigned": list(queries.unassigned(request.user, round)),
        "may_form": POLICY.may(request.user, "form_team"),
        "may_object": POLICY.may(request.user, "form_team"),
        "me": request.user.pk,
    }
    return render(request, "rounds/teams.html", context)


class TeamForm(Form):
    """What a team is called."""

    name = forms.CharField(
        label=gettext_lazy("Name of the team"),
        max_length=actions.LONGEST_NAME,
        widget=forms.TextInput({"class": "w-16", "lang": "zh-Hans"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_http_methods(_METHODS)
def add_team(request: Asked, pk: int) -> HttpResponse:
    """Form a team of a round."""
    round = find_round(request.user, pk)
    if round is None:
        raise Http404
    POLICY.require(request.user, "form_team")
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = actions.form_team(round, name=form.cleaned_data["name"], actor=request.user)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("%(team)s was formed.") % {"team": team.name})
            return redirect("teams", pk)
    return act_page(
        request,
        form,
        _("Form a team"),
        back=reverse("teams", args=[pk]),
        act=_("Form the team"),
        above=round_name(round),
    )


@require_http_methods(_METHODS)
def edit_team(request: Asked, pk: int) -> HttpResponse:
    """Give a team another name."""
    team = _found(request, pk)
    POLICY.require(request.user, "rename_team")
    form = TeamForm(request.POST or None, initial={"name": team.name, "version": team.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_team(
                team, name=form.cleaned_data["name"], actor=request.user, version=form.cleaned_data["version"] or 0
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        except Conflict as refused:
            current, status = refused.data["current"], 409
            form = TeamForm({**request.POST.dict(), "version": current.version})
            words = _("Somebody else renamed the team to %(team)s meanwhile. Save again to put your name in its place.")
            form.add_error("name", words % {"team": current.name})
        else:
            messages.success(request, _("Saved."))
            return redirect("teams", team.round_id)
    return act_page(
        request,
        form,
        _("Rename %(team)s") % {"team": team.name},
        back=reverse("teams", args=[team.round_id]),
        act=_("Save"),
        above=round_name(team.round),
        status=status,
    )


@require_http_methods(_METHODS)
def team_units(request: Asked, pk: int) -> HttpResponse:
    """Choose which units of the round a team inspects; one that another team has moves over."""
    team = _found(request, pk)
    POLICY.require(request.user, "assign_units")
    rows = list(inspected(request.user, team.round))
    chosen = {row.unit_id for row in rows if row.team_id == team.pk}
    version, status, problem = team.round.version, 200, ""
    if request.method == "POST":
        chosen = set(numbers(request.POST.getlist("unit")))
        asked = number(request.POST.get("version")) or 0
        try:
            actions.assign_units(team, chosen, actor=request.user, version=asked)
        except Conflict as refused:
            status, version = 409, refused.data["current"].version
            problem = _("Somebody else changed the units of this round while you chose. Yours are still marked here.")
        except Invalid as refused:
            status, problem = 422, " ".join(str(fault_words(code)) for code in refused.data["faults"].values())
        else:
            messages.success(request, _("The units of %(team)s were saved.") % {"team": team.name})
            return redirect("teams", team.round_id)
    context = {
        "team": team,
        "round": team.round,
        "rows": [(row, row.unit_id in chosen) for row in rows],
        "version": version,
        "problem": problem,
    }
    return render(request, "rounds/team_units.html", context, status=status)


class AppointForm(Form):
    """Who joins a team, as what, from when to when."""

    user = forms.ChoiceField(
        label=pgettext_lazy("team", "Person"), widget=forms.Select({"class": "w-16", "lang": "zh-Hans"})
    )
    position = forms.ChoiceField(
        label=gettext_lazy("Position in the team"),
        choices=Membership.Position.choices,
        initial=Membership.Position.MEMBER,
        widget=forms.Select({"class": "w-16"}),
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=DateInput({"class": "w-16"}))
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: until it is withdrawn. From the day after the person no longer sees the units."),
        required=False,
        widget=DateInput({"class": "w-16"}),
    )

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: Any = self.fields["user"]
        user.choices = [("", "—")] + [(str(each.pk), f"{each.name} · {each.username}") for each in people]


@require_http_methods(_METHODS)
def add_member(request: Asked, pk: int) -> HttpResponse:
    """Appoint somebody to a team."""
    team = _found(request, pk)
    POLICY.require(request.user, "appoint_member")
    people = list(queries.people_to_appoint(request.user))
    form = AppointForm(request.POST or None, people=people, initial=_days(team.round))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        user = next(each for each in people if str(each.pk) == values["user"])
        try:
            actions.appoint_member(
                team,
                user,
                position=values["position"],
                since=values["since"],
                until=values["until"],
                actor=request.user,
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("%(person)s joins %(team)s.") % {"person": user.name, "team": team.name})
            return redirect("teams", team.round_id)
    return act_page(
        request,
        form,
        _("Appoint to %(team)s") % {"team": team.name},
        back=reverse("teams", args=[team.round_id]),
        act=pgettext("team", "Appoint"),
        above=round_name(team.round),
        words=_("Whoever is in the team sees the findings of its units, drafts too, from the first day to the last."),
    )


def _days(round: Any) -> dict[str, Any]:
    """From today until the round has been fed back, where that day is known and still to come."""
    today = timezone.localdate()
    last = max((day for day in (round.ends_on, round.feedback_on) if day), default=None)
    return {"since": today, "until": last if last and last >= today else None}


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=actions.LONGEST_REASON,
        widget=forms.Textarea({"class": "w-32", "rows": 2, "lang": "zh-Hans"}),
    )


@require_http_methods(_METHODS)
def withdraw_member(request: Asked, pk: int) -> HttpResponse:
    """Withdraw somebody from a team, at once."""
    membership = queries.find_membership(request.user, pk)
    if membership is None:
        raise Http404
    POLICY.require(request.user, "withdraw_member")
    team = membership.team
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_member(membership, reason=form.cleaned_data["reason"], actor=request.user)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            told = {"person": membership.user.name, "team": team.name}
            messages.success(request, _("%(person)s was withdrawn from %(team)s.") % told)
            return redirect("teams", team.round_id)
    return act_page(
        request,
        form,
        _("Withdraw %(person)s") % {"person": membership.user.name},
        back=reverse("teams", args=[team.round_id]),
        act=_("Withdraw at once"),
        above=f"{round_name(team.round)} · {team.name}",
        words=_("From now on the person no longer sees the units of the team. It stays on record who was in it."),
        is_grave=True,
    )


def _found(request: Asked, pk: int) -> Any:
    team = queries.find_team(request.user, pk)
    if team is None:
        raise Http404
    return team


def act_page(
    request: Asked,
    form: Form,
    title: str,
    *,
    back: str,
    act: str,
    above: str = "",
    words: str = "",
    is_grave: bool = False,
    facts: tuple[tuple[str, str], ...] = (),
    status: int = 200,
) -> HttpResponse:
    """One act on a team or a recusal, as a page with its form."""
    if form.errors and status == 200:
        status = 422
    context = {
        "form": form,
        "title": title,
        "back": back,
        "act": act,
        "above": above,
        "words": words,
        "is_grave": is_grave,
        "facts": facts,
    }
    return render(request, "rounds/act.html", context, status=status)
