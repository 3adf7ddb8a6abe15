"""What has no action of its own but belongs on the trail: sign-ins, refusals after their rollback, downloads."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import models, transaction

from xuncha.security import trail
from xuncha.security.models import TrailEntry, User

# What a sign-in that failed is an entry of: no account may be named by it, least of all one that does not exist.
DOOR: Final = ("security.door", 0)


@transaction.atomic
def record_sign_in(user: User, *, factor: str) -> TrailEntry:
    """登录: a person came in. ``factor``: what was shown beside the password, ``password`` where nothing was."""
    return trail.record(actor=user, act="sign_in", thing=user, after={"factor": factor})


@transaction.atomic
def record_sign_out(user: User) -> TrailEntry:
    """退出: a person left."""
    return trail.record(actor=user, act="sign_out", thing=user)


@transaction.atomic
def record_failed_sign_in(account: str) -> TrailEntry:
    """登录失败: what was typed as the account enters as a keyed digest; it may have been a password."""
    told = {"before": None, "after": trail.plain({"account": trail.Sealed(account[:150])})}
    return trail.write([(DOOR, told)], actor=None, act="fail_sign_in", batch=uuid.uuid4())


@transaction.atomic
def record_over(user: User) -> TrailEntry:
    """口令过期: a one-time password was typed after its days; the door stayed shut."""
    return trail.record(actor=None, act="refuse_sign_in", thing=user, after={"because": "one_time_password_over"})


@transaction.atomic
def record_lock_out(user: User, *, seconds: int) -> TrailEntry:
    """锁定: too many failures; nobody signs in on the account from there until the seconds are over."""
    return trail.record(actor=None, act="lock_out", thing=user, after={"seconds": seconds})


@transaction.atomic
def record_time_out(user: User, *, because: str, since: datetime.datetime, address: str) -> TrailEntry:
    """超时退出: a session ended by itself, ``idle`` or after its longest time; written when that is noticed."""
    told = {"because": because, "since": since, "address": address}
    return trail.record(actor=None, act="time_out", thing=user, after=told)


@transaction.atomic
def record_refusal(actor: User, act: str, *, place: str) -> TrailEntry:
    """拒绝: tried without the right to it; written after the rollback of the attempt. ``place``: the address."""
    return trail.record(actor=actor, act="refuse", thing=actor, after={"act": act, "place": place[:300]})


@transaction.atomic
def record_download(actor: User, thing: models.Model, *, what: Mapping[str, Any]) -> TrailEntry:
    """下载: a file or an export left the system; ``what`` names it without its words."""
    return trail.record(actor=actor, act="download", thing=thing, after=what)


@transaction.atomic
def record_backup(actor: User, *, what: Mapping[str, Any]) -> TrailEntry:
    """备份: all that the installation holds was copied, sealed; ``what`` names the archive."""
    return trail.record(actor=actor, act="back_up", thing=actor, after=what)


@transaction.atomic
def record_restore(actor: User, *, what: Mapping[str, Any]) -> TrailEntry:
    """恢复: the installation was put back from an archive; what was done since that was made is not on this trail."""
    return trail.record(actor=actor, act="restore_backup", thing=actor, after=what)
