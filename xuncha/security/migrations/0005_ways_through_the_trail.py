import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("security", "0004_signing_in")]

    operations = [
        migrations.CreateModel(
            name="TrailCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("until", models.BigIntegerField()),
                ("checked", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=30)),
                ("broken", models.BigIntegerField(null=True)),
                ("unread", models.BigIntegerField(default=0)),
                ("anchors", models.IntegerField(default=0)),
            ],
            options={"ordering": ("-id",)},
        ),
        migrations.AddIndex(
            model_name="trailentry",
            index=models.Index(fields=["at"], name="trail_by_time"),
        ),
    ]
