"""Addresses of the board and of what the office presses with."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rectification.board import clock, figures, letters, looking_back, pages

urlpatterns = [
    path("board/", pages.board, name="board"),
    path("board/rows/", pages.rows, name="board_rows"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<int:pk>/", figures.snapshot, name="snapshot"),
    path("look-back/", looking_back.look_backs, name="look_backs"),
    path("look-back/<int:pk>/", looking_back.look_back, name="look_back"),
    path("letters/", letters.letters, name="letters"),
    path("letters/send/", letters.send, name="letter_send"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("clock/", clock.requests, name="clock_requests"),
    path("clock/<int:pk>/", clock.clock_request, name="clock_request"),
    path("items/<int:pk>/<slug:kind>/ask/", clock.ask, name="clock_ask"),
]
