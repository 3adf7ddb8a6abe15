"""Papers: upload, and how far they are."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from xuncha.api.errors import NotFound, Problem
from xuncha.api.signing_in import actor_of
from xuncha.findings.actions.uploading import Chosen, upload
from xuncha.findings.importing.working import wake
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import papers as queries

router = Router()


class PaperRow(Schema):
    """A paper on its way. ``error`` says why it could not be read; ``undecided``: findings nobody has looked at."""

    id: int
    name: str
    kind: str
    state: str
    round: str | None
    unit: str | None
    batch: uuid.UUID
    uploaded_at: datetime.datetime
    items: int
    undecided: int
    findings: int
    error: dict[str, Any] | None
    version: int


class PaperPage(Schema):
    """A page, newest first; ``before`` asks for the next one, null on the last."""

    items: list[PaperRow]
    before: int | None


class ReceivedFile(Schema):
    """What became of one file: the paper's key, or the code of a fault; ``same_as`` came in before."""

    name: str
    paper: int | None
    same_as: int | None
    fault: str


class Uploaded(Schema):
    """One upload."""

    batch: uuid.UUID
    files: list[ReceivedFile]


class Said(Schema):
    """What is said of the papers; what is not said is left to the reading. Round and unit by key."""

    kind: str = ""
    round: int | None = None
    unit: int | None = None
    already_fed_back: bool = True
    anyway: bool = False


@router.get("", response={200: PaperPage, 401: Problem, 403: Problem}, url_name="papers")
def list_papers(
    request: HttpRequest, state: str = "", batch: uuid.UUID | None = None, before: int | None = None
) -> Any:
    """Papers, newest first; those of the office alone."""
    actor = actor_of(request)
    POLICY.require(actor, "import_papers")
    narrowed = queries.PaperFilter(states=(state,) if state else (), batch=batch)
    page = queries.page_of_papers(actor, narrowed, before=before)
    return {"items": [_row(paper) for paper in page.papers], "before": page.before}


@router.post("", response={202: Uploaded, 401: Problem, 403: Problem, 422: Problem}, url_name="papers")
def upload_papers(request: HttpRequest, said: Form[Said], files: File[list[UploadedFile]]) -> Any:
    """Hand papers in; they are read beside, see their state. A zip is unpacked."""
    actor = actor_of(request)
    chosen = Chosen(said.kind, said.round, said.unit, said.already_fed_back)
    done = upload(((file.name or "", file.chunks()) for file in files), actor=actor, chosen=chosen, anyway=said.anyway)
    wake()
    return Status(
        202,
        {
            "batch": done.batch,
            "files": [
                {
                    "name": received.name,
                    "paper": received.paper.pk if received.paper else None,
                    "same_as": received.same_as.pk if received.same_as else None,
                    "fault": received.fault,
                }
                for received in done.received
            ],
        },
    )


@router.get("/{int:pk}", response={200: PaperRow, 401: Problem, 404: Problem}, url_name="paper")
def get_paper(request: HttpRequest, pk: int) -> Any:
    """How far one paper is."""
    paper = queries.papers(actor_of(request)).filter(pk=pk).first()
    if paper is None:
        raise NotFound
    return _row(paper)


def _row(paper: Any) -> dict[str, Any]:
    return {
        **{
            name: getattr(paper, name) for name in ("name", "kind", "state", "batch", "uploaded_at", "error", "version")
        },
        "id": paper.pk,
        "round": str(paper.round) if paper.round else None,
        "unit": paper.unit.short_name if paper.unit else None,
        "items": paper.items,
        "undecided": paper.undecided,
        "findings": paper.findings_count,
    }
