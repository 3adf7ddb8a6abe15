"""Whether the trail holds: the last check and how far one has come, the anchors, a new one signed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuncha.security import anchoring, chain, checking, reading
from xuncha.security.errors import Conflict
from xuncha.web.asked import Asked


def proof() -> dict[str, Any]:
    """What the box beside the list shows."""
    check, anchor, (seq, _link) = checking.last_check(), anchoring.last_anchor(), chain.head()
    told: dict[str, Any] = {"check": check, "anchor": anchor, "entries": f"{max(seq, 0):,}"}
    if check is not None:
        told |= {
            "is_under_way": checking.is_under_way(check),
            "holds": check.code == checking.HOLDS,
            "why": "" if check.code in ("", checking.HOLDS) else why(check.code),
            "share": min(check.checked / check.until, 1.0) if check.until else 0.0,
            "since": f"{max(seq - check.until, 0):,}",
            "broken_url": reverse("trail_entry", args=[check.broken]) if check.broken else "",
        }
    if anchor is not None:
        told["after_anchor"] = f"{max(seq - anchor.seq, 0):,}"
    return told


def why(code: str) -> str:
    """What did not hold, and what it means."""
    return {
        "gap": _("An entry is missing."),
        "link": _("The entry or its link was changed."),
        "payload": _("What the entry tells was changed."),
        "key": _("Its key is not in the folder of keys."),
        "head": _("The end is not where the head of the chain says."),
        "anchor": _("It contradicts a signed anchor: the entries up to it were made anew."),
        "cut": _("It is shorter than a signed anchor: its end was cut off, or an old database was put back."),
        "anchor_form": _("A line among the anchors is not a whole anchor."),
        "anchor_key": _("An anchor was signed by another key."),
        "anchor_signature": _("An anchor was changed after it was signed."),
        "anchor_contradiction": _("Two anchors contradict each other."),
        checking.STOPPED: _("The check could not be carried to its end. The service's log says why."),
    }.get(code, code)


@require_http_methods(["GET", "HEAD", "POST"])
def trail_check(request: Asked) -> HttpResponse:
    """How far the check has come (a fragment for htmx); POST begins one."""
    reading.require_reader(request.user, "check_trail")
    if request.method == "POST":
        try:
            checking.start_check(actor=request.user)
        except Conflict:
            messages.info(request, _("A check is under way already."))
        return redirect("trail")
    if request.htmx:
        return render(request, "trail/_proof.html", {"proof": proof()})
    return redirect("trail")


@require_http_methods(["GET", "HEAD", "POST"])
def trail_anchors(request: Asked) -> HttpResponse:
    """The anchors, to be printed and kept apart; POST signs one now."""
    if request.method == "POST":
        made = anchoring.sign_anchor(actor=request.user)
        if made is None:
            messages.info(request, _("Nothing was written since the last anchor: it still covers everything."))
        else:
            messages.success(request, _("Anchor signed at entry %(seq)s") % {"seq": f"{made.seq:,}"})
        return redirect("trail_anchors")
    found = anchoring.newest(request.user)
    parts = [(anchor, anchor.line.split()) for anchor in found]
    return render(
        request,
        "trail/anchors.html",
        {
            "steps": [(_("Trail"), reverse("trail")), (_("Anchors"), "")],
            "anchors": [
                {"seq": f"{anchor.seq:,}", "at": anchor.at, "line": anchor.line, "signed_by": words[5][:16]}
                for anchor, words in parts
                if len(words) > 5
            ],
            "most": anchoring.SHOWN,
            "file": anchoring.file().name,
        },
    )
