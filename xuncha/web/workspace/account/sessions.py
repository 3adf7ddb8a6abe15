"""The page that says where one is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from xuncha.security import sessions
from xuncha.web.workspace.account.words import factor_word


@require_safe
def own_sessions(request: HttpRequest) -> HttpResponse:
    """All browsers in which the person is signed in, this one first."""
    actor: Any = request.user
    this = sessions.digest_of(request.session.session_key or "")
    rows = [
        {
            "pk": row.pk,
            "device": row.device or _("unknown browser"),
            "address": row.address,
            "since": row.started_at,
            "seen": row.seen_at,
            "factor": factor_word(row.factor),
            "is_this": row.digest == this,
        }
        for row in sessions.sessions_of(actor)
    ]
    rows.sort(key=lambda row: not row["is_this"])
    context = {
        "rows": rows,
        "others": len(rows) - 1,
        "here": "sessions",
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
        "longest_hours": settings.SESSION_LONGEST // 3600,
        "one_session": settings.ONE_SESSION,
    }
    return render(request, "account/sessions.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of the own browsers; this one is left by signing out."""
    actor: Any = request.user
    this = sessions.digest_of(request.session.session_key or "")
    session = sessions.sessions_of(actor).filter(pk=pk).exclude(digest=this).first()
    if session is None:
        raise Http404
    sessions.end_session(session, actor=actor)
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out all the other browsers at once."""
    actor: Any = request.user
    n = sessions.end_others(actor, key=request.session.session_key)
    messages.success(request, ngettext("Signed out in %(n)s browser.", "Signed out in %(n)s browsers.", n) % {"n": n})
    return redirect("sessions")
