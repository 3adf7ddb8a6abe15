"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.security.record import record_failed_sign_in, record_sign_in, record_sign_out


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SignIn(LoginView):
    """The page of account and password; whoever is signed in already goes to the desk."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Whoever comes in is on the trail before the first page."""
        response = super().form_valid(form)
        record_sign_in(form.get_user())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """So is whoever does not."""
        record_failed_sign_in(form.data.get("username", ""))
        return super().form_invalid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        record_sign_out(request.user)
    logout(request)
    return redirect("sign_in")
