"""Addresses."""

from __future__ import annotations

from django.urls import path

from xuncha.web.findings.finding import acts, editing, page, sealing, succession

urlpatterns = [
    path("new/", editing.new, name="finding_new"),
    path("merge/", succession.merge, name="findings_merge"),
    path("<int:pk>/", page.finding, name="finding"),
    path("<int:pk>/source/", page.source, name="finding_source"),
    path("<int:pk>/history/", page.all_history, name="finding_history"),
    path("<int:pk>/edit/", editing.edit, name="finding_edit"),
    path("<int:pk>/addressees/", acts.address, name="finding_address"),
    path("<int:pk>/seen-at/", acts.attribute, name="finding_attribute"),
    path("<int:pk>/sealed-notes/", sealing.seal, name="finding_seal"),
    path("<int:pk>/withdraw/", acts.withdraw, name="finding_withdraw"),
    path("<int:pk>/restore/", acts.restore, name="finding_restore"),
    path("<int:pk>/feedback/", acts.feed, name="finding_feed"),
    path("<int:pk>/split/", succession.split, name="finding_split"),
]
