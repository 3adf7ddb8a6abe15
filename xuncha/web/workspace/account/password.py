"""The page on which one changes one's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xuncha.security import passwords, sessions
from xuncha.security.errors import Invalid
from xuncha.web.faults import Form
from xuncha.web.workspace.proof import prove


class PasswordForm(Form):
    """The old password, the new one, and the new one again, for nobody sees what is typed."""

    old = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"class": "w-32", "autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"class": "w-32", "autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("New password again"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"class": "w-32", "autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new", again):
            raise forms.ValidationError(_("This differs from the new password; please type it again."))
        return again


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other browser is signed out."""
    actor: Any = request.user
    why = passwords.must_be_changed(actor)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and prove(request, form, "old"):
        try:
            passwords.change_password(form.cleaned_data["new"], actor=actor)
        except Invalid as refused:
            form.add_error("new", refused.data["faults"]["password"])
        else:
            update_session_auth_hash(request, actor)
            sessions.end_others(actor, key=request.session.session_key)
            messages.success(request, _("Your password was changed; in other browsers you are signed out."))
            return redirect("desk" if why else "password")
    context = {"form": form, "why": why, "rules": passwords.rules(), "here": "password"}
    return render(request, "account/password.html", context)
