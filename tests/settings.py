"""Django's settings under test: the product's own, but for what only costs time there."""

from __future__ import annotations

import os
import tempfile

# Tests never touch anybody's own data, nor each other's: every process of a run has a home of its own. It is set here
# because these settings are read before any conftest is. A home that a test gave to a program of its own stays.
if os.environ.get("XUNCHA_HOME") == os.environ.get("XUNCHA_TEST_HOME") or "XUNCHA_TEST_HOME" not in os.environ:
    _home = tempfile.TemporaryDirectory(prefix="xuncha-test-")
    os.environ["XUNCHA_HOME"] = os.environ["XUNCHA_TEST_HOME"] = _home.name
os.environ.setdefault("XUNCHA_SECRET_KEY", "for tests only")
os.environ.setdefault("XUNCHA_DEBUG", "0")

from xuncha.config.settings import *  # noqa: F403
from xuncha.config.settings import STORAGES

# Static files come straight from the sources: no collected folder has to be in step with them.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# A strong hash of a password takes longer than most tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# All tests come from one address and in a hurry.
PUBLIC_REQUESTS = 0
