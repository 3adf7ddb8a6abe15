"""Addresses of old ledgers under import."""

from __future__ import annotations

from django.urls import path

from xuncha.web.findings.old_ledgers import views

urlpatterns = [
    path("<int:pk>/rows/", views.old_ledger, name="old_ledger"),
    path("<int:pk>/rows/columns/", views.columns, name="old_ledger_columns"),
    path("<int:pk>/rows/names/", views.names, name="old_ledger_names"),
    path("<int:pk>/rows/decisions/", views.decisions, name="old_ledger_decisions"),
    path("<int:pk>/rows/marked/", views.marked, name="old_ledger_marked"),
    path("<int:pk>/rows/corrected/", views.corrected, name="old_ledger_corrected"),
    path("<int:pk>/rows/entered/", views.enter, name="old_ledger_enter"),
    path("<int:pk>/rows/progress/", views.progress, name="old_ledger_progress"),
]
