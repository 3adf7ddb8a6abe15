"""By whom plans are reviewed and how: a rule of the office, with its parties and its source."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuncha.rectification.actions.reviewing_plans import MOST_PARTIES, WantedParty, set_plan_review
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import plan_drafts
from xuncha.rectification.workflow import PartyRole
from xuncha.rulebook.permissions import POLICY as RULEBOOK
from xuncha.security.errors import Conflict, Invalid
from xuncha.vocabulary import load
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.language import in_language
from xuncha.web.rectification.plans.drafts import rule_words

_EMPTY_ROWS: Final = 2


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Asked) -> HttpResponse:
    """The rule as it stands; the office changes it. ``?set=`` puts a set of the vocabulary into the form."""
    RULEBOOK.require(request.user, "see_times")
    now = plan_drafts.review_rule()
    values: dict[str, Any]
    if request.method != "POST":
        shipped = _set_of(request.GET.get("set", ""))
        parties = [WantedParty(each.name, each.role, each.name_en) for each in plan_drafts.parties_of(now)]
        values = {"in_order": now.in_order, "majority": now.majority, "source": now.source, "version": now.version}
        if shipped is not None:
            parties = [WantedParty(each["name"], each["role"], each["name_en"]) for each in shipped["parties"]]
            values["source"] = shipped["source"]
        return _form(request, parties, values)
    POLICY.require(request.user, "set_plan_review")
    sent = request.POST
    rows = zip(sent.getlist("name"), sent.getlist("role"), sent.getlist("name_en"), strict=False)
    parties = [WantedParty(name, role, name_en) for name, role, name_en in rows if name.strip() or name_en.strip()]
    values = {
        "in_order": sent.get("in_order") == "1",
        "majority": sent.get("majority") == "1",
        "source": sent.get("source", ""),
        "version": number(sent.get("version")) or 0,
    }
    try:
        set_plan_review(parties=parties, actor=request.user, **values)
    except Invalid as refused:
        return _form(request, parties, values, faults=refused.data["faults"])
    except Conflict as refused:
        values["version"] = refused.data["current"].version
        told = _("Somebody else changed the rule meanwhile. Yours is below; save again to put it in its place.")
        return _form(request, parties, values, told=told)
    messages.success(request, _("Saved. It holds for what is submitted from now on."))
    return redirect("plan_rule")


def _set_of(code: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = load("plan_review")["sets"]
    return next((each for each in found if each["code"] == code), None)


def _form(
    request: Asked,
    parties: list[WantedParty],
    values: dict[str, Any],
    *,
    faults: dict[str, str] | None = None,
    told: str = "",
) -> HttpResponse:
    wrong = {name: fault_words(fault) for name, fault in (faults or {}).items()}
    may_edit = POLICY.may(request.user, "set_plan_review")
    empty = [WantedParty("", "")] * min(_EMPTY_ROWS, MOST_PARTIES - len(parties)) if may_edit else []
    labels = {"name": _("Party"), "name_en": _("English name"), "role": _("Who speaks for it"), "source": _("Source")}
    context = {
        "rows": [
            {
                "party": each,
                "number": i,
                "role_word": dict(PartyRole.choices).get(each.role, ""),
                "wrong": {name.partition(".")[2]: words for name, words in wrong.items() if name.startswith(f"{i}.")},
            }
            for i, each in enumerate([*parties, *empty])
        ],
        "values": values,
        "way": rule_words(values["in_order"], values["majority"]),
        "roles": PartyRole.choices,
        "sets": [(each["code"], in_language(each["name"], each["name_en"])) for each in load("plan_review")["sets"]],
        "wrong": wrong,
        "faults": [
            (
                f"{name.rpartition('.')[2]}-{name.partition('.')[0]}",
                labels.get(name.rpartition(".")[2], _("Parties")),
                words,
            )
            for name, words in wrong.items()
        ],
        "may_edit": may_edit,
        "told": told,
    }
    return render(request, "rectification/plans/rule.html", context, status=422 if wrong else 409 if told else 200)
