"""What was a team's name beside a unit becomes a team of the round: the same words in one round are one team."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def form(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Teams are counted in the order in which the round's units name them."""
    inspected, team = apps.get_model("rounds", "InspectedUnit"), apps.get_model("rounds", "Team")
    made: dict[tuple[int, str], int] = {}
    numbers: dict[int, int] = {}
    for row in inspected.objects.exclude(team_words="").order_by("round_id", "id"):
        name = row.team_words.strip()
        if not name:
            continue
        if (row.round_id, name) not in made:
            numbers[row.round_id] = numbers.get(row.round_id, 0) + 1
            new = team.objects.create(round_id=row.round_id, number=numbers[row.round_id], name=name)
            made[row.round_id, name] = new.pk
        row.team_id = made[row.round_id, name]
        row.save(update_fields=["team"])


def put_back(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The names beside the units again."""
    for row in apps.get_model("rounds", "InspectedUnit").objects.exclude(team=None).select_related("team"):
        row.team_words = row.team.name
        row.save(update_fields=["team_words"])


class Migration(migrations.Migration):
    dependencies = [("rounds", "0003_teams_and_recusals")]

    operations = [migrations.RunPython(form, put_back)]
