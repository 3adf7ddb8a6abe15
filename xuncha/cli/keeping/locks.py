"""What an archive is locked with: a passphrase of a person, made into a key slowly."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xuncha.cli.office.folder import Unusable
from xuncha.cli.wording import say

FIRST_LINE: Final = b"xuncha-backup 1\n"
LEAST_SIGNS: Final = 12
_HEAD_LIMIT: Final = 2000


class Foreign(Exception):
    """No archive of this program, or not the part that is wanted."""


class Closed(Exception):
    """The passphrase does not open it, or its head was changed."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an archive says before it is opened. ``part`` is data or keys; ``id`` is the same in both of one backup.

    Argon2id with the second recommended parameters of RFC 9106, section 4: 3 passes, 64 MiB, 4 lanes.
    """

    part: str
    id: str
    salt: str
    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4

    def _said(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":")).encode("ascii")

    def key(self, passphrase: str) -> tuple[bytes, bytes]:
        """The key of the archive, tied to all that the head says, and a word that tells whether it is the right one."""
        words = unicodedata.normalize("NFC", passphrase).encode()
        slow = hash_secret_raw(
            words, bytes.fromhex(self.salt), self.passes, self.memory_kib, self.lanes, 32, Type.ID
        )  # fmt: skip
        both = HKDF(hashes.SHA256(), 48, FIRST_LINE + self._said(), b"xuncha backup").derive(slow)
        return both[:32], both[32:]

    def lines(self, check: bytes) -> bytes:
        """As it stands at the beginning of the file."""
        return FIRST_LINE + self._said()[:-1] + f',"check":"{check.hex()}"}}\n'.encode("ascii")


def new_head(part: str, id: str) -> Head:
    """The head of a new archive."""
    return Head(part, id, os.urandom(16).hex())


def open_head(file: IO[bytes], part: str, passphrase: str) -> tuple[Head, bytes]:
    """Read the head and give it with the key. Errors: `Foreign`, `Closed`."""
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise Foreign
    try:
        said = json.loads(file.readline(_HEAD_LIMIT))
        check = bytes.fromhex(said.pop("check"))
        head = Head(**said)
        # What it asks for must be bearable: a head is read before anything vouches for it.
        usable = head.passes in range(1, 21) and head.lanes in range(1, 17) and head.memory_kib in range(8, 2**20 + 1)
        if not usable or len(bytes.fromhex(head.salt)) != 16 or head.memory_kib < 8 * head.lanes:
            raise Foreign
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Foreign from error
    if head.part != part:
        raise Foreign
    key, expected = head.key(passphrase)
    if check != expected:
        raise Closed
    return head, key


def passphrase(file: Path | None, prompt: str, *, new: bool) -> str:
    """The passphrase: the first line of a file, or typed (a new one twice). Errors: `Unusable`."""
    if file is not None:
        try:
            found = (file.read_text("utf-8").splitlines() or [""])[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Unusable(say("passphrase_unreadable", name=file.name, reason=_reason(error))) from error
    elif sys.stdin.isatty():
        import getpass

        found = getpass.getpass(prompt)
        if new and getpass.getpass(say("passphrase_again")) != found:
            raise Unusable(say("passphrase_differs"))
    else:
        raise Unusable(say("passphrase_needed"))
    if new and len(found) < LEAST_SIGNS:
        raise Unusable(say("passphrase_short", least=LEAST_SIGNS))
    return found


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
