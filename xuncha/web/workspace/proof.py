"""What changes how one signs in asks for the password once more: a desk may have been left open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xuncha.security import signing_in
from xuncha.web.workspace import devices
from xuncha.web.workspace.letting_in import wait_words


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
