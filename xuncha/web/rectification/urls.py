"""Addresses of rectification."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rectification import handing, timetable

urlpatterns = [
    path("feedbacks/<int:pk>/handing-over/", handing.handing_over, name="handing_over"),
    path("rectification/", timetable.timetable, name="timetable"),
    path("rectification/duties/<int:pk>/", timetable.duty, name="duty"),
]
