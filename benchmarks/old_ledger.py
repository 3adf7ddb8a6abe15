"""Ten thousand rows of an old ledger into a ledger of a hundred thousand: reading, duplicate check, entering.

bin/bench old_ledger [--stored 100000] [--rows 10000] [--units 130] [--rounds 4] [--profile read|apply]

The aim: 20 s in total. A quarter of the rows repeats findings that are stored, in the same or in other words. The
database is a new SQLite file; with XUNCHA_DATABASE set, that one, which must be empty.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

BOUND = 20
HEADS = (
    "序号",
    "轮次",
    "被巡察单位",
    "问题类别",
    "存在问题",
    "具体表现",
    "整改措施",
    "责任领导",
    "责任部门",
    "整改时限",
    "整改状态",
    "备注",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench old_ledger")
    parser.add_argument("--stored", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--units", type=int, default=130)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--keep", type=Path, help="a folder in which the data stay, to be used again")
    parser.add_argument("--seed", type=int, default=1, help="of the rows")
    parser.add_argument("--profile", choices=("read", "apply"), default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        os.environ["XUNCHA_HOME"] = str(chosen.keep or folder)
        os.environ.setdefault("XUNCHA_SECRET_KEY", "for the benchmark only")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
        import django

        django.setup()
        sys.exit(measure(chosen))


def measure(chosen: argparse.Namespace) -> int:
    """Lay down the ledger, import the rows, print what each part took; 1 where the bound was missed."""
    from django.core.management import call_command
    from django.db import connection

    from xuncha.archive.actions import take_in
    from xuncha.extraction.child import Reader
    from xuncha.extraction.ledger import old
    from xuncha.findings.actions.applying import apply_rows
    from xuncha.findings.importing.rows import read_ledger
    from xuncha.findings.models import Finding, Paper
    from xuncha.findings.queries.old_ledgers import counts

    call_command("migrate", verbosity=0)
    draw = random.Random(20_261_125)
    began = time.perf_counter()
    actor, rounds, units = people_and_places(chosen)
    if not Finding.objects.exists():
        store(chosen, draw, actor, rounds, units)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
    print(f"laid down {Finding.objects.count()} findings in {time.perf_counter() - began:.1f} s (not counted)")
    path = Path(os.environ["XUNCHA_HOME"]) / "old.xlsx"
    write(path, chosen, random.Random(chosen.seed), rounds, units)
    with path.open("rb") as file:
        stored = take_in(file, actor=actor)
    paper = Paper.objects.create(
        file=stored, name="旧台账.xlsx", kind=Paper.Kind.LEDGER, state="reading", uploaded_by=actor
    )
    took: dict[str, float] = {}
    with Reader() as reader:
        clocked(took, "columns surveyed", lambda: read_ledger(paper, reader))
        plan = old.MappingPlan.of_json(paper.reading["plan"])
        assert [sheet.is_taken for sheet in plan.sheets] == [True], "the columns were not recognised"
        paper.reading["step"] = "rows"
        clocked(took, "rows read and checked", lambda: read_ledger(paper, reader), chosen.profile == "read")
    found = counts(paper)
    paper.state = "review"
    paper.save()
    stand = Finding.objects.count()
    clocked(
        took,
        "entered",
        lambda: apply_rows(paper, actor=actor, version=paper.version),
        chosen.profile == "apply",
    )
    total = sum(took.values())
    print(
        f"      {found.rows} rows: {found.add} to add, {found.update} to the existing, {found.skip} left out, "
        f"{found.left} not to be entered; {found.alike} possibly in the ledger; written {Finding.objects.count() - stand}"
    )
    print(f"{'met ' if total < BOUND else 'MISS'}  whole {total:.2f} s, bound {BOUND} s ({connection.vendor})")
    return int(total >= BOUND)


def clocked(took: dict[str, float], name: str, work: Callable[[], object], profiled: bool = False) -> None:
    """Do the work and note its seconds."""
    profile = cProfile.Profile() if profiled else None
    began, spent = time.perf_counter(), time.process_time()
    if profile is None:
        work()
    else:
        profile.runcall(work)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    took[name] = time.perf_counter() - began
    print(f"      {name:24}{took[name]:7.2f} s, of them {time.process_time() - spent:.2f} s on the processor here")


def people_and_places(chosen: argparse.Namespace) -> tuple[Any, list[Any], list[Any]]:
    """A person of the office, the rounds and the units."""
    from xuncha.organisation.models import Unit
    from xuncha.rounds.models import Round, Term
    from xuncha.security.models import Grant, User

    if not User.objects.exists():
        actor = User.objects.create_user("bench", None, name="测试")
        Grant.objects.create(user=actor, role="office_staff", valid_from="2020-01-01")
        term = Term.objects.create(number=14)
        Round.objects.bulk_create(Round(term=term, number=n) for n in range(1, chosen.rounds + 1))
        Unit.objects.bulk_create(Unit(name=f"第{n}单位管理局", short_name=f"单位{n}局") for n in range(chosen.units))
    actor = User.objects.get()
    return actor, list(Round.objects.select_related("term").order_by("number")), list(Unit.objects.order_by("pk"))


def store(chosen: argparse.Namespace, draw: random.Random, actor: Any, rounds: list[Any], units: list[Any]) -> None:
    """The findings that stand in the ledger, entered as the product enters them."""
    from django.db import transaction
    from similarity import templated

    from xuncha.findings.actions.keeping import NewFinding, add_findings
    from xuncha.findings.models import Finding
    from xuncha.rulebook.models import Category

    categories = list(Category.objects.filter(scheme__is_leading=True))
    for start in range(0, chosen.stored, 5000):
        new = []
        for _ in range(min(5000, chosen.stored - start)):
            unit = draw.choice(units)
            finding = Finding(
                round=draw.choice(rounds),
                unit=unit,
                state="issued",
                statement=templated(draw)[0],
                category=draw.choice(categories),
            )
            new.append(NewFinding(finding, [{"text": templated(draw)[0]}], [unit.pk]))
        with transaction.atomic():
            add_findings(new, actor=actor, act="enter_paper", batch=uuid.uuid4())


def write(path: Path, chosen: argparse.Namespace, draw: random.Random, rounds: list[Any], units: list[Any]) -> None:
    """The old ledger as a workbook."""
    import xlsxwriter
    from similarity import templated

    from xuncha.findings.models import Finding
    from xuncha.rulebook.models import Category

    categories = list(Category.objects.filter(scheme__is_leading=True).values_list("name", flat=True))
    known = list(Finding.objects.select_related("unit", "round__term").order_by("id")[: chosen.rows * 4 : 4])
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("问题台账")
    sheet.merge_range(0, 0, 0, len(HEADS) - 1, "巡察反馈问题整改台账")
    sheet.write_row(1, 0, HEADS)
    for n in range(chosen.rows):
        round, unit, statement = draw.choice(rounds), draw.choice(units), templated(draw)[0]
        if n % 4 == 0 and n // 4 < len(known):
            same = known[n // 4]
            round, unit = same.round, same.unit
            statement = same.statement if n % 8 else f"存在{same.statement}的问题"
        sheet.write_row(
            n + 2,
            0,
            (
                n + 1,
                f"十四届县委第{'一二三四五六七八九'[round.number - 1]}轮",
                unit.name if n % 3 else unit.short_name,
                draw.choice(categories),
                statement,
                templated(draw)[0],
                f"1.制定管理办法；2.开展专项清理；3.{templated(draw)[0]}立行立改",
                "周砚",
                "办公室、财务股",
                f"2026年{draw.randint(1, 12)}月底前" if n % 500 else "尽快",
                draw.choice(("已完成", "进行中", "长期坚持")),
                "" if n % 5 else "已报送佐证材料",
            ),
        )
    book.close()


if __name__ == "__main__":
    main()
