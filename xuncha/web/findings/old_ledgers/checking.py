"""Step two and three: rows with their faults and possible duplicates, and the plan of what will be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from xuncha.findings import similarity
from xuncha.findings.actions.numbering import number
from xuncha.findings.queries import old_ledgers
from xuncha.web.findings.old_ledgers.wording import DECISIONS, FAULTS, KINDS, SKIPPED, fault_words
from xuncha.web.language import name_of
from xuncha.web.rounds.wording import round_name

LONGEST = 240
"""Signs of a statement that are compared for showing; the table is not the place for more."""


def context(actor: Any, paper: Any, *, show: str, fault: str, after: int) -> dict[str, Any]:
    """What the page of the rows shows."""
    show = show if show in old_ledgers.SHOWN else "all"
    fault = fault if fault in FAULTS else ""
    rows, further = old_ledgers.page_of_rows(paper, show=show, fault=fault, after=after)
    counts = old_ledgers.counts(paper)
    here = {"show": show, **({"fault": fault} if fault else {})}
    return {
        "paper": paper,
        "counts": counts,
        "tabs": [
            (word, f"?{urlencode({'show': code})}", count, code == show and not fault)
            for code, word, count in (
                ("all", _("All rows"), counts.rows),
                ("add", _("To be added"), counts.add),
                ("alike", _("Possibly in the ledger"), counts.alike),
                ("faulty", _("With faults"), counts.faulty),
                ("left", _("Cannot be entered"), counts.left),
                ("update", _("To add to existing ones"), counts.update),
                ("skip", _("Left out"), counts.skip),
            )
        ],
        "fault_filters": [
            (FAULTS.get(code, code), f"?{urlencode({'show': show, 'fault': code})}", count, code == fault)
            for code, count in counts.by_fault.items()
        ],
        "fault_word": FAULTS.get(fault, ""),
        "without_fault": f"?{urlencode({'show': show})}",
        "show": show,
        "fault": fault,
        "shown": _shown_count(counts, show, fault),
        "rows": [row_of(row) for row in rows],
        "next_url": f"?{urlencode({**here, 'after': further})}" if further else "",
        "first_url": f"?{urlencode(here)}" if after else "",
        "here_url": f"?{urlencode({**here, **({'after': after} if after else {})})}",
        "unknown": unknown_names(actor, paper),
        "skipped": [(SKIPPED.get(code, code), n) for code, n in paper.reading.get("skipped", {}).items()],
        "skipped_count": sum(paper.reading.get("skipped", {}).values()),
        "skipped_rows": [
            (row["sheet"], row["row"], row["words"], SKIPPED.get(row["reason"], row["reason"]))
            for row in paper.reading.get("skipped_rows", [])[:100]
        ],
        "can_decide": paper.state == "review",
        "decisions": list(DECISIONS.items()),
    }


def _shown_count(counts: Any, show: str, fault: str) -> int | None:
    if fault:
        return None if show != "all" else int(counts.by_fault.get(fault, 0))
    return int(counts.rows if show == "all" else getattr(counts, show))


def row_of(row: Any) -> dict[str, Any]:
    """A row as the table shows it."""
    values = row.values
    units = values.get("units", [])
    alike = _alike(row) if row.alike is not None else None
    return {
        "pk": row.pk,
        "sheet": row.sheet,
        "row": row.row,
        "last_row": values.get("last_row", 0),
        "statement": values.get("finding", ""),
        "facts": values.get("manifestations", []),
        "unit": row.unit.short_name if row.unit else "",
        "units": len(units) if len(units) > 1 else 0,
        "due": values.get("due", "") or values.get("due_words", ""),
        "status": values.get("status_words", ""),
        "faults": [fault_words(fault) for fault in row.faults],
        "may_be_entered": row.may_be_entered,
        "decision": row.decision,
        "decision_word": DECISIONS.get(row.decision, row.decision),
        "choices": [
            (code, word, code == row.decision)
            for code, word in DECISIONS.items()
            if code != "update" or row.alike_id is not None
        ],
        "alike": alike,
    }


def _alike(row: Any) -> dict[str, Any]:
    """The finding that a row may repeat, beside what the row says; shared words marked."""
    finding, said = row.alike, row.values.get("finding", "")
    shared = similarity.why(said[:LONGEST], finding.statement[:LONGEST], shortest=2)
    stated = getattr(finding, "stated", None)
    held = [
        word
        for word, value in (
            (_("measures"), stated and stated.measures),
            (_("leader"), finding.stated_leader),
            (_("due date"), finding.stated_due),
            (_("status"), finding.stated_status),
            (_("progress"), stated and stated.progress),
        )
        if value
    ]
    values = row.values
    new = [
        word
        for word, value in (
            (_("measures"), values.get("measure")),
            (_("leader"), values.get("leader")),
            (_("due date"), values.get("due")),
            (_("status"), values.get("status_words")),
            (_("progress"), values.get("progress_text")),
        )
        if value
    ]
    return {
        "pk": finding.pk,
        "number": finding.number,
        "url": reverse("finding", args=[finding.pk]),
        "words": pieces(finding.statement, [each.second for each in shared]),
        "own_words": pieces(said, [each.first for each in shared]),
        "percent": round((row.likeness or 0) * 100),
        "is_sure": (row.likeness or 0) >= similarity.sure(),
        "held": held,
        "new": new,
    }


def pieces(words: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Words cut where shared stretches begin and end: (piece, is shared)."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        if start > at:
            found.append((words[at:start], False))
        found.append((words[start:end], True))
        at = end
    if at < len(words):
        found.append((words[at:], False))
    return found


def unknown_names(actor: Any, paper: Any) -> list[dict[str, Any]]:
    """Names that nobody knows, by kind, with what can be chosen for them."""
    unknown = paper.reading.get("unknown", {})
    found = []
    for kind, label in KINDS.items():
        names = unknown.get(kind, [])
        if not names:
            continue
        if kind == "unit":
            choices = [(unit.pk, unit.name) for unit in old_ledgers.units_to_choose(actor)]
        elif kind == "round":
            choices = [(round.pk, round_name(round)) for round in old_ledgers.rounds_to_choose()]
        else:
            choices = [(category.pk, name_of(category)) for category in old_ledgers.categories_to_choose()]
        by_name = {name: pk for pk, name in choices}
        found.append(
            {
                "kind": kind,
                "label": label,
                "choices": choices,
                "names": [
                    {
                        "id": f"{kind}-{place}",
                        "words": name["words"],
                        "count": name["count"],
                        "suggested": [(by_name[each], each) for each in name["suggestions"] if each in by_name],
                    }
                    for place, name in enumerate(names)
                ],
            }
        )
    return found


def plan_context(paper: Any) -> dict[str, Any]:
    """What the page of the plan shows."""
    series = old_ledgers.planned(paper)
    counts = old_ledgers.counts(paper)
    return {
        "paper": paper,
        "counts": counts,
        "series": [
            {
                "round": round_name(each.round),
                "unit": each.unit.name if each.unit else "",
                "count": each.count,
                "first": number(each.round, each.unit, each.first),
                "last": number(each.round, each.unit, each.last) if each.count > 1 else "",
            }
            for each in series
        ],
    }
