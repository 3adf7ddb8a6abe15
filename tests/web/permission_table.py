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
SIGNED_IN = (*OFFICE, "reviewer", *UNITS, "outsider")
PEOPLE = ("anonymous", *SIGNED_IN)
GROUPS = {"office": OFFICE, "units": UNITS, "signed_in": SIGNED_IN, "everyone": PEOPLE}
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
    for written in tomllib.loads(file.read_text("utf-8")).get("route", []):
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
            expected=_expected(file.name, written),
        )


def _expected(file: str, written: dict[str, Any]) -> dict[str, int]:
    """The status of each of the people: what is said of the person goes before what is said of a smaller group."""
    expect = written["expect"]
    if unknown := expect.keys() - set(PEOPLE) - GROUPS.keys():
        raise ValueError(f"{file}, {written['name']}: nobody is called {sorted(unknown)}")
    found = {"anonymous": TO_SIGN_IN}
    for group in ("everyone", "signed_in", "units", "office"):
        found |= {person: expect[group] for person in GROUPS[group] if group in expect}
    found |= {person: status for person, status in expect.items() if person in PEOPLE}
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
