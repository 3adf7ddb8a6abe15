"""A ledger of any size, invented: bin/bench findings 100000 --home FOLDER

Rounds of 26 units with 192 findings each, one in twenty of them joint; a million findings are 201 rounds and 5,226
units, as many as 130 counties have. A round and a unit are of the same size in every ledger, so what a page of one
round or one unit costs can be compared between ten thousand findings and a million. Statements are those of
benchmarks/similarity.py. Rows are laid down in bulk, past the actions; what triggers and `keeping.index` keep is
there as if each finding had been entered. Two people can sign in: OFFICE and UNIT, with PASSWORD.

On PostgreSQL set XUNCHA_DATABASE; the database must be empty.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import random
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from similarity import templated

UNITS, PER_UNIT, JOINT_SHARE, ADDRESSED = 26, 192, 20, 8
PER_ROUND = UNITS * PER_UNIT
RARE, RARE_FINDINGS = "堃玥", 60
"""A word that stands in so many findings of any ledger, spread over all of it: what a search for it costs is compared."""
OFFICE, UNIT, PASSWORD = "bench-office", "bench-unit", "bench-of-the-ledger"
SHORT = ["教育", "卫健", "民政", "财政", "水利", "交通", "住建", "人社", "医保", "应急", "市监", "城管", "文旅", "农业", "林业", "审计", "统计", "司法", "发改", "工信", "商务", "信访", "资源", "生态", "党校", "档案"]  # fmt: skip
LEADERS = ["何远之", "梁若谷", "周砚", "许望舒", "方既白", "陶然", "江映雪"]
STATUS = ["已完成", "进行中", "基本完成", "长期坚持"]
START = datetime.datetime(2006, 3, 1, 9, tzinfo=datetime.UTC)


class Table:
    """Rows of one model, written past Django: SQLite by executemany, PostgreSQL by COPY."""

    def __init__(self, model: Any, *further: str) -> None:
        from django.db import connection

        self.connection = connection
        self.name = model._meta.db_table
        fields = model._meta.concrete_fields
        self.columns = [field.column for field in fields] + list(further)
        self._at = {field.attname: i for i, field in enumerate(fields)} | {
            name: len(fields) + i for i, name in enumerate(further)
        }
        self._json = {field.attname for field in fields if field.get_internal_type() == "JSONField"}
        self._default = [self._prepared(field, field.get_default()) for field in fields] + [None] * len(further)
        self.rows: list[list[Any]] = []
        self.last = 0

    def _prepared(self, field: Any, value: Any) -> Any:
        if value is not None and field.get_internal_type() == "JSONField":
            return json.dumps(value, ensure_ascii=False)
        return value

    def add(self, **values: Any) -> int:
        """One more row; its key."""
        row = self._default.copy()
        self.last += 1
        if "id" in self._at:
            row[self._at["id"]] = self.last
        for name, value in values.items():
            row[self._at[name]] = json.dumps(value, ensure_ascii=False) if name in self._json else value
        self.rows.append(row)
        return self.last

    def flush(self) -> None:
        """Write what was added."""
        if not self.rows:
            return
        names = ", ".join(f'"{column}"' for column in self.columns)
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "sqlite":
                marks = ", ".join(["?"] * len(self.columns))
                statement = f"INSERT INTO {self.name} ({names}) VALUES ({marks})"
                cursor.cursor.connection.executemany(statement, (_plain(row) for row in self.rows))
            else:
                with cursor.copy(f"COPY {self.name} ({names}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
        self.rows.clear()


def _plain(row: Sequence[Any]) -> list[Any]:
    return [
        value.replace(tzinfo=None).isoformat(" ") if isinstance(value, datetime.datetime)
        else value.isoformat() if isinstance(value, datetime.date)
        else value.hex if isinstance(value, uuid.UUID)
        else value
        for value in row
    ]  # fmt: skip


class Search:
    """The search index, as `xuncha.findings.models.search.index` lays it down."""

    def __init__(self) -> None:
        from django.db import connection

        from xuncha.findings.models import SearchText, search

        self.search = search
        self.connection = connection
        self.postgres = connection.vendor != "sqlite"
        self.texts = Table(SearchText, *(["grams"] if self.postgres else []))
        self.tokens: list[tuple[int, str]] = []

    def add(self, key: int, words: str) -> None:
        text = self.search.fold(words)
        if self.postgres:
            grams = " ".join(f"'{gram}'" for gram in sorted(set(self.search.grams(text))))
            self.texts.add(finding_id=key, text=text, grams=grams)
        else:
            self.texts.add(finding_id=key, text=text)
            self.tokens.append((key, " ".join(self.search.grams(text))))

    def flush(self) -> None:
        self.texts.flush()
        if self.tokens:
            with self.connection.cursor() as cursor:
                statement = "INSERT INTO findings_search(rowid, grams) VALUES (?, ?)"
                cursor.cursor.connection.executemany(statement, self.tokens)
            self.tokens.clear()


def generate(count: int, seed: int = 20261125, say: Any = None) -> None:
    """Fill the database at hand, which must be migrated and empty, with ``count`` findings (rounded up to units)."""
    from django.db import connection, transaction

    from xuncha.findings import models
    from xuncha.findings.actions.numbering import number, number_key
    from xuncha.findings.similarity import sketch
    from xuncha.organisation.models import Unit
    from xuncha.rounds.models import InspectedUnit, Round, Team, Term
    from xuncha.rulebook.models import Category, Sector
    from xuncha.security import trail
    from xuncha.security.models import Grant, User

    draw = random.Random(seed)
    if models.Finding.objects.exists() or Unit.objects.exists():
        raise SystemExit("The database is not empty: name a new folder with --home.")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    office = User.objects.create_user(OFFICE, PASSWORD, name="台账基准")
    Grant.objects.create(user=office, role="office_head", scope="office")
    liaison = User.objects.create_user(UNIT, PASSWORD, name="单位基准")
    categories = list(Category.objects.filter(scheme__is_leading=True).order_by("order").values_list("pk", flat=True))
    weights = [1 / (place + 3) for place in range(len(categories))]
    sectors = list(Sector.objects.values_list("pk", flat=True))
    from xuncha.archive.models import StoredFile

    file = StoredFile.objects.create(sha256="0" * 64, size=1, place="00/00/none", taken_in_by=office)
    tables = {
        name: Table(getattr(models, name))
        for name in ("Paper", "Feedback", "Recipient", "Requirement", "Finding", "Manifestation", "Addressee",
                     "Attribution", "Stated", "FindingSketch", "NumberSeries")
    }  # fmt: skip
    units_table, inspected = Table(Unit), Table(InspectedUnit)
    told: list[tuple[tuple[str, int], dict[str, Any]]] = []
    search = Search()

    def flush() -> None:
        for table in (units_table, inspected, *tables.values()):
            table.flush()
        trail.write(told, actor=office, act="enter_paper", batch=uuid.UUID(int=draw.getrandbits(128)))
        told.clear()
        search.flush()

    def one(round: Any, unit: Any, serial: int, words: str, **fields: Any) -> int:
        """A finding and what hangs on it."""
        state = draw.choices(("issued", "draft", "replaced", "withdrawn"), (90, 7, 2, 1))[0]
        at = START + datetime.timedelta(days=90 * (round.pk - 1), minutes=draw.randrange(120_000))
        is_stated = draw.random() < 0.3
        leader = draw.choice(LEADERS) if is_stated else ""
        status = draw.choice(STATUS) if is_stated else ""
        named = number(round, unit, serial)
        key = tables["Finding"].add(
            round_id=round.pk, unit_id=unit.pk if unit else None, serial=serial, number=named,
            number_key=number_key(round, unit, serial), state=state, statement=words, heading="二、履职担当欠缺",
            category_id=draw.choices(categories, weights)[0] if draw.random() < 0.97 else None,
            nature="common" if unit is None else draw.choice(("", "individual", "common")),
            origin=draw.choice(("", "legacy", "emerging")), severity=draw.choice(("", "high", "medium", "low")),
            immediate=draw.random() < 0.1, stated_leader=leader, stated_status=status,
            stated_due=(at + datetime.timedelta(days=draw.randrange(30, 200))).date() if is_stated else None,
            created_by_id=office.pk, changed_by_id=office.pk, created_at=at, changed_at=at, **fields,
        )  # fmt: skip
        facts = [
            f"抽查{draw.randint(5, 60)}份资料，{draw.randint(1, 5)}份不符合规定" for _ in range(draw.randint(0, 2))
        ]
        for order, fact in enumerate(facts, start=1):
            tables["Manifestation"].add(finding_id=key, order=order, text=fact)
        if is_stated:
            measure = {"text": "制定管理办法，逐项清理", "start": None, "end": None, "page": None}
            tables["Stated"].add(finding_id=key, department="办公室", person=leader, measures=[measure])
        search.add(key, "\n".join((named, words, *facts, leader, status)))
        for sketched in sketch(words):
            tables["FindingSketch"].add(finding_id=key, key=sketched)
        told.append((("findings.finding", key), {"before": None, "after": {"state": state, "number": named}}))
        return key

    def paper(round: Any, unit: Any, statements: Sequence[str]) -> tuple[int, int, list[int]]:
        """Paper and feedback of one unit (null: joint), and where each statement begins."""
        text, starts = "反馈意见\n", []
        for words in statements:
            starts.append(len(text))
            text += words + "。\n"
        at = START + datetime.timedelta(days=90 * (round.pk - 1))
        whose = {"round_id": round.pk, "unit_id": unit.pk if unit else None}
        key = tables["Paper"].add(
            file_id=file.pk, name="反馈意见.txt", batch=uuid.UUID(int=draw.getrandbits(128)), state="entered",
            kind="feedback" if unit else "joint", text=text, uploaded_by_id=office.pk, uploaded_at=at,
            entered_by_id=office.pk, entered_at=at, reading={"blocks": [], "page_starts": []}, **whose,
        )  # fmt: skip
        feedback = tables["Feedback"].add(
            round_id=round.pk, kind="single" if unit else "joint", title=f"{unit.short_name if unit else '集中'}反馈意见",
            given_on=at.date(), paper_id=key, issued_at=at, issued_by_id=office.pk,
        )  # fmt: skip
        tables["Requirement"].add(feedback_id=feedback, order=1, title="压实整改责任")
        return key, feedback, starts

    done = written = 0
    every = max(1, count // RARE_FINDINGS)
    began = time.monotonic()
    for n in range(-(-count // PER_ROUND)):
        with transaction.atomic():
            term, _ = Term.objects.get_or_create(number=1 + n // 15)
            round = Round.objects.create(
                term=term, number=1 + n % 15, feedback_on=(START + datetime.timedelta(days=90 * n)).date()
            )
            teams = Team.objects.bulk_create(Team(round=round, number=i, name=f"第{i}巡察组") for i in range(1, 5))
            units = [
                Unit(
                    pk=n * UNITS + i + 1,
                    name=f"第{n + 1}县{short}局",
                    short_name=f"{short}局{n + 1}",
                    path=f"/{n * UNITS + i + 1}/",
                )
                for i, short in enumerate(SHORT)
            ]
            for unit in units:
                units_table.add(
                    name=unit.name, short_name=unit.short_name, path=unit.path, sector_id=sectors[unit.pk % len(sectors)], aliases=[],
                )  # fmt: skip
                inspected.add(round_id=round.pk, unit_id=unit.pk, team_id=teams[unit.pk % 4].pk)
            left = min(PER_ROUND, count - done)
            joint = left // JOINT_SHARE
            groups: list[tuple[Any, int]] = [(None, joint)]
            of_units = left - joint
            groups += [(unit, of_units // UNITS + (i < of_units % UNITS)) for i, unit in enumerate(units)]
            for unit, many in groups:
                statements = [templated(draw)[0] for _ in range(many)]
                for i in range(-written % every, many, every):
                    statements[i] += f"，{RARE}项目也是如此"
                written += many
                paper_key, feedback, starts = paper(round, unit, statements)
                for to in units if unit is None else [unit]:
                    tables["Recipient"].add(feedback_id=feedback, unit_id=to.pk)
                for serial, (words, start) in enumerate(zip(statements, starts, strict=True), start=1):
                    key = one(round, unit, serial, words, feedback_id=feedback, paper_id=paper_key,
                              start=start, end=start + len(words), page=1 + serial // 12)  # fmt: skip
                    for to in [unit] if unit else draw.sample(units, ADDRESSED):
                        tables["Addressee"].add(finding_id=key, unit_id=to.pk)
                    if unit is None:
                        tables["Attribution"].add(
                            finding_id=key, unit_id=draw.choice(units).pk, by_id=office.pk, at=START
                        )
                tables["NumberSeries"].add(round_id=round.pk, unit_id=unit.pk if unit else None, last=many)
            done += left
            if n == 0:
                Grant.objects.create(user=liaison, role="unit_liaison", scope="unit", scope_id=1)
            flush()
        if say is not None:
            say(f"{done:>9,} of {count:,} findings, {time.monotonic() - began:.0f} s")
    _settle(connection)


def _settle(connection: Any) -> None:
    """What a database of this size would have after its nightly rest."""
    from django.apps import apps
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO findings_search(findings_search) VALUES ('optimize')")
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def prepare(home: Path) -> None:
    """Django on this data folder, its database migrated."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["XUNCHA_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def sizes(words: Iterable[str]) -> Iterator[int]:
    """Numbers such as 10000, 10_000 or 10k."""
    for word in words:
        yield int(word.replace("_", "").replace("m", "000000").replace("k", "000"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count")
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args()
    prepare(asked.home)
    generate(next(sizes([asked.count])), say=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
