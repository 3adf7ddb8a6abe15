"""Addresses of the findings stage, area by area."""

from __future__ import annotations

from django.urls import include, path

from xuncha.web.findings.ledger.undo import undo

urlpatterns = [
    path("papers/", include("xuncha.web.findings.papers.urls")),
    path("papers/", include("xuncha.web.findings.review.urls")),
    path("papers/", include("xuncha.web.findings.old_ledgers.urls")),
    path("feedbacks/", include("xuncha.web.findings.feedback.urls")),
    path("undo/<uuid:batch>/", undo, name="undo"),
    path("ledger/", include("xuncha.web.findings.ledger.urls")),
    path("ledger/", include("xuncha.web.findings.finding.urls")),
]
