"""The stage as Django knows it."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.rectification"
    label = "rectification"
