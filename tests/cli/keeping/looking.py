"""What stands in the database after a kill: a process of its own, run by test_kill_series.py.

``python looking.py prepare N`` makes N reviewed papers; ``python looking.py look`` answers every line on standard input
with a JSON line: papers by name, what does not fit together, whether the trail holds.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import django

django.setup()

from django.db import connections  # noqa: E402

from tests.cast import make_unit  # noqa: E402
from tests.findings.reviewed import make_paper  # noqa: E402
from xuncha.archive.queries import Unopenable, check_file  # noqa: E402
from xuncha.findings.models import Finding, FindingCount, Paper, SearchText  # noqa: E402
from xuncha.rounds.models import InspectedUnit, Round, Term  # noqa: E402
from xuncha.security import chain  # noqa: E402
from xuncha.security.models import User  # noqa: E402

COPIES = 8


def prepare(number: int) -> None:
    """A health bureau, a round, and papers of which everything was accepted."""
    staff = User.objects.get(username="luheng")
    # Signing in leads to work at once, not to the page of a new password.
    User.objects.filter(pk=staff.pk).update(must_change_password=False)
    health = make_unit("卫健局", "县卫生健康局", "health")
    round = Round.objects.create(term=Term.objects.create(number=14), number=8)
    InspectedUnit.objects.create(round=round, unit=health)
    with tempfile.TemporaryDirectory() as folder:
        for count in range(number):
            paper = make_paper(staff, Path(folder), name=f"待入账{count}.txt")
            paper.drafts.filter(level="item", state="unseen").update(state="accepted")
            for position, draft in enumerate(list(paper.drafts.filter(state="accepted")) * COPIES, start=1):
                draft.pk = None
                draft.position += 1000 + position
                draft.statement = f"{draft.statement}，第{count}份第{position}处"
                draft.save()
            print(paper.pk, flush=True)


def look() -> dict[str, object]:
    """Papers with state and findings, and every fault found."""
    faults = []
    papers = {}
    for paper in Paper.objects.select_related("file"):
        findings = Finding.objects.filter(feedback__paper=paper).count()
        papers[str(paper.pk)] = [paper.name, paper.state, findings]
        if (paper.state == "entered") != (findings > 0):
            faults.append(f"{paper.name} {paper.state}: {findings} findings")
        if paper.state == "review" and not paper.drafts.exists():
            faults.append(f"{paper.name}: read without drafts")
        # Those that were prepared have no file behind them.
        if not paper.name.startswith("待入账"):
            try:
                check_file(paper.file)
            except Unopenable as error:
                faults.append(f"{paper.name}: {error.code}")
    counted = {
        Finding.objects.count(),
        sum(FindingCount.objects.values_list("number", flat=True)),
        SearchText.objects.count(),
    }
    if len(counted) != 1:
        faults.append(f"findings, counts, search: {counted}")
    verdict = chain.verify()
    if not verdict.holds:
        faults.append(f"trail: {verdict}")
    connections.close_all()
    return {"papers": papers, "faults": faults, "trail": verdict.checked}


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        for _ in sys.stdin:
            print(json.dumps(look(), ensure_ascii=False), flush=True)
