"""The list of accounts, and the page of one person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuncha.security import accounts, directory, factors, sessions, tokens
from xuncha.security.directory import PeopleQuery
from xuncha.security.roles import ROOMS, Role, Room
from xuncha.web.asked import Asked
from xuncha.web.findings.finding.wording import listed
from xuncha.web.people import telling, wording
from xuncha.web.rooms import inside
from xuncha.web.workspace.account.words import factor_word


@require_safe
@inside(Room.PEOPLE)
def people(request: Asked) -> HttpResponse:
    """Accounts by account, narrowed by the query string; the table alone for htmx."""
    query = PeopleQuery.from_params(request.GET)
    page = directory.page(request.user, query, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    base = reverse("people")
    places = wording.Places(grant for entry in page.entries for grant in entry.grants)
    kept = query.to_params()
    total = directory.count(request.user, query)
    context: dict[str, Any] = {
        "rows": [_row(entry, places) for entry in page.entries],
        "total": total,
        "query": query,
        "filters": _filters(query, base),
        "roles": wording.ROLES.items(),
        "states": wording.STATES.items(),
        "alone": listed(wording.role_word(role) for role in directory.are_alone()),
        "opens": accounts.opens_accounts(request.user),
        "pager": {
            "total": "",
            "previous_url": f"{base}?{urlencode({**kept, 'before': page.entries[0].user.username})}"
            if page.earlier
            else "",
            "next_url": f"{base}?{urlencode({**kept, 'after': page.entries[-1].user.username})}" if page.later else "",
        },
    }
    return render(request, "people/_people.html" if _asks_table(request) else "people/people.html", context)


def _asks_table(request: Asked) -> bool:
    return bool(request.htmx) and request.htmx.target == "people"


def _row(entry: directory.Entry, places: wording.Places) -> dict[str, Any]:
    return {
        "user": entry.user,
        "url": reverse("person", args=[entry.user.pk]),
        "roles": [held.words for held in wording.held_roles(entry.grants, places)],
        "locked_until": entry.locked_until,
        "has_factor": entry.has_factor,
        "lacks_factor": entry.lacks_factor,
    }


def _filters(query: PeopleQuery, base: str) -> list[dict[str, Any]]:
    told = {"role": (_("Role"), wording.role_word(query.role)), "state": (_("State"), wording.STATES.get(query.state))}
    return [
        {"name": name, "value": value, "remove_url": query.address_of(base, **{field: ""})}
        for field, (name, value) in told.items()
        if value
    ]


def seen_person(request: Asked, pk: int) -> directory.Entry:
    """The person of the address. Errors: `Http404`."""
    entry = directory.person(request.user, pk)
    if entry is None:
        raise Http404
    return entry


@require_safe
@inside(Room.PEOPLE)
def person(request: Asked, pk: int) -> HttpResponse:
    """One person: the account, the roles, where signed in, and how the roles came and went."""
    entry = seen_person(request, pk)
    actor, user = request.user, entry.user
    grants = directory.grants_of(actor, user)
    history = directory.history_of_roles(actor, user)
    places = wording.Places([*grants, *map(telling.Told, history)])
    held = wording.held_roles(grants, places)
    is_own = user.pk == actor.pk
    context = {
        "person": user,
        "entry": entry,
        "held": [row for row in held if row.state != "over"],
        "over": [row for row in held if row.state == "over"],
        "factors": [_factor(row) for row in factors.factors_of(user)],
        "factor_is_required": factors.is_required(user),
        "sessions": [_session(row) for row in sessions.sessions_of(user)],
        "tokens": tokens.tokens_of(user).filter(revoked_at=None),
        "history": [telling.step(each, places) for each in history],
        "is_own": is_own,
        "gives_rights": accounts.gives_rights(actor) and not is_own,
        "opens": accounts.opens_accounts(actor) and not is_own,
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
    return render(request, "people/person.html", context)


def _factor(row: Any) -> dict[str, Any]:
    word = _("authenticator app") if row.kind == "totp" else _("passkey")
    return {"word": word, "name": row.name, "added": row.added_at, "used": row.used_at}


def _session(row: Any) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "device": row.device or _("unknown browser"),
        "address": row.address,
        "since": row.started_at,
        "seen": row.seen_at,
        "factor": factor_word(row.factor),
    }


def rooms_by_role() -> list[dict[str, str]]:
    """What each role opens, in words, for whoever appoints."""
    opened = {role: [str(room.label) for room in Room if room in rooms] for role, rooms in ROOMS.items()}
    return [{"role": str(label), "rooms": listed(opened[code])} for code, label in Role.choices]
