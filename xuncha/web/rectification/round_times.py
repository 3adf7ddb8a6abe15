"""How long each step may take in one round, where that is another time than the office's rule; first a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.rectification.actions.timing import set_round_times
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import handing
from xuncha.rectification.queries.times import OwnTime, faults_of, own_times, times
from xuncha.rounds.queries.planning import find_round
from xuncha.rulebook import queries as rulebook
from xuncha.security.errors import Conflict
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.language import in_language
from xuncha.web.rounds.wording import round_name
from xuncha.web.rulebook.times import CHOICES, moved_words, moves_in_words, time_words

SALT: Final = "xuncha.round_times"
VALID: Final = 24 * 3600
LABELS: Final = {"amount": lazy("Time allowed"), "unit": lazy("Counted in"), "source": lazy("Source")}
# An amount that no rule allows: what was typed is no number.
NO_NUMBER: Final = 10**9


def _round(request: Asked, pk: int) -> Any:
    round = find_round(request.user, pk)
    if round is None:
        raise Http404
    POLICY.require(request.user, "set_round_times")
    return round


@require_http_methods(["GET", "HEAD", "POST"])
def round_times(request: Asked, pk: int) -> HttpResponse:
    """The steps with their times as fields; saving leads to the preview."""
    round = _round(request, pk)
    own = own_times(round)
    if request.method != "POST":
        return _fields(request, round, {code: _typed_from(each) for code, each in own.items()}, own)
    if "payload" in request.POST:
        told = _unsealed(request, round)
        if told is None:
            return redirect("round_times", pk)
        wanted, seen = told
        return _fields(request, round, {code: _typed_from(each) for code, each in wanted.items() if each}, seen)
    codes = [rule.code for rule in rulebook.deadline_rules()]
    typed = {code: {name: request.POST.get(f"{name}-{code}", "").strip() for name in LABELS} for code in codes}
    wanted = {code: _wanted(each) for code, each in typed.items()}
    seen = _seen(request.POST.get("seen", ""), round) or own
    if faults := faults_of(wanted, codes):
        return _fields(request, round, typed, seen, faults=faults)
    return _previewed(request, round, wanted, seen)


@require_POST
def apply_round_times(request: Asked, pk: int) -> HttpResponse:
    """Do what the preview showed; if somebody changed the times meanwhile, show anew what it would do now."""
    round = _round(request, pk)
    told = _unsealed(request, round)
    if told is None:
        messages.error(request, _("The preview is no longer valid; please check your changes again."))
        return redirect("round_times", pk)
    wanted, seen = told
    try:
        moved = set_round_times(round, wanted=wanted, seen=seen, actor=request.user)
    except Conflict as refused:
        return _previewed(request, round, wanted, refused.data["current"], is_conflict=True)
    messages.success(request, moved_words(moved))
    return redirect(f"{reverse('timetable')}?round={round.pk}")


def _typed_from(own: OwnTime) -> dict[str, str]:
    return {"amount": str(own.amount), "unit": own.unit, "source": own.source}


def _wanted(typed: Mapping[str, str]) -> OwnTime | None:
    """Without an amount the rule holds."""
    if not typed["amount"]:
        return None
    amount = number(typed["amount"])
    return OwnTime(NO_NUMBER if amount is None else amount, typed["unit"], typed["source"])


def _fields(
    request: Asked,
    round: Any,
    typed: Mapping[str, Mapping[str, str]],
    seen: Mapping[str, OwnTime],
    *,
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    faults = faults or {}
    rows: list[dict[str, Any]] = [
        {
            "rule": rule,
            "name": in_language(rule.name, rule.name_en),
            "time": time_words(rule),
            "typed": typed.get(rule.code, {"amount": "", "unit": rule.unit, "source": ""}),
            "wrong": {
                name: fault_words(faults[f"{rule.code}.{name}"]) for name in LABELS if f"{rule.code}.{name}" in faults
            },
        }
        for rule in rulebook.deadline_rules()
    ]
    context = {
        "round": round,
        "rows": rows,
        "units": CHOICES["unit"],
        "seen": _sealed(round, seen),
        "faults": [
            (f"{name}-{row['rule'].code}", f"{row['name']} · {LABELS[name]}", words)
            for row in rows
            for name, words in row["wrong"].items()
        ],
    }
    return render(request, "rectification/round_times.html", context, status=422 if faults else 200)


def _previewed(
    request: Asked,
    round: Any,
    wanted: Mapping[str, OwnTime | None],
    seen: Mapping[str, OwnTime],
    *,
    is_conflict: bool = False,
) -> HttpResponse:
    """What would change in this round, and whom it would move."""
    then = times()
    then.own = {**then.own, round.pk: {code: own for code, own in wanted.items() if own is not None}}
    moves = moves_in_words(handing.moves(request.user, then, round=round))
    lines = [
        (
            in_language(rule.name, rule.name_en),
            _own_words(rule, seen.get(rule.code)),
            _own_words(rule, wanted[rule.code]),
        )
        for rule in rulebook.deadline_rules()
        if rule.code in wanted and wanted[rule.code] != seen.get(rule.code)
    ]
    payload = {
        "wanted": {code: None if own is None else _typed_from(own) for code, own in wanted.items()},
        "seen": {code: _typed_from(own) for code, own in seen.items()},
        "round": round.pk,
    }
    context = {
        "round": round,
        "round_word": round_name(round),
        "lines": lines,
        "moves": moves,
        "moved": sum(move["units"] for move in moves),
        "payload": signing.dumps(payload, salt=SALT, compress=True),
        "is_conflict": is_conflict,
    }
    return render(request, "rectification/round_times_preview.html", context, status=409 if is_conflict else 200)


def _own_words(rule: Any, own: OwnTime | None) -> str:
    if own is None:
        return _("%(time)s, as the rule says") % {"time": time_words(rule)}
    rule.amount, rule.unit = own.amount, own.unit
    return _("%(time)s (%(source)s)") % {"time": time_words(rule), "source": own.source}


def _sealed(round: Any, seen: Mapping[str, OwnTime]) -> str:
    told = {"seen": {code: _typed_from(own) for code, own in seen.items()}, "round": round.pk}
    return signing.dumps(told, salt=SALT, compress=True)


def _seen(words: str, round: Any) -> dict[str, OwnTime] | None:
    told = _loaded(words, round)
    return None if told is None else _read(told["seen"])


def _unsealed(request: Asked, round: Any) -> tuple[dict[str, OwnTime | None], dict[str, OwnTime]] | None:
    told = _loaded(request.POST.get("payload", ""), round)
    if told is None or "wanted" not in told:
        return None
    wanted: dict[str, OwnTime | None] = dict.fromkeys(told["wanted"])
    return {**wanted, **_read(told["wanted"])}, _read(told["seen"])


def _loaded(words: str, round: Any) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = signing.loads(words, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    # A preview of another round says nothing of this one.
    return told if told["round"] == round.pk else None


def _read(told: Mapping[str, Any]) -> dict[str, OwnTime]:
    return {
        code: OwnTime(int(own["amount"]), own["unit"], own["source"]) for code, own in told.items() if own is not None
    }
