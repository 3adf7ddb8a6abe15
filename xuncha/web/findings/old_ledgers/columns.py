"""Step one: which column of each sheet says what, as a page shows it and as its form sends it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from xuncha.extraction.ledger import old
from xuncha.findings.actions.settling import Given
from xuncha.findings.queries import old_ledgers
from xuncha.web.asked import number
from xuncha.web.findings.old_ledgers.wording import FIELDS, NOT_TAKEN, REASONS, column_problem
from xuncha.web.rounds.wording import round_name


@dataclass(frozen=True)
class Typed:
    """What the form of the columns sent."""

    plan: old.MappingPlan
    given: Given
    version: int
    save_as: str


def plan_with(paper: Any, mapping_id: str) -> tuple[old.MappingPlan, str]:
    """The plan to show: as settled, or by the saved mapping that was asked for; and the name of that mapping."""
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    key = number(mapping_id)
    if key is not None:
        chosen = old_ledgers.mappings().filter(pk=key).first()
        if chosen is not None:
            survey = old.Survey.of_json(paper.reading["survey"])
            return old.plan_of(survey, settled=chosen.mapping, year=plan.year), chosen.name
    return plan, str(paper.reading.get("mapping", ""))


def typed(paper: Any, data: QueryDict) -> Typed:
    """What was typed, as a plan; what makes no sense is left as the file suggests it."""
    survey = old.Survey.of_json(paper.reading["survey"])
    plan = old.MappingPlan.of_json(paper.reading["plan"])
    before = {sheet.number: sheet for sheet in plan.sheets}
    sheets = []
    for sheet in survey.sheets:
        prefix = f"sheet-{sheet.number}"
        base = before.get(sheet.number)
        suggested = base.last_head_row if base else max(sheet.header_rows, default=0)
        columns = {
            column.letter: field
            for column in sheet.columns
            if (field := data.get(f"{prefix}-{column.letter}", column.field)) in FIELDS
        }
        sheets.append(
            old.SheetPlan(
                name=sheet.name,
                number=sheet.number,
                is_taken=f"{prefix}-taken" in data,
                last_head_row=_told(data.get(f"{prefix}-head"), suggested),
                columns=columns,
                heads={column.letter: column.header for column in sheet.columns},
                fills_down=f"{prefix}-down" in data,
            )
        )
    year = _told(data.get("year"), 0)
    return Typed(
        old.MappingPlan(tuple(sheets), year if 1949 <= year <= 2200 else None),
        Given(
            number(data.get("round")),
            number(data.get("unit")),
            _day(data.get("feedback_on")),
            data.get("fed_back", "yes") == "yes",
        ),
        _told(data.get("version"), 0),
        data.get("save_as", "").strip(),
    )


def _told(words: str | None, otherwise: int) -> int:
    told = number((words or "").strip())
    return otherwise if told is None else told


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat((words or "").strip())
    except ValueError:
        return None


def context(
    actor: Any,
    paper: Any,
    plan: old.MappingPlan,
    given: Given,
    *,
    mapping: str = "",
    faults: Mapping[str, Any] | None = None,
    save_as: str = "",
) -> dict[str, Any]:
    """What the page of the columns shows."""
    survey = old.Survey.of_json(paper.reading["survey"])
    settled = {sheet.number: sheet for sheet in plan.sheets}
    faults = faults or {}
    sheets = [
        _sheet(sheet, settled[sheet.number], bool(mapping), faults.get(f"sheet-{sheet.number}", ()))
        for sheet in survey.sheets
        if sheet.columns and sheet.number in settled
    ]
    sheets.sort(key=lambda sheet: (not sheet["is_taken"], sheet["number"]))
    return {
        "paper": paper,
        "sheets": sheets,
        "left_out": [
            {"name": sheet.name or paper.name, "why": NOT_TAKEN.get(sheet.role, NOT_TAKEN["other"])}
            for sheet in survey.sheets
            if not sheet.columns
        ],
        "mapping": mapping,
        "mappings": list(old_ledgers.mappings()),
        "fields": list(FIELDS.items()),
        "rounds": [(round.pk, round_name(round)) for round in old_ledgers.rounds_to_choose()],
        "units": list(old_ledgers.units_to_choose(actor)),
        "given": given,
        "year": plan.year or "",
        "save_as": save_as,
        "faults": _summary(faults),
        "wrong": dict.fromkeys(faults, True),
    }


def _sheet(survey: old.SheetSurvey, plan: old.SheetPlan, is_mapped: bool, problems: Any) -> dict[str, Any]:
    columns = []
    for column in survey.columns:
        field = plan.columns.get(column.letter, "ignore")
        reason = column.reason if field == column.field else "mapping" if is_mapped else "chosen"
        columns.append(
            {
                "letter": column.letter,
                "name": f"sheet-{survey.number}-{column.letter}",
                "head": column.header,
                "samples": column.samples,
                "field": field,
                "word": FIELDS[field],
                "reason": REASONS[reason],
                "is_unsure": field == column.field and 0 < column.confidence < 0.7,
                "is_wrong": any(column.letter in letters for _, letters in problems),
                "filled": column.filled,
            }
        )
    left = [column for column in columns if column["field"] == "ignore" and column["filled"]]
    why: Any = ""
    if not plan.is_taken:
        why = NOT_TAKEN["hidden"] if survey.is_hidden else NOT_TAKEN.get(survey.role, "")
    return {
        "number": survey.number,
        "name": survey.name,
        "prefix": f"sheet-{survey.number}",
        "is_taken": plan.is_taken,
        "is_hidden": survey.is_hidden,
        "why": why,
        "rows": survey.data_rows,
        "above": survey.above,
        "head": plan.last_head_row,
        "heads": survey.header_rows,
        "fills_down": plan.fills_down,
        "columns": columns,
        "left": left,
        "problems": [column_problem(code, letters) for code, letters in problems],
    }


def _summary(faults: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Anchor, label and sentence of each fault."""
    found = []
    for name, told in faults.items():
        if name == "sheets":
            found.append(("sheets", gettext("Sheets"), gettext("Take at least one sheet.")))
        elif name == "round":
            found.append(
                ("id_round", gettext("Round"), gettext("Choose the round: no column of every sheet taken names it."))
            )
        elif name == "unit":
            found.append(
                ("id_unit", gettext("Unit"), gettext("Choose the unit: no column of every sheet taken names it."))
            )
        elif name == "save_as":
            found.append(("id_save_as", gettext("Name"), gettext("Give the mapping a name of at most 60 characters.")))
        else:
            found += [(name, gettext("Sheet"), column_problem(code, letters)) for code, letters in told]
    return found
