"""Addresses of terms and rounds."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rounds import editing, pages, recusals, teams, units

urlpatterns = [
    path("", pages.rounds_page, name="rounds"),
    path("add/", editing.add_round, name="round_add"),
    path("<int:pk>/", pages.round_page, name="round"),
    path("<int:pk>/edit/", editing.edit_round, name="round_edit"),
    path("<int:pk>/units/", units.round_units, name="round_units"),
    path("<int:pk>/teams/", teams.teams_page, name="teams"),
    path("<int:pk>/teams/add/", teams.add_team, name="team_add"),
    path("teams/<int:pk>/edit/", teams.edit_team, name="team_edit"),
    path("teams/<int:pk>/units/", teams.team_units, name="team_units"),
    path("teams/<int:pk>/members/add/", teams.add_member, name="member_add"),
    path("members/<int:pk>/withdraw/", teams.withdraw_member, name="member_withdraw"),
    path("members/<int:pk>/object/", recusals.object_to, name="member_object"),
    path("recusals/", recusals.recusals_page, name="recusals"),
    path("recusals/declare/", recusals.declare, name="recusal_declare"),
    path("recusals/<int:pk>/", recusals.recusal_page, name="recusal"),
    path("recusals/<int:pk>/decide/", recusals.decide, name="recusal_decide"),
    path("recusals/<int:pk>/end/", recusals.end, name="recusal_end"),
    path("terms/add/", editing.add_term, name="term_add"),
    path("terms/<int:pk>/", pages.term_page, name="term"),
    path("terms/<int:pk>/edit/", editing.edit_term, name="term_edit"),
]
