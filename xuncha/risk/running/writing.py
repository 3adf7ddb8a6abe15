"""The leads of a run as files: ``leads.json`` with everything, ``leads.parquet`` one row a lead."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet

from xuncha.documents.writers.files import replacing, write_text
from xuncha.risk.marks import plain_word
from xuncha.risk.running import Outcome
from xuncha.risk.running.leads import NOTICE, Lead

SCHEMA: Final = "xuncha.risk.leads/1"
JSON: Final = "leads.json"
PARQUET: Final = "leads.parquet"
_PEERS: Final = ("peer_n", "peer_median", "peer_fence")
_COLUMNS: Final = pa.schema(
    [
        ("indicator", pa.string()),
        ("key", pa.string()),
        ("severity", pa.string()),
        ("priority", pa.int32()),
        ("certainty", pa.int32()),
        ("size", pa.int32()),
        ("breadth", pa.int32()),
        ("recency", pa.int32()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("peer_n", pa.int64()),
        ("peer_median", pa.float64()),
        ("peer_fence", pa.float64()),
        ("organisation", pa.string()),
        ("supplier", pa.string()),
        ("day", pa.date32()),
        ("yuan", pa.float64()),
        ("sentence_zh", pa.string()),
        ("sentence_en", pa.string()),
        ("evidence_rows", pa.int64()),
        ("evidence", pa.string()),
        ("skipped", pa.int64()),
        ("parameters", pa.string()),
        ("data_version", pa.string()),
    ]
)


def as_data(outcomes: Sequence[Outcome], *, as_of: dt.date, data_version: str) -> dict[str, Any]:
    """A run as data for programs."""
    return {
        "schema": SCHEMA,
        "notice": NOTICE._asdict(),
        "as_of": as_of.isoformat(),
        "data_version": data_version,
        "indicators": [_indicator(outcome) for outcome in outcomes],
        "cleared": [
            {
                "indicator": lead.indicator.code,
                "key": lead.key,
                "number": lead.number,
                "evidence_print": lead.evidence_print,
            }
            for outcome in outcomes
            for lead in outcome.cleared
        ],
        "leads": [lead for outcome in outcomes for lead in _leads(outcome, data_version)],
    }


def write(outcomes: Sequence[Outcome], folder: Path, *, as_of: dt.date, data_version: str) -> None:
    """Write both files into a folder that exists."""
    data = as_data(outcomes, as_of=as_of, data_version=data_version)
    write_text(folder / JSON, json.dumps(data, ensure_ascii=False, indent=1, default=plain_word) + "\n")
    rows = [_flat(lead) for lead in data["leads"]]
    with replacing(folder / PARQUET) as place:
        pa.parquet.write_table(pa.Table.from_pylist(rows, schema=_COLUMNS), place)


def _indicator(outcome: Outcome) -> dict[str, Any]:
    indicator = outcome.indicator
    return {
        "code": indicator.code,
        "name": indicator.name._asdict(),
        "state": "not_runnable" if outcome.refusal else "ran",
        "reason": outcome.refusal._asdict() if outcome.refusal else None,
        "not_judged": outcome.unjudged,
        "leads": len(outcome.leads),
        "suppressed": len(outcome.cleared),
        "units": outcome.units,
        "flagged_share": outcome.flagged,
        "leads_by_chance": outcome.by_chance,
        "threshold_too_loose": outcome.is_loose,
        "skipped": outcome.skipped,
        "parameters": outcome.settings,
        "sources": indicator.sources,
        "rule": {
            "question": indicator.question._asdict(),
            "formula": indicator.formula._asdict(),
            "false_positives": indicator.false_positives._asdict(),
            "mission": indicator.mission,
            "origin": indicator.origin or None,
            "key": list(indicator.key),
            "of_person": indicator.of_person,
            "statistic": indicator.statistic,
            "parameters": {
                parameter.name: {
                    "meaning": parameter.meaning._asdict(),
                    "source": parameter.source,
                    "effective": parameter.effective,
                }
                for parameter in indicator.parameters
            },
        },
        "peers": _peers(outcome),
        "seconds": round(outcome.seconds, 3),
    }


def _peers(outcome: Outcome) -> dict[str, Any] | None:
    """What the leads were compared with; ``groups`` by their place, to which the leads point."""
    if outcome.peers is None:
        return None
    return {"what": outcome.peers.what._asdict(), "form": outcome.peers.form, "groups": outcome.peer_groups}


def _among_peers(lead: Lead, outcome: Outcome, places: Mapping[tuple[Any, ...], int]) -> dict[str, Any]:
    """A lead's own value and limit on the scale of its peers, and which group they are."""
    peers = outcome.peers
    if peers is None:
        return {}
    scale = 100 if peers.form == "yuan" else 1
    own, limit = lead.fields[peers.own], lead.fields[peers.limit] if peers.limit else None
    place = places.get(tuple(lead.fields[name] for name in peers.groups))
    if place is None or own is None:
        return {}
    return {"own": float(own) / scale, "limit": None if limit is None else float(limit) / scale, "group": place}


def _leads(outcome: Outcome, data_version: str) -> list[dict[str, Any]]:
    places = {tuple(group["group"].values()): place for place, group in enumerate(outcome.peer_groups)}
    return [_lead(lead, outcome, data_version, places) for lead in outcome.leads]


def _lead(lead: Lead, outcome: Outcome, data_version: str, places: Mapping[tuple[Any, ...], int]) -> dict[str, Any]:
    priority, fen = lead.priority, lead.fields.get("fen")
    terms = None
    if priority is not None:
        names = ("total", "certainty", "size", "breadth", "recency", "inputs")
        terms = {name: getattr(priority, name) for name in names}
    return {
        "indicator": lead.indicator.code,
        "key": lead.key,
        "number": lead.number,
        "evidence_print": lead.evidence_print,
        "severity": lead.severity,
        "priority": terms,
        "value": lead.fields["value"],
        "threshold": lead.fields["threshold"],
        "peers": {name.removeprefix("peer_"): lead.fields[name] for name in _PEERS if lead.fields.get(name) is not None}
        | _among_peers(lead, outcome, places),
        "organisation": lead.organisation,
        "supplier": lead.supplier,
        "day": lead.day,
        "yuan": None if fen is None else fen / 100,
        "sentence": lead.sentence._asdict() if lead.sentence else None,
        "evidence_rows": lead.evidence_rows,
        "evidence": [{"table": row.table, "file": row.file, "line": row.line, "row": row.row} for row in lead.evidence],
        "skipped": sum(outcome.skipped.values()),
        "parameters": outcome.settings,
        "data_version": data_version,
    }


def _flat(lead: dict[str, Any]) -> dict[str, Any]:
    priority = lead["priority"] or {}
    return {
        **{name: lead[name] for name in ("indicator", "key", "severity", "organisation", "supplier", "day", "yuan")},
        **{name: priority.get(name) for name in ("certainty", "size", "breadth", "recency")},
        **{name: lead["peers"].get(name.removeprefix("peer_")) for name in _PEERS},
        **{name: lead[name] for name in ("evidence_rows", "skipped", "data_version")},
        "priority": priority.get("total"),
        "value": _number(lead["value"]),
        "threshold": _number(lead["threshold"]),
        "sentence_zh": lead["sentence"]["zh"],
        "sentence_en": lead["sentence"]["en"],
        "evidence": json.dumps(lead["evidence"], ensure_ascii=False, default=plain_word),
        "parameters": json.dumps(lead["parameters"], ensure_ascii=False, default=plain_word),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
