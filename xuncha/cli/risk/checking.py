"""`xuncha risk check`: what became of every row."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from xuncha.cli.risk.taking_in import Asked, choice, take_in
from xuncha.cli.terminal import legible, tell
from xuncha.cli.wording import language, say

if TYPE_CHECKING:
    from xuncha.risk.loading import Loaded

SHOWN: Final = 20
ACCOUNT: Final = "check.json"
_UNITS: Final = {100: "百元", 1_000: "千元", 10_000: "万元", 100_000_000: "亿元"}


def check(asked: Asked, *, earlier: Path | None, output: Path | None, format: str) -> int:
    """Take the folder in and tell of it; 0, or 1 where there was nothing to take in or a file was refused."""
    choice(format, ("table", "json"), "--format")
    loaded = take_in(asked, _medians(earlier) if earlier is not None else None)
    if loaded is None:
        return 1
    account = as_data(loaded)
    if format == "json":
        sys.stdout.write(json.dumps(account, ensure_ascii=False, indent=2) + "\n")
    else:
        show(loaded)
    if output is not None:
        try:
            output.mkdir(parents=True, exist_ok=True)
            write_account(loaded, output)
        except OSError as fault:
            tell(say("not_written", name=output, reason=fault.strerror or str(fault)))
            return 1
        tell(say("risk_written", name=output))
    return 1 if any(report.refused for report in loaded.files) else 0


def write_account(loaded: Loaded, output: Path) -> None:
    """The account as ``check.json``, the rows that did not go in as csv."""
    from xuncha.documents.writers.files import replacing, write_text

    write_text(output / ACCOUNT, json.dumps(as_data(loaded), ensure_ascii=False, indent=2) + "\n")
    for account in ("quarantine", "removed"):
        # The words of a cell may begin with =, which a spreadsheet would take for a formula.
        formula = "regexp_matches(value, '^[=+@\\-]') AND try_cast(value AS DOUBLE) IS NULL"
        said = f"CASE WHEN {formula} THEN '''' || value ELSE value END"
        with replacing(output / f"{account}.csv") as place:
            path = str(place).replace("'", "''")
            loaded.connection.execute(
                f'COPY (SELECT table_name AS "table", file, line, rule, column_name AS "column", {said} AS value '
                f"FROM {account} ORDER BY ALL) TO '{path}' (FORMAT csv, HEADER)"
            )


def as_data(loaded: Loaded) -> dict[str, Any]:
    """The account as data for programs."""
    return {
        "schema": "xuncha.risk.check/1",
        "as_of": loaded.as_of.isoformat(),
        "ids": loaded.ids,
        "data_version": loaded.version,
        "files": [
            {
                "table": report.table,
                "file": report.name,
                "rows": report.rows,
                "used": report.used,
                "skipped": report.skipped,
                "quarantined": report.quarantined,
                "heads": report.heads,
                "unused": list(report.unused),
                "scaled": report.scaled,
                "refused": report.refused[1] if report.refused else None,
                "refused_zh": report.refused[0] if report.refused else None,
            }
            for report in loaded.files
        ],
        "rules": loaded.counts(),
        "warnings": [
            {"rule": w.rule, "table": w.table, "column": w.column, "rows": w.rows, "places": list(w.places)}
            for w in loaded.warnings
        ],
        "others": loaded.others,
        "medians": loaded.medians,
    }


def show(loaded: Loaded) -> None:
    """The account on standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from xuncha.cli.terminal import PIPE_WIDTH
    from xuncha.risk.loading import RULES
    from xuncha.risk.schema import tables

    watched = sys.stdout.isatty()
    console = Console(
        width=None if watched else PIPE_WIDTH, highlight=False, color_system="auto" if watched else None, emoji=False
    )
    chinese = language() == "zh"

    def line(key: str, **values: object) -> None:
        console.print(Text(legible(say(key, **values))), soft_wrap=True)

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for key in ("risk_head_table", "risk_head_file"):
        table.add_column(say(key), overflow="fold")
    for key in ("risk_head_rows", "risk_head_used", "risk_head_skipped", "risk_head_quarantined"):
        table.add_column(say(key), justify="right", no_wrap=True)
    for report in loaded.files:
        of = tables()[report.table]
        counts = (report.rows, report.used, report.skipped, report.quarantined)
        table.add_row(of.zh if chinese else of.name, Text(legible(report.name)), *(f"{count:,}" for count in counts))
    console.print(table)
    sums = {
        key: sum(getattr(report, key) for report in loaded.files) for key in ("rows", "used", "skipped", "quarantined")
    }
    line("risk_sum", **{key: f"{value:,}" for key, value in sums.items()})
    for report in loaded.files:
        if report.refused:
            line("risk_refused", name=report.name, reason=report.refused[0 if chinese else 1])
        for scale in sorted(set(report.scaled.values())):
            columns = "、".join(column for column, own in report.scaled.items() if own == scale)
            line("risk_scaled", name=report.name, columns=columns, unit=_UNITS[scale])
        if report.unused:
            line("risk_unused", name=report.name, heads="、".join(report.unused))
    if loaded.others:
        line("risk_others", names="、".join(loaded.others))
    if counts_by_rule := loaded.counts():
        line("risk_rules")
        for rule, of_tables in sorted(counts_by_rule.items()):
            counts_said = "、".join(f"{name} {count:,}" for name, count in of_tables.items())
            line("risk_rule_line", rule=rule, words=RULES[rule][0 if chinese else 1], counts=counts_said)
    if faults := loaded.faults(SHOWN):
        line("risk_faults", count=len(faults))
        for fault in faults:
            value = "" if fault.value is None else fault.value
            line("risk_fault_line", file=fault.file, line=fault.line, column=fault.column, rule=fault.rule, value=value)
    if loaded.warnings:
        line("risk_warnings")
        for warning in loaded.warnings:
            line(
                "risk_warning_line",
                rule=warning.rule,
                words=RULES[warning.rule][0 if chinese else 1],
                table=warning.table,
                column=warning.column,
                rows=f"{warning.rows:,}",
                places="、".join(warning.places),
            )


def _medians(folder: Path) -> dict[str, dict[str, float]]:
    try:
        found = json.loads((folder / ACCOUNT).read_text("utf-8"))["medians"]
    except (OSError, ValueError, KeyError, TypeError):
        raise typer.BadParameter(say("risk_no_folder", name=folder / ACCOUNT), param_hint="--earlier") from None
    return {str(table): dict(columns) for table, columns in found.items()}
