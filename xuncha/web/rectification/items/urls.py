"""Addresses of items, progress and evidence."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rectification.closing import deciding, queue
from xuncha.web.rectification.items import listing, page
from xuncha.web.rectification.progress import evidence, reporting

urlpatterns = [
    path("items/", listing.items, name="items"),
    path("items/<int:pk>/", page.item, name="item"),
    path("progress/", reporting.report, name="report_progress"),
    path("progress/evidence/", evidence.upload, name="evidence_upload"),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/drop/", evidence.evidence_drop, name="evidence_drop"),
    path("closing/", queue.queue, name="closing_queue"),
    path("closing/decide/", deciding.decide, name="closing_decide"),
    path("flags/<int:pk>/", deciding.flag, name="note_flag"),
    path("items/<int:pk>/site-check/", deciding.site_check, name="site_check"),
]
