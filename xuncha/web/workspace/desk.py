"""The desk (工作台): the first page, what waits for me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, what came in, what changed, and the picture of the round."""
    return render(request, "workspace/desk.html")
