"""Running indicators over tables: each gives its leads, or says why it cannot."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import ibis
import pyarrow as pa

from xuncha.risk.data import MILLION, Data
from xuncha.risk.indicator import CHANCE, Found, Indicator, Peers, Settings, Words, settings_of
from xuncha.risk.peers import gathered
from xuncha.risk.running.asking import ask
from xuncha.risk.running.guard import OwnFault, check_keys, check_leads, reason
from xuncha.risk.running.leads import LOOSE, EvidenceRow, Lead, certainty, severity, weigh
from xuncha.risk.running.sentences import sentence
from xuncha.risk.schema import tables
from xuncha.risk.verdicts import Book

ROWS_SHOWN: Final = 200
"""Rows of evidence kept with a lead; their number is given in full."""
_KEYS: Final = "xuncha_lead_keys"


@dataclass(slots=True)
class Outcome:
    """What came of one indicator. ``refusal``: why it could not run, Chinese and English."""

    indicator: Indicator
    settings: dict[str, Any] = field(default_factory=dict)
    refusal: Words | None = None
    unjudged: list[str] = field(default_factory=list)
    """Columns for want of which one arm of an "or" was not judged."""
    leads: list[Lead] = field(default_factory=list)
    units: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    peers: Peers | None = None
    peer_groups: list[dict[str, Any]] = field(default_factory=list)
    cleared: list[Lead] = field(default_factory=list)
    """Leads left out because they were judged not so, on the same evidence."""

    @property
    def flagged(self) -> float:
        """Share of the units that were flagged."""
        return (len(self.leads) + len(self.cleared)) / self.units if self.units else 0.0

    @property
    def by_chance(self) -> float | None:
        """Leads that chance alone would give; null where the rule is no statistic."""
        return CHANCE[self.indicator.statistic] * self.units if self.indicator.statistic else None

    @property
    def is_loose(self) -> bool:
        return self.indicator.statistic is not None and self.flagged > LOOSE

    def clear(self, book: Book) -> None:
        """Set aside what was judged not so."""
        judged = [(lead, book.clears(lead.number, lead.evidence_print)) for lead in self.leads]
        self.leads = [lead for lead, is_cleared in judged if not is_cleared]
        self.cleared = [lead for lead, is_cleared in judged if is_cleared]


def run(
    data: Data,
    indicators: Sequence[Indicator],
    *,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    files: Mapping[int, str] | None = None,
    row_counts: Mapping[str, int] | None = None,
    book: Book | None = None,
    step: Callable[[Indicator], None] = lambda indicator: None,
) -> list[Outcome]:
    """Run indicators in their order. ``own``: an office's parameters by code; ``files``: names by ``source_file``.

    ``book``: verdicts, by which leads are left out that were judged not so.
    ``step`` is told each indicator before it runs. Raises `KeyError` for a parameter that an indicator does not have.
    """
    settled = {each.code: settings_of(each, (own or {}).get(each.code, {})) for each in indicators}
    outcomes = []
    for indicator in indicators:
        step(indicator)
        outcomes.append(_outcome(data, indicator, settled[indicator.code], files or {}))
    if book is not None:
        for outcome in outcomes:
            outcome.clear(book)
    _weigh_all(outcomes, data.as_of, row_counts or {})
    return outcomes


def refusal(data: Data, indicator: Indicator) -> Words | None:
    """Why an indicator cannot run on these tables; null if it can."""
    for table, columns in indicator.tables.items():
        name = table.rstrip("?")
        if name not in data.columns:
            if table.endswith("?"):
                continue
            return Words(f"不能运行：缺少表 {name}（{tables()[name].zh}）", f"not runnable: table {name}")
        for column in columns.split():
            if not column.endswith("?") and column not in data.columns[name]:
                label = tables()[name].columns[column].label
                return Words(f"不能运行：缺少列 {name}.{column}（{label}）", f"not runnable: column {name}.{column}")
    if indicator.arms and not any(not _missing(data, arm) for arm in indicator.arms):
        missing = [column for arm in indicator.arms for column in _missing(data, arm)]
        return Words(f"不能运行：缺少列 {'、'.join(missing)}", f"not runnable: column {', '.join(missing)}")
    return None


def _missing(data: Data, arm: Sequence[str]) -> list[str]:
    return [named for named in arm if not data.has(*named.split("."))]


def _outcome(data: Data, indicator: Indicator, settings: Settings, files: Mapping[int, str]) -> Outcome:
    outcome = Outcome(indicator, dict(settings.values), refusal(data, indicator))
    if outcome.refusal is not None:
        return outcome
    outcome.unjudged = [column for arm in indicator.arms for column in _missing(data, arm)]
    if not indicator.origin:
        _fill(outcome, data, settings, files)
        return outcome
    try:
        _fill(outcome, data, settings, files)
    except Exception as fault:  # of an office's own: whatever it does wrong, the others run
        said = (fault.chinese, fault.english) if isinstance(fault, OwnFault) else (reason(fault),) * 2
        outcome.refusal = Words(
            f"不能运行：{indicator.origin}：{said[0]}", f"not runnable: {indicator.origin}: {said[1]}"
        )
        outcome.leads = []
    return outcome


def _fill(outcome: Outcome, data: Data, settings: Settings, files: Mapping[int, str]) -> None:
    """The leads of an indicator that can run."""
    indicator = outcome.indicator
    started = time.monotonic()
    data.skips.clear()
    found = indicator.find(data, settings)
    if indicator.origin:
        check_leads(indicator, found.leads.columns, settings.values)
    answer = ask(data, found)
    outcome.units, outcome.skipped = answer.units, answer.skipped
    outcome.leads = [
        Lead(indicator, "|".join(_word(row[column]) for column in indicator.key), row)
        for row in answer.leads.to_pylist()
    ]
    _add_evidence(data, indicator, found, answer.leads, outcome.leads, files)
    if found.peers is not None and outcome.leads:
        outcome.peers, outcome.peer_groups = found.peers, gathered(data, found.peers, answer.leads)
    if indicator.origin:
        check_keys(indicator, [lead.key for lead in outcome.leads])
    outcome.seconds = time.monotonic() - started


def _word(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _add_evidence(
    data: Data, indicator: Indicator, found: Found, table: pa.Table, leads: list[Lead], files: Mapping[int, str]
) -> None:
    if not leads:
        return
    by_key = {tuple(lead.fields[column] for column in indicator.key): lead for lead in leads}
    keys = data.engine.hold(_KEYS, table.select(list(indicator.key)))
    for evidence in found.evidence:
        # Rows that have a key of their own name bear that of their lead as ``lead_…``.
        named = [f"lead_{column}" if f"lead_{column}" in evidence.rows.columns else column for column in indicator.key]
        renamed = keys.select(**{own: keys[column] for own, column in zip(named, indicator.key, strict=True)})
        rows = evidence.rows.semi_join(renamed, named)
        window = ibis.window(group_by=named, order_by=[*tables()[evidence.table].key])
        rows = rows.mutate(
            evidence_place=ibis.row_number().over(window), evidence_total=rows.count().over(ibis.window(group_by=named))
        )
        rows = rows.filter(rows.evidence_place < ROWS_SHOWN).order_by([*named, "evidence_place"])
        _share_out(evidence.table, data.engine.fetch(rows).to_pylist(), named, by_key, files)


def _share_out(
    table: str,
    rows: list[dict[str, Any]],
    named: list[str],
    by_key: dict[tuple[Any, ...], Lead],
    files: Mapping[int, str],
) -> None:
    columns = tables()[table].columns
    for row in rows:
        lead = by_key[tuple(row[column] for column in named)]
        if row["evidence_place"] == 0:
            lead.evidence_rows += row["evidence_total"]
        shown = {name: _shown(columns[name].type, row[name]) for name in columns if row.get(name) is not None}
        file = files.get(row["source_file"], "")
        lead.evidence.append(EvidenceRow(table, file, row["source_line"], shown))


def _shown(kind: str, value: Any) -> Any:
    if kind == "m":
        return value / 100
    if kind == "n":
        return value / MILLION
    return value


def _weigh_all(outcomes: list[Outcome], as_of: dt.date, row_counts: Mapping[str, int]) -> None:
    hit: dict[tuple[str, str], set[str]] = defaultdict(set)
    for outcome in outcomes:
        for lead in outcome.leads:
            for place in _places(lead):
                hit[place].add(lead.indicator.code)
    for outcome in outcomes:
        indicator = outcome.indicator
        skipped = max(
            (count / row_counts[name] for name, count in outcome.skipped.items() if row_counts.get(name)), default=0.0
        )
        certain = certainty(indicator.certainty, flagged=outcome.flagged, skipped=skipped)
        for lead in outcome.leads:
            lead.severity = severity(indicator.certainty, lead.fields.get("lift") or 0, outcome.is_loose)
            if not indicator.of_person:
                others = set().union(*(hit[place] for place in _places(lead))) - {indicator.code}
                lead.priority = weigh(lead, certain=certain, others=len(others), as_of=as_of)
            lead.sentence = sentence(lead, outcome.settings, sum(outcome.skipped.values()))
        outcome.leads.sort(key=_in_order_of_persons if indicator.of_person else _in_order)


def _places(lead: Lead) -> list[tuple[str, str]]:
    named = (("organisation", lead.organisation), ("supplier", lead.supplier))
    return [(kind, value) for kind, value in named if value is not None]


def _in_order(lead: Lead) -> tuple[Any, ...]:
    return (-("low", "medium", "high").index(lead.severity), lead.key)


def _in_order_of_persons(lead: Lead) -> tuple[Any, ...]:
    """Persons are not ranked: they stand by organisation and date."""
    return (lead.organisation or "", lead.day or dt.date.min, lead.key)
