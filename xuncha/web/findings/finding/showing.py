"""What the page of one finding shows, prepared for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuncha.findings.queries import ledger
from xuncha.findings.queries.finding import Seen, alike_earlier, history, source_of
from xuncha.findings.workflow import EDITABLE, FindingState
from xuncha.rectification.queries import items as rectification
from xuncha.web.findings.finding import wording
from xuncha.web.findings.finding.addresses import list_of, to
from xuncha.web.findings.finding.history import steps
from xuncha.web.findings.finding.sealed import notes
from xuncha.web.rectification.items.showing import item_row
from xuncha.web.rounds.wording import round_name

HISTORY_SHOWN = 8


@dataclass(frozen=True)
class Line:
    """A name and its value; ``note`` stands behind it, smaller."""

    name: str
    value: str
    note: str = ""


def page(request: HttpRequest, actor: Any, seen: Seen) -> dict[str, Any]:
    """The context of the page."""
    finding = seen.finding
    within = list_of(request)
    context = {
        "seen": seen,
        "finding": finding,
        "title": wording.title_of(finding.statement),
        "round_words": round_name(finding.round),
        "state_word": finding.get_state_display(),
        "fed_back": wording.day(seen.feedback.given_on or seen.feedback.issued_at)
        if seen.feedback and finding.state == FindingState.ISSUED
        else "",
        "is_draft": finding.state == FindingState.DRAFT,
        "is_unbound": finding.state == FindingState.DRAFT
        and (seen.feedback is None or seen.feedback.issued_at is not None),
        "is_replaced": finding.state == FindingState.REPLACED,
        "is_withdrawn": finding.state == FindingState.WITHDRAWN,
        "is_joint": finding.unit_id is None,
        "may_change": seen.may_edit and finding.state in EDITABLE,
        "basics": basics(seen),
        "stated": stated(seen),
        "measures": [measure.get("text", "") for measure in seen.stated.measures] if seen.stated else [],
        "progress": seen.stated.progress if seen.stated else "",
        "remark": seen.stated.remark if seen.stated else "",
        "source": source_of(actor, finding),
        "requirements": [requirement(each) for each in seen.requirements],
        "urls": urls(finding, seen, within),
        "former": [(row.predecessor, row.get_kind_display(), to("finding", row.predecessor_id)) for row in seen.former],
        "later": [(row.successor, row.get_kind_display(), to("finding", row.successor_id)) for row in seen.later],
        "within": within,
        "neighbours": neighbours(request, actor, finding, within),
        "items": items(actor, finding),
    }
    if seen.may_edit:
        context["sealed_notes"] = notes(actor, finding)
    if seen.is_whole:
        entries = history(actor, finding)
        newest = list(entries[: HISTORY_SHOWN + 1])
        context |= {
            "steps": steps(newest[:HISTORY_SHOWN]),
            "has_older": len(newest) > HISTORY_SHOWN,
            "alike": [
                (each.finding, wording.title_of(each.finding.statement), to("finding", each.finding.pk))
                for each in alike_earlier(actor, finding)
            ],
        }
    return context


def items(actor: Any, finding: Any) -> list[dict[str, Any]]:
    """What has to be put right of it, of the units' parts that the person may know."""
    if finding.state != FindingState.ISSUED:
        return []
    found = rectification.items_of_finding(actor, finding)
    alerts = rectification.item_alerts() if found else ()
    return [item_row(item, alerts) for item in found]


def neighbours(request: HttpRequest, actor: Any, finding: Any, within: str) -> dict[str, str] | None:
    """What stands before and after it in the list one came from; null where that list does not hold it."""
    query = ledger.LedgerQuery.from_params(request.GET)
    beside = ledger.neighbours(actor, query, finding)
    if beside.position is None and beside.previous is None and beside.next is None:
        return None
    words = ""
    if beside.position is not None:
        words = _("%(place)s of %(count)s") % {
            "place": f"{beside.position:,}",
            "count": ledger.count(actor, query, beside=beside.plan),
        }
    return {
        "words": words,
        "previous": to("finding", beside.previous, within=within) if beside.previous else "",
        "next": to("finding", beside.next, within=within) if beside.next else "",
    }


def urls(finding: Any, seen: Seen, within: str) -> dict[str, str]:
    """Where the page leads to; empty where the person may not go or there is no such page."""
    leads = {"ledger": to("ledger", within=within), "ledger_of_round": to("ledger", within=f"round={finding.round_id}")}
    if seen.feedback is not None:
        leads["feedback"] = to("feedback", seen.feedback.pk)
    if seen.is_whole:
        leads |= {
            "source": to("finding_source", finding.pk, within=within),
            "history": to("finding_history", finding.pk),
        }
    if seen.may_edit:
        if finding.paper_id:
            leads["file"] = to("paper_file", finding.paper_id)
        leads["seal"] = to("finding_seal", finding.pk, within=within)
        for name in ("edit", "split", "withdraw", "restore", "address", "attribute", "feed"):
            leads[name] = to(f"finding_{name}", finding.pk, within=within)
        leads["merge"] = to("findings_merge", within=f"finding={finding.pk}")
    return leads


def basics(seen: Seen) -> list[Line]:
    """单位、类别、性质: what the office says of it."""
    finding = seen.finding
    unit = str(finding.unit) if finding.unit else _("Joint: %(number)s units") % {"number": len(seen.units)}
    lines = [Line(_("Round"), round_name(finding.round))]
    if finding.unit or seen.is_whole:
        lines.insert(0, Line(_("Unit"), unit, wording.said(finding.unit.sector) if finding.unit else ""))
    else:
        lines.insert(0, Line(_("Unit"), wording.listed(str(unit) for unit in seen.units), _("joint feedback")))
    for code in seen.codes:
        words = wording.said(code.category) if code.category else pgettext("category", "None yet")
        name = _("Category") if code.scheme.is_leading else wording.said(code.scheme)
        lines.append(Line(name, words, reasons(code.reasons, finding.statement)))
    facets = [finding.get_nature_display(), finding.get_origin_display()]
    lines.append(Line(_("Nature"), wording.listed(str(facet) for facet in facets if facet) or _("Not said")))
    lines.append(Line(_("Severity"), str(finding.get_severity_display()) or _("Not said")))
    return lines


def reasons(words: Sequence[str], statement: str) -> str:
    """据“专项资金”“滞留”: what speaks for a category; quoted where it stands in the statement."""
    if not words:
        return ""
    said = "".join(_("“%(words)s”") % {"words": word} if word in statement else word for word in words)
    return _("by %(words)s") % {"words": said}


def stated(seen: Seen) -> list[Line]:
    """What the paper itself states beside the problem; only what it does state."""
    finding, more = seen.finding, seen.stated
    if not seen.is_whole and finding.unit_id is None:
        return []
    due = wording.day(finding.stated_due)
    due_words = more.due_words if more else ""
    told = [
        ("stated_leader", finding.stated_leader, ""),
        ("department", more.department if more else "", ""),
        ("person", more.person if more else "", ""),
        ("stated_due", due or due_words, due_words if due and due_words != due else ""),
        ("stated_status", finding.stated_status, ""),
        ("stated_number", more.number if more else "", ""),
    ]
    return [Line(wording.field_word(name), value, note) for name, value, note in told if value]


def requirement(row: Any) -> dict[str, Any]:
    """A demand of the feedback: who, what, by when."""
    return {
        "title": row.title,
        "who": row.who,
        "due": wording.day(row.due_on) or row.due_words,
        "duties": [duty.get("text", "") for duty in row.duties],
    }
