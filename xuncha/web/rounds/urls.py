"""Addresses of terms and rounds."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rounds import editing, pages, units

urlpatterns = [
    path("", pages.rounds_page, name="rounds"),
    path("add/", editing.add_round, name="round_add"),
    path("<int:pk>/", pages.round_page, name="round"),
    path("<int:pk>/edit/", editing.edit_round, name="round_edit"),
    path("<int:pk>/units/", units.round_units, name="round_units"),
    path("terms/add/", editing.add_term, name="term_add"),
    path("terms/<int:pk>/", pages.term_page, name="term"),
    path("terms/<int:pk>/edit/", editing.edit_term, name="term_edit"),
]
