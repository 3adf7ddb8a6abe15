"""A new installation reviews plans by the first set of the vocabulary; the office changes it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from xuncha.vocabulary import load


def ship_the_rule(apps: Any, schema_editor: Any) -> None:
    """The joint review of a new installation: the first set of the vocabulary, all at once, all must agree."""
    shipped = load("plan_review")["sets"][0]
    rule = apps.get_model("rectification", "ReviewRule").objects.create(pk=1, source=shipped["source"])
    party = apps.get_model("rectification", "ReviewParty")
    party.objects.bulk_create(
        party(rule=rule, order=order, **each) for order, each in enumerate(shipped["parties"], start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("rectification", "0007_plan_review")]

    operations = [migrations.RunPython(ship_the_rule, migrations.RunPython.noop)]
