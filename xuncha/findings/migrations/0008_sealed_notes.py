"""Where a joint finding was seen is sealed at rest. Backwards the notes are opened again."""

from typing import Any

from django.db import migrations, models

from xuncha.security.fields import SealedTextField

BOUND = ("finding_id", "unit_id")


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal what is written plain; the place is that of the column's last name."""
    for row in apps.get_model("findings", "Attribution").objects.iterator(chunk_size=500):
        row.note = str(row.plain)
        row.save(update_fields=["note"])


def open_again(apps: Any, schema_editor: Any) -> None:
    """Write the notes plain, as they were."""
    for row in apps.get_model("findings", "Attribution").objects.iterator(chunk_size=500):
        row.plain = row.note
        row.save(update_fields=["plain"])


class Migration(migrations.Migration):
    """Another column, filled from the old one, which goes."""

    dependencies = (("findings", "0007_count_of_round"),)
    operations = (
        migrations.RenameField("attribution", "note", "plain"),
        migrations.AlterField("attribution", "plain", models.CharField(blank=True, default="", max_length=300)),
        migrations.AddField(
            "attribution",
            "note",
            SealedTextField(bound_to=BOUND, default=b"", verbose_name="note"),
            preserve_default=False,
        ),
        migrations.RunPython(seal, open_again),
        migrations.RemoveField("attribution", "plain"),
    )
