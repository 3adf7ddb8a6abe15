"""Keys that stand outside the database (信封加密的主密钥): a folder of small files that only the service may read.

``<id>.key``: a master key, which wraps the keys of objects; the newest wraps, all unwrap. ``values.key``: the key of
sealed values' HMACs, never rotated. ``anchor.key``: signs anchors. Whoever copies the database without this folder can
read nothing that is sealed; whoever loses the folder neither, so it is backed up apart.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from xuncha.security.sealing import KEY_BYTES, Unreadable, new_key, seal, unseal

_MASTER: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


class Keyring:
    """The keys of one folder; each is read once and then kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, bytes] = {}

    def masters(self) -> Iterator[str]:
        """Ids of the master keys, oldest first."""
        yield from sorted(p.stem for p in self.folder.glob("*.key") if _MASTER.fullmatch(p.stem))

    @property
    def current(self) -> str:
        """The id of the master key that wraps; the first is made when it is first asked for."""
        known = self._known.get("current")
        if known is None:
            ids = list(self.masters())
            known = (ids[-1] if ids else self.add_master()).encode("ascii")
            self._known["current"] = known
        return known.decode("ascii")

    def add_master(self) -> str:
        """轮换: a new master key, which wraps from now on; what the old ones wrapped is still opened."""
        now = datetime.now(UTC)
        last = max(self.masters(), default="")
        if last:
            # The newest is told by its name: two of one second, or a clock put back, must not hide it.
            now = max(now, datetime.strptime(last[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) + timedelta(seconds=1))
        name = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        self._write(name, new_key())
        self._known["current"] = name.encode("ascii")
        return name

    def wrap(self, key: bytes) -> bytes:
        """A key of an object, sealed by the current master key; its id goes with it."""
        name = self.current
        return name.encode("ascii") + seal(self._key(name), key, b"key of an object", settings.SEALING)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Errors: `Unreadable` when the master key is not in the folder."""
        head = 24
        return unseal(self._key(wrapped[:head].decode("ascii", "replace")), wrapped[head:], b"key of an object")

    def is_wrapped_by_current(self, wrapped: bytes) -> bool:
        return wrapped.startswith(self.current.encode("ascii"))

    @property
    def values(self) -> bytes:
        """The key of the HMACs by which sealed values enter the trail."""
        return self._own("values")

    @property
    def anchor(self) -> Ed25519PrivateKey:
        """The key that signs anchors."""
        return Ed25519PrivateKey.from_private_bytes(self._own("anchor"))

    def _own(self, name: str) -> bytes:
        if name not in self._known and not (self.folder / f"{name}.key").exists():
            self._write(name, new_key())
        return self._key(name)

    def _key(self, name: str) -> bytes:
        if name not in self._known:
            try:
                self._known[name] = bytes.fromhex((self.folder / f"{name}.key").read_text("ascii").strip())
            except (OSError, ValueError) as error:
                raise Unreadable(f"keys/{name}.key") from error
            if len(self._known[name]) != KEY_BYTES:
                del self._known[name]
                raise Unreadable(f"keys/{name}.key")
        return self._known[name]

    def _write(self, name: str, key: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self.folder / f".{name}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(key.hex())
            file.flush()
            os.fsync(file.fileno())
        try:
            # Of two processes that start at once one wins, and both read what it wrote.
            os.link(part, self.folder / f"{name}.key")
        except FileExistsError:
            pass
        finally:
            part.unlink()


def keyring() -> Keyring:
    """The keys of this installation."""
    return _of(Path(settings.KEYS))


@lru_cache(maxsize=4)
def _of(folder: Path) -> Keyring:
    return Keyring(folder)
