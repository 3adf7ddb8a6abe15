"""A confirmation that is killed: a process of its own on a database file, run by test_kill.py.

``python killing.py prepare`` makes the database with one reviewed paper of many findings; ``python killing.py kill N``
confirms it N times in children that are killed at random moments and prints what was found after each, a JSON line;
``python killing.py work`` reads a paper by a running worker. The data folder is XUNCHA_HOME.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from tests.cast import make_unit, make_user  # noqa: E402
from tests.findings.arriving import send  # noqa: E402
from tests.findings.reviewed import FEEDBACK, make_paper  # noqa: E402
from xuncha.findings.actions.entering import enter_paper  # noqa: E402
from xuncha.findings.importing import working  # noqa: E402
from xuncha.findings.models import (  # noqa: E402
    Addressee,
    Feedback,
    Finding,
    FindingCount,
    FindingSketch,
    Manifestation,
    NumberSeries,
    Paper,
    Recipient,
    Requirement,
    SearchText,
)
from xuncha.rounds.models import InspectedUnit, Round, Term  # noqa: E402
from xuncha.security.models import TrailEntry, User  # noqa: E402

COPIES = 60


def prepare() -> None:
    """A health bureau, a round, and a paper of which everything was accepted."""
    call_command("migrate", verbosity=0)
    staff = make_user("staff", "顾青岚", "office_staff")
    health = make_unit("卫健局", "县卫生健康局", "health")
    round = Round.objects.create(term=Term.objects.create(number=14), number=8)
    InspectedUnit.objects.create(round=round, unit=health)
    with tempfile.TemporaryDirectory() as folder:
        paper = make_paper(staff, Path(folder))
    paper.drafts.filter(level="item", state="unseen").update(state="accepted")
    for number, draft in enumerate(list(paper.drafts.filter(state="accepted")) * COPIES, start=1):
        draft.pk = None
        draft.position += 1000 + number
        draft.statement = f"{draft.statement}，第{number}处"
        draft.save()


def counted() -> dict[str, int | str]:
    """What stands in the database."""
    paper = Paper.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM findings_search")
        searched = cursor.fetchone()[0]
    return {
        "state": paper.state,
        "findings": Finding.objects.count(),
        "counted": sum(FindingCount.objects.values_list("number", flat=True)),
        "facts": Manifestation.objects.count(),
        "addressees": Addressee.objects.count(),
        "searched": SearchText.objects.count(),
        "indexed": searched,
        "sketched": FindingSketch.objects.values("finding").distinct().count(),
        "feedbacks": Feedback.objects.count(),
        "recipients": Recipient.objects.count(),
        "requirements": Requirement.objects.count(),
        "trail": TrailEntry.objects.count(),
        "last_number": sum(NumberSeries.objects.values_list("last", flat=True)),
    }


def confirm() -> None:
    """One confirmation, as the page does it."""
    paper = Paper.objects.get()
    enter_paper(paper, actor=User.objects.get(), version=paper.version)


def kill(times: int) -> None:
    """Confirm in children that are killed between their beginning and a little after their end."""
    begun = time.monotonic()
    if run_child(None) != 0:
        raise SystemExit("the confirmation failed by itself")
    longest = time.monotonic() - begun
    whole = counted()
    print(json.dumps(whole), flush=True)
    connection.close()
    path = Path(str(connection.settings_dict["NAME"]))
    fresh = (path.parent / "fresh.sqlite3").read_bytes()
    chance = random.Random(20261125)
    for number in range(times):
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        path.write_bytes(fresh)
        # Every fourth near the end, where the commit is.
        share = chance.uniform(0.8, 1.05) if number % 4 == 3 else chance.uniform(0.02, 1.0)
        run_child(longest * share)
        print(json.dumps(counted()), flush=True)
        connection.close()


def run_child(killed_after: float | None) -> int:
    """The state with which a confirming child ended."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            confirm()
            code = 0
        finally:
            os._exit(code)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def work() -> None:
    """A running worker reads what waits; how many papers it read, on standard output."""
    staff = User.objects.get()
    sent = send(staff, {"甲.txt": FEEDBACK.encode(), "乙.txt": f"另\n{FEEDBACK}".encode()})
    worker = working.Worker(threads=2)
    worker.start()
    working.wake()
    until = time.monotonic() + 60
    while time.monotonic() < until and Paper.objects.filter(batch=sent.batch).exclude(state="review").exists():
        time.sleep(0.05)
    worker.stop()
    print(Paper.objects.filter(batch=sent.batch, state="review").count(), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
        connection.close()
        path = Path(str(connection.settings_dict["NAME"]))
        (path.parent / "fresh.sqlite3").write_bytes(path.read_bytes())
    elif sys.argv[1] == "kill":
        kill(int(sys.argv[2]))
    else:
        work()
