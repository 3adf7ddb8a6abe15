"""The stage as Django knows it."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.security"
    label = "security"
