"""`xuncha risk run`, `list` and `explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xuncha.cli.risk.checking import write_account
from xuncha.cli.risk.judging import book_of
from xuncha.cli.risk.parameters import chosen, known_indicators, own_parameters
from xuncha.cli.risk.taking_in import Asked, choice, take_in
from xuncha.cli.terminal import legible, steps, tell
from xuncha.cli.wording import language, say

if TYPE_CHECKING:
    from xuncha.risk.running import Outcome


def run_indicators(
    asked: Asked,
    *,
    only: list[str],
    params: Path | None,
    output: Path,
    book: Path | None,
    own: Path | None,
    parity: bool = False,
    engine: str = "duckdb",
    at: str | None = None,
) -> int:
    """Take the folder in, run indicators over it, write what they found. 0 also where some could not run."""
    from xuncha.risk.engines import NAMES, EngineFault, opened

    choice(engine, NAMES, "--engine")
    known = known_indicators(own, parity=parity)
    indicators = chosen(only, known)
    settled = own_parameters(params, known) if params is not None else {}
    kept = book_of(book)
    loaded = take_in(asked)
    if loaded is None:
        return 1
    from xuncha.risk.data import Data
    from xuncha.risk.running import run
    from xuncha.risk.running.writing import write

    counts: dict[str, int] = {}
    for report in loaded.files:
        counts[report.table] = counts.get(report.table, 0) + report.used
    try:
        output.mkdir(parents=True, exist_ok=True)
        with (
            opened(engine, loaded, at=at, folder=output) as there,
            steps(len(indicators), say("risk_running")) as step,
        ):
            outcomes = run(
                Data(there, loaded.columns, loaded.as_of),
                indicators,
                own={code: values for code, values in settled.items() if code in {each.code for each in indicators}},
                files={report.number: report.name for report in loaded.files},
                row_counts=counts,
                book=kept,
                step=lambda indicator: step(),
            )
        write_account(loaded, output)
        write(outcomes, output, as_of=loaded.as_of, data_version=loaded.version)
    except EngineFault as fault:
        tell(fault.chinese if language() == "zh" else fault.english)
        return 1
    except OSError as fault:
        tell(say("not_written", name=output, reason=fault.strerror or str(fault)))
        return 1
    _show(outcomes)
    for report in loaded.files:
        if report.refused:
            tell(say("risk_refused", name=report.name, reason=report.refused[0 if language() == "zh" else 1]))
    quarantined = sum(report.quarantined for report in loaded.files)
    if quarantined:
        tell(say("risk_some_quarantined", rows=f"{quarantined:,}"))
    tell(say("risk_written", name=output))
    return 0


def list_indicators(own: Path | None) -> int:
    """One line an indicator."""
    for indicator in known_indicators(own).values():
        sys.stdout.write(f"{indicator.code}\t{indicator.name.zh}\t{indicator.name.en}\t{indicator.sources}\n")
    return 0


def explain(code: str, own: Path | None) -> int:
    """The page of an indicator."""
    from xuncha.risk.explaining import page

    (indicator,) = chosen([code], known_indicators(own))
    sys.stdout.write(page(indicator))
    return 0


def _show(outcomes: list[Outcome]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from xuncha.cli.terminal import PIPE_WIDTH
    from xuncha.risk.running.leads import NOTICE

    chinese, watched = language() == "zh", sys.stdout.isatty()
    console = Console(
        width=None if watched else PIPE_WIDTH, highlight=False, color_system="auto" if watched else None, emoji=False
    )
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column(say("risk_head_indicator"), overflow="fold")
    for key in ("risk_head_leads", "risk_head_units", "risk_head_skipped_rows"):
        table.add_column(say(key), justify="right", no_wrap=True)
    table.add_column(say("risk_head_remarks"), overflow="fold")
    for outcome in outcomes:
        name = outcome.indicator.name[0 if chinese else 1]
        remarks = []
        if outcome.refusal is not None:
            remarks.append(outcome.refusal[0 if chinese else 1])
        if outcome.unjudged:
            remarks.append(say("risk_not_judged", columns="、".join(outcome.unjudged)))
        if outcome.cleared:
            remarks.append(say("risk_cleared", leads=f"{len(outcome.cleared):,}"))
        if outcome.by_chance is not None and outcome.units:
            remarks.append(say("risk_by_chance", leads=f"{outcome.by_chance:.2g}"))
        if outcome.is_loose:
            remarks.append(say("risk_too_loose"))
        ran = outcome.refusal is None
        numbers = (len(outcome.leads), outcome.units, sum(outcome.skipped.values()))
        table.add_row(
            f"{outcome.indicator.code} {name}",
            *(f"{number:,}" if ran else "—" for number in numbers),
            Text(legible("；".join(remarks))),
        )
    console.print(table)
    console.print(Text(NOTICE[0 if chinese else 1], style="bold"))
