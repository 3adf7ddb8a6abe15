"""The stage as Django knows it."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.findings"
    label = "findings"
