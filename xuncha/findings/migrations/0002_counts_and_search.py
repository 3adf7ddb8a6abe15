"""Counts kept by triggers, and the index for search."""

from typing import Any

from django.db import migrations

from xuncha.findings.models import triggers


def install(apps: Any, schema_editor: Any) -> None:
    """Lay them down in the way of the database at hand."""
    triggers.install(schema_editor)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away."""
    triggers.remove(schema_editor)


class Migration(migrations.Migration):
    """The two databases have different words for the same."""

    dependencies = (("findings", "0001_initial"),)
    operations = (migrations.RunPython(install, remove),)
