"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from xuncha.web.findings.feedback import pages

urlpatterns: list[URLPattern] = [
    path("", pages.feedbacks, name="feedbacks"),
    path("<int:pk>/", pages.feedback, name="feedback"),
    path("<int:pk>/issue/", pages.feedback_issue, name="feedback_issue"),
    path("<int:pk>/recipients/", pages.feedback_recipients, name="feedback_recipients"),
    path("<int:pk>/take/", pages.feedback_take, name="feedback_take"),
]
