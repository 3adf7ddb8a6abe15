"""What the reader of the trail (安全审计员) asks of it: entries by page, narrowed by who, what, when, from where."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone

from xuncha.security import policy
from xuncha.security.errors import NotPermitted
from xuncha.security.models import TrailEntry, User
from xuncha.security.roles import Role

PAGE: Final = 50
MANY: Final = 10_000
"""Free counts stop here: "10,000+"."""
REFUSED: Final = ("fail_sign_in", "lock_out", "refuse")
WAYS: Final = ("web", "api", "command", "service")
_PORTION: Final = 2000
_WORDS: Final = ("role", "act", "kind", "way", "address")


def reads_the_trail(actor: User) -> bool:
    """Whether the actor is a reader of the trail."""
    return Role.TRAIL_READER in policy.roles(actor)


def require_reader(actor: User, act: str = "read_trail") -> None:
    """Errors: `NotPermitted` for whoever is none."""
    if not reads_the_trail(actor):
        raise NotPermitted("not_permitted", act=act)


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which entries: those that meet all that is said. Days are of the office's time zone, both included.

    ``kind`` and ``key`` name an object; ``refused`` leaves only refusals and sign-ins that failed.
    """

    person: int | None = None
    role: str = ""
    act: str = ""
    kind: str = ""
    key: int | None = None
    batch: uuid.UUID | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    way: str = ""
    address: str = ""
    refused: bool = False
    faulty: Sequence[str] = field(default=(), compare=False)

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> TrailQuery:
        """Read from a query string; what cannot be read is named in ``faulty`` and left out."""
        faulty: list[str] = []

        def read(name: str, how: Any) -> Any:
            words = str(params.get(name) or "").strip()[:100]
            if not words:
                return None
            try:
                return how(words)
            except ValueError:
                faulty.append(name)
                return None

        found: dict[str, Any] = {name: read(name, str) or "" for name in _WORDS}
        found |= {name: read(name, _key) for name in ("person", "key")}
        found |= {name: read(name, datetime.date.fromisoformat) for name in ("since", "until")}
        return cls(**found, batch=read("batch", uuid.UUID), refused=bool(params.get("refused")), faulty=tuple(faulty))

    def to_params(self) -> dict[str, str]:
        """The query string's parameters, without what is not said."""
        told: dict[str, Any] = {name: getattr(self, name) for name in _WORDS}
        told |= {"person": self.person, "key": self.key, "batch": self.batch, "since": self.since, "until": self.until}
        return {name: str(value) for name, value in told.items() if value} | ({"refused": "1"} if self.refused else {})

    def address_of(self, base: str, **changes: Any) -> str:
        """An address with this query, some of it changed."""
        params = replace(self, **changes).to_params()
        return f"{base}?{urlencode(params)}" if params else base

    def rows(self) -> QuerySet[TrailEntry]:
        """The entries, in no order."""
        told: dict[str, Any] = {
            "actor": self.person, "role": self.role, "act": self.act, "object_kind": self.kind, "object_id": self.key,
            "batch": self.batch, "way": self.way, "address": self.address,
        }  # fmt: skip
        rows = TrailEntry.objects.filter(**{name: value for name, value in told.items() if value not in ("", None)})
        if self.refused:
            rows = rows.filter(act__in=REFUSED)
        if self.since is not None:
            rows = rows.filter(at__gte=_midnight(self.since))
        if self.until is not None and self.until < datetime.date.max:
            rows = rows.filter(at__lt=_midnight(self.until + datetime.timedelta(days=1)))
        return rows


def _key(words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 19):
        raise ValueError(words)
    return int(words)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=timezone.get_current_timezone())


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; ``newer``/``older``: whether there are more at that end."""

    entries: Sequence[TrailEntry]
    newer: bool
    older: bool


def page(
    actor: User, query: TrailQuery, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """A page of entries; ``before``/``after`` are numbers (seq) of entries at its edge. Errors: `NotPermitted`."""
    require_reader(actor)
    # Keys first: they come out of an index alone, however many entries meet the query.
    keys = query.rows().order_by()
    if after is not None:
        found = list(keys.filter(pk__gt=_place(after)).order_by("pk").values_list("pk", flat=True)[: size + 1])
        more, chosen = len(found) > size, found[:size][::-1]
        newer, older = more, True
    else:
        if before is not None:
            keys = keys.filter(pk__lt=_place(before))
        found = list(keys.order_by("-pk").values_list("pk", flat=True)[: size + 1])
        chosen, newer, older = found[:size], before is not None, len(found) > size
    rows = TrailEntry.objects.select_related("actor").in_bulk(chosen)
    return Page([rows[key] for key in chosen], newer, older)


def _place(seq: int) -> int:
    return TrailEntry.objects.filter(seq=seq).values_list("pk", flat=True).first() or seq


def count(actor: User, query: TrailQuery) -> tuple[int, bool]:
    """How many entries, counted to `MANY`; whether there are more. Errors: `NotPermitted`."""
    require_reader(actor)
    found = query.rows().order_by().values("pk")[: MANY + 1].count()
    return min(found, MANY), found > MANY


def entry(actor: User, seq: int) -> TrailEntry | None:
    """One entry by its number. Errors: `NotPermitted`."""
    require_reader(actor)
    return TrailEntry.objects.select_related("actor").filter(seq=seq).first()


def in_order(query: TrailQuery) -> Iterator[list[TrailEntry]]:
    """The entries from the oldest to the newest that stands now, in parts: memory does not grow with them."""
    last = 0
    until = TrailEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while True:
        rows = query.rows().filter(pk__gt=last, pk__lte=until).select_related("actor").order_by("pk")
        part = list(rows[:_PORTION])
        if part:
            yield part
        if len(part) < _PORTION:
            return
        last = part[-1].pk


def people() -> list[tuple[int, str, str]]:
    """Key, name and account of everybody who may stand on the trail, by account."""
    return list(User.objects.order_by("username").values_list("pk", "name", "username"))


def accounts_among(entries: Iterable[TrailEntry]) -> dict[int, User]:
    """The accounts that entries were made about, by key."""
    return User.objects.in_bulk({each.object_id for each in entries if each.object_kind == User._meta.label_lower})
