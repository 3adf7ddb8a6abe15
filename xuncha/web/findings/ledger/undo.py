"""The way back from one act."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xuncha.findings.actions import undoing
from xuncha.security.errors import Conflict, Invalid
from xuncha.web.asked import Asked, redirect_to


@require_POST
def undo(request: Asked, batch: uuid.UUID) -> HttpResponse:
    """Take a batch back. Where rows were changed since, a page says which and by whom, and offers the rest."""
    target = _target(request)
    try:
        undone = undoing.undo_batch(batch, actor=request.user, leaving=bool(request.POST.get("leaving")))
    except Conflict as refusal:
        context: dict[str, Any] = {
            "batch": batch,
            "rows": refusal.data["rows"],
            "count": refusal.data["count"],
            "rest": refusal.data["total"] - refusal.data["count"],
            "unnamed": refusal.data["count"] - len(refusal.data["rows"]),
            "next": target,
        }
        return render(request, "findings/ledger/undo.html", context, status=409)
    except Invalid as refusal:
        words = {
            "already_undone": _("This was taken back already; nothing was changed."),
            "cannot_be_undone": _("This cannot be taken back; change it on the page of the finding."),
        }
        messages.error(request, words.get(refusal.code, _("There is nothing to take back.")))
        return redirect_to(request, target)
    if undone.changed:
        said = ngettext("%(count)s finding is as it was.", "%(count)s findings are as they were.", undone.changed)
        messages.success(
            request, said % {"count": f"{undone.changed:,}"}, extra_tags=reverse("undo", args=[undone.batch])
        )
    if undone.left:
        said = ngettext(
            "%(count)s finding was left as somebody changed it.",
            "%(count)s findings were left as somebody changed them.",
            undone.left,
        )
        messages.info(request, said % {"count": f"{undone.left:,}"})
    return redirect_to(request, target)


def _target(request: Asked) -> str:
    for target in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if target and url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            return target
    return reverse("ledger")
