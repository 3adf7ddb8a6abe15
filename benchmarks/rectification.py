"""What rectification costs at any size: pages over HTTP, their SQL, and the nightly pass over all dates.

bin/bench rectification 1m [--keep FOLDER] [--runs 5] [--make] [--pages] [--sweep]

A ledger of benchmarks/findings.py, in FOLDER if named, where it is found again, is handed over, claimed, planned and put
right: one item for each finding of a unit's own and for one in eight of the joint ones' addressees, three measures an
item; a million findings come to about a million items and three million measures. Rows are laid down by SQL, past the
actions. Every tenth item is overdue, four in ten wait, a little less than half is closed.

Printed: milliseconds of the whole answer and of the processor (medians of the runs), queries, milliseconds of its SQL run bare (best of the
runs); of the pass seconds, statements and the most memory (aims: 60 s, 500 MB). SQLite, or what XUNCHA_DATABASE names.
"""

from __future__ import annotations

import argparse
import datetime
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from findings import OFFICE, UNIT, prepare, sizes

ROOT = Path(__file__).resolve().parent.parent
SWEEP_SECONDS, SWEEP_MEGABYTES = 60, 500
WRITERS = 200

# Items by the key of their claim: progress, horizon and closure of twenty in a row.
STATES = (
    *[("done", "period", "closed")] * 9,
    *[("done", "period", "applied")] * 2,
    ("done", "period", "verified"),
    ("under_way", "period", "returned"),
    ("under_way", "year", "reopened"),
    *[("not_started", "period", "none")] * 2,
    *[("under_way", "period", "none")] * 2,
    ("basically_done", "year", "none"),
    ("under_way", "long_term", "none"),
)


def _by_state(field: int, of: str) -> str:
    return "CASE " + " ".join(f"WHEN {of} % 20 = {i} THEN '{state[field]}'" for i, state in enumerate(STATES)) + " END"


def lay_down(say: Any = print) -> None:
    """Hand over, claim, plan and put right all that was fed back; round by round, each in a transaction."""
    from django.db import connection, transaction
    from django.utils import timezone

    from xuncha.rectification.models import Rectification
    from xuncha.rounds.models import Round
    from xuncha.security.models import User

    if Rectification.objects.exists():
        return
    by, today, now = User.objects.get(username=OFFICE).pk, timezone.localdate(), timezone.now()
    # As many hands as an office has units: with one author of everything a database would plan for him alone.
    people = [User(username=f"bench-writer-{n}", name=f"第{n}人", password="!") for n in range(WRITERS)]
    User.objects.bulk_create(people, ignore_conflicts=True)
    first = User.objects.get(username=people[0].username).pk
    # Of nine items due one after the other one is late, two come near, the others have time.
    days = {i: today + datetime.timedelta(days=n) for i, n in enumerate((-5, 4, 15, 40, 60, 60, 90, 90, 120))}
    due = "CASE " + " ".join(f"WHEN c.id % 9 = {i} THEN '{day}'" for i, day in days.items()) + " END"
    if connection.vendor != "sqlite":
        due = f"({due})::date"
    closed = f"CASE WHEN {_by_state(2, 'c.id')} = 'closed' THEN %s END"
    if connection.vendor != "sqlite":
        closed = f"({closed})::date"
    no = "0" if connection.vendor == "sqlite" else "false"
    addressed = "FROM findings_addressee a JOIN findings_finding f ON f.id = a.finding_id WHERE f.round_id = %s AND f.state = 'issued'"
    statements: list[tuple[str, list[Any]]] = [
        (
            "INSERT INTO rectification_handingover (feedback_id, unit_id, handed_on, meeting, received_by, documents, by_id,"
            f" at, version) SELECT DISTINCT f.feedback_id, a.unit_id, %s, '', '某人', '', {by}, %s, 1 {addressed}"
            " AND f.feedback_id IS NOT NULL",
            [str(today - datetime.timedelta(days=60)), now],
        ),
        (
            "INSERT INTO rectification_claim (addressee_id, finding_id, unit_id, state, said, manifestations, words, review,"
            " ruling, version) SELECT a.id, a.finding_id, a.unit_id, 'claimed', 'claimed', '', '', 'accepted', '', 1"
            f" {addressed} AND (f.unit_id IS NOT NULL OR a.id % 8 = 0)",
            [],
        ),
        (
            "INSERT INTO rectification_rectification (claim_id, round_id, finding_id, unit_id, progress, horizon, closure,"
            " due_on, due_by, needs_site_check, inherited, closure_number, opened_on, closed_on, version)"
            f" SELECT c.id, f.round_id, c.finding_id, c.unit_id, {_by_state(0, 'c.id')}, {_by_state(1, 'c.id')},"
            f" {_by_state(2, 'c.id')}, {due}, 'rule', {no}, {no}, '', %s, {closed}, 1"
            " FROM rectification_claim c JOIN findings_finding f ON f.id = c.finding_id WHERE f.round_id = %s",
            [str(today - datetime.timedelta(days=60)), str(today)],
        ),
        (
            "INSERT INTO rectification_plan (round_id, unit_id, state, first_responsible, leading_group, principles,"
            " guarantees, draft_no, approved_on, version) SELECT DISTINCT r.round_id, r.unit_id, 'approved', '某人', '', '',"
            " '', 1, %s, 1 FROM rectification_rectification r WHERE r.round_id = %s",
            [str(today - datetime.timedelta(days=40))],
        ),
        (
            'INSERT INTO rectification_measure (rectification_id, "order", kind, text, goal, output, phase, starts_on, due_on,'
            " lead_leader, responsible_leader, lead_section, co_sections, person, progress, written_by_id, version)"
            " SELECT r.id, n.n, 'rule_making', '制定管理办法，逐项清理，按月通报', '年底前全部拨付到位', '办法1项', '', NULL,"
            f" r.due_on, '', '梁若谷', '财务股', '', '某人', r.progress, {first} + r.unit_id % {WRITERS}, 1 FROM rectification_rectification r"
            " CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) n WHERE r.round_id = %s",
            [],
        ),
    ]  # fmt: skip
    began = time.monotonic()
    for done, round in enumerate(Round.objects.order_by("pk").values_list("pk", flat=True), start=1):
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, [*values, round])
        if done % 50 == 0:
            say(f"{done} rounds, {time.monotonic() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say(f"laid down in {time.monotonic() - began:.0f} s", flush=True)


def pages() -> list[tuple[str, str]]:
    """What is asked for: by whom, and where."""
    from xuncha.rectification.models import Rectification
    from xuncha.rounds.models import Round
    from xuncha.security.models import Grant

    unit = Grant.objects.get(user__username=UNIT).scope_id
    round = Round.objects.order_by("pk")[0].pk
    item = Rectification.objects.filter(round=round, unit=unit).order_by("pk")[20]
    places = [
        *[("office", place) for place in ("/", "/rectification/board/", "/rectification/board/rows/?stop=started")],
        *[("office", f"/rectification/board/rows/?unit={unit}&late=1"), ("office", "/rectification/figures/")],
        *[("office", place) for place in ("/rectification/items/", "/rectification/items/?heap=late")],
        *[("office", f"/ledger/{item.finding_id}/"), ("office", f"/rectification/items/{item.pk}/")],
        *[("unit", "/"), ("unit", "/rectification/board/"), ("unit", "/rectification/items/")],
    ]
    # The round is chosen once and remembered.
    return [(who, f"{place}{'&' if '?' in place else '?'}round={round}") for who, place in places]


def measure(runs: int) -> None:
    """The pages one after the other, in this process: without the network the answer is all there is."""
    from django.db import connection
    from django.test import Client

    from xuncha.cli.office.static import collect
    from xuncha.security.models import User

    collect(Path(os.environ["XUNCHA_HOME"]))
    clients = {}
    for who, name in (("office", OFFICE), ("unit", UNIT)):
        clients[who] = Client(HTTP_HOST="localhost")
        clients[who].force_login(User.objects.get(username=name))
    print(f"{'':64}{'whole ms':>10}{'CPU ms':>9}{'queries':>9}{'SQL ms':>9}")
    for who, place in pages():
        times, worked, sql, asked = [], [], [], []
        for run in range(runs + 1):
            spent: list[float] = []

            def note(execute: Any, text: str, params: Any, many: bool, context: Any, spent: list[float] = spent) -> Any:
                began = time.perf_counter()
                try:
                    return execute(text, params, many, context)
                finally:
                    spent.append(time.perf_counter() - began)

            began, busy = time.perf_counter(), time.process_time()
            with connection.execute_wrapper(note):
                answer = clients[who].get(place)
                _ = answer.getvalue()
            assert answer.status_code == 200, f"{who} {place}: {answer.status_code}"
            if run:
                times.append(time.perf_counter() - began)
                worked.append(time.process_time() - busy)
                sql.append(sum(spent))
                asked.append(len(spent))
        print(
            f"{f'{who}: {place}':64}{statistics.median(times) * 1000:>10.1f}{statistics.median(worked) * 1000:>9.1f}{max(asked):>9}{min(sql) * 1000:>9.1f}",
            flush=True,
        )


def sweep() -> None:
    """The pass over all dates: the first, which tells everything, and the one after it, which tells what is new."""
    from django.db import connection
    from django.utils import timezone

    from xuncha.notices.models import Notice
    from xuncha.rectification.actions import sweeping
    from xuncha.rectification.models import Rectification, Sweep, Warned

    today = timezone.localdate()
    Sweep.objects.all().delete()
    Warned.objects.all().delete()
    print(f"{Rectification.objects.count():,} items")
    for name, day in (("first pass", today), ("the night after", today + datetime.timedelta(days=1))):
        statements = 0

        def note(execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal statements
            statements += 1
            return execute(text, params, many, context)

        began = time.perf_counter()
        with connection.execute_wrapper(note):
            run = sweeping.sweep(day)
        took = time.perf_counter() - began
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name}: {took:.1f} s (aim {SWEEP_SECONDS}), {most:.0f} MB (aim {SWEEP_MEGABYTES}), {statements} statements,"
            f" {run.items:,} items told in {Notice.objects.count():,} notices so far",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    for step in ("make", "pages", "sweep"):
        parser.add_argument(f"--{step}", action="store_true", help="this step alone; all three unless one is named")
    asked = parser.parse_args()
    all_steps = not (asked.make or asked.pages or asked.sweep)
    size = next(sizes([asked.size]))
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="xuncha-bench-"))
    home = folder / str(size)
    if "XUNCHA_DATABASE" not in os.environ and not (home / "xuncha.sqlite3").exists():
        making = [sys.executable, str(ROOT / "benchmarks/findings.py"), str(size), "--home", str(home)]
        subprocess.run(making, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    prepare(home)
    if asked.make or all_steps:
        lay_down()
    if asked.pages or all_steps:
        measure(asked.runs)
    if asked.sweep or all_steps:
        sweep()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
