"""`xuncha import`: papers come in, are read, and enter where nothing is left to decide."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from xuncha.cli.office.acting import acting_as, refusals_kept, round_named, unit_named
from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import steps, tell
from xuncha.cli.wording import say

UNDER_WAY: Final = ("waiting", "reading")


def take_in(
    paths: Sequence[Path],
    *,
    username: str,
    password_from_input: bool,
    round: str | None,
    unit: str | None,
    kind: str,
    enter: bool,
    accept_all: bool,
    anyway: bool,
    format: str,
) -> int:
    """Hand files in, wait until they are read, say what was found; 0 when each came as far as it was asked to."""
    missing = [path for path in paths if not path.is_file()]
    if missing:
        tell(say("usage_nothing", names=", ".join(path.name for path in missing)))
        return 2
    try:
        start_on_current()
        actor = acting_as(username, password_from_input=password_from_input)
        with refusals_kept(actor, "import"):
            return _take_in(paths, actor, round, unit, kind, enter or accept_all, accept_all, anyway, format)
    except Unusable as fault:
        tell(fault.words)
    except _refused() as error:
        tell(say("refused_with", code=error.code))
    return 1


def _refused() -> Any:
    from xuncha.security.errors import Refused

    return Refused


def _take_in(
    paths: Sequence[Path],
    actor: Any,
    round: str | None,
    unit: str | None,
    kind: str,
    enter: bool,
    accept_all: bool,
    anyway: bool,
    format: str,
) -> int:
    from xuncha.findings.actions.uploading import Chosen, upload

    chosen = Chosen(kind=kind, round_id=round_named(round), unit_id=unit_named(unit))
    with ExitStack() as opened:
        files = [(path.name, opened.enter_context(path.open("rb"))) for path in paths]
        done = upload(files, actor=actor, chosen=chosen, anyway=anyway)
    failed = 0
    reports: list[dict[str, Any]] = []
    for received in done.received:
        if received.fault or received.same_as is not None:
            failed += 1
            reports.append(
                {
                    "name": received.name,
                    "state": "refused" if received.fault else "known",
                    "fault": received.fault,
                    "same_as": received.same_as.pk if received.same_as else None,
                }
            )
    _read(done.batch, len(done.received))
    for paper in _papers(done.batch):
        report = _entered(paper, actor, accept_all) if enter else _report(paper)
        failed += report["state"] == "failed" or bool(report["lacks"])
        reports.append(report)
    if format == "json":
        print(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        for report in reports:
            print(_line(report))
    return 1 if failed else 0


def _read(batch: Any, total: int) -> None:
    """Read what waits, here or in a server that runs beside."""
    from xuncha.findings.importing.working import Worker
    from xuncha.findings.models import Paper

    worker = Worker()
    try:
        with steps(total, say("import_progress")) as step:
            while Paper.objects.filter(batch=batch, state__in=UNDER_WAY).exists():
                if worker.run_once():
                    step()
                else:
                    time.sleep(0.2)
    finally:
        worker.close()


def _papers(batch: Any) -> Iterator[Any]:
    from xuncha.findings.models import Paper

    rows = Paper.objects.filter(batch=batch).exclude(reading__has_key="same_as")
    yield from rows.select_related("round__term", "unit").order_by("id")


def _report(paper: Any, lacks: Sequence[str] = ()) -> dict[str, Any]:
    from xuncha.findings.models import Draft, LedgerRow
    from xuncha.findings.queries.papers import undecided_drafts

    drafts = Draft.objects.filter(paper=paper, level=Draft.Level.ITEM).exclude(state="dropped")
    return {
        "name": paper.name,
        "paper": paper.pk,
        "kind": paper.kind,
        "state": paper.state,
        "found": drafts.count() or LedgerRow.objects.filter(paper=paper).count(),
        "undecided": undecided_drafts().filter(paper=paper).count(),
        "entered": paper.findings.count(),
        "fault": (paper.error or {}).get("code", ""),
        "lacks": list(lacks),
    }


def _entered(paper: Any, actor: Any, accept_all: bool) -> dict[str, Any]:
    """Enter a paper of which nothing is unsure, or all of it as it was read where that was asked for."""
    from xuncha.findings.actions import reviewing
    from xuncha.findings.actions.entering import enter_paper
    from xuncha.findings.queries.entering import plan_of
    from xuncha.findings.queries.papers import undecided_drafts

    if paper.state != "review":
        return _report(paper)
    if paper.kind == "ledger":
        return _report(paper, ["columns"])
    if accept_all:
        for draft in undecided_drafts().filter(paper=paper).order_by("position", "id"):
            reviewing.accept(draft.pk, version=draft.version, actor=actor)
    else:
        reviewing.accept_sure(paper, group=None, actor=actor)
    paper.refresh_from_db()
    lacks = [lack.code for lack in plan_of(paper).lacks]
    if not lacks:
        enter_paper(paper, actor=actor, version=paper.version)
        paper.refresh_from_db()
    return _report(paper, lacks)


def _line(report: dict[str, Any]) -> str:
    name, state = report["name"], report["state"]
    if state == "known":
        return say("import_known", name=name, paper=report["same_as"])
    if state in ("refused", "failed"):
        return say("import_failed", name=name, code=report["fault"])
    if report["entered"]:
        return say("import_entered", name=name, findings=report["entered"])
    if report["lacks"]:
        lacks = "、".join(say(f"lack_{code}", number=report["undecided"]) for code in report["lacks"])
        return say("import_waits", name=name, lacks=lacks)
    return say("import_read", name=name, findings=report["found"], undecided=report["undecided"])
