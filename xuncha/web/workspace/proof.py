"""What changes how one signs in, or gives access, asks for the password once more: a desk may have been left open."""

from __future__ import annotations

import time
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuncha.security import signing_in
from xuncha.web.faults import Form
from xuncha.web.workspace import devices
from xuncha.web.workspace.letting_in import wait_words

# For so many seconds after it was typed it is not asked for again, so that several accounts can be seen to in one go.
GOOD_FOR: Final = 5 * 60
_PROVED_AT: Final = "proved_at"


def prove(request: HttpRequest, form: Any, field: str) -> bool:
    """Whether the field of the valid form holds the person's password; else the form says what is wrong."""
    user: Any = request.user
    try:
        if signing_in.proves(
            user,
            form.cleaned_data[field],
            address=devices.address_of(request),
            device=devices.device_of(request),
        ):
            return True
        form.add_error(field, _("This is not your present password."))
    except signing_in.Waits as waits:
        form.add_error(field, wait_words(waits.data["seconds"]))
    return False


class ProvingForm(Form):
    """An act that gives access: asks for the own password last, unless it was typed in this session a moment ago."""

    own_password = forms.CharField(
        label=gettext_lazy("Your own password"),
        help_text=gettext_lazy("So that nobody does this at a desk that was left open."),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"class": "w-32", "autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        asked = self.fields.pop("own_password")
        if time.time() - request.session.get(_PROVED_AT, 0) > GOOD_FOR:
            self.fields["own_password"] = asked

    def holds(self) -> bool:
        """Whether what was sent is valid and the actor has proved who it is; else the form says what is wrong."""
        if not self.is_valid():
            return False
        if "own_password" not in self.fields:
            return True
        if not prove(self._request, self, "own_password"):
            return False
        self._request.session[_PROVED_AT] = int(time.time())
        return True
