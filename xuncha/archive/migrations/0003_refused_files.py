"""A file may be refused after it was taken in: its bytes go, its digest stays so that it is known again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Why a file was refused."""

    dependencies = (("archive", "0002_sealed_files"),)
    operations = (
        migrations.AddField("storedfile", "refused", models.CharField(blank=True, default="", max_length=20)),
    )
