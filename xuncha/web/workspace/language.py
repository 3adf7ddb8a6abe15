"""The switch of language, on every page: what was chosen holds, and without a choice it is Chinese."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xuncha.security import actions


class LanguageMiddleware:
    """Speaks the language the person chose, else the one chosen in this browser, else Chinese.

    The languages a browser asks for do not count: they are those of its installation, seldom those of its user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        chosen = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if _is_known(chosen) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language, of the person and in the browser, and go back to the page; an unknown one changes
    nothing."""
    code = request.POST.get("language", "")
    target = request.POST.get("next") or request.headers.get("Referer") or "/"
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    parts = urlsplit(target)
    response = HttpResponseRedirect(parts.path + (f"?{parts.query}" if parts.query else ""))
    if _is_known(code):
        if request.user.is_authenticated:
            actions.choose_language(code, actor=request.user)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _is_known(code: str) -> bool:
    return code in dict(settings.LANGUAGES)
