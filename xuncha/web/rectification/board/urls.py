"""Addresses of the board and of what the office presses with."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rectification.board import pages

urlpatterns = [
    path("board/", pages.board, name="board"),
    path("board/rows/", pages.rows, name="board_rows"),
]
