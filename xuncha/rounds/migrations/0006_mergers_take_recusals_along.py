"""Recusals from units that were merged before hide what they became one with; from the day of the migration on."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def hide(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """One exclusion more for each unit that a running recusal did not reach."""
    unit, exclusion = apps.get_model("organisation", "Unit"), apps.get_model("security", "Exclusion")
    pairs = list(unit.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    running = apps.get_model("rounds", "Recusal").objects.filter(state__in=("declared", "upheld"))
    for recusal in running.exclude(until__lt=timezone.localdate()) if pairs else ():
        one, before = {recusal.unit_id}, set[int]()
        while one != before:
            before = set(one)
            one |= {key for pair in pairs if not before.isdisjoint(pair) for key in pair}
        held = exclusion.objects.filter(recusal_key=recusal.pk, scope="unit").values_list("scope_id", flat=True)
        for key in sorted(one - set(held)):
            exclusion.objects.create(
                user_id=recusal.user_id, scope="unit", scope_id=key, recusal_key=recusal.pk, valid_to=recusal.until
            )


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0005_no_names_beside_units"),
        ("organisation", "0001_initial"),
        ("security", "0006_grants_and_exclusions"),
    ]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
