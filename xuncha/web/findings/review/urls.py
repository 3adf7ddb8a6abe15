"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from xuncha.web.findings.review import acts, missed, page

_DRAFT = "<int:pk>/review/drafts/<int:key>/"

urlpatterns: list[URLPattern] = [
    path("<int:pk>/review/", page.page, name="review"),
    path("<int:pk>/review/presence/", acts.presence, name="review_presence"),
    path("<int:pk>/review/accept/", acts.accept_sure, name="review_accept_sure"),
    path("<int:pk>/review/undo/", acts.undo, name="review_undo"),
    path("<int:pk>/review/add/", missed.add, name="review_add"),
    path(_DRAFT, acts.draft, name="review_draft"),
    path(f"{_DRAFT}accept/", acts.accept, name="review_accept"),
    path(f"{_DRAFT}drop/", acts.drop, name="review_drop"),
    path(f"{_DRAFT}merge/", acts.merge, name="review_merge"),
    path(f"{_DRAFT}edit/", acts.edit, name="review_edit"),
    path(f"{_DRAFT}split/", acts.split, name="review_split"),
    path(f"{_DRAFT}category/", acts.category, name="review_category"),
    path(f"{_DRAFT}addressees/", acts.addressees, name="review_addressees"),
    path(f"{_DRAFT}seen-at/", acts.seen_at, name="review_seen_at"),
]
