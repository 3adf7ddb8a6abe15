"""Entries of the trail as its reader sees them: who, what, on what, which fields; never the office's business."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xuncha.security.reading import REFUSED, TrailQuery, accounts_among
from xuncha.security.sealing import Unreadable
from xuncha.web.findings.finding.wording import listed
from xuncha.web.trail import wording

ACCOUNT = "security.user"
SHOWN_IN_A_LINE = 4


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry tells of one field. ``before``, ``after``: in words, empty where there was nothing;
    ``is_shown``: whether the reader may see them."""

    label: str
    before: str
    after: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. ``summary``: the fields of it in one line; ``state``: told, destroyed or unreadable."""

    seq: int
    at: datetime.datetime
    who: str
    account: str
    who_url: str
    role: str
    act: str
    is_refusal: bool
    object: str
    object_url: str
    way: str
    address: str
    summary: str
    changes: Sequence[Change]
    reason: str
    is_reason_hidden: bool
    state: str
    url: str


def rows(entries: Sequence[Any]) -> list[Row]:
    """Entries in words; the accounts among their objects come by one query."""
    accounts = accounts_among(entries)
    return [_row(entry, accounts) for entry in entries]


def _row(entry: Any, accounts: Mapping[int, Any]) -> Row:
    base = reverse("trail")
    changes, reason, state = _told(entry)
    shown = wording.shows_reason(entry.object_kind, entry.act)
    return Row(
        seq=entry.seq,
        at=entry.at,
        who=str(entry.actor) if entry.actor else _("Nobody known"),
        account=entry.actor.username if entry.actor else "",
        who_url=TrailQuery(person=entry.actor_id).address_of(base) if entry.actor else "",
        role=wording.role(entry.role),
        act=wording.act(entry.act),
        is_refusal=entry.act in REFUSED,
        object=object_word(entry.object_kind, entry.object_id, accounts.get(entry.object_id)),
        object_url=TrailQuery(kind=entry.object_kind, key=entry.object_id).address_of(base),
        way=wording.way(entry.way),
        address=entry.address,
        summary=_summary(changes, state),
        changes=changes,
        reason=reason if shown else "",
        is_reason_hidden=bool(reason) and not shown,
        state=state,
        url=reverse("trail_entry", args=[entry.seq]),
    )


def object_word(kind: str, key: int, account: Any = None) -> str:
    """An object: an account by its name, all else by kind and number."""
    if kind == ACCOUNT and account is not None:
        return f"{wording.kind(kind)} {account.username}"
    return f"{wording.kind(kind)} {key}" if key else wording.kind(kind)


def _told(entry: Any) -> tuple[list[Change], str, str]:
    try:
        told = entry.told
    except Unreadable:
        return [], "", "unreadable"
    if not told:
        return [], "", "destroyed"
    before, after = told.get("before") or {}, told.get("after") or {}
    names = list(dict.fromkeys([*before, *after]))
    changes = []
    for name in names:
        shown = wording.shows_value(entry.object_kind, entry.act, name)
        old, new = (wording.value(name, said.get(name)) if shown else "" for said in (before, after))
        changes.append(Change(wording.field(name), old, new, shown))
    return changes, str(told.get("reason") or ""), "told"


def _summary(changes: Sequence[Change], state: str) -> str:
    if state == "destroyed":
        return _("Destroyed by law; the chain holds")
    if state == "unreadable":
        return _("Cannot be opened; check the trail")
    words = []
    for change in changes[:SHOWN_IN_A_LINE]:
        if not change.is_shown:
            words.append(change.label)
        elif change.before and change.after:
            words.append(
                _("%(field)s: %(before)s → %(after)s")
                % {"field": change.label, "before": change.before, "after": change.after}
            )
        else:
            words.append(_("%(field)s: %(value)s") % {"field": change.label, "value": change.after or change.before})
    more = len(changes) - SHOWN_IN_A_LINE
    if more > 0:
        words.append(_("%(n)s more") % {"n": more})
    return listed(words)
