"""Files are sealed on disk, each with a key of its own; those that lie there plain have none until they are sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The key of a file."""

    dependencies = (("archive", "0001_initial"),)
    operations = (migrations.AddField("storedfile", "wrapped", models.BinaryField(default=None, null=True)),)
