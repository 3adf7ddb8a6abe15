"""What a person was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Notice(models.Model):
    """提醒: one thing that one person is told. Nobody is told the same thing twice: ``key`` says what is the same.

    ``kind`` tells the page how to say it; ``facts`` holds plain keys and numbers of later stages, never a text of
    theirs. ``seen_at`` is null until the person has looked.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.SlugField(max_length=30)
    key = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="told_once"),)
        indexes = (
            models.Index(fields=("user", "-id"), name="notices_of_user"),
            models.Index(fields=("user",), condition=Q(seen_at__isnull=True), name="notices_unseen"),
        )

    def __str__(self) -> str:
        return self.key
