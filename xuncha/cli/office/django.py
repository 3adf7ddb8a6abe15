"""Starts Django for a command: the data folder first, then settings, then the language of the messages."""

from __future__ import annotations

import os
from pathlib import Path

from xuncha.cli.office.folder import Unusable, prepare
from xuncha.cli.wording import language, say

SETTINGS = "xuncha.config.settings"


def start(*, folder: Path | None = None) -> Path:
    """Set Django up on the data folder and give the folder. Errors: `Unusable` with a sentence."""
    from django.core.exceptions import ImproperlyConfigured

    from xuncha.archive.home import home as data_folder

    if folder is not None:
        os.environ["XUNCHA_HOME"] = str(folder)
    home = data_folder()
    prepare(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django
    from django.utils import translation

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Unusable(str(error)) from error
    translation.activate("en" if language() == "en" else "zh-hans")
    return home


def start_on_current() -> Path:
    """`start`, for a command that works on data: the database must be there and fit the program."""
    home = start()
    from xuncha.cli.office.database import State, state

    found = state(home)
    if found.state is State.EMPTY:
        raise Unusable(say("no_data_yet", path=home))
    found.require_current()
    from xuncha.security import circumstances

    # For the rest of the process: the trail says that it came from the command line.
    circumstances.from_now_on("command")
    return home
