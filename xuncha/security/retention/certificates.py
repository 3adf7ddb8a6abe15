"""Certificates of destruction (销毁证明): numbered, digested, signed, on the trail, and in a file beside the keys.

``xuncha-destruction 1 NUMBER TIME KIND COUNT FILES DIGEST PUBLIC-KEY SIGNATURE``: time in UTC, digest with the name of
its function, key and signature in hex (Ed25519, the key that signs anchors). The file lies with the keys and not with
the database: when an older database is put back, it says what was destroyed since.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xuncha.security import trail
from xuncha.security.digests import DIGESTS
from xuncha.security.keys import keyring
from xuncha.security.models import Destroyed, Destruction, TrailHead
from xuncha.security.retention.workflow import TO_CARRY_OUT, DestructionState, moved

_HEAD: Final = "xuncha-destruction 1"
_PARTS: Final = 10
_PORTION: Final = 2000


@transaction.atomic
def certify(key: int) -> None:
    """Number, digest and sign a destruction that is at its end, and tell the trail. Once; else nothing is done."""
    # Whoever holds the head gives the next number.
    TrailHead.objects.select_for_update().get(pk=1)
    found = Destruction.objects.select_for_update().get(pk=key)
    if found.state not in TO_CARRY_OUT:
        return
    found.state = moved("certify_destruction", found.state)
    found.ended_at = timezone.now()
    found.started_at = found.started_at or found.ended_at
    year = timezone.localtime(found.ended_at).year
    numbers = Destruction.objects.filter(number__startswith=f"{year}-").values_list("number", flat=True)
    found.number = f"{year}-{max((int(number[5:]) for number in numbers if number), default=0) + 1}"
    found.digest = f"{settings.TRAIL_DIGEST}:{_digest(found, DIGESTS[settings.TRAIL_DIGEST])}"
    signs = keyring().anchor
    public = signs.public_key().public_bytes_raw().hex()
    at = f"{found.ended_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    words = f"{_HEAD} {found.number} {at} {found.kind} {found.count} {found.files} {found.digest} {public}"
    found.line = f"{words} {signs.sign(words.encode('ascii')).hex()}"
    found.version += 1
    found.save()
    trail.record(
        actor=found.approved_by,
        act="certify_destruction",
        thing=found,
        after={
            "record": found.kind, "number": found.number, "count": found.count, "files": found.files,
            "digest": found.digest, "years": found.years, "source": found.source,
        },
    )  # fmt: skip


def _digest(found: Destruction, digest: Callable[[bytes], bytes]) -> str:
    """Over the list of what was destroyed: key and digest of each, in order. Parts of it are digested first."""
    parts, last = [], 0
    while True:
        rows = Destroyed.objects.filter(destruction=found, object_id__gt=last).order_by("object_id")
        part = list(rows.values_list("object_id", "digest")[:_PORTION])
        if not part:
            break
        parts.append(hashlib.sha256("".join(f"{key} {each}\n" for key, each in part).encode()).digest())
        last = part[-1][0]
    return digest(b"".join(parts)).hex()


def file() -> Path:
    """Where the certificates lie beside the keys."""
    return Path(settings.KEYS) / "certificates.txt"


def lines_of_file() -> list[str]:
    """The lines of the file. Errors: `OSError`, `UnicodeDecodeError`."""
    try:
        return [line for line in file().read_text("utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def copy_to_file() -> int:
    """Add to the file the certificates that are not in it; how many. What stands in it is never changed."""
    known = set(lines_of_file())
    done = Destruction.objects.filter(state=DestructionState.DONE).order_by("id").values_list("line", flat=True)
    new = [line for line in done if line not in known]
    if new:
        file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as opened:
            opened.write("".join(f"{line}\n" for line in new))
            opened.flush()
            os.fsync(opened.fileno())
    return len(new)


def later() -> list[str]:
    """Numbers of certificates that stand in the file and not in the database: it is older than these destructions.

    Errors: `OSError`, `UnicodeDecodeError`.
    """
    known = set(Destruction.objects.filter(state=DestructionState.DONE).values_list("line", flat=True))
    return [line.split()[2] for line in lines_of_file() if line not in known and _is_ours(line)]


def _is_ours(line: str) -> bool:
    """Whether the line is a whole certificate that was signed here."""
    words, _space, signature = line.strip().rpartition(" ")
    if len(words.split()) != _PARTS - 1 or not words.startswith(f"{_HEAD} "):
        return False
    try:
        keyring().anchor.public_key().verify(bytes.fromhex(signature), words.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
