"""Indexes for the filters and orders of the list; each order of one round without sorting."""

from django.conf import settings
from django.db import migrations, models

WAYS = (
    ("finding_by_severity", ("severity", "number_key")),
    ("finding_by_nature", ("nature", "number_key")),
    ("finding_by_origin", ("origin", "number_key")),
    ("finding_by_immediate", ("immediate", "number_key")),
    ("finding_of_round_by_change", ("round", "changed_at", "id")),
    ("finding_of_round_by_due", ("round", "stated_due", "id")),
    ("finding_of_round_by_category", ("round", "category", "number_key")),
    ("finding_of_round_by_severity", ("round", "severity", "number_key")),
)


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0005_frozen_numbers"),
        ("organisation", "0001_initial"),
        ("rounds", "0001_initial"),
        ("rulebook", "0002_shipped_schemes_and_sectors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(model_name="finding", index=models.Index(fields=list(fields), name=name))
        for name, fields in WAYS
    ]
