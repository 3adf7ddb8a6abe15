"""The stage as Django knows it."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.rounds"
    label = "rounds"
