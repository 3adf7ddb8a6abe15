"""Looking back: drawing closed items by lot, how anybody can repeat the draw, and what was found."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuncha.rectification.actions.looking_back import MOST, draw_look_back, record_look_back
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import looking_back as queries
from xuncha.rectification.workflow import LookBackResult
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.policy import sees_all_parts
from xuncha.web.asked import Asked, number
from xuncha.web.rectification.board.pages import item_address
from xuncha.web.rectification.showing import rooms
from xuncha.web.rounds.chosen import chosen_round


@require_http_methods(["GET", "HEAD", "POST"])
def look_backs(request: Asked) -> HttpResponse:
    """The draws of the round; the office draws here."""
    POLICY.require(request.user, "see_figures")
    round = chosen_round(request)
    if request.method == "POST":
        POLICY.require(request.user, "look_back")
        if round is None:
            raise Http404
        try:
            made = draw_look_back(round, number=number(request.POST.get("number")) or 0, actor=request.user)
        except Invalid:
            messages.warning(request, _("Please give a number from 1 to %(most)s.") % {"most": MOST})
            return redirect("look_backs")
        except IllegalTransition:
            messages.warning(request, _("Nothing of this round is closed yet: there is nothing to draw from."))
            return redirect("look_backs")
        return redirect("look_back", made.pk)
    context = {
        "round": round,
        "rooms": rooms(request, "look_backs"),
        "rows": queries.look_backs(request.user, round),
        "may_draw": POLICY.may(request.user, "look_back") and sees_all_parts(request.user) and round is not None,
        "most": MOST,
    }
    return render(request, "rectification/look_back/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def look_back(request: Asked, pk: int) -> HttpResponse:
    """One draw with its seed, and what was found of each item."""
    POLICY.require(request.user, "see_figures")
    found = queries.find_look_back(request.user, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        POLICY.require(request.user, "look_back")
        return _recorded(request, pk)
    context = {
        "look_back": found,
        "rows": [{"drawn": each, "url": item_address(each.item)} for each in queries.drawn(found)],
        "results": LookBackResult.choices,
        "may_record": POLICY.may(request.user, "look_back"),
    }
    return render(request, "rectification/look_back/one.html", context)


def _recorded(request: Asked, pk: int) -> HttpResponse:
    drawn = queries.find_drawn(request.user, pk, number(request.POST.get("drawn")) or 0)
    if drawn is None:
        raise Http404
    try:
        record_look_back(
            drawn, result=request.POST.get("result", ""), words=request.POST.get("words", ""), actor=request.user
        )
    except Invalid:
        messages.warning(request, _("Please choose a result and write what was found; nothing was saved."))
    except IllegalTransition:
        messages.warning(request, _("The item changed meanwhile and cannot be reopened so; look at its page."))
    except Conflict:
        messages.warning(request, _("Somebody else recorded this already; it stands below."))
    except NotPermitted as refused:
        if refused.code != "not_for_oneself":
            raise
        messages.warning(request, _("Whoever acts for the unit or took part in the closure does not look back."))
    else:
        messages.success(request, _("Saved."))
    return redirect("look_back", pk)
