"""The stage as Django knows it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.notices"
    label = "notices"
