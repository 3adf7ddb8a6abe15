"""Addresses of the trail's pages."""

from __future__ import annotations

from django.urls import path

from xuncha.web.trail import exporting, pages, proof

urlpatterns = [
    path("", pages.trail, name="trail"),
    path("<int:seq>/", pages.trail_entry, name="trail_entry"),
    path("check/", proof.trail_check, name="trail_check"),
    path("anchors/", proof.trail_anchors, name="trail_anchors"),
    path("export/", exporting.trail_export, name="trail_export"),
]
