"""What stands on the desks of the three administrators, and of whoever has no role."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xuncha.security import accounts, directory, reading
from xuncha.security.directory import PeopleQuery
from xuncha.security.policy import coming_grants
from xuncha.security.reading import TrailQuery
from xuncha.web.findings.finding.wording import listed
from xuncha.web.people import telling, wording
from xuncha.web.trail import showing
from xuncha.web.trail.proof import proof

SHOWN: Final = 8
REFUSALS_OF_DAYS: Final = 7


def of_people(actor: Any) -> dict[str, Any]:
    """What of the accounts wants attention: of rights for the one administrator, of passwords for the other."""
    groups = [_of_state(actor, "locked", _("Locked accounts"), _("Look"))]
    if accounts.gives_rights(actor):
        groups += [
            _ending(actor),
            _of_state(actor, "no_factor", _("Second factor is missing, though the role needs one"), _("Look")),
            _of_state(actor, "no_role", _("Accounts without a role"), _("Appoint")),
        ]
    if accounts.opens_accounts(actor):
        groups += [_of_state(actor, "given", _("One-time password not changed yet"), _("Look")), _tokens(actor)]
    return {
        "groups": [group for group in groups if group["rows"]],
        "waiting": sum(group["number"] for group in groups),
        "latest": _latest(actor),
        "alone": listed(wording.role_word(role) for role in directory.are_alone()),
        "numbers": directory.numbers(actor),
        "open_url": PeopleQuery(state="open").address_of(reverse("people")),
        "closed_url": PeopleQuery(state="closed").address_of(reverse("people")),
        "opens": accounts.opens_accounts(actor),
    }


def _latest(actor: Any) -> list[dict[str, Any]]:
    told = directory.latest_about_roles(actor, number=SHOWN)
    places = wording.Places(telling.Told(entry) for entry, _user in told)
    return [
        {"person": user, "url": reverse("person", args=[user.pk]), "step": telling.step(entry, places)}
        for entry, user in told
        if user is not None
    ]


def _of_state(actor: Any, state: str, head: str, act: str) -> dict[str, Any]:
    query = PeopleQuery(state=state)
    entries = directory.page(actor, query, size=SHOWN).entries
    places = wording.Places(grant for entry in entries for grant in entry.grants)
    return {
        "head": head,
        "number": directory.count(actor, query) if len(entries) == SHOWN else len(entries),
        "url": query.address_of(reverse("people")),
        "act": act,
        "rows": [
            {
                "person": entry.user,
                "note": listed(held.words for held in wording.held_roles(entry.grants, places)),
                "until": entry.locked_until,
                "url": reverse("person", args=[entry.user.pk]),
            }
            for entry in entries
        ],
    }


def _rows(pairs: Iterable[tuple[Any, str, datetime.date]]) -> list[dict[str, Any]]:
    return [
        {"person": user, "note": note, "day": day, "url": reverse("person", args=[user.pk])}
        for user, note, day in pairs
    ]


def _ending(actor: Any) -> dict[str, Any]:
    grants = directory.ending_soon(actor, number=SHOWN)
    places = wording.Places(grants)
    rows = _rows(
        (grant.user, f"{wording.role_word(grant.role)} {places.of(grant)}".strip(), grant.valid_to)
        for grant in grants
        if grant.valid_to
    )
    head = _("Roles that end within %(days)s days") % {"days": directory.SOON_DAYS}
    return {"head": head, "number": len(rows), "url": "", "act": _("Look"), "rows": rows}


def _tokens(actor: Any) -> dict[str, Any]:
    rows = _rows((token.user, token.name, token.expires_on) for token in directory.tokens_ending(actor, number=SHOWN))
    head = _("Tokens of programs that end within %(days)s days") % {"days": directory.SOON_DAYS}
    return {"head": head, "number": len(rows), "url": "", "act": _("Look"), "rows": rows}


def of_trail(actor: Any) -> dict[str, Any]:
    """What was refused in the last days, and whether the trail holds."""
    since = timezone.localdate() - datetime.timedelta(days=REFUSALS_OF_DAYS)
    refused, of_today = TrailQuery(refused=True, since=since), TrailQuery(since=timezone.localdate())
    number, is_more = reading.count(actor, refused)
    today, is_more_today = reading.count(actor, of_today)
    return {
        "rows": showing.rows(reading.page(actor, refused, size=SHOWN).entries),
        "number": f"{number:,}{'+' if is_more else ''}" if number else "",
        "days": REFUSALS_OF_DAYS,
        "refused_url": refused.address_of(reverse("trail")),
        "entries_today": f"{today:,}{'+' if is_more_today else ''}",
        "today_url": of_today.address_of(reverse("trail")),
        "proof": proof(),
    }


def coming(actor: Any) -> list[wording.HeldRole]:
    """The roles that the person will have."""
    grants = coming_grants(actor)
    return wording.held_roles(grants, wording.Places(grants))
