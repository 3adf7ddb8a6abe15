"""Users, what they were granted, and the trail of what was done."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from xuncha.security import payloads
from xuncha.security.opening.models import Opening, OpeningRequest, OpeningRule
from xuncha.security.retention.models import Destroyed, Destruction, Hold, RetentionRule
from xuncha.security.roles import Role, Scope

__all__ = [
    "Anchor",
    "ApiToken",
    "Destroyed",
    "Destruction",
    "EarlierPassword",
    "Exclusion",
    "Grant",
    "Hold",
    "ObjectKey",
    "Opening",
    "OpeningRequest",
    "OpeningRule",
    "RecoveryCode",
    "RetentionRule",
    "SecondFactor",
    "Session",
    "SignInCount",
    "TrailCheck",
    "TrailEntry",
    "TrailHead",
    "User",
]


class UserManager(BaseUserManager["User"]):
    """Makes users; rights come from grants, never from a flag on the user."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """用户: a person who signs in, under one account and for oneself only.

    ``language`` is empty where the person has chosen none. ``must_change_password``: an administrator knows the present
    one; until it is changed nothing else can be done.
    """

    username = models.CharField(_("account"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=50)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(default=timezone.now)
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
    whole office. A role in a team is given for a unit as inspected in a round: ``scope_id`` is the unit's key and
    ``round_key`` the round's, null for every other scope.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=Role.choices)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.OFFICE)
    scope_id = models.BigIntegerField(null=True, blank=True)
    round_key = models.BigIntegerField(null=True, blank=True)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(scope="office", scope_id__isnull=True) | (~Q(scope="office") & Q(scope_id__isnull=False)),
                name="grant_scope_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(scope="inspection", round_key__isnull=False)
                | (~Q(scope="inspection") & Q(round_key__isnull=True)),
                name="grant_of_inspection_has_its_round",
            ),
            models.UniqueConstraint(
                fields=("user", "role", "scope", "scope_id"),
                condition=Q(scope_id__isnull=False, round_key__isnull=True),
                name="grant_once",
            ),
            models.UniqueConstraint(
                fields=("user", "role"), condition=Q(scope_id__isnull=True), name="office_grant_once"
            ),
            models.UniqueConstraint(
                fields=("user", "role", "scope_id", "round_key", "valid_from"),
                condition=Q(round_key__isnull=False),
                name="inspection_grant_once",
            ),
        )
        indexes = (models.Index(fields=("user", "scope", "scope_id"), name="grant_by_user"),)

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.scope}:{self.scope_id or ''}"


class EarlierPassword(models.Model):
    """旧口令: the hash of a password that a person had, so that it is not taken again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="earlier_passwords")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%F}"


class SignInCount(models.Model):
    """登录失败计数: how often signing in failed, see `security.throttle`. Accounts and addresses stand here as keyed
    digests only. ``free_at``: until then no attempt is let through; ``known_until``: of a browser that was here before.
    """

    of = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    account = models.CharField(max_length=64, blank=True, db_index=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    free_at = models.DateTimeField(null=True)
    known_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("of", "digest"), name="one_sign_in_count"),)

    def __str__(self) -> str:
        return f"{self.of} {self.failures}"


class Session(models.Model):
    """会话: one browser in which a person is signed in (``user`` null: is about to). The key in the cookie is kept as a
    digest: whoever reads the table can take over no session. ``seen_at`` is exact to the minute.
    """

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    session_data = models.TextField()
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    expire_date = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=60, blank=True)
    factor = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%F %T}"


class Exclusion(models.Model):
    """回避屏蔽: keeps a person away from a unit or a round from a day to a day (null: until lifted), whatever roles are
    held. ``recusal_key`` is the plain key of the decision that it follows from; the ground is kept there.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="exclusions")
    scope = models.CharField(max_length=10, choices=((Scope.UNIT, _("Unit")), (Scope.ROUND, _("Round"))))
    scope_id = models.BigIntegerField()
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)
    recusal_key = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(scope__in=("unit", "round")), name="exclusion_from_unit_or_round"),
        )
        indexes = (models.Index(fields=("user", "scope", "scope_id"), name="exclusion_by_user"),)

    def __str__(self) -> str:
        return f"{self.user} {self.scope}:{self.scope_id}"


class SecondFactor(models.Model):
    """第二因素: what a person has beside the password. ``kind``: ``totp``, an authenticator app, or ``passkey``.

    ``secret`` (of an app) or the public part (of a passkey) is sealed with a key that stands ``wrapped`` beside it.
    ``counter`` is the last step of time, or the last count of the device: what is shown twice is refused.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="second_factors")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40, blank=True)
    wrapped = models.BinaryField()
    secret = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} {self.kind}"


class RecoveryCode(models.Model):
    """备用码: opens the door once when the second factor is not at hand; kept as a keyed digest."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user}"


class ApiToken(models.Model):
    """接口令牌: lets one program act as one account until a day. Only the digest is kept; ``start`` is shown to tell
    tokens apart. ``used_on`` is the last day of use, null before the first; a revoked one stays for the record.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("integration"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=8)
    created_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()
    used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="token_name_once_per_account"),)

    def __str__(self) -> str:
        return self.name


class ObjectKey(models.Model):
    """对象密钥: the key that the readable part of one object's trail is sealed with, itself wrapped by a master key.

    ``wrapped`` is null once the key was destroyed (依法销毁): the entries stay and prove the chain, nobody reads them.
    """

    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("object_kind", "object_id"), condition=Q(wrapped__isnull=False), name="one_key_in_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.object_kind}:{self.object_id}"


class TrailManager(models.Manager["TrailEntry"]):
    """The key comes with the entry: whoever lists entries may read them without a query for each."""

    def get_queryset(self) -> models.QuerySet[TrailEntry]:
        return super().get_queryset().select_related("key")


class TrailEntry(models.Model):
    """留痕: one thing done to one object, by whom, in which role, when, from where, and what it changed.

    Written only through `security.trail` and `security.record`; the database refuses update and delete. ``batch`` holds
    together what one act did, so that it can be shown and undone as a whole. ``before``/``after`` hold only the fields
    that changed (null before: it came into being); with ``reason`` they are sealed in ``payload``. ``link`` ties the
    entry to the one before it, see `security.chain`.
    """

    seq = models.BigIntegerField(unique=True)
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=30, blank=True)
    way = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=45, blank=True)
    act = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    key = models.ForeignKey(ObjectKey, models.PROTECT, related_name="+")
    payload = models.BinaryField()
    digest = models.CharField(max_length=10)
    commitment = models.BinaryField()
    link = models.BinaryField()

    objects: ClassVar[TrailManager] = TrailManager()

    class Meta:
        indexes = (
            models.Index(fields=("object_kind", "object_id", "id"), name="trail_by_object"),
            # The newest of a kind, on a desk, however long the trail.
            models.Index(fields=("object_kind", "id"), name="trail_by_kind"),
            models.Index(fields=("actor", "id"), name="trail_by_actor"),
            models.Index(fields=("act", "id"), name="trail_by_act"),
            models.Index(fields=("at",), name="trail_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.act} {self.object_kind}:{self.object_id}"

    @cached_property
    def told(self) -> dict[str, Any]:
        """What the payload says: ``before``, ``after``, ``reason``. Errors: `Unreadable` where it was tampered with."""
        wrapped = self.key.wrapped
        return payloads.told(self.seq, bytes(self.payload), None if wrapped is None else bytes(wrapped))

    @property
    def before(self) -> dict[str, Any] | None:
        """The fields that changed, as they were; null: it came into being, or its key was destroyed."""
        before: dict[str, Any] | None = self.told.get("before")
        return before

    @property
    def after(self) -> dict[str, Any] | None:
        """The fields that changed, as they are since; null: it is gone, or its key was destroyed."""
        after: dict[str, Any] | None = self.told.get("after")
        return after

    @property
    def reason(self) -> str:
        """The reason that was given; empty where none was asked."""
        return str(self.told.get("reason") or "")


class TrailHead(models.Model):
    """链头: the last entry of the trail; one row. Whoever writes an entry holds it until the transaction stands."""

    seq = models.BigIntegerField(default=0)
    link = models.BinaryField(default=bytes)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_trail_head"),)

    def __str__(self) -> str:
        return str(self.seq)


class Anchor(models.Model):
    """锚: where the trail stood at a moment, signed with a key outside the database; copies are kept elsewhere."""

    seq = models.BigIntegerField()
    line = models.CharField(max_length=400)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-seq",)

    def __str__(self) -> str:
        return self.line


class TrailCheck(models.Model):
    """核验: one check of the whole trail, beside the work. ``until`` is the last entry when it began, ``checked`` how
    many were found to hold so far, ``told_at`` when it last said so.

    ``ended_at`` is null while it runs, or where it stopped short; ``code`` is then empty. ``holds``; else what did not,
    see `security.chain.Verdict`; ``stopped`` where it could not be carried to its end. ``started_by`` is null where
    the service began it by itself.
    """

    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    until = models.BigIntegerField()
    checked = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=30, blank=True)
    broken = models.BigIntegerField(null=True)
    unread = models.BigIntegerField(default=0)
    anchors = models.IntegerField(default=0)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.started_at:%F %T} {self.code}"
