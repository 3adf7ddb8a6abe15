"""Addresses of one's own account."""

from __future__ import annotations

from django.urls import path

from xuncha.web.workspace.account import password, sessions

urlpatterns = [
    path("password/", password.password, name="password"),
    path("sessions/", sessions.own_sessions, name="sessions"),
    path("sessions/end-others/", sessions.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="end_session"),
]
