"""Papers are read: taken up, finished, failed, put back; put aside by people, and taken out again.

Taking up, finishing and failing are the server's own acts, done in the name of whoever uploaded the paper. The version
that a paper has after it was taken up is the proof that it is still the same server's: every change raises it.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from xuncha.archive.actions import refuse, release
from xuncha.archive.models import StoredFile
from xuncha.findings.actions.uploading import TOLD, Chosen, Received, add_paper
from xuncha.findings.models import Paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import PAPER_MOVES, PaperState, move
from xuncha.security import trail
from xuncha.security.errors import Conflict
from xuncha.security.models import User

LEFT_AFTER: Final = datetime.timedelta(seconds=60)
"""A paper under reading whose mark is older was left by a server that stopped. Our own setting."""
# What a reading leaves behind and a new one starts without.
_CHOSEN: Final = frozenset({"kind_is_chosen", "anyway", "archive", "recipients"})


class Lost(Exception):
    """The paper is no longer this server's: another took it up, or somebody put it aside."""


def start_reading() -> Paper | None:
    """开始读取: the paper that waited longest, now this server's; null when none waits.

    Of several servers that want the same one, one update finds it waiting, on every database.
    """
    while True:
        waiting = Paper.objects.filter(state=PaperState.WAITING).order_by("id").values_list("pk", flat=True).first()
        if waiting is None:
            return None
        taken = Paper.objects.filter(pk=waiting, state=PaperState.WAITING).update(
            state=move(PAPER_MOVES, "start_reading", PaperState.WAITING),
            worked_on_at=timezone.now(),
            progress=0,
            progress_of=0,
            error=None,
            version=F("version") + 1,
        )
        if taken:
            return Paper.objects.select_related("file", "uploaded_by", "round", "unit").get(pk=waiting)


def renew(paper: Paper, progress: int | None = None, progress_of: int | None = None) -> bool:
    """Say that the paper is still being read, and how far; whether it still is this server's."""
    values: dict[str, Any] = {"worked_on_at": timezone.now()}
    if progress is not None:
        values["progress"] = progress
    if progress_of is not None:
        values["progress_of"] = progress_of
    return bool(_own(paper).update(**values))


def take_up_again(older_than: datetime.timedelta = LEFT_AFTER) -> int:
    """重新接手: put back what a server that stopped left under way; how many papers that were."""
    left = Q(worked_on_at__isnull=True) | Q(worked_on_at__lt=timezone.now() - older_than)
    return sum(
        Paper.objects.filter(left, state=before).update(state=after, version=F("version") + 1)
        for before, after in PAPER_MOVES["take_up_again"].items()
    )


def give_back(paper: Paper) -> bool:
    """Put back a paper that this server will not finish; whether it still was its own."""
    after = move(PAPER_MOVES, "take_up_again", PaperState.READING)
    return bool(_own(paper).update(state=after, version=F("version") + 1))


@contextlib.contextmanager
def finish_reading(paper: Paper) -> Iterator[Paper]:
    """读取完成: inside, what was read is laid down; then the paper is up for review, all in one transaction.

    Errors: `Lost` before anything is laid down.
    """
    with transaction.atomic():
        held = _hold_own(paper)
        yield held
        before = {"state": held.state}
        held.state = move(PAPER_MOVES, "finish_reading", held.state)
        held.version += 1
        held.worked_on_at = None
        same = same_text(held)
        if same is not None:
            held.reading = {**held.reading, "same_text_as": same}
        held.save(update_fields=["state", "version", "worked_on_at", "reading"])
        after = {"state": held.state, "kind": held.kind, "drafts": held.drafts.count()}
        trail.record(actor=held.uploaded_by, act="read_paper", thing=held, before=before, after=after, batch=held.batch)
    _take_over(paper, held)


def same_text(paper: Paper) -> int | None:
    """The key of another paper that says the very same, whatever its format; null without one."""
    if not paper.text_sha256:
        return None
    others = Paper.objects.filter(text_sha256=paper.text_sha256).exclude(pk=paper.pk)
    return others.exclude(state=PaperState.DISCARDED).order_by("-id").values_list("pk", flat=True).first()


@transaction.atomic
def fail_reading(paper: Paper, *, error: Mapping[str, Any]) -> Paper:
    """读取失败: keep why (code, place, found, expected, advice). Errors: `Lost`."""
    held = _hold_own(paper)
    before = {"state": held.state}
    held.state = move(PAPER_MOVES, "fail_reading", held.state)
    held.error = dict(error)
    held.version += 1
    held.worked_on_at = None
    held.save(update_fields=["state", "error", "version", "worked_on_at"])
    after = {"state": held.state, "error": error.get("code", "")}
    trail.record(actor=held.uploaded_by, act="fail_paper", thing=held, before=before, after=after, batch=held.batch)
    _take_over(paper, held)
    return held


@transaction.atomic
def refuse_paper(paper: Paper, *, code: str, found: str = "") -> Paper:
    """拒收: a paper that may not be here: its file is destroyed, and whatever was read out of it; why is kept.

    ``code``: ``secrecy_marked`` (``found``: the mark), ``active_content``. Errors: `Lost`.
    """
    held = _hold_own(paper)
    held.drafts.all().delete()
    held.changes.all().delete()
    held.rows.all().delete()
    held.text, held.text_sha256 = "", ""
    held.reading = {key: value for key, value in held.reading.items() if key in _CHOSEN}
    held.save(update_fields=["text", "text_sha256", "reading"])
    refuse(held.file, code)
    if "archive" in held.reading:
        # What is left of the archive that it came in holds it too.
        for left in Paper.objects.filter(batch=held.batch, state=PaperState.FAILED, error__code="members"):
            refuse(left.file, code)
    return fail_reading(paper, error={"code": code, "found": found})


@transaction.atomic
def finish_unpacking(
    paper: Paper, members: Sequence[tuple[str, StoredFile]], faults: Sequence[Mapping[str, Any]]
) -> list[Received]:
    """解压完成: the members of an archive become papers of its batch, and the archive's own row goes.

    ``members`` are (path inside, kept file). With ``faults`` (name and code of members that could not be taken) the row
    stays as failed and lists them. Errors: `Lost`.
    """
    held = _hold_own(paper)
    actor = held.uploaded_by
    chosen = Chosen(
        held.kind if held.reading.get("kind_is_chosen") else "", held.round_id, held.unit_id, held.already_fed_back
    )
    anyway = bool(held.reading.get("anyway"))
    received = [
        add_paper(
            inside.rpartition("/")[2][-255:],
            stored,
            actor=actor,
            chosen=chosen,
            batch=held.batch,
            anyway=anyway,
            archive={"name": held.name, "inside": inside},
        )
        for inside, stored in members
    ]
    after = {"papers": len(received), "faults": len(faults)}
    trail.record(actor=actor, act="unpack_archive", thing=held, after=after, batch=held.batch)
    if faults:
        fail_reading(paper, error={"code": "members", "members": [dict(fault) for fault in faults]})
        for code in TOLD & {str(fault.get("code")) for fault in faults}:
            refuse(held.file, code)
    else:
        file = held.file
        held.delete()
        release(file)
    return received


@transaction.atomic
def read_again(paper: Paper, *, actor: User, version: int, kind: str = "") -> Paper:
    """重新读取: as if it had just come in; drafts of the earlier reading are replaced. ``kind``: as another kind.

    What had come in before is read all the same (``anyway``). Errors: `Conflict` with the paper as it is now.
    """
    POLICY.require(actor, "import_papers", paper)
    held = hold_paper(paper, version)
    before = {"state": held.state, "kind": held.kind}
    held.state = move(PAPER_MOVES, "read_again", held.state)
    held.reading = {key: value for key, value in held.reading.items() if key in _CHOSEN} | {"anyway": True}
    if kind:
        held.kind = Paper.Kind(kind)
        held.reading["kind_is_chosen"] = True
    held.error = None
    held.progress = held.progress_of = 0
    held.drafts.all().delete()
    held.changes.all().delete()
    held.rows.all().delete()
    return _settle(held, actor, "read_again", before)


@transaction.atomic
def discard(paper: Paper, *, actor: User, version: int) -> Paper:
    """放弃: put aside; file, drafts and what was said of them stay. Errors: `Conflict`, `IllegalTransition`."""
    POLICY.require(actor, "discard_paper", paper)
    held = hold_paper(paper, version)
    before = {"state": held.state}
    held.state = move(PAPER_MOVES, "discard", held.state)
    return _settle(held, actor, "discard", before)


@transaction.atomic
def restore(paper: Paper, *, actor: User, version: int | None = None) -> Paper:
    """取回: a discarded paper is where it was before."""
    POLICY.require(actor, "discard_paper", paper)
    held = hold_paper(paper, version)
    before = {"state": held.state}
    if held.error:
        act = "restore_failed"
    elif held.text or "survey" in held.reading:
        act = "restore_review"
    else:
        act = "read_again"
        held.reading = {**held.reading, "anyway": True}
        held.reading.pop("same_as", None)
    held.state = move(PAPER_MOVES, act, held.state)
    return _settle(held, actor, "restore", before)


def hold_paper(paper: Paper, version: int | None) -> Paper:
    """The paper held for a change by a person; inside the caller's transaction. Errors: `Conflict`."""
    held = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("file", "round__term", "unit", "uploaded_by")
        .filter(pk=paper.pk)
        .first()
    )
    if held is None:
        raise Conflict("paper_gone", current=None)
    if version is not None and held.version != version:
        raise Conflict("paper_changed", current=held)
    return held


def _settle(held: Paper, actor: User, act: str, before: Mapping[str, Any]) -> Paper:
    held.version += 1
    held.save()
    after = {"state": held.state, **({"kind": held.kind} if "kind" in before else {})}
    trail.record(actor=actor, act=f"{act}_paper", thing=held, before=before, after=after)
    return held


def _own(paper: Paper) -> Any:
    return Paper.objects.filter(pk=paper.pk, state=PaperState.READING, version=paper.version)


def _hold_own(paper: Paper) -> Paper:
    held: Paper | None = (
        _own(paper).select_for_update(of=("self",)).select_related("file", "uploaded_by", "round", "unit").first()
    )
    if held is None:
        raise Lost(paper.pk)
    return held


def _take_over(paper: Paper, held: Paper) -> None:
    paper.state, paper.version, paper.error = held.state, held.version, held.error
