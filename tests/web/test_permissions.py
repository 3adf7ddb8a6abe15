"""Who may call which address: each has a row in ``tests/web/routes/AREA.toml``, and each row has its address.

A row::

    [[route]]
    name = "finding"                     # as in reverse(); "api-1:findings" with its namespace
    method = "GET"                       # GET if not said
    case = "not yet issued"              # only where an address has several rows
    kwargs = { pk = "@draft_finding" }   # @name is a fixture: its pk, or "@paper.version" another attribute
    query = { q = "资金" }
    data = { version = "@paper.version" }  # of a POST; or data = "@form_of_upload", a fixture that is the whole
    json = { statement = "…" }           # the body of a call of the interface, instead of data
    htmx = true                          # asked for by htmx
    expect = { office = 200, reviewer = 200, liaison = 200, other_liaison = 404, outsider = 404 }

The people are those of ``tests/cast.py``. Of six a row must speak: head, staff, reviewer, liaison, other_liaison,
outsider. ``office`` is head and staff, ``units`` both liaisons, ``signed_in`` all six, ``everyone`` the six and
anonymous; the narrower word wins, and nobody may be left out. Anonymous is sent to the sign-in page (302) if not said
otherwise.

Each of the others gets what one of the six gets: as `permission_table.LIKE` says, or the area's own table ``[like]``
before its rows, or else as the row itself says of the person, or of a room of `permission_table.ROOMS` (``team``, ``of_unit``,
``administrators``)::

    [like]
    recused = "outsider"                 # in this area nearly all rows are of the health bureau

All of them are really asked for, on every row. Fixtures that only an area needs stand in ``tests/web/routes/AREA.py``.
People are tried one after the other, each on the same state: what one did is taken back.

A method without a row must be refused with 405: say ``@require_safe``, ``@require_POST`` or
``@require_http_methods`` on the view.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django import shortcuts
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from tests.web.permission_table import FOLDER, PEOPLE, TO_SIGN_IN, Row, addresses, rows
from xuncha.security import chain
from xuncha.web import refusals

pytest_plugins = [f"tests.web.routes.{file.stem}" for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
ROWS = rows()


@pytest.fixture
def found(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    """What a value of the table stands for."""

    def find(value: Any, attribute: str = "pk") -> Any:
        if isinstance(value, dict):
            return {key: find(part) for key, part in value.items()}
        if isinstance(value, list):
            return [find(part) for part in value]
        if not (isinstance(value, str) and value.startswith("@")):
            return value
        name, _, asked = value[1:].partition(".")
        thing = request.getfixturevalue(name)
        return getattr(thing, asked or attribute, thing)

    return find


def _some_address(row: Row) -> str:
    """An address of the row with made-up keys: nothing need be there. Errors: `NoReverseMatch`."""
    kwargs = {name: value for name, value in row.kwargs.items() if not str(value).startswith("@")}
    found = [name for name in row.kwargs if name not in kwargs]
    for made_up in (1, uuid.UUID(int=1), "x"):
        with contextlib.suppress(NoReverseMatch):
            return reverse(row.name, kwargs={**kwargs, **dict.fromkeys(found, made_up)})
    return reverse(row.name, kwargs=kwargs)


def _call(row: Row, person: str, everybody: Any, found: Callable[[Any], Any], method: str = "") -> HttpResponse:
    client = Client(raise_request_exception=False)
    if person != "anonymous":
        client.force_login(getattr(everybody, person))
    asked: dict[str, Any] = {"headers": {"HX-Request": "true"}} if row.htmx else {}
    if row.json is not None:
        asked |= {"data": found(row.json), "content_type": "application/json"}
    elif method or row.method == "GET":
        asked |= {"data": found(row.query)}
    else:
        sent = found(row.data)
        for value in sent.values() if isinstance(sent, dict) else ():
            if hasattr(value, "seek"):
                # The person before has read the file to its end.
                value.seek(0)
        asked |= {"data": sent, "query_params": found(row.query)}
    response = getattr(client, (method or row.method).lower())(reverse(row.name, kwargs=found(row.kwargs)), **asked)
    # A file is read to its end, at which the client closes it; closing any answer once more would close the database's
    # connection, which on PostgreSQL is the test's transaction.
    response.getvalue()
    return response


@pytest.fixture
def refusals_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page that says 403, or 404, is written for the first who gets it in a test; for the others its status, which is
    what the table is about. What the page shows to whom: ``tests/web/test_refusals.py``.
    """
    written: set[tuple[str, bool]] = set()

    def render(request: Any, template: str, context: Any = None, **options: Any) -> HttpResponse:
        told = (template, request.user.is_authenticated)
        if told in written:
            return HttpResponse(status=options["status"])
        written.add(told)
        return shortcuts.render(request, template, context, **options)

    monkeypatch.setattr(refusals, "render", render)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_gets_what_the_table_says(
    row: Row, everybody: Any, found: Callable[[Any], Any], refusals_once: None
) -> None:
    faults = []
    # Before anybody is tried: what a fixture makes is not to be taken back with what a person did.
    found([row.kwargs, row.query, row.data, row.json])
    for person in PEOPLE:
        with transaction.atomic():
            told = chain.head()
            response = _call(row, person, everybody, found)
            is_on_the_trail = chain.head() != told
            transaction.set_rollback(True)
        expected = row.expected[person]
        if "attachment" in response.headers.get("Content-Disposition", "") and not is_on_the_trail:
            faults.append(f"{person}: was given a file, and the trail says nothing of it")
        if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
            faults.append(f"{person}: the answer bears no content policy")
        if response.status_code != expected:
            faults.append(
                f"{person}: expected {expected}, got {response.status_code} {response.headers.get('Location', '')}"
            )
        elif person == "anonymous" and expected == TO_SIGN_IN and row.name != "set_language":
            if not response.headers["Location"].startswith(reverse("sign_in")):
                faults.append(f"anonymous is sent to {response.headers['Location']}")
    assert faults == [], str(row)


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_a_method_without_a_row_is_refused(name: str, everybody: Any, found: Callable[[Any], Any]) -> None:
    mine = [row for row in ROWS if row.name == name]
    found(mine[0].kwargs)
    left_out = {"GET", "POST", "PUT", "PATCH", "DELETE"} - {row.method for row in mine}
    answers = {}
    for method in sorted(left_out):
        with transaction.atomic():
            answers[method] = _call(mine[0], "head", everybody, found, method).status_code
            transaction.set_rollback(True)
    assert {method: status for method, status in answers.items() if status != 405} == {}, (
        f"{name}: name the methods on the view, or give each a row"
    )


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = addresses()
    reached = set()
    astray = []
    for row in ROWS:
        try:
            reached.add(resolve(_some_address(row)).route)
        except NoReverseMatch:
            astray.append(str(row))
    assert astray == [], "rows without an address"
    missing = {route: name or "(no name)" for route, name in known.items() if route not in reached}
    assert missing == {}, f"addresses without a row in {FOLDER.name}/"
