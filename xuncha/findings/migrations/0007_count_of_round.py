"""Sums of a round by state and category, from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0006_ways_through_the_ledger"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="findingcount",
            index=models.Index(fields=["round_id", "state", "category_id", "number"], name="count_of_round"),
        ),
    ]
