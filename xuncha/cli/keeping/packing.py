"""The inside of an archive: a compressed tar, sealed as a stream, whose last members say what it must hold.

``members.txt`` has a line for each member before it (SHA-256, size, name); ``manifest.json`` says what the whole is and
the digest of those lines. Nothing is in memory but a piece.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import secrets
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from xuncha.cli.keeping.locks import Head, open_head
from xuncha.security.sealing import Unreadable
from xuncha.security.streams import Unsealed, new_salt, sealed

PIECE: Final = 256 * 1024
MEMBERS: Final = "members.txt"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
# Compressed files do not get smaller: little work for what does.
_LEVEL: Final = 1
_NAMES: Final = {
    "data": re.compile(r"database\.(sqlite3|dump)|files(/[0-9A-Za-z_-][0-9A-Za-z._-]*)+"),
    "keys": re.compile(r"keys/[0-9A-Za-z_-][0-9A-Za-z._-]*|secret\.key"),
}


class Damaged(Exception):
    """The archive is not whole: changed, cut, or not what its manifest says."""


class Changed(Exception):
    """A file became shorter while it was read; ``name`` is the member."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Member:
    """One file that goes in: its name in the archive and where it lies."""

    name: str
    path: Path


@dataclass(slots=True)
class Counted:
    """What went in or came out so far: number, bytes, and the running digest of the lines of ``members.txt``."""

    number: int = 0
    size: int = 0
    lines: Any = field(default_factory=hashlib.sha256)

    def add(self, sha256: str, size: int, name: str) -> bytes:
        line = f"{sha256} {size} {name}\n".encode()
        self.lines.update(line)
        self.number += 1
        self.size += size
        return line


def write_archive(
    out: IO[bytes],
    head: Head,
    passphrase: str,
    members: Iterable[Member],
    manifest: Callable[[Counted], dict[str, Any]],
    *,
    scratch: Path,
    algorithm: str,
) -> Counted:
    """Write a whole archive to ``out``; ``manifest`` is asked when all members are in. Errors: `Changed`, `OSError`."""
    key, check = head.key(passphrase)
    out.write(head.lines(check))
    counted = Counted()
    with tempfile.TemporaryFile(dir=scratch) as lines:
        inside = _compressed(_laid_out(members, manifest, counted, lines, head))
        for piece in sealed(inside, key, new_salt(), algorithm):
            out.write(piece)
    return counted


def _laid_out(
    members: Iterable[Member],
    manifest: Callable[[Counted], dict[str, Any]],
    counted: Counted,
    lines: IO[bytes],
    head: Head,
) -> Iterator[bytes]:
    for member in members:
        digest = hashlib.sha256()
        with member.path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            yield from _tar_member(member.name, size, file, digest.update)
        lines.write(counted.add(digest.hexdigest(), size, member.name))
    length = lines.tell()
    lines.seek(0)
    yield from _tar_member(MEMBERS, length, lines)
    said = {
        "format": FORMAT, "part": head.part, "id": head.id, "members": counted.number,
        "size": counted.size, "digest": counted.lines.hexdigest(), **manifest(counted),
    }  # fmt: skip
    words = json.dumps(said, ensure_ascii=False, indent=1).encode()
    yield from _tar_member(MANIFEST, len(words), io.BytesIO(words))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _tar_member(
    name: str, size: int, file: IO[bytes], seen: Callable[[bytes], object] = lambda piece: None
) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    yield info.tobuf(tarfile.PAX_FORMAT)
    left = size
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise Changed(name)
        left -= len(piece)
        seen(piece)
        yield piece
    yield bytes(-size % tarfile.BLOCKSIZE)


def _compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=31)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def read_archive(
    source: IO[bytes], part: str, passphrase: str, into: Path, step: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Unpack an archive into an empty folder and give its manifest; all of it is checked.

    Errors: `Foreign`, `Closed`, `Damaged`; then the folder is not to be used. `OSError` where it cannot be written.
    """
    head, key = open_head(source, part, passphrase)
    stream = io.BufferedReader(Unsealed(source, key), PIECE)
    counted, listed, said = Counted(), "", None
    try:
        with gzip.GzipFile(fileobj=stream) as open_stream:
            with tarfile.open(fileobj=open_stream, mode="r|") as tar:
                for info in tar:
                    file = tar.extractfile(info) if info.isreg() else None
                    if file is None or said is not None:
                        raise Damaged(info.name)
                    if info.name == MEMBERS:
                        listed = sha256_of(file)
                    elif info.name == MANIFEST:
                        said = json.loads(file.read())
                    elif listed or not _NAMES[part].fullmatch(info.name):
                        raise Damaged(info.name)
                    else:
                        counted.add(_put(file, into / info.name), info.size, info.name)
                    step()
            # To its very end: only there it shows that nothing was cut off.
            while open_stream.read(PIECE):
                pass
        if stream.read(1):
            raise Damaged("end")
    except (Unreadable, tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError) as error:
        raise Damaged(str(error)) from error
    lines = counted.lines.hexdigest()
    whole = {"format": FORMAT, "part": part, "id": head.id, "members": counted.number, "size": counted.size}
    if not isinstance(said, dict) or listed != lines or said.get("digest") != lines:
        raise Damaged(MANIFEST)
    if any(said.get(name) != value for name, value in whole.items()):
        raise Damaged(MANIFEST)
    return said


def sha256_of(file: IO[bytes]) -> str:
    """The digest of what is left of a file."""
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _put(file: IO[bytes], path: Path) -> str:
    """Write a member; its SHA-256. Errors: `Damaged` where the name came before."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Damaged(path.name) from error
    with os.fdopen(handle, "wb") as out:
        while piece := file.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


@contextlib.contextmanager
def placed(target: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """A file to write that gets its name when the block ends well: what bears the name is whole and on the disk.

    Errors: `FileExistsError` unless ``force``; `OSError`.
    """
    if target.exists() and not force:
        raise FileExistsError(target)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """The names in a folder are on the disk too, where the system can be asked for that."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
