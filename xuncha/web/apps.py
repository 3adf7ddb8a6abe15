"""The pages as Django knows them."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.web"
    label = "web"
