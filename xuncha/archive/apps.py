"""The stage as Django knows it."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.archive"
    label = "archive"
