"""A label, further codes and the private note of a draft under review."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0002_counts_and_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="codes",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="draft",
            name="label",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="draft",
            name="seen_at",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
