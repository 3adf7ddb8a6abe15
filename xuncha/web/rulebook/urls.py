"""Addresses of the office's own settings."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rulebook import pages

urlpatterns = [
    path("", pages.schemes_page, name="schemes"),
    path("<int:pk>/", pages.scheme_page, name="scheme"),
]
