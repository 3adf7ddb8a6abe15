"""The joint review of plans: its rule and parties, drafts as submitted, opinions and marks."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rectification", "0006_round_times"),
        ("security", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("in_order", models.BooleanField(default=False)),
                ("majority", models.BooleanField(default=False)),
                ("parties", models.JSONField(default=list)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("returned", "Returned"), ("withdrawn", "Withdrawn")],
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="rectification.plan"
                    ),
                ),
            ],
            options={
                "ordering": ("plan_id", "number"),
                "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="draft_once")],
            },
        ),
        migrations.CreateModel(
            name="PlanOpinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.PositiveIntegerField()),
                ("verdict", models.CharField(choices=[("approve", "Agrees"), ("return", "Returns it")], max_length=10)),
                ("words", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="rectification.plandraft",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [models.UniqueConstraint(fields=("draft", "party"), name="one_opinion_of_a_party")],
            },
        ),
        migrations.CreateModel(
            name="PlanMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=40)),
                ("quote", models.CharField(blank=True, max_length=500)),
                ("words", models.CharField(max_length=1000)),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="rectification.planopinion",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ReviewRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("in_order", models.BooleanField(default=False)),
                ("majority", models.BooleanField(default=False)),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_review_rule")],
            },
        ),
        migrations.CreateModel(
            name="ReviewParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(max_length=60, verbose_name="party")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("discipline_reviewer", "Reviewer, discipline organ"),
                            ("organisation_reviewer", "Reviewer, organisation department"),
                            ("reviewer", "Reviewer"),
                            ("office", "Inspection office"),
                            ("team_head", "Head of the team that inspected the unit"),
                        ],
                        max_length=30,
                        verbose_name="who speaks for it",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="rectification.reviewrule",
                    ),
                ),
            ],
            options={
                "ordering": ("order", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["discipline_reviewer", "organisation_reviewer", "reviewer", "office", "team_head"],
                            )
                        ),
                        name="party_role_known",
                    )
                ],
            },
        ),
    ]
