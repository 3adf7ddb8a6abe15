"""`xuncha export`: the ledger as a file, as the account that asks may see it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from xuncha.cli.office.acting import round_named, unit_named, written_as
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say

FORMS: Final = ("xlsx", "csv", "json")
COLUMNS: Final = (
    *("number", "round", "unit", "statement", "category", "state", "nature", "origin", "severity", "immediate"),
    *("stated_leader", "stated_due", "stated_status"),
)
WIDTHS: Final = (20, 8, 16, 48, 18, 8, 8, 8, 8, 8, 12, 12, 12)


def take_out(
    output: Path,
    *,
    username: str,
    password_from_input: bool,
    query: str,
    round: str | None,
    unit: str | None,
    words: str | None,
    force: bool,
) -> int:
    """Write what the account may see of what was asked for; 0 when the file is whole."""
    form = output.suffix.lower().removeprefix(".")
    if form not in FORMS:
        tell(say("usage_format", value=form, choices=", ".join(FORMS)))
        return 2
    return written_as(
        username,
        output,
        lambda actor: _write(output, form, actor, _params(query, round, unit, words)),
        command="export",
        password_from_input=password_from_input,
        force=force,
    )


def _params(query: str, round: str | None, unit: str | None, words: str | None) -> dict[str, list[str]]:
    """The list's own query string, with what the options say."""
    params = parse_qs(query.lstrip("?"))
    for name, value in (("round", round_named(round)), ("unit", unit_named(unit)), ("q", words)):
        if value is not None:
            params[name] = [str(value)]
    return params


def _write(output: Path, form: str, actor: Any, params: dict[str, list[str]]) -> int:
    from xuncha.documents.writers.files import replacing
    from xuncha.documents.writers.listing import csv_lines, write_listing
    from xuncha.findings.actions.exporting import export_findings
    from xuncha.findings.queries.ledger import LedgerQuery
    from xuncha.findings.queries.ledger.selection import Selection
    from xuncha.security.policy import reads_the_ledger

    selection = Selection(LedgerQuery.from_params(params))
    parts = export_findings(selection, form=form, columns=COLUMNS, actor=actor)
    counted = _Counted(_rows(parts, reads_the_ledger(actor)))
    headings = [say(f"column_{name}") for name in COLUMNS]
    with replacing(output) as place, place.open("wb") as file:
        if form == "json":
            file.write(b"[")
            for number, row in enumerate(counted):
                line = json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
                file.write(f"{',' if number else ''}\n{line}".encode())
            file.write(b"\n]\n")
        elif form == "csv":
            for line in csv_lines(headings, counted):
                file.write(line.encode("utf-8", "replace"))
        else:
            write_listing(
                file,
                title=say("export_title"),
                note=say("export_note", person=actor.name),
                headings=headings,
                widths=list(WIDTHS),
                rows=counted,
            )
    return counted.number


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[list[Any]]) -> None:
        self._rows, self.number = rows, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self._rows:
            self.number += 1
            yield row


def _rows(parts: Iterable[list[Any]], reads: bool) -> Iterator[list[Any]]:
    for part in parts:
        for finding in part:
            # Of a joint finding a unit is told nothing of what is stated, as on its page.
            states = reads or finding.unit_id is not None
            yield [
                finding.number,
                str(finding.round),
                finding.unit.short_name if finding.unit else say("is_joint"),
                finding.statement,
                finding.category.name if finding.category else "",
                str(finding.get_state_display()),
                str(finding.get_nature_display()),
                str(finding.get_origin_display()),
                str(finding.get_severity_display()),
                say("yes") if finding.immediate else "",
                finding.stated_leader if states else "",
                finding.stated_due.isoformat() if states and finding.stated_due else "",
                finding.stated_status if states else "",
            ]
