"""Anchors (锚): one line that says where the trail stood, signed; printed or sent away it shows a tail that was remade.

``xuncha-anchor 1 SEQ LINK TIME PUBLIC-KEY SIGNATURE``: link, key and signature in hex, time in UTC. The signature is
Ed25519 (RFC 8032) over the words before it; the key stands outside the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from xuncha.security.keys import keyring
from xuncha.security.models import Anchor, TrailHead

_HEAD: Final = "xuncha-anchor 1"


class FaultyAnchor(Exception):
    """A line that is no anchor of this installation. ``code``: form, key, signature."""

    def __init__(self, code: str, line: str) -> None:
        self.code, self.line = code, line
        super().__init__(code)


@dataclass(frozen=True)
class Signed:
    """An anchor that was signed here."""

    seq: int
    link: bytes


@transaction.atomic
def drop_anchor() -> Anchor | None:
    """Sign where the trail stands now; null where nothing was written since the last anchor."""
    head = TrailHead.objects.select_for_update().filter(pk=1).first()
    last = Anchor.objects.order_by("-seq").first()
    if head is None or head.seq == 0 or (last is not None and last.seq == head.seq):
        return None
    key = keyring().anchor
    public = key.public_key().public_bytes_raw().hex()
    words = f"{_HEAD} {head.seq} {bytes(head.link).hex()} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {public}"
    return Anchor.objects.create(seq=head.seq, line=f"{words} {key.sign(words.encode('ascii')).hex()}")


def read_anchor(line: str) -> Signed:
    """Errors: `FaultyAnchor` where the line was not signed by the key of this installation."""
    parts = line.split()
    if len(parts) != 7 or " ".join(parts[:2]) != _HEAD or not parts[2].isdigit():
        raise FaultyAnchor("form", line)
    try:
        link, public, signature = (bytes.fromhex(parts[i]) for i in (3, 5, 6))
        signed_by = Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise FaultyAnchor("form", line) from error
    # The key in the line is only for those who check it elsewhere: here our own is believed.
    if public != keyring().anchor.public_key().public_bytes_raw():
        raise FaultyAnchor("key", line)
    try:
        signed_by.verify(signature, " ".join(parts[:6]).encode("ascii"))
    except InvalidSignature as error:
        raise FaultyAnchor("signature", line) from error
    return Signed(int(parts[2]), link)


def links(lines: Iterable[str]) -> dict[int, bytes]:
    """What anchors say: seq → link. Errors: `FaultyAnchor`, also where two of them contradict each other."""
    found: dict[int, bytes] = {}
    for line in lines:
        signed = read_anchor(line)
        if found.setdefault(signed.seq, signed.link) != signed.link:
            raise FaultyAnchor("contradiction", line)
    return found
