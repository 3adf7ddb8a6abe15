"""Deadlines: what each step may take, who is warned when; a change first shows what it would move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xuncha.rectification.actions import timing
from xuncha.rulebook import queries
from xuncha.rulebook.permissions import POLICY
from xuncha.rulebook.queries import MOST_ALERTS, WantedRule
from xuncha.security.errors import Conflict, Invalid
from xuncha.vocabulary.days import Alert
from xuncha.web.asked import number
from xuncha.web.faults import fault_words
from xuncha.web.rulebook import times

SALT: Final = "xuncha.deadline"
LABELS: Final = {
    "code": lazy("Code"),
    "name": lazy("Step"),
    "name_en": lazy("English name"),
    "base": lazy("Runs from"),
    "amount": lazy("Time allowed"),
    "unit": lazy("Counted in"),
    "from_next_day": lazy("The first day"),
    "on_rest": lazy("A last day of rest"),
    "alerts": lazy("Warnings"),
    "source": lazy("Source"),
    "is_active": lazy("In use"),
}


@require_safe
def deadlines_page(request: HttpRequest) -> HttpResponse:
    """All deadlines in words."""
    actor: Any = request.user
    POLICY.require(actor, "see_times")
    rows = [
        {"rule": rule, "time": times.time_words(rule), "alerts": times.alert_lines(rule.warnings)}
        for rule in queries.deadline_rules(with_retired=True)
    ]
    return render(
        request, "rulebook/deadlines.html", {"rows": rows, "may_edit": POLICY.may(actor, "edit_deadline_rule")}
    )


def _rule(request: HttpRequest, pk: int) -> Any:
    actor: Any = request.user
    POLICY.require(actor, "see_times")
    rule = queries.find_deadline_rule(pk)
    if rule is None:
        raise Http404
    POLICY.require(actor, "edit_deadline_rule")
    return rule


@require_http_methods(["GET", "HEAD", "POST"])
def edit_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """The deadline as fields; saving leads to the preview."""
    rule = _rule(request, pk)
    if request.method != "POST":
        return _fields(request, rule, queries.rule_as_wanted(rule), rule.version)
    if "payload" in request.POST:
        told = _unsealed(request)
        return redirect("deadline_edit", pk) if told is None else _fields(request, rule, told[0], told[1])
    wanted = _typed(request)
    version = number(request.POST.get("version")) or 0
    if faults := queries.faults_of_rule(wanted, code=rule.code):
        return _fields(request, rule, wanted, version, faults=faults)
    return _previewed(request, rule, wanted, version)


@require_POST
def apply_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the preview showed; if somebody changed the deadline meanwhile, show anew what it would do now."""
    rule = _rule(request, pk)
    actor: Any = request.user
    told = _unsealed(request)
    if told is None:
        messages.error(request, _("The preview is no longer valid; please check your changes again."))
        return redirect("deadline_edit", pk)
    wanted, version = told
    try:
        _rule_now, moved = timing.edit_deadline_rule(rule, wanted=wanted, actor=actor, version=version)
    except Conflict as refused:
        current = refused.data["current"]
        return _previewed(request, current, wanted, current.version, is_conflict=True)
    messages.success(request, times.moved_words(moved))
    return redirect("deadlines")


@require_http_methods(["GET", "HEAD", "POST"])
def add_deadline(request: HttpRequest) -> HttpResponse:
    """A deadline of the office's own; nothing hangs on it yet, so it needs no preview."""
    actor: Any = request.user
    POLICY.require(actor, "add_deadline_rule")
    if request.method != "POST":
        return _fields(request, None, WantedRule("", "handed_over", None, "working_days", True, "next"), 0)
    wanted, code = _typed(request), request.POST.get("code", "").strip()
    try:
        if code and not all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in code):
            raise Invalid("faulty_fields", faults={"code": "not_a_code"})
        rule, _moved = timing.add_deadline_rule(code=code[:40], wanted=wanted, actor=actor)
    except Invalid as refused:
        return _fields(request, None, wanted, 0, code=code, faults=refused.data["faults"])
    messages.success(request, _("%(rule)s was added.") % {"rule": rule.name})
    return redirect("deadlines")


def _typed(request: HttpRequest) -> WantedRule:
    told = request.POST
    alerts = []
    for i in range(MOST_ALERTS):
        left, word = told.get(f"left-{i}", "").strip(), told.get(f"word-{i}", "").strip()
        if not left and not word:
            continue
        days = _signed(left)
        alerts.append(
            Alert(
                10_000 if days is None else days,
                told.get(f"colour-{i}", ""),
                word,
                told.get(f"word_en-{i}", "").strip(),
                tuple(told.getlist(f"told-{i}")),
            )
        )
    return WantedRule(
        name=told.get("name", "").strip(),
        name_en=told.get("name_en", "").strip(),
        base=told.get("base", ""),
        amount=number(told.get("amount", "").strip()),
        unit=told.get("unit", ""),
        from_next_day=told.get("from_next_day") != "no",
        on_rest=told.get("on_rest", ""),
        alerts=tuple(alerts),
        source=told.get("source", "").strip(),
        is_active=told.get("is_active") != "no",
    )


def _signed(words: str) -> int | None:
    found = number(words.removeprefix("-").removeprefix("−"))
    return None if found is None else -found if words[:1] in ("-", "−") else found


def _fields(
    request: HttpRequest,
    rule: Any,
    wanted: WantedRule,
    version: int,
    *,
    code: str = "",
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    faults = faults or {}
    rows: Sequence[Alert | None] = [*wanted.alerts, *[None] * MOST_ALERTS][:MOST_ALERTS]
    context = {
        "rule": rule,
        "wanted": wanted,
        "version": version,
        "code": code,
        "wrong": {name: fault_words(fault) for name, fault in faults.items() if not name.startswith("alert-")},
        "faults": [_fault_line(name, fault) for name, fault in faults.items()],
        "choices": times.CHOICES,
        "alerts": [
            {"i": i, "n": i + 1, "alert": alert, "is_wrong": f"alert-{i}" in faults} for i, alert in enumerate(rows)
        ],
    }
    return render(request, "rulebook/deadline_edit.html", context, status=422 if faults else 200)


def _fault_line(name: str, fault: str) -> tuple[str, str, Any]:
    if name.startswith("alert-"):
        i = int(name.removeprefix("alert-"))
        return f"left-{i}", _("Warning %(n)s") % {"n": i + 1}, fault_words(fault)
    return f"id_{name}", str(LABELS[name]), fault_words(fault)


def _previewed(
    request: HttpRequest, rule: Any, wanted: WantedRule, version: int, *, is_conflict: bool = False
) -> HttpResponse:
    """What would change, and whom it would move."""
    actor: Any = request.user
    before, after = queries.rule_as_wanted(rule).fields, wanted.fields
    lines = [
        (LABELS[name], times.field_words(name, before[name]), times.field_words(name, after[name]))
        for name in queries.RULE_FIELDS
        if before[name] != after[name]
    ]
    moves = times.moves_of(actor, rule=rule, wanted=wanted)
    context = {
        "rule": rule,
        "lines": lines,
        "moves": moves,
        "moved": sum(move["units"] for move in moves),
        "payload": signing.dumps({"rule": wanted.fields, "version": version}, salt=SALT, compress=True),
        "is_conflict": is_conflict,
    }
    return render(request, "rulebook/deadline_preview.html", context, status=409 if is_conflict else 200)


def _unsealed(request: HttpRequest) -> tuple[WantedRule, int] | None:
    try:
        told = signing.loads(request.POST.get("payload", ""), salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return None
    alerts = tuple(Alert(**{**each, "recipients": tuple(each["recipients"])}) for each in told["rule"]["alerts"])
    return WantedRule(**{**told["rule"], "alerts": alerts}), int(told["version"])
