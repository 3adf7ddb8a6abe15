"""Papers come in: files and archives of files, each kept once, each told apart from what came in before."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.db import transaction

from xuncha.archive.actions import take_in
from xuncha.archive.models import StoredFile
from xuncha.documents.active import HEAD_BYTES, fault_of_head
from xuncha.documents.limits import MAX_FILE_BYTES
from xuncha.documents.readers import READERS
from xuncha.extraction.secrecy import mark_in_name
from xuncha.findings.models import Paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import PaperState
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import Invalid
from xuncha.security.models import User

ARCHIVE: Final = ".zip"
SHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".et", ".ett", ".ods"})
READABLE: Final = frozenset(READERS)
LONGEST_NAME: Final = 200
TOLD: Final = frozenset({"secrecy_marked", "active_content"})
"""Refusals that stand on the trail: of what may not be in this system at all."""
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chosen:
    """What people say of papers before they are read. Empty kind, null round and unit: left to the reading."""

    kind: str = ""
    round_id: int | None = None
    unit_id: int | None = None
    already_fed_back: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file of an upload.

    ``paper`` is null where ``fault`` says why it was not taken: ``file_empty``, ``file_too_large`` (``data`` holds
    ``limit`` in bytes), ``disk_full``, ``wrong_type``, ``archive_type`` (an archive that is no zip),
    ``wrong_content``, ``active_content``, ``secrecy_marked``. ``same_as`` is the
    paper of the very same bytes that came in before; then ``paper`` was put aside and waits for nobody, until somebody
    wants it `anyway`.
    """

    name: str
    paper: Paper | None = None
    same_as: Paper | None = None
    fault: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload: its ``batch`` and what became of each file, in order."""

    batch: uuid.UUID
    received: tuple[Received, ...]


def upload(
    files: Iterable[tuple[str, Iterable[bytes] | IO[bytes]]],
    *,
    actor: User,
    chosen: Chosen | None = None,
    batch: uuid.UUID | None = None,
    anyway: bool = False,
) -> Upload:
    """上传: take in files by name and bytes; a file that cannot be taken does not hold up the others.

    ``anyway``: also those that came in before. Nothing is read here: papers wait for the worker. Errors: `Invalid` with
    faults of what was ``chosen``.
    """
    POLICY.require(actor, "import_papers")
    batch = batch or uuid.uuid4()
    chosen = chosen or Chosen()
    faults = _faults(chosen, actor)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    received = tuple(
        _receive(shown_name(name), pieces, actor=actor, chosen=chosen, batch=batch, anyway=anyway)
        for name, pieces in files
    )
    return Upload(batch, received)


def _faults(chosen: Chosen, actor: User) -> dict[str, tuple[str, int]]:
    faults: dict[str, tuple[str, int]] = {}
    if chosen.kind and chosen.kind not in Paper.Kind.values:
        faults["kind"] = ("unknown", 0)
    if chosen.round_id is not None and not Round.objects.filter(pk=chosen.round_id).exists():
        faults["round"] = ("unknown", 0)
    if chosen.unit_id is not None and not units_visible_to(actor).filter(pk=chosen.unit_id).exists():
        faults["unit"] = ("unknown", 0)
    return faults


def _receive(
    name: str, pieces: Iterable[bytes] | IO[bytes], *, actor: User, chosen: Chosen, batch: uuid.UUID, anyway: bool
) -> Received:
    fault = fault_of_name(name, archives=True)
    if fault:
        return _refused(name, fault, actor)
    try:
        # Outside the transaction: the disk is slow, and nobody else may write meanwhile.
        stored = take_in(looked_at(pieces), actor=actor)
    except Invalid as refusal:
        _refused(name, refusal.code, actor)
        return Received(name, fault=refusal.code, data={"limit": MAX_FILE_BYTES, **refusal.data})
    return add_paper(name, stored, actor=actor, chosen=chosen, batch=batch, anyway=anyway)


@transaction.atomic
def _refused(name: str, fault: str, actor: User) -> Received:
    """A file that may not be here is on the trail, its name as a keyed digest: it may tell a secret."""
    if fault in TOLD:
        trail.record(actor=actor, act="refuse_file", thing=actor, after={"code": fault, "name": trail.Sealed(name)})
    return Received(name, fault=fault)


def looked_at(pieces: Iterable[bytes] | IO[bytes]) -> Iterator[bytes]:
    """The pieces, the first of them once the beginning of the file was judged. Errors: `Invalid`."""
    read = getattr(pieces, "read", None)
    source: Iterator[bytes] = iter(pieces) if read is None else iter(lambda: read(_PIECE), b"")
    head, waiting = b"", []
    for piece in source:
        waiting.append(piece)
        head += piece[:HEAD_BYTES]
        if len(head) >= HEAD_BYTES:
            break
    fault = fault_of_head(head[:HEAD_BYTES])
    if fault:
        raise Invalid(fault, faults={})
    yield from waiting
    yield from source


@transaction.atomic
def add_paper(
    name: str,
    stored: StoredFile,
    *,
    actor: User,
    chosen: Chosen,
    batch: uuid.UUID,
    anyway: bool = False,
    archive: Mapping[str, str] | None = None,
) -> Received:
    """A kept file becomes a paper that waits to be read. ``archive``: name of the archive and place in it."""
    POLICY.require(actor, "import_papers")
    same = None if anyway else came_before(stored)
    reading: dict[str, Any] = {}
    if chosen.kind:
        reading["kind_is_chosen"] = True
    if anyway:
        reading["anyway"] = True
    if archive:
        reading["archive"] = dict(archive)
    if same is not None:
        reading["same_as"] = same.pk
    paper = Paper.objects.create(
        file=stored,
        name=name,
        batch=batch,
        kind=chosen.kind or kind_of(name),
        round_id=chosen.round_id,
        unit_id=chosen.unit_id,
        already_fed_back=chosen.already_fed_back,
        state=PaperState.WAITING if same is None else PaperState.DISCARDED,
        reading=reading,
        uploaded_by=actor,
    )
    after = {"name": name, "sha256": stored.sha256, "size": stored.size, "kind": paper.kind, "state": paper.state}
    trail.record(actor=actor, act="upload_paper", thing=paper, after=after, batch=batch)
    return Received(name, paper, same)


def came_before(stored: StoredFile) -> Paper | None:
    """The paper that was made of the same bytes before, the newest first; null without one."""
    return (
        Paper.objects.filter(file=stored)
        .exclude(reading__has_key="same_as")
        .exclude(state=PaperState.DESTROYED)
        .select_related("uploaded_by", "entered_by")
        .order_by("-id")
        .first()
    )


def kind_of(name: str) -> str:
    """The kind that a name speaks for, before anything is read: a table is an old ledger."""
    return Paper.Kind.LEDGER if suffix_of(name) in SHEETS else Paper.Kind.FEEDBACK


def fault_of_name(name: str, *, archives: bool) -> str:
    """Why a file of this name is not taken; empty for one that is."""
    if mark_in_name(name):
        return "secrecy_marked"
    suffix = suffix_of(name)
    if suffix in READABLE or (archives and suffix == ARCHIVE):
        return ""
    return "archive_type" if suffix in (".rar", ".7z", ".tar", ".gz", ".tgz", ".zip") else "wrong_type"


def suffix_of(name: str) -> str:
    """The ending that decides how a file is read, in small letters, with its point."""
    return PurePosixPath(name).suffix.lower()


def shown_name(name: str) -> str:
    """The last part of a name from outside, as one line that can be shown; never a path. The ending is kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in last)
    plain = plain.encode("utf-8", "replace").decode("utf-8").strip()
    suffix = PurePosixPath(plain).suffix
    if len(plain) > LONGEST_NAME:
        plain = plain[: LONGEST_NAME - min(len(suffix), 12) - 1] + "…" + suffix[:12]
    return plain or "?"
