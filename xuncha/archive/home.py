"""Where an installation keeps what it has: the data folder. Known before Django is."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The data folder: database, files taken in, secret key. ``XUNCHA_HOME``, else the user's own data directory."""
    given = os.environ.get("XUNCHA_HOME", "").strip()
    return Path(given).expanduser().resolve() if given else Path(platformdirs.user_data_dir("xuncha", appauthor=False))
