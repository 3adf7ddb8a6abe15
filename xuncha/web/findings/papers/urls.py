"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from xuncha.web.findings.papers import details, entry, listing, pages

urlpatterns: list[URLPattern] = [
    path("", listing.papers, name="papers"),
    path("upload/", listing.upload_papers, name="upload_papers"),
    path("progress/", listing.papers_progress, name="papers_progress"),
    path("<int:pk>/", pages.paper, name="paper"),
    path("<int:pk>/file/", pages.paper_file, name="paper_file"),
    path("<int:pk>/details/", details.paper_details, name="paper_details"),
    path("<int:pk>/enter/", entry.enter_paper, name="enter_paper"),
    path("<int:pk>/discard/", pages.paper_discard, name="paper_discard"),
    path("<int:pk>/restore/", pages.paper_restore, name="paper_restore"),
    path("<int:pk>/read-again/", pages.paper_read_again, name="paper_read_again"),
]
