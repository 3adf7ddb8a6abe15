"""Addresses of retention."""

from __future__ import annotations

from django.urls import path

from xuncha.web.retention import acts, destructions, pages, rules

urlpatterns = [
    path("", pages.retention, name="retention"),
    path("kinds/<slug:code>/", pages.due, name="retention_due"),
    path("kinds/<slug:code>/rule/", rules.rule, name="retention_rule"),
    path("kinds/<slug:code>/hold/", acts.hold, name="retention_hold"),
    path("kinds/<slug:code>/propose/", acts.propose, name="retention_propose"),
    path("holds/<int:pk>/lift/", acts.lift, name="retention_lift"),
    path("destructions/<int:pk>/", destructions.destruction, name="destruction"),
    path("destructions/<int:pk>/decide/", destructions.decide, name="destruction_decide"),
    path("destructions/<int:pk>/certificate/", destructions.certificate, name="destruction_certificate"),
]
