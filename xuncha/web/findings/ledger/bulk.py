"""Bulk edit: what would happen to each row, then the deed, then the way back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xuncha.findings.actions import bulk_editing
from xuncha.findings.actions.bulk_editing import BulkEdit
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.findings.queries.ledger.bulk import BulkChoices
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.security.errors import Invalid
from xuncha.web.asked import Asked, number, numbers
from xuncha.web.findings.ledger.addresses import back_to
from xuncha.web.findings.ledger.words import CODES, NOTHING, Word, code_name
from xuncha.web.language import name_of

TITLES: Final[Mapping[str, Word]] = {
    "category": lazy("Change the category"),
    "code": lazy("Change the category"),
    "severity": lazy("Change the severity"),
    "nature": lazy("Change the nature"),
    "origin": lazy("Change the origin"),
    "immediate": lazy("To be put right at once"),
    "leader": lazy("Change the leader"),
    "due": lazy("Change the due date"),
    "units": lazy("Change the addressees"),
    "state": lazy("Withdraw drafts"),
}
REASONS: Final[Mapping[str, Word]] = {
    "not_editable": lazy("Replaced or withdrawn; they stay as they are"),
    "already_issued": lazy("Fed back already; number, unit and addressees are frozen"),
    "single_unit": lazy("In the series of one unit; they are addressed to it for good"),
    "changed_since": lazy("Changed by somebody else since you looked; they stay as they are"),
}
FAULTS: Final[Mapping[str, Word]] = {
    "required": lazy("Choose at least one unit."),
    "unknown": lazy("This value is not in use any more; choose another."),
    "too_long": lazy("At most %(limit)s characters."),
    "control_signs": lazy("It holds signs that cannot be shown; type it anew."),
    "date_unlikely": lazy("This date cannot be right; use a day such as 2026-11-26."),
    "nothing_chosen": lazy("No findings are chosen."),
    "date_needed": lazy("Write the day as 2026-11-26, or leave it empty to take the date away."),
}
# Value of a choice that takes the value away.
TAKE_AWAY: Final = "-"
MOST_VALUES: Final = 12


@dataclass
class Wanted:
    """What the dialog asks for; ``edit`` is null while nothing is chosen, ``fault`` the sentence of what was wrong."""

    field: str
    scheme: int | None
    selection: Selection
    edit: BulkEdit | None
    fault: str = ""


def _asked(request: Asked) -> Wanted:
    field = request.POST.get("field", "")
    scheme: int | None = None
    if field.startswith("code-"):
        field, scheme = "code", number(field.removeprefix("code-"))
    query = LedgerQuery.from_params(QueryDict(request.POST.get("list", "")))
    asked = Wanted(field, scheme, Selection.from_params(request.POST, query), None)
    if field not in bulk_editing.FIELDS:
        return asked
    if field == "state":
        asked.edit = BulkEdit("state", "withdrawn")
    elif "value" in request.POST or request.POST.get("stated"):
        _read_value(asked, request.POST)
    return asked


def _read_value(asked: Wanted, posted: QueryDict) -> None:
    value: Any = posted.get("value", "")
    if asked.field == "units":
        value = numbers(posted.getlist("value"))
    elif asked.field in ("category", "code"):
        value = number(value)
        if value is None and posted.get("value") != TAKE_AWAY:
            return
    elif asked.field == "due":
        typed = value.strip()
        try:
            value = parse_date(typed) if typed else None
        except ValueError:
            value = None
        if typed and value is None:
            asked.fault = str(FAULTS["date_needed"])
            return
    elif asked.field == "immediate":
        if value not in ("yes", "no"):
            return
        value = value == "yes"
    elif asked.field != "leader":
        if not value:
            return
        value = "" if value == TAKE_AWAY else value
    asked.edit = BulkEdit(asked.field, value, asked.scheme)


@require_POST
def ledger_bulk(request: Asked) -> HttpResponse:
    """The dialog of one field: the value to choose, and what it would do to the rows chosen."""
    POLICY.require(request.user, "edit_finding")
    asked = _asked(request)
    context = _dialog(request, asked)
    template = "_preview" if request.htmx and request.htmx.target == "bulk-preview" else "bulk"
    if template == "bulk" and request.htmx:
        template = "_bulk"
    status = 422 if context["fault"] else 200
    return render(request, f"findings/ledger/{template}.html", context, status=status)


def _dialog(request: Asked, asked: Wanted) -> dict[str, Any]:
    if asked.field not in bulk_editing.FIELDS:
        asked.fault = str(FAULTS["unknown"])
    number = asked.selection.count(request.user, limit=10**7)
    if not number:
        asked.fault = str(FAULTS["nothing_chosen"])
    context: dict[str, Any] = {
        "asked": asked,
        "field": request.POST.get("field", ""),
        "title": TITLES.get(asked.field, ""),
        "count": number,
        "as_of": timezone.now().isoformat(),
        "list": asked.selection.query.to_params(),
        "rows": asked.selection.keys if asked.selection.keys is not None else [],
        "all": asked.selection.keys is None,
        "take_away": TAKE_AWAY,
        "typed": request.POST.get("value", ""),
        "typed_values": request.POST.getlist("value"),
    }
    offered = BulkChoices(asked.scheme)
    if asked.field in ("category", "code"):
        context["options"] = [(str(row.pk), name_of(row), row.group) for row in offered.categories()]
        context["scheme"] = offered.scheme
    elif asked.field in CODES and asked.field not in ("state", "immediate"):
        context["options"] = [(code, word, "") for code, word in CODES[asked.field].items()]
    elif asked.field == "units":
        context["units"] = list(offered.units(request.user))
    context["fault"] = asked.fault
    if asked.edit is not None and not asked.fault:
        try:
            found = bulk_editing.preview(asked.selection, asked.edit, actor=request.user)
        except Invalid as refusal:
            context["fault"] = _sentence(refusal)
        else:
            context["preview"] = _previewed(asked, found, offered)
    return context


def _previewed(asked: Wanted, found: bulk_editing.Preview, offered: BulkChoices) -> dict[str, Any]:
    assert asked.edit is not None
    values = found.changes.most_common()
    names = _Names(asked.field, offered, [asked.edit.value, *(value for value, _n in values)])
    rows = [(names.of(value), number) for value, number in values[:MOST_VALUES]]
    rest = sum(number for _value, number in values[MOST_VALUES:])
    return {
        "rows": rows,
        "rest": rest,
        "to": names.of(asked.edit.value),
        "same": found.same,
        "left": [(REASONS[reason], number) for reason, number in sorted(found.left.items())],
        "changing": found.changing,
    }


class _Names:
    """Values of a field in words."""

    def __init__(self, field: str, offered: BulkChoices, values: Iterable[Any]) -> None:
        self.field = field
        self.known: dict[int, str] = {}
        if field in ("category", "code"):
            self.known = {row.pk: name_of(row) for row in offered.known_categories(v for v in values if v)}
        elif field == "units":
            keys = {key for value in values for key in value}
            self.known = {unit.pk: unit.short_name for unit in offered.known_units(keys)}

    def of(self, value: Any) -> str:
        """A value in words."""
        if self.field == "immediate":
            return str(CODES["immediate"]["yes" if value else "no"])
        if value in (None, "", (), []):
            return str(NOTHING)
        if self.field in ("category", "code"):
            return self.known.get(value, str(value))
        if self.field == "units":
            names = [self.known.get(key, str(key)) for key in value]
            more = _(" and %(more)s more") % {"more": len(names) - 3} if len(names) > 3 else ""
            return _(", ").join(names[:3]) + more
        if isinstance(value, datetime.date):
            return value.isoformat()
        return code_name(self.field, value) if self.field in CODES else str(value)


@require_POST
def ledger_bulk_apply(request: Asked) -> HttpResponse:
    """Do it: in one transaction; what was left is said, what was done can be taken back."""
    POLICY.require(request.user, "edit_finding")
    asked = _asked(request)
    as_of = request.POST.get("as_of", "")
    try:
        moment = parse_datetime(as_of)
    except ValueError:
        moment = None
    context: dict[str, Any] | None = None
    if asked.edit is None or asked.fault:
        context = _dialog(request, asked)
        context["fault"] = context["fault"] or _("Choose a value first.")
    else:
        try:
            done = bulk_editing.edit_findings(asked.selection, asked.edit, actor=request.user, as_of=moment)
        except Invalid as refusal:
            context = _dialog(request, asked)
            context["fault"] = _sentence(refusal)
    if context is not None:
        template = "_bulk" if request.htmx else "bulk"
        return render(request, f"findings/ledger/{template}.html", context, status=422)
    _say(request, done)
    response = back_to(request, asked.selection.query)
    response["HX-Trigger"] = "choice-done"
    return response


def _say(request: Asked, done: bulk_editing.Edited) -> None:
    if done.changed:
        words = ngettext("%(count)s finding changed.", "%(count)s findings changed.", done.changed)
        messages.success(request, words % {"count": f"{done.changed:,}"}, extra_tags=reverse("undo", args=[done.batch]))
    for reason, left in sorted(done.left.items()):
        words = ngettext("%(count)s finding was left: %(reason)s.", "%(count)s findings were left: %(reason)s.", left)
        messages.info(request, words % {"count": f"{left:,}", "reason": REASONS[reason]})
    if not done.changed and not done.left:
        messages.info(request, _("All of them have this value already; nothing was changed."))


def _sentence(refusal: Invalid) -> str:
    code, limit = refusal.data["faults"]["value"]
    return str(FAULTS.get(code, FAULTS["unknown"])) % {"limit": limit}
