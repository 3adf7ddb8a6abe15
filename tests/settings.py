"""Django's settings under test: the product's own, but for what only costs time there."""

from __future__ import annotations

from xuncha.config.settings import *  # noqa: F403
from xuncha.config.settings import STORAGES

# Static files come straight from the sources: no collected folder has to be in step with them.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# A strong hash of a password takes longer than most tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# All tests come from one address and in a hurry.
PUBLIC_REQUESTS = 0
