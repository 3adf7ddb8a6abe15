"""The interface as a whole: its routers, who may call, how it refuses."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from xuncha import __version__
from xuncha.api import feedbacks, findings, organisation, papers, rounds, rulebook
from xuncha.api.errors import add_handlers
from xuncha.api.signing_in import callers

# No pages of documentation in the product: docs/api.md and docs/api.json say it all, offline.
api = NinjaAPI(
    title="Xuncha",
    version=__version__,
    urls_namespace="api-1",
    docs_url=None,
    openapi_url=None,
    auth=callers(),
)
add_handlers(api)
api.add_router("/findings", findings.router, tags=["findings"])
api.add_router("/papers", papers.router, tags=["papers"])
api.add_router("/feedbacks", feedbacks.router, tags=["feedbacks"])
api.add_router("/rounds", rounds.router, tags=["rounds"])
api.add_router("/units", organisation.router, tags=["units"])
api.add_router("/schemes", rulebook.router, tags=["schemes"])


def urls() -> Any:
    """The addresses. A program that is not signed in gets a problem (401) and is not sent to the sign-in page."""
    found, app, namespace = api.urls
    patterns: list[Any] = [pattern for pattern in found if getattr(pattern, "name", "") != "api-root"]
    for pattern in patterns:
        pattern.callback.login_required = False
    return patterns, app, namespace
