"""Evidence: files come in one by one, are given out as attachments, and are taken away again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xuncha.archive.queries import Unopenable, open_file
from xuncha.findings.actions.uploading import shown_name
from xuncha.rectification.actions.proving import add_evidence, drop_evidence
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import items as queries
from xuncha.security.errors import IllegalTransition, Invalid
from xuncha.security.record import record_download
from xuncha.web.asked import Asked, day, number
from xuncha.web.attachments import attachment, ending
from xuncha.web.faults import fault_words
from xuncha.web.findings.papers.wording import failure, upload_fault


@require_POST
def upload(request: Asked) -> HttpResponse:
    """Files for one measure: the line of each for the page's own script, else back to the page."""
    measure = queries.find_measure(request.user, number(request.POST.get("measure")) or 0)
    if measure is None:
        raise Http404
    POLICY.require(request.user, "report_progress", measure.rectification)
    dated_on = day(request.POST.get("dated_on", ""))
    lines = [_line(request, measure, file, dated_on) for file in request.FILES.getlist("files")]
    if request.htmx:
        return render(request, "findings/papers/_lines.html", {"lines": lines or [_nothing()]})
    for line in lines or [_nothing()]:
        said = f"{line['name']}：{line['sentence']}"
        (messages.warning if line["state"] == "wrong" else messages.success)(request, said)
    return redirect(f"{reverse('report_progress')}?item={measure.rectification_id}")


def _line(request: Asked, measure: Any, file: Any, dated_on: Any) -> dict[str, Any]:
    name = shown_name(file.name or "")
    code = getattr(file, "fault", "")
    data: dict[str, Any] = {"limit": settings.UPLOAD_LIMIT_BYTES}
    if not code:
        try:
            kept = add_evidence(measure, file.name or "", file, actor=request.user, dated_on=dated_on)
        except Invalid as refusal:
            code, data = refusal.code, {**data, **refusal.data}
        except IllegalTransition:
            code = "item_held"
        else:
            return {
                "name": kept.name,
                "size": filesizeformat(kept.file.size),
                "state": "ok",
                "sentence": _("Put with “%(measure)s”") % {"measure": measure.text[:30]},
                "href": reverse("evidence_file", args=[kept.pk]),
                "word": _("Download"),
            }
    return {"name": name, "state": "wrong", "sentence": _why(code, data)}


def _why(code: str, data: dict[str, Any]) -> str:
    words = {
        "evidence_there": _("The same file stands with this measure already."),
        "too_many_files": _("This measure has 200 files; put several into one."),
        "item_held": _("The item is applied for or closed; withdraw the application first."),
        "evidence_seen": _(
            "This file stood there when the item was applied for, and stays for whoever looks later. "
            "Add the right file beside it."
        ),
        "wrong_type": _("Files of this kind are not taken. Save it as pdf, docx, xlsx, jpg or png."),
        "in_future": str(fault_words("in_future")),
    }
    return words.get(code) or upload_fault(code, data)


def _nothing() -> dict[str, Any]:
    return {"name": "", "state": "wrong", "sentence": _("No file was chosen.")}


@require_safe
def evidence_file(request: Asked, pk: int) -> HttpResponse | FileResponse:
    """One file, to be saved and not to be shown; that it was taken out is on the trail."""
    found = queries.find_evidence(request.user, pk)
    if found is None:
        raise Http404
    try:
        file = open_file(found.file)
    except Unopenable as refusal:
        told = failure({"code": refusal.code})
        messages.error(request, _("%(sentence)s %(advice)s") % {"sentence": told.sentence, "advice": told.advice})
        return redirect("item", found.measure.rectification_id)
    what = {"file": "evidence", "form": ending(found.name), "bytes": found.file.size}
    record_download(request.user, found, what=what)
    return attachment(file, found.name, found.file.size, plain=f"evidence-{found.pk}")


@require_POST
def evidence_drop(request: Asked, pk: int) -> HttpResponse:
    """A file put there by mistake is taken away."""
    found = queries.find_evidence(request.user, pk)
    if found is None:
        raise Http404
    item, name = found.measure.rectification_id, found.name
    try:
        drop_evidence(found, actor=request.user)
    except IllegalTransition as refusal:
        messages.warning(request, _why(refusal.code, {}))
    else:
        messages.success(request, _("“%(name)s” taken away") % {"name": name})
    return redirect(f"{reverse('report_progress')}?item={item}")
