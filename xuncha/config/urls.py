"""All addresses: pages by stage, the interface for programs under ``api/``."""

from __future__ import annotations

from django.urls import include, path

from xuncha.api.interface import urls as api_urls
from xuncha.web import refusals

urlpatterns = [
    path("api/v1/", api_urls()),
    path("", include("xuncha.web.urls")),
]

handler400 = refusals.bad_request
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.broken
