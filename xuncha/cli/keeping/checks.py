"""What the doctor looks at, one function a thing; none changes anything."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xuncha.cli.wording import say

OK, WARNING, FAULT = "ok", "warning", "fault"
MB: Final = 1024 * 1024
LEAST_FREE_MB: Final = 500
TRAIL_TAIL: Final = 1000
SAMPLE: Final = 100
BACKUP_WITHIN_DAYS: Final = 7
CLOCK_MAY_DIFFER: Final = datetime.timedelta(minutes=2)
# What Django says of a server without HTTPS; said once and in our words.
_OF_HTTPS: Final = ("security.W004", "security.W008", "security.W012", "security.W016")


@dataclass(frozen=True, slots=True)
class Found:
    """What one look gave. ``do`` is empty where all is well."""

    state: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def says(self) -> str:
        return say(f"doctor_{self.code}", **self.values)

    @property
    def do(self) -> str:
        return (
            "" if self.state == OK or self.code == "folder_unusable" else say(f"doctor_{self.code}_do", **self.values)
        )


Check = Callable[[Path, bool], Iterator[Found]]


def settings_sound(home: Path, full: bool) -> Iterator[Found]:
    """Our own settings, and Django's checks of a deployment."""
    from django.conf import settings
    from django.core.checks import WARNING as DJANGO_WARNING
    from django.core.checks import run_checks

    sound = True
    if settings.DEBUG:
        sound = False
        yield Found(FAULT, "debug")
    if "*" in settings.ALLOWED_HOSTS:
        sound = False
        yield Found(FAULT, "any_host")
    if not settings.HTTPS:
        sound = False
        yield Found(WARNING, "no_https")
    passed_over = {"security.W018", "security.W021"} | (set() if settings.HTTPS else set(_OF_HTTPS))
    for message in run_checks(include_deployment_checks=True):
        if message.level >= DJANGO_WARNING and message.id not in passed_over and not message.is_silenced():
            sound = False
            words = " ".join(str(message.msg).split())
            hint = " ".join(str(message.hint or message.id).split())
            yield Found(WARNING, "django", {"id": message.id, "message": words, "hint": hint})
    if sound:
        yield Found(OK, "settings_ok")


def private_on_disk(home: Path, full: bool) -> Iterator[Found]:
    """The data folder and the keys are their owner's alone. Within a closed folder nothing is asked."""
    from django.conf import settings

    keys = Path(settings.KEYS)
    named = [home, keys, *keys.glob("*"), home / "secret.key", home / "xuncha.sqlite3"]
    loose = [path for path in named if path.exists() and path.stat().st_mode & 0o077]
    if loose:
        names = ", ".join(str(path) for path in loose[:5])
        yield Found(FAULT, "loose", {"names": names, "folder": keys if keys in loose else home})
    else:
        yield Found(OK, "private_ok")


def space_left(home: Path, full: bool) -> Iterator[Found]:
    """Room for a backup's copy of the database, and for work."""
    from django.db import connection

    path = Path(str(connection.settings_dict["NAME"]))
    size = path.stat().st_size // MB if connection.vendor == "sqlite" and path.is_file() else 0
    free, needed = shutil.disk_usage(home).free // MB, max(LEAST_FREE_MB, 2 * size)
    if free < needed:
        yield Found(FAULT if free < LEAST_FREE_MB // 5 else WARNING, "space", {"free": f"{free:,}", "needed": needed})
    else:
        yield Found(OK, "space_ok", {"free": f"{free:,}"})


def keys_apart(home: Path, full: bool) -> Iterator[Found]:
    """Keys on the disk of the database open it for whoever takes the disk."""
    from django.conf import settings

    keys = Path(settings.KEYS)
    beside = keys.exists() and keys.stat().st_dev == home.stat().st_dev
    yield Found(WARNING, "keys_beside") if beside else Found(OK, "keys_ok")


def clock_right(home: Path, full: bool) -> Iterator[Found]:
    """Nothing recorded lies in the future."""
    from django.utils import timezone

    from xuncha.security.models import TrailEntry

    newest = TrailEntry.objects.order_by("-seq").values_list("at", flat=True).first()
    now = timezone.now()
    written = [
        datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
        for path in (home, home / "xuncha.sqlite3", home / "xuncha.sqlite3-wal")
        if path.exists()
    ]
    latest = max([*written, *([newest] if newest else [])])
    if latest - now > CLOCK_MAY_DIFFER:
        yield Found(FAULT, "clock", {"minutes": int((latest - now).total_seconds() // 60)})
    else:
        yield Found(OK, "clock_ok")


def trail_holds(home: Path, full: bool) -> Iterator[Found]:
    """The newest entries, or all, and the anchors of the database."""
    from xuncha.security import anchors, chain
    from xuncha.security.models import Anchor

    try:
        signed = anchors.links(Anchor.objects.values_list("line", flat=True))
    except anchors.FaultyAnchor:
        yield Found(FAULT, "anchor")
        return
    verdict = chain.verify(signed, newest=None if full else TRAIL_TAIL, processes=os.cpu_count() or 1)
    if not verdict.holds:
        yield Found(FAULT, "trail", {"seq": verdict.broken, "why": say(f"trail_{verdict.code}")})
        return
    first = 1 if full else max(1, verdict.checked - TRAIL_TAIL + 1)
    yield Found(OK, "trail_ok", {"first": f"{first:,}", "last": f"{verdict.checked:,}"})


def files_whole(home: Path, full: bool) -> Iterator[Found]:
    """Kept files give the digest under which they were kept: a sample by chance, or all."""
    from xuncha.archive.models import StoredFile
    from xuncha.archive.queries import Unopenable, check_file

    # What was refused, or destroyed by rule, is not there and is not to be.
    kept = StoredFile.objects.filter(refused="")
    chosen = kept.order_by("pk").iterator(chunk_size=500) if full else iter(kept.order_by("?")[:SAMPLE])
    checked, lost = 0, []
    for stored in chosen:
        checked += 1
        try:
            check_file(stored)
        except Unopenable:
            lost.append(stored.place)
    if lost:
        yield Found(FAULT, "files", {"count": len(lost), "names": ", ".join(lost[:3])})
    else:
        yield Found(OK, "files_ok", {"checked": f"{checked:,}", "total": f"{kept.count():,}"})


def backed_up(home: Path, full: bool) -> Iterator[Found]:
    """How old the last backup is, by the trail."""
    from django.utils import timezone

    from xuncha.security.models import TrailEntry

    last = TrailEntry.objects.filter(act="back_up").order_by("-id").values_list("at", flat=True).first()
    if last is None:
        yield Found(WARNING, "no_backup")
    elif (days := (timezone.now() - last).days) > BACKUP_WITHIN_DAYS:
        yield Found(WARNING, "old_backup", {"days": days})
    else:
        yield Found(OK, "backup_ok", {"day": timezone.localtime(last).strftime("%Y-%m-%d %H:%M")})


def destroyed_stays_destroyed(home: Path, full: bool) -> Iterator[Found]:
    """No certificate beside the keys tells of a destruction that the database does not know."""
    from xuncha.security.models import Destruction
    from xuncha.security.retention import certificates

    try:
        later = certificates.later()
    except (OSError, UnicodeDecodeError):
        yield Found(FAULT, "certificates_unreadable", {"file": certificates.file()})
        return
    if later:
        numbers = ", ".join(later[:5])
        yield Found(FAULT, "destroyed_came_back", {"numbers": numbers, "count": len(later)})
    elif done := Destruction.objects.filter(state="done").count():
        yield Found(OK, "destroyed_ok", {"count": done})


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "folder": (settings_sound, private_on_disk, space_left, keys_apart),
    "database": (clock_right, trail_holds, files_whole, destroyed_stays_destroyed, backed_up),
}
