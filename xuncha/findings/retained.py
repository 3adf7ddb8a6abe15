"""Papers, sealed notes and the trail of the ledger as records with a term, as `security.retention` knows them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.archive import actions as archive
from xuncha.findings.models import Draft, DraftChange, Feedback, Finding, LedgerRow, Paper, Presence, SealedNote
from xuncha.findings.workflow import PAPER_MOVES, PaperState, move
from xuncha.rounds.retained import TrailOfRounds, open_rounds
from xuncha.security.retention.kinds import Gone, RecordKind

_OVER: Final = (PaperState.ENTERED, PaperState.DISCARDED)


class Papers(RecordKind):
    """导入材料 and their originals. One in work, or of a round that is not fed back, is never due."""

    code = "papers"
    label = _("Papers that came in, with their originals")
    what = _("Original, text and all that was read out of it go. Findings stay in the ledger, without their source.")
    events: Mapping[str, Any] = {
        "settled": _("Entered into the ledger, or put aside"),
        "round": _("Feedback of the round"),
    }
    portion = 20

    def due(self, event: str, before: datetime.datetime) -> QuerySet[Any]:
        rows = Paper.objects.filter(state__in=_OVER).exclude(round__in=open_rounds())
        rows = rows.annotate(settled_at=Coalesce("entered_at", "uploaded_at"))
        if event == "round":
            return rows.filter(
                Q(round__feedback_on__lt=timezone.localtime(before).date())
                | Q(round__isnull=True, settled_at__lt=before)
            )
        return rows.filter(settled_at__lt=before)

    def named(self, rows: Sequence[Any]) -> list[str]:
        return [row.name for row in rows]

    def destroy(self, rows: Sequence[Any]) -> list[Gone]:
        keys = [row.pk for row in rows]
        for hanging in (Presence, DraftChange, LedgerRow):
            hanging._default_manager.filter(paper__in=keys).delete()
        # A heading goes with what stands under it.
        Draft.objects.filter(paper__in=keys).update(group=None)
        Draft.objects.filter(paper__in=keys).delete()
        for row in rows:
            row.state = move(PAPER_MOVES, "destroy", row.state)
            row.text, row.text_sha256, row.reading, row.error = "", "", {}, None
            row.version += 1
        Paper.objects.bulk_update(rows, ["state", "text", "text_sha256", "reading", "error", "version"])
        files = {row.file_id: row.file for row in Paper.objects.filter(pk__in=keys).select_related("file")}
        others = Paper.objects.filter(file__in=files).exclude(state=PaperState.DESTROYED)
        kept = set(others.values_list("file", flat=True))
        went = {key for key, file in files.items() if key not in kept and archive.destroy(file, asked_of=Paper)}
        gone = []
        for row in rows:
            mine = row.file_id in went
            went.discard(row.file_id)
            gone.append(Gone(row.pk, row.name, files[row.file_id].sha256, files=int(mine)))
        return gone

    def sweep(self) -> None:
        archive.sweep_destroyed()

    def find(self, key: int) -> Model | None:
        return Paper.objects.filter(pk=key).exclude(state=PaperState.DESTROYED).first()


class Notes(RecordKind):
    """密注 of findings. Those of a round that is not fed back are never due."""

    code = "sealed_notes"
    label = _("Sealed notes of findings")
    what = _("The words go, with their key. That there was a note, by whom and when, stays.")
    events: Mapping[str, Any] = {"noted": _("The note was made"), "round": _("Feedback of the round")}

    def due(self, event: str, before: datetime.datetime) -> QuerySet[Any]:
        rows = SealedNote.objects.filter(destroyed_at__isnull=True).exclude(finding__round__in=open_rounds())
        if event == "round":
            return rows.filter(finding__round__feedback_on__lt=timezone.localtime(before).date())
        return rows.filter(at__lt=before)

    def named(self, rows: Sequence[Any]) -> list[str]:
        numbers = dict(Finding.objects.filter(pk__in=[row.finding_id for row in rows]).values_list("pk", "number"))
        return [f"{numbers[row.finding_id]}#{row.serial}" for row in rows]

    def destroy(self, rows: Sequence[Any]) -> list[Gone]:
        sealed = [bytes(row.__dict__["text"]) for row in rows]
        gone = [
            Gone(row.pk, name, hashlib.sha256(words).hexdigest())
            for row, name, words in zip(rows, self.named(rows), sealed, strict=True)
        ]
        SealedNote.objects.filter(pk__in=[row.pk for row in rows]).update(text=b"", destroyed_at=timezone.now())
        return gone

    def find(self, key: int) -> Model | None:
        return SealedNote.objects.filter(pk=key, destroyed_at__isnull=True).first()


class LedgerTrail(TrailOfRounds):
    """留痕内容（台账）: before and after of findings, papers and feedback. What is in work is never due."""

    code = "ledger_trail"
    label = _("Trail of the ledger: before and after of every change")
    models = (Finding, Paper, Feedback)

    def in_work(self, model: type[Model]) -> QuerySet[Any]:
        if model is Paper:
            over = (*_OVER, PaperState.DESTROYED)
            return Paper.objects.filter(~Q(state__in=over) | Q(round__in=open_rounds())).order_by()
        return super().in_work(model)


PAPERS: Final = Papers()
SEALED_NOTES: Final = Notes()
LEDGER_TRAIL: Final = LedgerTrail()
