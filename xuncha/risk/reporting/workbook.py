"""A run as a workbook: leads with room for verdicts, rows, indicators, organisations, data. It prints as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from xuncha.documents.writers.workbook import Column, Properties, Row, Sheet, write_workbook
from xuncha.risk.citations import spelled_out
from xuncha.risk.reporting.figures import Language, cell, columns_of, figure, label, table_label
from xuncha.risk.reporting.leads import parameters
from xuncha.risk.reporting.results import Lead, Results, key_shown, number_of, print_of
from xuncha.risk.reporting.review import Review, precision_words
from xuncha.risk.reporting.summary import chance, counts_words, refusal, remarks, rule_words, standing
from xuncha.risk.reporting.words import CHOICES, say
from xuncha.risk.verdicts import Judged

MOST_LEADS: Final = 5_000
MOST_ROWS: Final = 10_000
"""Rows of a sheet; what is beyond stands in ``leads.json`` and ``leads.parquet``, and the sheet says so."""
MOST_OF_LEAD: Final = 50
"""Rows of one lead."""
_MONEY: Final = "#,##0.00"
_COUNT: Final = "#,##0"


def write_book(results: Results, path: Path, language: Language, review: Review) -> None:
    """Write the workbook; verdicts that stand are filled in. Raises `OSError`."""
    sheets = (
        _summary(results, language),
        _leads(results, language, review),
        _evidence(results, language),
        _indicators(results, language, review),
        _organisations(results, language),
        _data(results, language),
    )
    properties = Properties(title=say("title", language), application="Xuncha", custom={"xuncha": "risk.report/1"})
    write_workbook(path, sheets, properties=properties)


def _sheet(
    results: Results, language: Language, key: str, columns: Sequence[Column], rows: list[Row], note: str = ""
) -> Sheet:
    """A sheet with the notice over its head and in the foot of each printed page."""
    as_of = say("as_of", language).format(day=results.run["as_of"])
    notice = say("notice", language)
    return Sheet(
        name=say(f"sheet_{key}", language),
        title=f"{say('title', language)}　{say(f'sheet_{key}', language)}",
        columns=tuple(columns),
        rows=rows,
        subtitle=f"{notice}。{say('notice_long', language)}{as_of}。{note}"
        if language == "zh"
        else f"{notice}. {say('notice_long', language)} Xuncha, {as_of}. {note}".strip(),
        filtered=key in ("leads", "evidence", "indicators"),
        blank=say("nothing", language),
        mark=f"{notice}　{as_of}",
    )


def _cut(rows: int, count: int, language: Language) -> str:
    return say("sheet_cut", language).format(shown=f"{rows:,}", count=f"{count:,}") if rows < count else ""


def _summary(results: Results, language: Language) -> Sheet:
    facts = [
        (say("title", language), standing(results, language)),
        (say("multiple", language), chance(results, language)),
        (say("data", language), say("version", language).format(version=results.run["data_version"])),
        (say("howto", language), say("howto_verdict", language)),
    ]
    rows = [Row(fact) for fact in facts]
    columns = (Column(say("item", language), 22), Column(say("content", language), 100))
    return _sheet(results, language, "summary", columns, rows)


def _leads(results: Results, language: Language, review: Review) -> Sheet:
    def head(key: str, width: float, *more: Any, **named: Any) -> Column:
        return Column(say(key, language), width, *more, **named)

    terms = ("priority", "certainty", "size", "breadth", "recency")
    columns = [
        head("indicator", 12),
        head("organisation", 14),
        head("key", 18),
        head("severity", 6, "center"),
        *(head(term, 8, "right", number_format="0") for term in terms),
        head("sentence", 60),
        head("verdict", 10, "center", choices=CHOICES[language]),
        head("reviewer", 10),
        head("reviewed", 12),
        head("reason", 20),
        head("day", 12, "center", printed=False),
        head("yuan", 16, "right", number_format=_MONEY, printed=False),
        head("supplier", 14, printed=False),
        head("value", 12, "right", printed=False),
        head("threshold", 12, "right", printed=False),
        head("evidence_rows", 10, "right", number_format=_COUNT, printed=False),
        head("number", 24, printed=False),
        head("print", 16, printed=False),
    ]
    rows: list[Row] = []
    rules = {entry["code"]: entry["rule"] for entry in results.indicators}
    for leads in results.of_indicators().values():
        for lead in leads[: MOST_LEADS - len(rows)]:
            rows.append(_lead(lead, rules[lead["indicator"]]["key"], language, review.judged.get(number_of(lead))))
    note = _cut(len(rows), len(results.run["leads"]), language)
    return _sheet(results, language, "leads", columns, rows, note)


def _lead(lead: Lead, key: list[str], language: Language, judged: Judged | None) -> Row:
    terms = lead["priority"] or {}
    return Row(
        (
            lead["indicator"],
            lead["organisation"],
            key_shown(lead, key),
            say(f"severity_{lead['severity']}", language),
            *(terms.get(name) for name in ("total", "certainty", "size", "breadth", "recency")),
            lead["sentence"][language],
            *_verdict(judged, language),
            str(lead["day"] or ""),
            lead["yuan"],
            lead["supplier"],
            figure(_number(lead["value"]), "num"),
            figure(_number(lead["threshold"]), "num"),
            lead["evidence_rows"],
            number_of(lead),
            print_of(lead),
        )
    )


def _verdict(judged: Judged | None, language: Language) -> tuple[str, str, str, str]:
    if judged is None:
        return "", "", "", ""
    return say(f"verdict_{judged.verdict}", language), judged.reviewer, judged.day, judged.reason


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _evidence(results: Results, language: Language) -> Sheet:
    columns = (
        Column(say("number", language), 24),
        Column(say("table", language), 12),
        Column(say("file", language), 20),
        Column(say("line", language), 8, "right", number_format=_COUNT),
        Column(say("row", language), 90),
    )
    rows: list[Row] = []
    for leads in results.of_indicators().values():
        for lead in leads:
            if len(rows) >= MOST_ROWS:
                break
            rows += [_row(lead, row, language) for row in lead["evidence"][: min(MOST_OF_LEAD, MOST_ROWS - len(rows))]]
    count = sum(lead["evidence_rows"] for lead in results.run["leads"])
    return _sheet(results, language, "evidence", columns, rows, _cut(len(rows), count, language))


def _row(lead: Lead, row: dict[str, Any], language: Language) -> Row:
    table, content = row["table"], row["row"]
    stop, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    said = stop.join(
        f"{label(table, name, language)}{colon}{cell(table, name, content[name], language)}"
        for name in columns_of(table, [content])
    )
    return Row((number_of(lead), table_label(table, language), row["file"], row["line"], said))


def _indicators(results: Results, language: Language, review: Review) -> Sheet:
    columns = [
        Column(say("indicator", language), 24),
        Column(say("leads", language), 8, "right", number_format=_COUNT),
        Column(say("units", language), 9, "right", number_format=_COUNT),
        Column(say("chance", language), 9, "right", number_format="0.0"),
        Column(say("skipped", language), 9, "right", number_format=_COUNT),
        Column(say("suppressed", language), 9, "right", number_format=_COUNT),
        Column(say("remarks", language), 26),
        Column(say("rule", language), 40),
        Column(say("parameters", language), 26),
        Column(say("source", language), 14),
        Column(say("false_positives", language), 18),
    ]
    rows = []
    for entry in results.indicators:
        ran = entry["state"] == "ran"
        notes = [
            remarks(entry, language) if ran else entry["reason"][language],
            precision_words(review.measured.get(entry["code"]), language),
        ]
        numbers = (entry["leads"], entry["units"], entry["leads_by_chance"], sum(entry["skipped"].values()))
        rows.append(
            Row(
                (
                    f"{entry['code']} {entry['name'][language]}",
                    *(numbers if ran else (None,) * len(numbers)),
                    entry.get("suppressed", 0) if ran else None,
                    "\n".join(note for note in notes if note),
                    entry["rule"]["formula"][language],
                    parameters(entry, language),
                    spelled_out(entry["sources"], language),
                    entry["rule"]["false_positives"][language],
                )
            )
        )
    return _sheet(results, language, "indicators", columns, rows)


def _organisations(results: Results, language: Language) -> Sheet:
    columns = (
        Column(say("organisation", language), 30),
        Column(say("leads", language), 10, "right", number_format=_COUNT),
        Column(say("top_priority", language), 12, "right", number_format="0"),
        Column(say("which_indicators", language), 60),
    )
    found = results.of_organisations()
    rows = [
        Row(
            (
                say("no_organisation", language) if name is None else name,
                len(leads),
                max((lead["priority"]["total"] for lead in leads if lead["priority"]), default=None),
                "、".join(sorted({lead["indicator"] for lead in leads})),
            )
        )
        for name, leads in found[:MOST_ROWS]
    ]
    return _sheet(results, language, "organisations", columns, rows, _cut(len(rows), len(found), language))


def _data(results: Results, language: Language) -> Sheet:
    columns = (
        Column(say("table", language), 24),
        Column(say("file", language), 40),
        *(
            Column(say(key, language), 10, "right", number_format=_COUNT)
            for key in ("rows", "used", "removed", "quarantined")
        ),
    )
    rows = []
    account = results.account
    for file in account.get("files", [])[:MOST_ROWS]:
        words = file["file"] + (f"\n{refusal(file, language)}" if file["refused"] else "")
        counts = (file[key] for key in ("rows", "used", "skipped", "quarantined"))
        rows.append(Row((table_label(file["table"], language), words, *counts)))
    for rule, of_tables in sorted(account.get("rules", {}).items()):
        rows.append(Row((rule_words(rule, language), counts_words(of_tables, language), None, None, None, None)))
    for warning in account.get("warnings", []):
        words = f"{table_label(warning['table'], language)} {warning['column']}：{'、'.join(warning['places'])}"
        rows.append(Row((rule_words(warning["rule"], language), words, warning["rows"], None, None, None)))
    note = say("quarantine_place", language) if account else say("no_account", language)
    return _sheet(results, language, "data", columns, rows, note)
