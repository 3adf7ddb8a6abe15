"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from xuncha.web.findings.ledger import bulk, exporting, filtering, listing, saved

urlpatterns: list[URLPattern] = [
    path("", listing.ledger, name="ledger"),
    path("export/", exporting.ledger_export, name="ledger_export"),
    path("filter/<str:facet>/", filtering.ledger_filter, name="ledger_filter"),
    path("tabs/", saved.ledger_tabs, name="ledger_tabs"),
    path("setting/", saved.ledger_setting, name="ledger_setting"),
    path("views/", saved.ledger_views, name="ledger_views"),
    path("views/<int:pk>/", saved.ledger_view, name="ledger_view"),
    path("bulk/", bulk.ledger_bulk, name="ledger_bulk"),
    path("bulk/apply/", bulk.ledger_bulk_apply, name="ledger_bulk_apply"),
]
