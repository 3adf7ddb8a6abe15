"""An old ledger becomes rows to check: first its columns, then, once they are settled, every row with its faults.

What stands between the two steps is kept in `Paper.reading`: ``step`` (``columns``: a person settles them; ``rows``:
to be read with them; ``again``: a corrected file came in the place of the first; ``check``: rows lie ready), ``survey``
and ``plan`` (see `xuncha.extraction.ledger.old`), ``headers``, ``mapping`` (name of the saved mapping that was taken),
``follows`` (``{"paper", "name"}`` of the earlier file that this one seems to correct), ``assigned`` (key by unknown
name, by kind), ``unknown`` (see `row_names.Unknown`), ``skipped`` (count by reason) and ``skipped_rows``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Final

from django.db import transaction

from xuncha.archive.queries import as_plain_file
from xuncha.documents.errors import DocumentError
from xuncha.extraction.child import Reader
from xuncha.extraction.ledger import old
from xuncha.extraction.ledger.old.survey import FAULT_SHEET
from xuncha.extraction.secrecy import mark_in_text
from xuncha.findings.actions import reading
from xuncha.findings.importing.repeats import Repeats
from xuncha.findings.models import ColumnMapping, LedgerRow, Paper
from xuncha.findings.queries.naming import find_round
from xuncha.findings.queries.old_ledgers import check_likeness, in_parts
from xuncha.findings.queries.row_names import RowNames, Unknown, known_categories, known_units, lay_down
from xuncha.findings.workflow import PaperState
from xuncha.security import bulk

BATCH: Final = 1000
"""Rows that are looked up and written at once."""
SECONDS: Final = 300
"""What the child may take for one ledger; ten thousand rows need a few seconds."""


def read_ledger(paper: Paper, reader: Reader) -> None:
    """Do the step that the paper waits for.

    Called by `working.Worker` for a paper that it has taken up, outside any transaction, and once more from the start
    where the server stopped in the middle: what an earlier try wrote is written over. Rows are written in parts, each
    a transaction of its own; state and version of the paper are the caller's. Errors: `DocumentError` and
    `Unopenable`, which fail the paper; `reading.Lost` when it is another server's by now.
    """
    step = paper.reading.get("step", "columns")
    if step != "rows":
        before = old.MappingPlan.of_json(paper.reading["plan"]) if step == "again" else None
        _survey(paper, reader, before)
        if before is None or not _fits(paper, before):
            return
    _read_rows(paper, reader)


def _survey(paper: Paper, reader: Reader, before: old.MappingPlan | None) -> None:
    with as_plain_file(paper.file) as plain:
        survey = reader.survey(
            plain, name=paper.name, units=known_units(), categories=known_categories(), seconds=SECONDS
        )
    for sheet in survey.sheets:
        if mark := mark_in_text("\n".join(sheet.above.split())):
            raise DocumentError("secrecy_marked", Path(paper.name), found=mark)
    if not any(sheet.columns for sheet in survey.sheets):
        raise DocumentError(
            "empty", Path(paper.name), found="没有任何内容", expected="有内容的工作表", advice="请核对文件"
        )
    headers = survey.headers()
    saved = None if before else mapping_for(headers)
    follows = None if before else _predecessor(paper, survey, headers)
    settled = before.settled() if before else saved.mapping if saved else None
    if follows is not None and saved is None:
        settled = old.MappingPlan.of_json(follows.reading["plan"]).settled()
    if follows is not None:
        _take_over(paper, follows)
    if paper.round_id is None:
        above = " ".join(sheet.above for sheet in survey.sheets)
        paper.round = find_round(above) or find_round(paper.name)
    if paper.feedback_on is None and paper.round is not None:
        paper.feedback_on = paper.round.feedback_on
    year = before.year if before and before.year else paper.feedback_on.year if paper.feedback_on else None
    plan = old.plan_of(survey, settled=settled, year=year)
    paper.rows.all().delete()
    paper.reading = {
        **{key: value for key, value in paper.reading.items() if key not in ("unknown", "skipped", "skipped_rows")},
        "step": "columns",
        "survey": survey.as_json(),
        "plan": plan.as_json(),
        "headers": headers,
        "mapping": saved.name if saved else "",
        "follows": None if follows is None else {"paper": follows.pk, "name": follows.name},
    }
    _keep(paper, "reading", "round", "unit", "feedback_on", "already_fed_back")


def _keep(paper: Paper, *names: str) -> None:
    """Write what was read to the paper while it is this server's. Errors: `reading.Lost`."""
    own = Paper.objects.filter(pk=paper.pk, state=PaperState.READING, version=paper.version)
    if not own.update(**{name: getattr(paper, name) for name in names}):
        raise reading.Lost(paper.pk)


def mapping_for(headers: Sequence[str]) -> ColumnMapping | None:
    """The saved mapping for a file with exactly these heads; the newest, null where there is none."""
    if not headers:
        return None
    wanted = sorted(headers)
    return next((m for m in ColumnMapping.objects.order_by("-saved_at", "-id") if sorted(m.headers) == wanted), None)


def _predecessor(paper: Paper, survey: old.Survey, headers: list[str]) -> Paper | None:
    """The earlier file under review that this one corrects: the same heads, and our list of faults or the same name."""
    if not headers:
        return None
    is_marked = any(sheet.name == FAULT_SHEET for sheet in survey.sheets)
    earlier = Paper.objects.filter(kind=Paper.Kind.LEDGER, state=PaperState.REVIEW).exclude(pk=paper.pk)
    for pk, name, had in earlier.order_by("-id").values_list("pk", "name", "reading__headers"):
        if had == headers and (is_marked or _stem(name) == _stem(paper.name)):
            return Paper.objects.get(pk=pk)
    return None


def _stem(name: str) -> str:
    """A file's name without its ending and what is added to a copy: (1), -副本, 修改版, v2."""
    stem = PurePath(name).stem
    for added in ("核对", "副本", "更正", "修改", "修订", "改正", "已改", "新", "版", "稿", "marked", "copy", "final"):
        stem = stem.replace(added, "")
    return "".join(sign for sign in stem if sign.isalpha()).rstrip("v")


def _take_over(paper: Paper, earlier: Paper) -> None:
    """What a person settled for the earlier file holds for its successor."""
    paper.reading = {**paper.reading, "assigned": earlier.reading.get("assigned", {})}
    paper.round_id = paper.round_id or earlier.round_id
    paper.unit_id = paper.unit_id or earlier.unit_id
    paper.feedback_on = paper.feedback_on or earlier.feedback_on
    paper.already_fed_back = earlier.already_fed_back


def _fits(paper: Paper, before: old.MappingPlan) -> bool:
    """Whether the corrected file has the sheets and columns that were settled; then its rows are read at once."""
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    now = {sheet.name: sheet for sheet in plan.sheets}
    taken = [sheet for sheet in before.sheets if sheet.is_taken]
    for sheet in taken:
        found = now.get(sheet.name)
        if found is None or dict(found.heads) != dict(sheet.heads):
            return False
    # What was settled by hand, such as a sheet left out, stays so.
    settled = {sheet.name: sheet for sheet in before.sheets}
    sheets = tuple(
        old.SheetPlan.of_json(
            {
                **sheet.as_json(),
                "is_taken": sheet.name in settled and settled[sheet.name].is_taken,
                "columns": dict(settled[sheet.name].columns) if sheet.name in settled else dict(sheet.columns),
            }
        )
        for sheet in plan.sheets
    )
    paper.reading = {**paper.reading, "plan": old.MappingPlan(sheets, before.year).as_json(), "step": "rows"}
    return True


def _read_rows(paper: Paper, reader: Reader) -> None:
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    expected = {sheet["name"]: int(sheet["data_rows"]) for sheet in paper.reading.get("survey", {}).get("sheets", ())}
    total = sum(expected.get(sheet.name, 0) for sheet in plan.sheets if sheet.is_taken)
    names = RowNames(paper)
    with as_plain_file(paper.file) as plain:
        read = reader.rows(
            plain,
            plan,
            name=paper.name,
            known_units=names.units,
            known_categories=names.categories,
            known_rounds=names.rounds,
            unit_wanted=paper.unit_id is None,
            seconds=SECONDS,
        )
        paper.rows.all().delete()
        try:
            # The child reads on while its first rows are checked.
            unknown = _check_rows(paper, plan, read, names, total)
        except DocumentError:
            paper.rows.all().delete()
            raise
    paper.reading = {
        **paper.reading,
        "step": "check",
        "unknown": unknown.as_json(),
        "skipped": dict(read.skipped),
        "skipped_rows": [skipped.as_json() for skipped in read.skipped_rows],
    }
    _keep(paper, "reading")


def _check_rows(paper: Paper, plan: old.MappingPlan, read: old.LedgerRows, names: RowNames, total: int) -> Unknown:
    """Look up each row in the ledger and write it down with its faults; the names that nobody knows."""
    places = {sheet.name: _Places(sheet) for sheet in plan.sheets}
    repeats, unknown, done = Repeats(), Unknown(), 0
    for part in in_parts(read, BATCH):
        rows = [_row(paper, found, names, places) for found in part]
        repeats.mark(rows, places)
        check_likeness(rows)
        for row in rows:
            unknown.add(row.faults)
        with transaction.atomic():
            bulk.insert_objects(rows)
        done += len(rows)
        if not reading.renew(paper, done, max(total, done)):
            raise reading.Lost(paper.pk)
    return unknown


class _Places:
    """Column letters and heads of a sheet by field."""

    def __init__(self, plan: old.SheetPlan) -> None:
        self.sheet = plan.name
        self._letters: dict[str, str] = {}
        for letter, name in plan.columns.items():
            self._letters.setdefault(name, letter)
        self._heads = plan.heads

    def fault(
        self, code: str, field: str, *, row: int, found: str = "", detail: str = "", detail_en: str = ""
    ) -> dict[str, Any]:
        letter = self._letters.get(field, "A")
        return old.fault(
            code,
            sheet=self.sheet,
            row=row,
            column=letter,
            header=self._heads.get(letter, ""),
            found=found,
            detail=detail,
            detail_en=detail_en,
        ).as_json()


def _row(paper: Paper, found: old.LedgerRow, names: RowNames, places: Mapping[str, _Places]) -> LedgerRow:
    values = dict(found.values)
    units: Iterable[int] = values.pop("unit", ())
    if units:
        values["units"] = list(units)
    if found.last_row != found.row:
        values["last_row"] = found.last_row
    faults = names.resolve(values, [fault.as_json() for fault in found.faults])
    codes = {fault["code"] for fault in faults}
    if not values.get("units") and paper.unit_id is not None and "unknown_unit" not in codes:
        values["units"] = [paper.unit_id]
    if "round" not in values and "unknown_round" not in codes:
        if paper.round_id is None:
            faults.append(places[found.sheet].fault("no_round", "round", row=found.row))
        else:
            values["round"] = paper.round_id
    row = LedgerRow(paper=paper, sheet=found.sheet[:100], row=found.row)
    lay_down(row, values, faults)
    return row
