"""The stage as Django knows it."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Labelled by the folder's own name."""

    name = "xuncha.organisation"
    label = "organisation"
