"""Users, what they were granted, and the trail of what was done."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.security.roles import Role, Scope


class UserManager(BaseUserManager["User"]):
    """Makes users; rights come from grants, never from a flag on the user."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """用户: a person who signs in, under one account and for oneself only.

    ``language`` is empty where the person has chosen none.
    """

    username = models.CharField(_("account"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=50)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name


class Grant(models.Model):
    """授权: a role given to a person for a scope, from a day to a day (null: without end).

    ``scope_id`` is the plain key of the unit or round: security stands below both and knows neither. Null for the
    whole office.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=Role.choices)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.OFFICE)
    scope_id = models.BigIntegerField(null=True, blank=True)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(scope="office", scope_id__isnull=True) | (~Q(scope="office") & Q(scope_id__isnull=False)),
                name="grant_scope_has_its_key",
            ),
            models.UniqueConstraint(fields=("user", "role", "scope", "scope_id"), name="grant_once"),
        )
        indexes = (models.Index(fields=("user", "scope", "scope_id"), name="grant_by_user"),)

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.scope}:{self.scope_id or ''}"


class TrailEntry(models.Model):
    """留痕: one thing done to one object, by whom and when, with what it was before and after.

    Written only through `security.trail`. ``batch`` holds together what one act did, so that it can be shown and
    undone as a whole. ``before``/``after`` hold only the fields that changed; null before: it came into being.
    """

    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    act = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("object_kind", "object_id", "id"), name="trail_by_object"),
            models.Index(fields=("actor", "id"), name="trail_by_actor"),
        )

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.act} {self.object_kind}:{self.object_id}"
