"""Addresses of people."""

from __future__ import annotations

from django.urls import URLPattern, path

from xuncha.web.people import acting, appointing, opening, pages

urlpatterns: list[URLPattern] = [
    path("", pages.people, name="people"),
    path("add/", opening.add_person, name="person_add"),
    path("<int:pk>/", pages.person, name="person"),
    path("<int:pk>/appoint/", appointing.appoint, name="person_appoint"),
    path("<int:pk>/roles/<int:grant>/withdraw/", appointing.withdraw, name="person_withdraw"),
    path("<int:pk>/password/", opening.give_password, name="person_password"),
    path("<int:pk>/second-factor/", acting.reset_factors, name="person_factors"),
    path("<int:pk>/state/", acting.change_state, name="person_state"),
    path("<int:pk>/unlock/", acting.unlock, name="person_unlock"),
    path("<int:pk>/sessions/end/", acting.end_sessions, name="person_sessions"),
    path("<int:pk>/tokens/<int:token>/revoke/", acting.revoke_token, name="person_token"),
]
