"""How people look at the ledger: saved views, chosen columns."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """视图: a search with filters and order, saved by name; shared ones are the office's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(_("shared with the office"), default=False)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="view_name_once_per_owner"),
            models.UniqueConstraint(fields=("name",), condition=Q(is_shared=True), name="shared_view_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class ListSetting(models.Model):
    """列表设置: the columns and the density a person chose for a list. Empty columns: the list's own choice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=30)
    columns = models.JSONField(default=list, blank=True)
    density = models.CharField(max_length=10, default="compact")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "page"), name="one_setting_per_list"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"
