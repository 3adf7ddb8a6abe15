"""佐证材料: files that show what was done for a measure are taken in, and taken away while nobody looks at them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import IO, Final

from django.db import transaction
from django.utils import timezone

from xuncha.archive.actions import refuse, release, take_in
from xuncha.archive.models import StoredFile
from xuncha.archive.queries import as_plain_file
from xuncha.documents.active import check_active
from xuncha.documents.errors import DocumentError
from xuncha.extraction.child import Reader
from xuncha.extraction.secrecy import mark_in_name, mark_in_text
from xuncha.findings.actions.uploading import READABLE, TOLD, looked_at, shown_name, suffix_of
from xuncha.rectification.actions.flagging import flag_evidence
from xuncha.rectification.models import Evidence, Measure, Rectification
from xuncha.rectification.permissions import measures_visible_to, rectifications_worked_on_by
from xuncha.rectification.workflow import CLOSURE_HELD, ClosureAct
from xuncha.security import trail
from xuncha.security.errors import IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

PICTURES: Final = {
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
}
"""Photographs and scans, and how they begin: evidence is often one, a paper never."""
PATIENCE: Final = 20.0
"""Seconds in which a file is read for marks of secrecy; what takes longer is kept unread, as a scan is."""
MOST: Final = 200
"""Files of one measure."""


def add_evidence(
    measure: Measure,
    name: str,
    pieces: Iterable[bytes] | IO[bytes],
    *,
    actor: User,
    dated_on: datetime.date | None = None,
) -> Evidence:
    """附佐证材料: keep a file for a measure; the same bytes are kept once, and stand once with a measure.

    ``dated_on``: the date the material itself bears. Errors: `NotPermitted`; `IllegalTransition` (``item_held``);
    `Invalid` (``wrong_type``, ``wrong_content``, ``active_content``, ``secrecy_marked``, ``file_empty``,
    ``file_too_large``, ``disk_full``, ``too_many_files``, ``evidence_there``, ``in_future``).
    """
    with transaction.atomic():
        _held_item(measure, actor)
    if dated_on is not None and dated_on > timezone.localdate():
        raise Invalid("in_future", faults={})
    shown = shown_name(name)
    try:
        # Outside the transaction: the disk is slow, and nobody else may write meanwhile.
        stored = _taken(shown, pieces, actor)
    except Invalid as refusal:
        _told_refusal(shown, refusal.code, actor)
        raise
    return _attached(measure, shown, stored, dated_on, actor)


def _taken(name: str, pieces: Iterable[bytes] | IO[bytes], actor: User) -> StoredFile:
    suffix = suffix_of(name)
    if mark_in_name(name):
        raise Invalid("secrecy_marked", faults={})
    if suffix in PICTURES:
        return take_in(_pictured(pieces, PICTURES[suffix]), actor=actor)
    if suffix not in READABLE:
        raise Invalid("wrong_type", faults={})
    stored = take_in(looked_at(pieces), actor=actor)
    if fault := _fault_inside(name, stored):
        with transaction.atomic():
            refuse(stored, fault)
        raise Invalid(fault, faults={})
    return stored


def _pictured(pieces: Iterable[bytes] | IO[bytes], beginnings: tuple[bytes, ...]) -> Iterable[bytes]:
    """The pieces of a picture. Errors: `Invalid` where it begins as none."""
    read = getattr(pieces, "read", None)
    source = iter(pieces) if read is None else iter(lambda: read(1024 * 1024), b"")
    first: bytes = next(source, b"")
    if first and not first.startswith(beginnings):
        raise Invalid("wrong_content", faults={})
    yield first
    yield from source


def _fault_inside(name: str, stored: StoredFile) -> str:
    """What of a kept file may not be here: macros and scripts, or a mark of secrecy in its text; empty for nothing.

    A file that was looked at before and is referred to is not read again.
    """
    if Evidence.objects.filter(file=stored).exists():
        return ""
    try:
        with as_plain_file(stored) as plain, Reader() as reader:
            check_active(plain)
            text: str = reader.read(plain, name=name, seconds=PATIENCE)["text"]
    except DocumentError as error:
        # A scan, a form that has no text, one too long to read: evidence all the same.
        return error.code if error.code in TOLD else ""
    return "secrecy_marked" if mark_in_text(text) else ""


@transaction.atomic
def _told_refusal(name: str, code: str, actor: User) -> None:
    if code in TOLD:
        trail.record(actor=actor, act="refuse_file", thing=actor, after={"code": code, "name": trail.Sealed(name)})


@transaction.atomic
def _attached(measure: Measure, name: str, stored: StoredFile, dated_on: datetime.date | None, actor: User) -> Evidence:
    item = _held_item(measure, actor)
    there = Evidence.objects.filter(measure=measure)
    if there.filter(file=stored).exists():
        raise Invalid("evidence_there", faults={})
    if there.count() >= MOST:
        raise Invalid("too_many_files", faults={})
    evidence: Evidence = Evidence.objects.create(measure=measure, file=stored, name=name, dated_on=dated_on, by=actor)
    Rectification.objects.filter(pk=item.pk).update(version=item.version + 1)
    flag_evidence(evidence, item)
    after = {"name": name, "sha256": stored.sha256, "size": stored.size, "dated_on": dated_on}
    trail.record(actor=actor, act="add_evidence", thing=measure, after=after)
    return evidence


@transaction.atomic
def drop_evidence(evidence: Evidence, *, actor: User) -> None:
    """撤下材料: a file put there by mistake; it stays on the trail, and in the archive where something else needs it.

    Errors: `NotPermitted`; `IllegalTransition` (``item_held``) while somebody looks at the item, and
    (``evidence_seen``) for what stood there when it was applied for: what was judged by it stays to be seen.
    """
    item = _held_item(evidence.measure, actor)
    if item.steps.filter(act=ClosureAct.APPLY, at__gte=evidence.at).exists():
        raise IllegalTransition("evidence_seen", act="report_progress", state=item.closure)
    stored = evidence.file
    before = {"name": evidence.name, "sha256": stored.sha256}
    trail.record(actor=actor, act="drop_evidence", thing=evidence.measure, before=before)
    evidence.delete()
    release(stored)
    Rectification.objects.filter(pk=item.pk).update(version=item.version + 1)


def _held_item(measure: Measure, actor: User) -> Rectification:
    """The item of a measure, held for a change by somebody of its unit."""
    known = measures_visible_to(actor).filter(pk=measure.pk)
    mine = rectifications_worked_on_by(actor).filter(pk__in=known.values("rectification"))
    # Its own row alone, not that of the finding by which items are put in order.
    item = Rectification.objects.select_for_update(of=("self",)).filter(pk__in=mine.values("pk")).first()
    if item is None:
        raise NotPermitted("not_permitted", act="report_progress")
    if item.closure in CLOSURE_HELD:
        raise IllegalTransition("item_held", act="report_progress", state=item.closure)
    return item
