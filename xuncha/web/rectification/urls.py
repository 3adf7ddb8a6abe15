"""Addresses of rectification."""

from __future__ import annotations

from django.urls import include, path

from xuncha.web.rectification import claims, deciding, handing, round_times, timetable

urlpatterns = [
    path("feedbacks/<int:pk>/handing-over/", handing.handing_over, name="handing_over"),
    path("rectification/", claims.claims, name="claims"),
    path("rectification/decide/", deciding.decide, name="claims_decide"),
    path("rectification/silence/", deciding.silence, name="claims_silence"),
    path("rectification/dates/", timetable.timetable, name="timetable"),
    path("rectification/", include("xuncha.web.rectification.items.urls")),
    path("rounds/<int:pk>/times/", round_times.round_times, name="round_times"),
    path("rounds/<int:pk>/times/apply/", round_times.apply_round_times, name="round_times_apply"),
    path("rectification/", include("xuncha.web.rectification.board.urls")),
    path("rectification/duties/<int:pk>/", timetable.duty, name="duty"),
    path("rectification/plans/", include("xuncha.web.rectification.plans.urls")),
]
