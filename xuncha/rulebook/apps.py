"""The stage as Django knows it."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.rulebook"
    label = "rulebook"
