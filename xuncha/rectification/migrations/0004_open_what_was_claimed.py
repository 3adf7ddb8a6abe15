"""What was claimed before there were rectifications has one from now on, due at the end of its period."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TAKEN_ON = ("claimed", "claimed_with_objection", "assigned")


def open_what_was_claimed(apps: Any, schema_editor: Any) -> None:
    """One for each claim that takes its finding on, by pieces."""
    claim = apps.get_model("rectification", "Claim")
    due_date = apps.get_model("rectification", "DueDate")
    rectification = apps.get_model("rectification", "Rectification")
    ends = {
        (feedback, unit): day
        for feedback, unit, day in due_date.objects.filter(rule__code="period").values_list(
            "handing__feedback", "handing__unit", "due_on"
        )
    }
    rows = claim.objects.filter(state__in=TAKEN_ON, rectification=None).select_related("finding").order_by("pk")
    new = []
    for each in rows.iterator(chunk_size=500):
        finding = each.finding
        new.append(
            rectification(
                claim=each,
                round_id=finding.round_id,
                finding=finding,
                unit_id=each.unit_id,
                horizon="immediate" if finding.immediate else "period",
                due_on=finding.stated_due or ends.get((finding.feedback_id, each.unit_id)),
                due_by="paper" if finding.stated_due else "rule",
                inherited=finding.origin == "legacy",
            )
        )
    rectification.objects.bulk_create(new, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("rectification", "0003_rectifications")]

    operations = [migrations.RunPython(open_what_was_claimed, migrations.RunPython.noop)]
