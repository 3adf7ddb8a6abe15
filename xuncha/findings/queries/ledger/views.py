"""Saved views and how a person wants the list: columns and density."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q, QuerySet

from xuncha.findings.models import ListSetting, SavedView
from xuncha.security.models import User
from xuncha.security.policy import reads_the_ledger

PAGE_NAME: Final = "ledger"
DENSITIES: Final = ("compact", "normal", "wide")


def saved_views(actor: User) -> QuerySet[SavedView]:
    """Own views, and those shared with the office, which only those who read the ledger see; own ones first."""
    asked = Q(owner=actor)
    if reads_the_ledger(actor):
        asked |= Q(is_shared=True)
    return SavedView.objects.filter(asked).annotate(is_own=Q(owner=actor)).order_by("-is_own", F("order"), "id")


def list_setting(actor: User) -> ListSetting:
    """Columns and density of the list; not saved yet: none chosen."""
    found = ListSetting.objects.filter(user=actor, page=PAGE_NAME).first()
    return found or ListSetting(user=actor, page=PAGE_NAME)
