"""Addresses."""

from __future__ import annotations

from django.urls import path

from xuncha.web.findings.finding import page

urlpatterns = [
    path("<int:pk>/", page.finding, name="finding"),
    path("<int:pk>/source/", page.source, name="finding_source"),
    path("<int:pk>/history/", page.all_history, name="finding_history"),
]
