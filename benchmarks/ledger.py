"""What the ledger's pages cost, from ten thousand findings to a million, over HTTP and in SQL.

bin/bench ledger [--sizes 10k,100k,1m] [--runs 9] [--keep FOLDER] [--postgres]

For each page, signed in as the office and as one unit: the whole time of a request over HTTP (median), the number of
queries, the time that the page's own SQL takes when run bare with all rows fetched (best of the runs), the same for SQL
written by hand for the same answer, their ratio, and how much the page's time grew from the smallest ledger to the
largest. Pages with † have an equal result in every ledger; growth is claimed for these alone. Ledgers are made by
benchmarks/findings.py, in FOLDER if named, where they are found again.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from findings import OFFICE, PASSWORD, RARE, UNIT, sizes

ROOT = Path(__file__).resolve().parent.parent
PAGE_BOUND, PICTURE_BOUND, SQL_BOUND, GROWTH_BOUND = 0.150, 0.300, 3.0, 1.5


@dataclass(frozen=True)
class Page:
    """One thing a person does. ``path`` is told by the facts of the ledger; ``by_hand`` the SQL a careful hand would write."""

    name: str
    who: str
    path: Callable[[dict[str, Any]], str]
    by_hand: Callable[[dict[str, Any]], list[tuple[str, tuple[Any, ...]]]]
    equal: bool = True
    """Whether the result is of the same size in every ledger."""
    picture: bool = False
    save: dict[str, str] | None = None
    """What is typed into the form of the page before it is sent."""


@dataclass
class Measured:
    whole: float
    queries: int
    sql: float
    by_hand: float
    slowest: str = field(default="", repr=False)


ROWS = (
    "SELECT f.id, f.number, f.statement, f.state, f.severity, f.nature, f.origin, f.immediate, f.stated_leader, f.stated_due,"
    " f.stated_status, f.page, f.changed_at, u.name, c.name, r.number FROM findings_finding f"
    " LEFT JOIN organisation_unit u ON u.id = f.unit_id LEFT JOIN rulebook_category c ON c.id = f.category_id"
    " JOIN rounds_round r ON r.id = f.round_id"
)
CURRENT = "f.state IN ('draft', 'issued')"
OF_UNIT = (
    "f.state = 'issued' AND f.id IN (SELECT a.finding_id FROM findings_addressee a WHERE a.unit_id IN"
    " (SELECT g.scope_id FROM security_grant g WHERE g.user_id = %s AND g.scope = 'unit'))"
)
# What every page asks beside its own question: session, person, grants, office, the rounds to choose from.
FRAME: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("SELECT session_data FROM django_session WHERE session_key = %s", ("none",)),
    ("SELECT * FROM security_user WHERE id = %s", (1,)),
    ("SELECT role FROM security_grant WHERE user_id = %s", (1,)),
    ("SELECT * FROM rulebook_office WHERE id = 1", ()),
    (
        "SELECT r.*, t.number FROM rounds_round r JOIN rounds_term t ON t.id = r.term_id ORDER BY t.number DESC, r.number DESC LIMIT 30",
        (),
    ),
)
# What stands around the rows of a list: columns chosen, saved views, further schemes, the newest round.
AROUND: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("SELECT * FROM findings_listsetting WHERE user_id = %s AND page = 'ledger'", (1,)),
    ("SELECT * FROM findings_savedview WHERE owner_id = %s OR is_shared", (1,)),
    ("SELECT * FROM rulebook_scheme WHERE state = 'active'", ()),
    ("SELECT round_id FROM findings_finding ORDER BY number_key LIMIT 1", ()),
)


def framed(*statements: tuple[str, tuple[Any, ...]]) -> list[tuple[str, tuple[Any, ...]]]:
    return [*FRAME, *statements]


def counted(where: str, *values: Any) -> tuple[str, tuple[Any, ...]]:
    return f"SELECT count(*) FROM (SELECT 1 FROM findings_finding f WHERE {where} LIMIT 10001) x", values


def matching(facts: dict[str, Any], words: str) -> tuple[str, str]:
    """The condition that a careful hand would search by, and its value."""
    if facts["vendor"] == "sqlite":
        pairs = " ".join(f'"{words[i : i + 2]}"' for i in range(len(words) - 1))
        return "f.id IN (SELECT rowid FROM findings_search WHERE findings_search MATCH %s)", pairs
    pairs = " & ".join(f"'{words[i : i + 2]}'" for i in range(len(words) - 1))
    return "f.id IN (SELECT finding_id FROM findings_searchtext WHERE grams @@ %s::tsquery)", pairs


def listed(where: str, *values: Any, order: str = "f.number_key, f.id") -> tuple[str, tuple[Any, ...]]:
    return f"{ROWS} WHERE {where} ORDER BY {order} LIMIT 51", values


def page_of(
    where: str, *values: Any, order: str = "f.number_key, f.id", drafts: bool = True
) -> list[tuple[str, tuple[Any, ...]]]:
    """A page of the list as a hand would ask for it: rows, whom they are addressed to, how many there are, how many drafts."""
    addressed = (
        "SELECT a.finding_id, u.id, u.name, u.short_name FROM findings_addressee a JOIN organisation_unit u ON u.id = a.unit_id"
        f" WHERE a.finding_id IN (SELECT id FROM (SELECT f.id FROM findings_finding f WHERE {where} ORDER BY {order} LIMIT 50) x)"
    )
    asked = [listed(where, *values, order=order), (addressed, values), counted(where, *values)]
    if drafts:
        asked.append(counted(f"f.state = 'draft' AND {where}", *values))
    return framed(*AROUND, *asked)


def searched(facts: dict[str, Any], words: str) -> list[tuple[str, tuple[Any, ...]]]:
    condition, value = matching(facts, words)
    return page_of(f"{CURRENT} AND {condition}", value)


def found(page: str) -> Callable[[dict[str, Any]], str]:
    return lambda facts: page.format(**facts)


def OF_ROUND(facts: dict[str, Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """The picture of a round: counts kept, names of its units and of the categories."""
    return [
        ("SELECT unit_id, category_id, state, sum(number) FROM findings_findingcount WHERE round_id = %s AND state IN"
         " ('draft', 'issued') GROUP BY unit_id, category_id, state", (facts["round"],)),
        ("SELECT u.* FROM rounds_inspectedunit i JOIN organisation_unit u ON u.id = i.unit_id WHERE i.round_id = %s", (facts["round"],)),
        ("SELECT c.* FROM rulebook_category c JOIN rulebook_scheme s ON s.id = c.scheme_id WHERE s.is_leading", ()),
    ]  # fmt: skip


def saved_by_hand(facts: dict[str, Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """What saving one finding must at least write: the row, its search text and sketches, the entry of the trail."""
    key = (facts["finding"],)
    return framed(
        ("SELECT * FROM findings_finding WHERE id = %s", key),
        ("SELECT * FROM findings_manifestation WHERE finding_id = %s", key),
        ("SELECT * FROM findings_addressee WHERE finding_id = %s", key),
        ("SELECT * FROM findings_stated WHERE finding_id = %s", key),
        ("UPDATE findings_finding SET severity = 'low', version = version + 1, changed_at = CURRENT_TIMESTAMP WHERE id = %s", key),
        ("UPDATE findings_searchtext SET text = text WHERE finding_id = %s", key),
        ("UPDATE findings_findingsketch SET key = key WHERE finding_id = %s", key),
        ("SELECT * FROM security_trailhead WHERE id = 1", ()),
        ("SELECT * FROM security_objectkey WHERE object_kind = 'findings.finding' AND object_id = %s", key),
        ("INSERT INTO security_trailentry (seq, batch, at, actor_id, role, way, address, act, object_kind, object_id, key_id, payload,"
         " digest, commitment, link) SELECT seq + 1000000000, batch, at, actor_id, role, way, address, act, object_kind, object_id, key_id,"
         " payload, digest, commitment, link FROM security_trailentry ORDER BY seq DESC LIMIT 1", ()),
    )  # fmt: skip


OF_ONE = (
    (f"{ROWS} WHERE f.id = %s", "finding"),
    ("SELECT * FROM findings_manifestation WHERE finding_id = %s", "finding"),
    ("SELECT a.*, u.name FROM findings_addressee a JOIN organisation_unit u ON u.id = a.unit_id WHERE finding_id = %s", "finding"),
    ("SELECT * FROM findings_stated WHERE finding_id = %s", "finding"),
    ("SELECT text FROM findings_paper p JOIN findings_finding f ON f.paper_id = p.id WHERE f.id = %s", "finding"),
    ("SELECT * FROM security_trailentry WHERE object_kind = 'findings.finding' AND object_id = %s ORDER BY id DESC LIMIT 20", "finding"),
    ("SELECT id FROM findings_finding WHERE number_key > (SELECT number_key FROM findings_finding WHERE id = %s) AND state IN ('draft', 'issued') ORDER BY number_key LIMIT 1", "finding"),
    ("SELECT id FROM findings_finding WHERE number_key < (SELECT number_key FROM findings_finding WHERE id = %s) AND state IN ('draft', 'issued') ORDER BY number_key DESC LIMIT 1", "finding"),
    ("SELECT c.*, k.* FROM findings_classification c JOIN rulebook_category k ON k.id = c.category_id WHERE c.finding_id = %s", "finding"),
    ("SELECT a.*, u.name FROM findings_attribution a JOIN organisation_unit u ON u.id = a.unit_id WHERE a.finding_id = %s", "finding"),
    ("SELECT q.* FROM findings_requirement q JOIN findings_finding f ON f.feedback_id = q.feedback_id WHERE f.id = %s", "finding"),
    ("SELECT l.* FROM findings_lineage l WHERE l.predecessor_id = %s", "finding"),
    ("SELECT l.* FROM findings_lineage l WHERE l.successor_id = %s", "finding"),
)  # fmt: skip

PAGES = (
    Page("first page", "office", found("/ledger/?round="), lambda f: page_of(CURRENT)),
    Page("deep page", "office", found("{deep}"), lambda f: page_of(f"{CURRENT} AND f.number_key > %s", f["deep_key"])),
    Page("a round", "office", found("/ledger/?round={round}"), lambda f: page_of(f"{CURRENT} AND f.round_id = %s", f["round"])),
    Page("filter in a round", "office", found("/ledger/?round={round}&severity=high&immediate=yes"), lambda f: page_of(
        f"{CURRENT} AND f.round_id = %s AND f.severity = 'high' AND f.immediate", f["round"])),
    Page("filtered count, free", "office", found("/ledger/?round=&severity=high"), lambda f: page_of(
        f"{CURRENT} AND f.severity = 'high'"), equal=False),
    Page("search, two characters", "office", found("/ledger/?round=&q=" + urllib.parse.quote(RARE)), lambda f: searched(f, RARE)),
    Page("search, a common word", "office", found("/ledger/?round=&q=" + urllib.parse.quote("监理")),
         lambda f: searched(f, "监理"), equal=False),
    Page("sort by change", "office", found("/ledger/?round=&sort=-changed"), lambda f: page_of(
        CURRENT, order="f.changed_at DESC, f.id DESC")),
    Page("one finding", "office", found("/ledger/{finding}/"), lambda f: framed(*((sql, (f[key],)) for sql, key in OF_ONE),
         counted(CURRENT), counted(f"{CURRENT} AND f.number_key < %s", f["finding_key"]))),
    Page("save one finding", "office", found("/ledger/{finding}/edit/"), saved_by_hand, save={"severity": "low"}),
    Page("heat map of a round", "office", found("/rounds/{round}/"), lambda f: framed(*OF_ROUND(f)), picture=True),
    Page("desk", "office", found("/"), lambda f: framed(
        *OF_ROUND(f), ("SELECT * FROM security_trailentry ORDER BY id DESC LIMIT 1200", ()),
        ("SELECT * FROM findings_paper WHERE state IN ('review', 'failed', 'reading', 'waiting', 'entering') LIMIT 32", ()),
        ("SELECT id, name, entered_at, round_id, unit_id FROM findings_paper WHERE state = 'entered' ORDER BY id DESC LIMIT 5", ()),
        ("SELECT * FROM findings_feedback WHERE issued_at IS NULL LIMIT 8", ())), picture=True),
    Page("first page", "unit", found("/ledger/?round="), lambda f: page_of(OF_UNIT, f["liaison"], drafts=False)),
    Page("filter", "unit", found("/ledger/?round=&severity=high"), lambda f: page_of(
        f"{OF_UNIT} AND f.severity = 'high'", f["liaison"], drafts=False)),
    Page("search, two characters", "unit", found("/ledger/?round=&q=" + urllib.parse.quote("监理")), lambda f: page_of(
        f"{OF_UNIT} AND {matching(f, '监理')[0]}", f["liaison"], matching(f, "监理")[1], drafts=False)),
    Page("sort by due date", "unit", found("/ledger/?round=&sort=due"), lambda f: page_of(
        OF_UNIT, f["liaison"], order="f.stated_due, f.id", drafts=False)),
    Page("one finding", "unit", found("/ledger/{own}/"), lambda f: framed(
        (f"{ROWS} WHERE f.id = %s AND {OF_UNIT}", (f["own"], f["liaison"])), *((sql, (f["own"],)) for sql, _ in OF_ONE[:5]),
        *((sql, (f["own"],)) for sql, _ in (*OF_ONE[6:9], *OF_ONE[10:12])), counted(OF_UNIT, f["liaison"]),
        counted(f"{OF_UNIT} AND f.number_key < (SELECT number_key FROM findings_finding WHERE id = %s)", f["liaison"], f["own"]))),
    Page("desk", "unit", found("/"), lambda f: framed(listed(OF_UNIT, f["liaison"]), counted(OF_UNIT, f["liaison"]),
        ("SELECT f.* FROM findings_feedback f JOIN findings_recipient r ON r.feedback_id = f.id WHERE r.unit_id = %s LIMIT 20", (f["unit"],)),
        ("SELECT q.* FROM findings_requirement q JOIN findings_recipient r ON r.feedback_id = q.feedback_id WHERE r.unit_id = %s", (f["unit"],)),
        (f"SELECT f.category_id, count(*) FROM findings_finding f WHERE {OF_UNIT} GROUP BY f.category_id", (f["liaison"],))), picture=True),
)  # fmt: skip


class Visitor:
    """A person at a browser: one connection, cookies kept."""

    def __init__(self, port: int, username: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.cookies: dict[str, str] = {}
        page = self.get("/sign-in/")[1]
        status, _ = self.post("/sign-in/", page, {"username": username, "password": PASSWORD})
        assert status == 302, f"{username} could not sign in: {status}"

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, page: str, values: dict[str, str]) -> tuple[int, str]:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        body = urllib.parse.urlencode({**values, "csrfmiddlewaretoken": token[1] if token else ""})
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except http.client.RemoteDisconnected:
            # It was idle while the other person's pages were measured.
            self.connection.close()
            return self._ask(method, path, body)
        text = answer.read().decode("utf-8")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text


@contextlib.contextmanager
def served(home: Path) -> Iterator[int]:
    """The product as it is served for real, on this ledger."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    environment = {**os.environ, "XUNCHA_HOME": str(home)}
    log = (home / "serve.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "xuncha.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert server.poll() is None, (home / "serve.log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)
        log.close()


# Run in a process of its own for each ledger: Django knows one database in its life.


def facts_of() -> dict[str, Any]:
    """What the addresses of the pages need to know of the ledger at hand."""
    from django.db import connection

    from xuncha.findings.models import Addressee, Finding
    from xuncha.rounds.models import Round
    from xuncha.security.models import Grant, User

    liaison = User.objects.get(username=UNIT)
    unit = Grant.objects.get(user=liaison).scope_id
    # Not the last: it may be cut short.
    round = Round.objects.order_by("pk")[0]
    current = Finding.objects.filter(state__in=("draft", "issued"))
    deep = current.order_by("number_key")[int(current.count() * 0.9)]
    own = Addressee.objects.filter(unit=unit, finding__state="issued", finding__unit=unit).order_by("pk")[20].finding
    return {
        "vendor": connection.vendor, "liaison": liaison.pk, "unit": unit, "round": round.pk, "finding": own.pk, "own": own.pk,
        "finding_key": own.number_key, "deep_key": deep.number_key, "deep": _deep(deep),
    }  # fmt: skip


def _deep(finding: Any) -> str:
    from xuncha.findings.queries.ledger.order import Order
    from xuncha.findings.queries.ledger.query import LedgerQuery

    return f"/ledger/?round=&after={Order(LedgerQuery.from_params({})).place_of(finding)}"


def asked_of(page: Page, facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """The statements with their values that the page asks, in process."""
    from django.db import connection, transaction
    from django.test import Client

    from xuncha.security.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username=OFFICE if page.who == "office" else UNIT))
    path = page.path(facts)
    client.get(path)
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with contextlib.ExitStack() as stack:
        if page.save is not None:
            values = _form_of(client.get(path).content.decode())
            stack.enter_context(transaction.atomic())
            stack.enter_context(connection.execute_wrapper(note))
            answer = client.post(path, values | page.save)
            transaction.set_rollback(True)
            assert answer.status_code in (302, 204), answer.status_code
            return asked
        stack.enter_context(connection.execute_wrapper(note))
        answer = client.get(path)
        # A page that streams asks while it is read.
        _ = answer.getvalue()
    assert answer.status_code == 200, f"{page.who} {path}: {answer.status_code}"
    return asked


def best(statements: list[tuple[str, Any]], runs: int) -> tuple[float, str]:
    """Seconds of the statements run bare, all rows fetched, what they wrote taken back; the slowest of them."""
    from django.db import connection, transaction

    fastest, slowest = float("inf"), ""
    for _ in range(runs):
        total, worst, text = 0.0, 0.0, ""
        with transaction.atomic():
            for sql, params in statements:
                if sql.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
                    continue
                began = time.perf_counter()
                with connection.cursor() as cursor:
                    many = bool(params) and isinstance(params, list) and isinstance(params[0], tuple)
                    (cursor.executemany if many else cursor.execute)(sql, params)
                    if cursor.description:
                        cursor.fetchall()
                took = time.perf_counter() - began
                total += took
                if took > worst:
                    worst, text = took, sql
            transaction.set_rollback(True)
        if total < fastest:
            fastest, slowest = total, f"{worst * 1000:.1f} ms: {text[:400]}"
    return fastest, slowest


def measure(home: Path, runs: int) -> dict[str, Any]:
    """All pages of one ledger."""
    import django

    os.environ["XUNCHA_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
    django.setup()
    facts = facts_of()
    figures: dict[str, Any] = {}
    with served(home) as port:
        visitors = {"office": Visitor(port, OFFICE), "unit": Visitor(port, UNIT)}
        for page in PAGES:
            path = page.path(facts)
            visitor = visitors[page.who]
            times = []
            for run in range(runs + 1):
                if page.save is not None:
                    times.append(_saved(visitor, path, page.save, run))
                    continue
                began = time.perf_counter()
                status, _ = visitor.get(path)
                times.append(time.perf_counter() - began)
                assert status == 200, f"{page.who} {path}: {status}"
            asked = asked_of(page, facts)
            sql, slowest = best(asked, runs)
            by_hand, _ = best(page.by_hand(facts), runs)
            figures[f"{page.who}: {page.name}"] = vars(
                Measured(statistics.median(times[1:]), len(asked), sql, by_hand, slowest)
            )
    return figures


def _saved(visitor: Visitor, path: str, typed: dict[str, str], run: int) -> float:
    """Seconds of sending the form, as the page holds it, with one thing changed."""
    _, page = visitor.get(path)
    values = _form_of(page)
    for name, value in typed.items():
        values[name] = value if run % 2 else ""
    began = time.perf_counter()
    status, text = visitor.post(path, page, values)
    took = time.perf_counter() - began
    assert status in (302, 204), f"{path}: {status} {re.sub('<[^>]+>', ' ', text)[:500]}"
    return took


def _form_of(page: str) -> dict[str, str]:
    from lxml import html

    forms = [form for form in html.fromstring(page).forms if "version" in form.fields]
    return {name: value or "" for name, value in forms[0].form_values()}


def table(all_figures: dict[int, dict[str, Any]]) -> None:
    """The figures as a table, and which aims they miss."""
    small, large = min(all_figures), max(all_figures)
    misses = 0
    print(f"{'':34}{'findings':>10}{'whole ms':>10}{'queries':>9}{'SQL ms':>9}{'by hand':>9}{'ratio':>7}{'growth':>8}")
    for page in PAGES:
        key = f"{page.who}: {page.name}"
        for size in sorted(all_figures):
            f = all_figures[size][key]
            ratio = f["sql"] / max(f["by_hand"], 1e-6)
            growth = f["whole"] / all_figures[small][key]["whole"] if size == large and size != small else None
            missed = []
            if size == 100_000 and f["whole"] > (PICTURE_BOUND if page.picture else PAGE_BOUND):
                missed.append("slow")
            if ratio > SQL_BOUND:
                missed.append("SQL")
            if growth is not None and page.equal and growth > GROWTH_BOUND:
                missed.append("growth")
            misses += len(missed)
            print(
                f"{(key + (' †' if page.equal else '')):34}{size:>10,}{f['whole'] * 1000:>10.1f}{f['queries']:>9}{f['sql'] * 1000:>9.2f}"
                f"{f['by_hand'] * 1000:>9.2f}{ratio:>7.2f}{'' if growth is None else f'{growth:.2f}':>8}  {' '.join(missed)}"
            )
            if missed:
                print(f"{'':44}{f['slowest'][:160]}")
    print(
        f"\n{misses} aims missed. Aims: {PAGE_BOUND * 1000:.0f} ms a page and {PICTURE_BOUND * 1000:.0f} ms a picture at 100,000;"
    )
    print(f"SQL at most {SQL_BOUND} times that written by hand; growth at most {GROWTH_BOUND} at equal result (†).")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10k,100k,1m")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.runs)))
        return
    figures = {}
    with contextlib.ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xuncha-bench-")))
        for size in sizes(asked.sizes.split(",")):
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            with contextlib.ExitStack() as one:
                home = folder / f"{size}{'-pg' if asked.postgres else ''}"
                if asked.postgres:
                    from tests.frame.postgres import server

                    environment["XUNCHA_DATABASE"] = one.enter_context(
                        server("shared_buffers = '1GB'", "work_mem = '32MB'")
                    )
                if asked.postgres or not (home / "xuncha.sqlite3").exists():
                    subprocess.run(
                        [sys.executable, str(ROOT / "benchmarks/findings.py"), str(size), "--home", str(home)],
                        env=environment,
                        check=True,
                    )
                done = subprocess.run(
                    [sys.executable, __file__, "--one", str(home), "--runs", str(asked.runs)],
                    env=environment, check=True, stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                figures[size] = json.loads(done.stdout)
    table(figures)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
