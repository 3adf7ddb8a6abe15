from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rounds", "0004_a_team_for_each_name")]

    operations = [migrations.RemoveField(model_name="inspectedunit", name="team_words")]
