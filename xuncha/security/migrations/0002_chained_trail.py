"""The trail becomes a chain: each entry tied to the one before, its words sealed, update and delete refused."""

import uuid
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from xuncha.security import triggers


def refuse_old_entries(apps: Any, schema_editor: Any) -> None:
    """Entries of before cannot be tied into a chain afterwards as if they had always been in it."""
    if apps.get_model("security", "TrailEntry").objects.exists():
        raise RuntimeError(
            "security.0002: this data folder was made before 0.1.0 was released and its trail has no chain. "
            "Name a new data folder in XUNCHA_HOME, or make the demo anew."
        )


def install(apps: Any, schema_editor: Any) -> None:
    """Lay down the head of an empty chain and the triggers."""
    apps.get_model("security", "TrailHead").objects.create(pk=1)
    triggers.install(schema_editor)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away."""
    triggers.remove(schema_editor)


class Migration(migrations.Migration):
    """Tables of the chain."""

    dependencies = (("security", "0001_initial"),)
    operations = (
        migrations.RunPython(refuse_old_entries, migrations.RunPython.noop),
        migrations.DeleteModel("TrailEntry"),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField()),
                ("line", models.CharField(max_length=400)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("-seq",),
            },
        ),
        migrations.CreateModel(
            name="ObjectKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_kind", models.CharField(max_length=40)),
                ("object_id", models.BigIntegerField()),
                ("wrapped", models.BinaryField(null=True)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("wrapped__isnull", False)),
                        fields=("object_kind", "object_id"),
                        name="one_key_in_use",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrailHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField(default=0)),
                ("link", models.BinaryField(default=bytes)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_trail_head")],
            },
        ),
        migrations.CreateModel(
            name="TrailEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField(unique=True)),
                ("batch", models.UUIDField(db_index=True, default=uuid.uuid4)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("role", models.CharField(blank=True, max_length=30)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("act", models.CharField(max_length=60)),
                ("object_kind", models.CharField(max_length=40)),
                ("object_id", models.BigIntegerField()),
                ("payload", models.BinaryField()),
                ("digest", models.CharField(max_length=10)),
                ("commitment", models.BinaryField()),
                ("link", models.BinaryField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.objectkey"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["object_kind", "object_id", "id"], name="trail_by_object"),
                    models.Index(fields=["actor", "id"], name="trail_by_actor"),
                    models.Index(fields=["act", "id"], name="trail_by_act"),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    )
