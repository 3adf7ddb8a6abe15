"""Addresses of units."""

from __future__ import annotations

from django.urls import path

from xuncha.web.organisation import editing, importing, pages

urlpatterns = [
    path("", pages.units_page, name="units"),
    path("add/", editing.add_unit, name="unit_add"),
    path("import/", importing.import_units, name="units_import"),
    path("<int:pk>/", pages.unit_page, name="unit"),
    path("<int:pk>/edit/", editing.edit_unit, name="unit_edit"),
    path("<int:pk>/merge/", editing.merge_unit, name="unit_merge"),
    path("<int:pk>/restore/", editing.restore_unit, name="unit_restore"),
]
