"""Addresses of one's own account."""

from __future__ import annotations

from django.urls import path

from xuncha.web.workspace.account import password, second_factor, sessions

urlpatterns = [
    path("password/", password.password, name="password"),
    path("sessions/", sessions.own_sessions, name="sessions"),
    path("sessions/end-others/", sessions.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="end_session"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("second-factor/app/", second_factor.add_totp, name="add_totp"),
    path("second-factor/passkey/", second_factor.add_passkey, name="add_passkey"),
    path("second-factor/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("second-factor/<int:pk>/remove/", second_factor.remove_factor, name="remove_factor"),
]
