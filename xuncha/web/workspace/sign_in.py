"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.security import factors, signing_in
from xuncha.security.record import record_sign_out
from xuncha.web.faults import Form
from xuncha.web.workspace import devices, second_step
from xuncha.web.workspace.letting_in import let_in, wait_words


class SignInForm(Form):
    """Account and password."""

    username = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SignIn(LoginView):
    """The page of account and password; whoever is signed in already goes to the desk."""

    template_name = "sign_in.html"
    form_class: Any = SignInForm
    redirect_authenticated_user = True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {name: value for name, value in super().get_form_kwargs().items() if name != "request"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, idle_minutes=settings.SESSION_COOKIE_AGE // 60)

    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever comes in is on the trail before the first page; so is whoever does not."""
        request, device = self.request, devices.new_device(self.request)
        try:
            user = signing_in.known_by_password(
                form.cleaned_data["username"],
                form.cleaned_data["password"],
                address=devices.address_of(request),
                device=device,
                request=request,
            )
        except signing_in.Waits as waits:
            return self._refuse(form, wait_words(waits.data["seconds"]), waits.data["seconds"])
        except signing_in.Over:
            words = _("This one-time password is no longer valid. Please ask the system administrator for a new one.")
            return self._refuse(form, words)
        if user is None:
            return self._refuse(form, _("Account and password do not belong together. Please type both again."))
        response: HttpResponse
        if factors.factors_of(user).exists():
            response = second_step.begin(request, user, self.get_success_url())
        else:
            let_in(request, user, factor="password")
            response = redirect(self.get_success_url())
        devices.remember(response, device)
        return response

    def _refuse(self, form: Any, words: str, seconds: int = 0) -> HttpResponse:
        form.add_error(None, words)
        response = self.form_invalid(form)
        if seconds:
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds)
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        record_sign_out(request.user)
    logout(request)
    return redirect("sign_in")
