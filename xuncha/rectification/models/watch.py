"""What the nightly sweep has told, and how far it came."""

from __future__ import annotations

from django.db import models

from xuncha.rectification.models.rectification import Rectification


class Warned(models.Model):
    """已预警: the sharpest warning that was given for an item while a day held. Another day begins anew.

    ``days_left`` is that of the alert, not of the day on which it was given.
    """

    item = models.OneToOneField(Rectification, models.CASCADE, primary_key=True, related_name="+")
    due_on = models.DateField()
    days_left = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.item_id} {self.days_left}"


class Sweep(models.Model):
    """期限巡检: the pass over all items on a day; ``last_unit`` is the unit up to which it came."""

    day = models.DateField(unique=True)
    last_unit = models.BigIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.day}"
