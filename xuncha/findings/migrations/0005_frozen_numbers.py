"""Numbers once fed back are frozen by the database itself; a further code may say why it was given."""

from typing import Any

from django.db import migrations, models

from xuncha.findings.models import triggers


def install(apps: Any, schema_editor: Any) -> None:
    """Lay all triggers down anew, the guards among them."""
    triggers.install(schema_editor)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away; the other triggers stay with the migration that laid them."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name in triggers.GUARDS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{'' if sqlite else ' ON findings_finding'}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0004_papers_coming_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="classification",
            name="reasons",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(install, remove),
    ]
