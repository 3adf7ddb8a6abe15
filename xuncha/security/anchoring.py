"""Anchors signed as the trail grows, and kept outside the database: one a line in a file of the data folder.

The file is for whoever fetches, prints or sends it away: who can change the database can often change this folder too.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xuncha.security import anchors, trail
from xuncha.security.models import Anchor, TrailHead, User
from xuncha.security.reading import require_reader

SHOWN: Final = 50
DAY: Final = datetime.timedelta(days=1)


def is_due() -> bool:
    """Whether the trail has grown by ``ANCHOR_EVERY`` entries since the last anchor, or at all and it is a day old."""
    head = TrailHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    last = Anchor.objects.order_by("-seq").first()
    grown = head - (last.seq if last is not None else 0)
    if grown <= 0:
        return False
    return last is None or grown >= settings.ANCHOR_EVERY or timezone.now() - last.at >= DAY


def anchor_if_due() -> Anchor | None:
    """A job: sign where it is time to; copy to the file what is not there yet, also of runs that were cut short."""
    made = anchors.drop_anchor() if is_due() else None
    copy_to_file()
    return made


def sign_anchor(*, actor: User) -> Anchor | None:
    """出锚: the reader of the trail signs where it stands now; null where nothing was written since the last anchor.

    The anchor covers the entry that says so. Errors: `NotPermitted`.
    """
    require_reader(actor, "sign_anchor")
    with transaction.atomic():
        head = TrailHead.objects.select_for_update().get(pk=1)
        last = Anchor.objects.order_by("-seq").first()
        if last is not None and last.seq == head.seq:
            return None
        trail.record(actor=actor, act="sign_anchor", thing=actor, after={"seq": head.seq + 1})
        made = anchors.drop_anchor()
    copy_to_file()
    return made


def newest(actor: User, most: int = SHOWN) -> list[Anchor]:
    """The anchors kept in the database, the newest first. Errors: `NotPermitted`."""
    require_reader(actor)
    return list(Anchor.objects.order_by("-seq")[:most])


def last_anchor() -> Anchor | None:
    """The newest."""
    return Anchor.objects.order_by("-seq").first()


def file() -> Path:
    """Where anchors are kept beside the database."""
    return Path(settings.ANCHOR_FILE)


def kept_lines() -> list[str]:
    """The anchors of the database and of the file, each once. Errors: `OSError`, `UnicodeDecodeError`."""
    return list(dict.fromkeys([*Anchor.objects.order_by("seq").values_list("line", flat=True), *_lines_of_file()]))


def _lines_of_file() -> list[str]:
    try:
        return [line for line in file().read_text("utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def copy_to_file() -> int:
    """Add to the file the anchors that came after its last; how many. What stands in it is never changed."""
    known = _lines_of_file()
    last = max((int(parts[2]) for parts in map(str.split, known) if len(parts) > 2 and parts[2].isdigit()), default=0)
    new = list(Anchor.objects.filter(seq__gt=last).order_by("seq").values_list("line", flat=True))
    if new:
        file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as opened:
            opened.write("".join(f"{line}\n" for line in new))
            opened.flush()
            os.fsync(opened.fileno())
    return len(new)
