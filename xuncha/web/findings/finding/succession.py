"""Splitting a finding and merging several, each with a look at what will be before it is."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xuncha.findings.actions.succeeding import MOST, Part, merge_findings, split_finding
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.finding import Seen, findings_by_number
from xuncha.findings.splitting import cut, suggested
from xuncha.findings.workflow import EDITABLE, FindingState
from xuncha.rulebook import queries as rulebook
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import number, numbers
from xuncha.web.findings.finding import form as forms
from xuncha.web.findings.finding import wording
from xuncha.web.findings.finding.acts import changeable, version_of
from xuncha.web.findings.finding.addresses import actor_of, list_of, to
from xuncha.web.findings.finding.editing import CONTRADICTED, FAULTY

_PARTED: Final = re.compile(r"[\s,，、;；]+")


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding becomes two or more; a likely cut is proposed."""
    seen, elsewhere = changeable(request, pk, "split_finding")
    if elsewhere is not None:
        return elsewhere
    reason = forms.plain(request.POST.get("reason", ""))
    if request.method != "POST":
        return _split_page(request, seen, _proposed(seen), reason, {})
    parts = _typed_parts(request)
    if "arrange" in request.POST:
        if request.POST["arrange"] == "add" and len(parts) < MOST:
            parts.append({"statement": "", "facts": "", "category": ""})
        elif request.POST["arrange"] == "less" and len(parts) > 2:
            parts.pop()
        return _split_page(request, seen, parts, reason, {})
    try:
        new = split_finding(
            pk,
            [
                Part(
                    part["statement"],
                    [{"text": line} for line in part["facts"].split("\n") if line.strip()],
                    number(part["category"]),
                )
                for part in parts
            ],
            version=version_of(request),
            actor=actor_of(request),
            reason=reason,
        )
    except Invalid as refused:
        faults = {name: wording.fault(*fault) for name, fault in refused.data["faults"].items()}
        return _split_page(request, seen, parts, reason, faults, FAULTY)
    except Conflict as refused:
        _say_changed(request, refused)
        return _split_page(request, seen, parts, reason, {}, CONTRADICTED)
    named = wording.listed(finding.number for finding in new)
    messages.success(request, _("Split into %(numbers)s.") % {"numbers": named})
    return redirect(to("finding", new[0].pk, within=list_of(request)))


def _proposed(seen: Seen) -> list[dict[str, str]]:
    finding = seen.finding
    pieces: list[dict[str, Any]] = [{"text": finding.statement}, *({"text": fact.text} for fact in seen.facts)]
    category = str(finding.category_id or "")
    place = suggested([piece["text"] for piece in pieces])
    halves = cut(pieces, place) if place is not None else None
    if halves is None:
        facts = "\n".join(fact.text for fact in seen.facts)
        return [
            {"statement": finding.statement, "facts": facts, "category": category},
            {"statement": "", "facts": "", "category": category},
        ]
    return [
        {
            "statement": half.statement["text"],
            "facts": "\n".join(fact["text"] for fact in half.evidence),
            "category": category,
        }
        for half in halves
    ]


def _typed_parts(request: HttpRequest) -> list[dict[str, str]]:
    count = min(max(number(request.POST.get("parts")) or 2, 2), MOST)
    return [
        {name: forms.plain(request.POST.get(f"part-{place}-{name}", "")) for name in ("statement", "facts", "category")}
        for place in range(count)
    ]


def _split_page(
    request: HttpRequest,
    seen: Seen,
    parts: list[dict[str, str]],
    reason: str,
    faults: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    finding = seen.finding
    shown = []
    for place, part in enumerate(parts):
        mine = {name.removeprefix(f"parts.{place}."): words for name, words in faults.items()}
        facts = [words for name, words in mine.items() if name.startswith("facts")]
        shown.append(
            part
            | {
                "place": place,
                "statement_fault": mine.get("statement", ""),
                "facts_fault": facts[0] if facts else "",
                "rows": max(2, part["facts"].count("\n") + 1),
            }
        )
    return render(
        request,
        "findings/finding/split.html",
        {
            "finding": finding,
            "seen": seen,
            "title": wording.title_of(finding.statement),
            "parts": shown,
            "may_add": len(parts) < MOST,
            "may_less": len(parts) > 2,
            "categories": _categories(),
            "is_issued": finding.state == FindingState.ISSUED,
            "reason": reason,
            "reason_fault": faults.get("reason", ""),
            "form": None,
            "faults": [(f"field-{name.replace('.', '-')}", _label(name), words) for name, words in faults.items()],
            "urls": {"finding": to("finding", finding.pk, within=list_of(request))},
        },
        status=status,
    )


def _label(name: str) -> str:
    if not name.startswith("parts."):
        return wording.field_word(name)
    _head, place, field = name.split(".")[:3]
    return _("Part %(number)s, %(field)s") % {"number": int(place) + 1, "field": wording.field_word(field)}


def _categories() -> list[tuple[str, str]]:
    return [(str(each.pk), wording.said(each)) for each in rulebook.categories(rulebook.leading_scheme())]


def _say_changed(request: HttpRequest, refused: Conflict) -> None:
    words = _("%(by)s changed it meanwhile. What you typed is kept: look at the finding as it is now, then save again.")
    messages.warning(request, words % {"by": refused.data["current"].changed_by})


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Several findings become one: they are named by number or come chosen from the list."""
    actor = actor_of(request)
    POLICY.require(actor, "merge_findings")
    sent = request.POST if request.method == "POST" else request.GET
    named = [word for word in _PARTED.split(sent.get("numbers", "")) if word][:MOST]
    keys = numbers([*sent.getlist("finding"), *sent.getlist("chosen"), *_PARTED.split(sent.get("also", ""))])
    found = [finding for finding in findings_by_number(actor, named, keys[: 2 * MOST]) if finding.state in EDITABLE]
    unknown = sorted(set(named) - {finding.number for finding in found})
    context: dict[str, Any] = {"found": found, "unknown": unknown, "form": None, "faults": []}
    if request.method != "POST" or "look" in request.POST or len(found) < 2:
        return _merge_page(request, context | _together(found))
    typed = {name: forms.plain(request.POST.get(name, "")) for name in ("statement", "facts", "category", "reason")}
    versions = {finding.pk: _version(request, finding) for finding in found}
    try:
        new = merge_findings(
            [finding.pk for finding in found],
            statement=typed["statement"],
            facts=[{"text": line} for line in typed["facts"].split("\n") if line.strip()],
            category_id=number(typed["category"]),
            versions=versions,
            actor=actor,
            reason=typed["reason"],
        )
    except Invalid as refused:
        faults = {name: wording.fault(*fault) for name, fault in refused.data["faults"].items()}
        context["faults"] = [
            (f"field-{name.split('.')[0]}", wording.field_word(name.split(".")[0]), words)
            for name, words in faults.items()
        ]
        return _merge_page(request, context | typed | {"fault": faults}, FAULTY)
    except Conflict as refused:
        _say_changed(request, refused)
        return _merge_page(request, context | typed, CONTRADICTED)
    except IllegalTransition:
        messages.error(request, _("One of them was withdrawn or replaced meanwhile."))
        return _merge_page(request, context | typed, CONTRADICTED)
    said = ngettext("%(n)s finding became %(number)s.", "%(n)s findings became %(number)s.", len(found))
    messages.success(request, said % {"n": len(found), "number": new.number})
    return redirect(to("finding", new.pk))


def _version(request: HttpRequest, finding: Any) -> int:
    told = number(request.POST.get(f"version-{finding.pk}"))
    return int(finding.version) if told is None else told


def _together(found: list[Any]) -> dict[str, str]:
    """What the one finding is proposed to be: the longest statement; all else that was said becomes its facts."""
    if not found:
        return {"statement": "", "facts": "", "category": "", "reason": ""}
    longest = max(found, key=lambda finding: len(finding.statement))
    facts = [finding.statement for finding in found if finding is not longest]
    facts += [fact.text for finding in found for fact in finding.manifestations.all()]
    return {
        "statement": longest.statement,
        "facts": "\n".join(dict.fromkeys(" ".join(fact.split()) for fact in facts)),
        "category": str(longest.category_id or ""),
        "reason": "",
    }


def _merge_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    found = context["found"]
    return render(
        request,
        "findings/finding/merge.html",
        {
            **context,
            "categories": _categories(),
            "is_issued": any(finding.state == FindingState.ISSUED for finding in found),
            "rows": max(3, context["facts"].count("\n") + 1),
            "listed": [(finding, to("finding", finding.pk)) for finding in found],
            "urls": {"ledger": to("ledger"), "finding": to("finding", found[0].pk) if found else to("ledger")},
        },
        status=status,
    )
