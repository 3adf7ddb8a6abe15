"""The shipped holidays and deadlines become the office's own, to change as it likes."""

from typing import Any

from django.db import migrations

from xuncha.vocabulary import load
from xuncha.vocabulary.days import shipped_days


def fill(apps: Any, schema_editor: Any) -> None:
    """Take over what `xuncha.vocabulary` ships, with any additions of the office's vocabulary folder."""
    WorkWeek, Holiday, Rule = (apps.get_model("rulebook", name) for name in ("WorkWeek", "Holiday", "DeadlineRule"))
    WorkWeek.objects.create(pk=1, rest_weekdays=",".join(map(str, load("holidays")["rest_weekdays"])))
    Holiday.objects.bulk_create(
        Holiday(day=each.day, is_off=each.is_off, name=each.name, name_en=each.name_en, source=each.source)
        for each in shipped_days()
    )
    Rule.objects.bulk_create(
        Rule(order=order, **entry) for order, entry in enumerate(load("deadlines")["deadlines"], start=1)
    )


def empty(apps: Any, schema_editor: Any) -> None:
    """Take it all away."""
    for name in ("DeadlineRule", "Holiday", "WorkWeek"):
        apps.get_model("rulebook", name).objects.all().delete()


class Migration(migrations.Migration):
    """Data only."""

    dependencies = (("rulebook", "0003_working_days_and_deadlines"),)
    operations = (migrations.RunPython(fill, empty),)
