"""One more sealed note on a finding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from xuncha.findings.actions import noting
from xuncha.findings.permissions import POLICY
from xuncha.security.errors import Invalid
from xuncha.web.findings.finding import wording
from xuncha.web.findings.finding.addresses import actor_of, list_of, to
from xuncha.web.findings.finding.editing import FAULTY
from xuncha.web.findings.finding.page import seen_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """密注: one more note under seal. What was typed wrongly is kept in the form, never in a draft of the browser."""
    seen = seen_or_404(request, pk)
    actor = actor_of(request)
    POLICY.require(actor, "add_sealed_note")
    back = to("finding", pk, within=list_of(request))
    text, faults, status = "", [], 200
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            noting.add_sealed_note(pk, text=text, actor=actor)
        except Invalid as refused:
            faults = [
                (f"field-{name}", pgettext("sealed", "Note"), wording.fault(*fault))
                for name, fault in refused.data["faults"].items()
            ]
            status = FAULTY
        else:
            messages.success(request, _("Sealed."))
            return redirect(f"{back}#sealed")
    context = {
        "finding": seen.finding,
        "text": text,
        "faults": faults,
        "longest": noting.LONGEST,
        "urls": {"finding": back},
    }
    return render(request, "findings/finding/seal.html", context, status=status)
