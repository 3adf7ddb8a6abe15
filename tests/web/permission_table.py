"""The permission table: its rows as written in tests/web/routes, and the addresses that the product has."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

FOLDER = Path(__file__).parent / "routes"
OFFICE = ("head", "staff")
UNITS = ("liaison", "other_liaison")
TEAM = ("team_head", "team_member", "team_petition")
# Others of the unit whose liaison a row speaks of.
OF_UNIT = ("unit_secretary", "unit_leader", "leader_in_charge")
ADMINISTRATORS = ("system_admin", "security_admin", "trail_reader")
# Of whom a row says nothing itself, it says what it says of another; a file's own ``[like]`` goes before this.
LIKE = {
    **dict.fromkeys((*TEAM, *ADMINISTRATORS), "outsider"),
    **dict.fromkeys(OF_UNIT, "liaison"),
    "leadership": "reviewer",
    "withdrawn": "outsider",
    "recused": "staff",
}
NAMED = (*OFFICE, "reviewer", *UNITS, "outsider")
SIGNED_IN = (*NAMED, *LIKE)
PEOPLE = ("anonymous", *SIGNED_IN)
GROUPS = {"office": OFFICE, "units": UNITS, "signed_in": NAMED, "everyone": ("anonymous", *NAMED)}
# Groups of people who are else like others: said of the group goes before that.
ROOMS = {"team": TEAM, "of_unit": OF_UNIT, "administrators": ADMINISTRATORS}
KEYS = {"name", "method", "case", "kwargs", "query", "data", "json", "htmx", "expect"}
TO_SIGN_IN = 302


@dataclass(frozen=True)
class Row:
    """One way to call an address, and what each of the standing people gets for it."""

    area: str
    name: str
    method: str
    case: str
    kwargs: dict[str, Any]
    query: dict[str, Any]
    data: dict[str, Any] | str
    json: Any
    htmx: bool
    expected: dict[str, int] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.area}: {self.method} {self.name}" + (f" ({self.case})" if self.case else "")


def rows() -> list[Row]:
    """All rows. Errors: `ValueError` for a row that is not understood or forgets somebody."""
    return [row for file in sorted(FOLDER.glob("*.toml")) for row in _rows_in(file)]


def _rows_in(file: Path) -> Iterator[Row]:
    table = tomllib.loads(file.read_text("utf-8"))
    like = LIKE | _likenesses(file.name, table.get("like", {}))
    for written in table.get("route", []):
        if unknown := written.keys() - KEYS:
            raise ValueError(f"{file.name}, {written.get('name')}: unknown {sorted(unknown)}, known {sorted(KEYS)}")
        yield Row(
            area=file.stem,
            name=written["name"],
            method=written.get("method", "GET"),
            case=written.get("case", ""),
            kwargs=written.get("kwargs", {}),
            query=written.get("query", {}),
            data=written.get("data", {}),
            json=written.get("json"),
            htmx=written.get("htmx", False),
            expected=_expected(file.name, written, like),
        )


def _likenesses(file: str, written: dict[str, str]) -> dict[str, str]:
    """Who is like whom in a file, a room's word spread over its people."""
    like = {person: whom for word, whom in written.items() for person in ROOMS.get(word, (word,))}
    if astray := {*like.keys() - LIKE.keys(), *set(like.values()) - {"anonymous", *NAMED}}:
        raise ValueError(f"{file}: [like] does not know {sorted(astray)}")
    return like


def _expected(file: str, written: dict[str, Any], like: dict[str, str]) -> dict[str, int]:
    """The status of each of the people: what is said of the person goes before what is said of a smaller group."""
    expect = written["expect"]
    if unknown := expect.keys() - set(PEOPLE) - GROUPS.keys() - ROOMS.keys():
        raise ValueError(f"{file}, {written['name']}: nobody is called {sorted(unknown)}")
    found = {"anonymous": TO_SIGN_IN}
    for group in ("everyone", "signed_in", "units", "office"):
        found |= {person: expect[group] for person in GROUPS[group] if group in expect}
    found |= {person: status for person, status in expect.items() if person in GROUPS["everyone"]}
    found |= {person: found[whom] for person, whom in like.items() if whom in found}
    found |= {person: expect[room] for room, people in ROOMS.items() if room in expect for person in people}
    found |= {person: status for person, status in expect.items() if person in like}
    if missing := set(PEOPLE) - found.keys():
        raise ValueError(f"{file}, {written['name']}: expect says nothing of {sorted(missing)}")
    return found


def addresses() -> dict[str, str]:
    """Every route of the product with the full name by which `reverse` finds it; empty where it has none."""
    return dict(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, here, inner)
        elif isinstance(pattern, URLPattern):
            yield here, f"{namespace}{pattern.name}" if pattern.name else ""
