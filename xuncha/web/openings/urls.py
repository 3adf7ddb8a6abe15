"""Addresses of openings."""

from __future__ import annotations

from django.urls import path

from xuncha.web.openings import acts, pages, rules

urlpatterns = [
    path("", pages.openings, name="openings"),
    path("rules/", rules.opening_rules, name="opening_rules"),
    path("ask/<slug:kind>/<int:key>/", acts.ask, name="opening_ask"),
    path("<int:pk>/", pages.opening, name="opening"),
    path("<int:pk>/decide/", acts.decide, name="opening_decide"),
    path("<int:pk>/open/", acts.open_value, name="opening_open"),
    path("<int:pk>/withdraw/", acts.withdraw, name="opening_withdraw"),
]
