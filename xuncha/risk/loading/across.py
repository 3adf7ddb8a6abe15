"""Rules that need more than one row: keys, what points where, months, sums; and what a card number tells."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Final

import duckdb

from xuncha.risk.loading.cells import name, quoted
from xuncha.risk.loading.raw import Part
from xuncha.risk.loading.results import FileReport, Loaded, Warning
from xuncha.risk.schema import EVENT_DATES, Table, tables

SHOWN: Final = 5
_SIGN_AWARD_DAYS: Final = 365
_OFF: Final = 1000
_USUAL_MONTHS: Final = 6
_USUAL_ROWS: Final = 10


def settle_keys(loaded: Loaded) -> None:
    """V04: of identical rows one stays; rows of one key that differ go to quarantine, all of them."""
    for table in _there(loaded):
        key = ", ".join(name(column) for column in table.key)
        doubled = f"SELECT {key} FROM {name(table.name)} GROUP BY {key} HAVING count(*) > 1"
        connection = loaded.connection
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT rowid AS place, source_file, source_line, {key}, "
            f"dense_rank() OVER (ORDER BY {key}) AS family, "
            f"hash({', '.join(f'coalesce({name(c)}::VARCHAR, chr(1))' for c in table.columns)}) AS content "
            f"FROM {name(table.name)} SEMI JOIN ({doubled}) USING ({key})"
        )
        if not _one(connection, "SELECT count(*) FROM doubled"):
            continue
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE judged AS SELECT *, min(content) OVER family <> max(content) OVER family AS differs, "
            "row_number() OVER (PARTITION BY family ORDER BY source_file, source_line) AS nth FROM doubled "
            "WINDOW family AS (PARTITION BY family)"
        )
        first = table.key[0]
        shown = f"'****' || right({name(first)}, 4)" if _is_hidden(loaded, table, first) else f"{name(first)}::VARCHAR"
        _move(
            loaded, table.name, "quarantine", f"SELECT place, {quoted(first)}, {shown} FROM judged WHERE differs", "V04"
        )
        _move(
            loaded,
            table.name,
            "removed",
            "SELECT place, 'repeat', NULL FROM judged WHERE NOT differs AND nth > 1",
            "V04",
        )


def settle_awards(loaded: Loaded) -> None:
    """V08 across tables: a contract signed more than a year before its award."""
    if {"contracts", "awards"} <= loaded.columns.keys() and "award_id" in loaded.columns["contracts"]:
        early = (
            "SELECT c.rowid, 'sign_date', c.sign_date::VARCHAR FROM contracts c JOIN awards a USING (award_id) "
            f"WHERE a.award_date - c.sign_date > {_SIGN_AWARD_DAYS}"
        )
        _move(loaded, "contracts", "quarantine", early, "V08")


def _move(loaded: Loaded, table: str, account: str, rows: str, rule: str) -> None:
    """Move rows out of a table; ``rows`` gives rowid, column and value of each."""
    connection = loaded.connection
    connection.execute(f"CREATE OR REPLACE TEMP TABLE moved AS SELECT * FROM ({rows}) AS r(place, col, said)")
    names = ", ".join(f"({report.number}, {quoted(report.name)})" for report in loaded.files)
    connection.execute(
        f"INSERT INTO {account} SELECT {quoted(table)}, f.name, t.source_line, {quoted(rule)}, m.col, m.said, 1 "
        f"FROM moved m JOIN {name(table)} t ON t.rowid = m.place JOIN (VALUES {names}) AS f(number, name) ON f.number = t.source_file"
    )
    counts = connection.execute(
        f"SELECT source_file, count(*) FROM moved JOIN {name(table)} t ON t.rowid = place GROUP BY ALL"
    ).fetchall()
    connection.execute(f"DELETE FROM {name(table)} WHERE rowid IN (SELECT place FROM moved)")
    by_number = {report.number: report for report in loaded.files}
    for number, count in counts:
        by_number[number].used -= count
        if account == "quarantine":
            by_number[number].quarantined += count
        else:
            by_number[number].skipped += count


def _is_hidden(loaded: Loaded, table: Table, column: str) -> bool:
    return loaded.ids == "hmac" and table.columns[column].identity is not None


def warnings(loaded: Loaded, earlier: Mapping[str, Mapping[str, float]]) -> Iterator[Warning]:
    """Everything that does not fit and stays in."""
    yield from _unknown(loaded)
    yield from _scale(loaded, earlier)
    yield from _thin_months(loaded)
    yield from _contradictions(loaded)


def _unknown(loaded: Loaded) -> Iterator[Warning]:
    for table in _there(loaded):
        for column in table.columns.values():
            target = column.target
            if target is None or target not in loaded.columns or column.name not in loaded.columns[table.name]:
                continue
            key = tables()[target].key[0]
            rows = f"FROM {name(table.name)} t WHERE t.{column.name} IS NOT NULL AND t.{column.name} NOT IN (SELECT {key} FROM {name(target)})"
            yield from _warning(loaded, "V05", table.name, column.name, rows)


def _contradictions(loaded: Loaded) -> Iterator[Warning]:
    there = loaded.columns
    if {"funds", "disbursements"} <= there.keys():
        over = (
            "FROM funds t JOIN (SELECT fund_id, sum(amount) AS paid FROM disbursements GROUP BY fund_id) d USING (fund_id) "
            "WHERE d.paid > t.amount"
        )
        yield from _warning(loaded, "V14", "funds", "amount", over)
    if {"awards", "bids"} <= there.keys():
        stranger = (
            "FROM awards t WHERE status = 'active' AND tender_id IN (SELECT tender_id FROM bids) AND NOT EXISTS "
            "(SELECT 1 FROM bids b WHERE b.tender_id = t.tender_id AND b.supplier_id = t.supplier_id)"
        )
        yield from _warning(loaded, "V14", "awards", "supplier_id", stranger)
    if "charges" in there:
        yield from _warning(
            loaded, "V14", "charges", "amount", "FROM charges t WHERE abs(amount - qty * unit_price) > 0.02"
        )


def _warning(loaded: Loaded, rule: str, table: str, column: str, rows: str) -> Iterator[Warning]:
    count = _one(loaded.connection, f"SELECT count(*) {rows}")
    if count:
        found = loaded.connection.execute(
            f"SELECT t.source_file, t.source_line {rows} ORDER BY 1, 2 LIMIT {SHOWN}"
        ).fetchall()
        names = {report.number: report.name for report in loaded.files}
        yield Warning(rule, table, column, count, tuple(f"{names[number]}:{line}" for number, line in found))


def _scale(loaded: Loaded, earlier: Mapping[str, Mapping[str, float]]) -> Iterator[Warning]:
    """V10: against earlier imports, and of one file against the other files of its table."""
    for table in _there(loaded):
        of_table = [report for report in loaded.files if report.table == table.name and report.used]
        loaded.medians[table.name] = {}
        for column in table.columns.values():
            if column.type != "m" or column.name not in loaded.columns[table.name]:
                continue
            median = _median(loaded, table.name, column.name, "true")
            if median is None:
                continue
            loaded.medians[table.name][column.name] = median
            before = earlier.get(table.name, {}).get(column.name)
            if before and _is_off(median, before):
                yield Warning(
                    "V10",
                    table.name,
                    column.name,
                    sum(report.used for report in of_table),
                    (f"{median:g} ≠ {before:g}",),
                )
            for report in of_table if len(of_table) > 1 else ():
                own = _median(loaded, table.name, column.name, f"source_file = {report.number}")
                others = _median(loaded, table.name, column.name, f"source_file <> {report.number}")
                if own and others and _is_off(own, others):
                    yield Warning(
                        "V10", table.name, column.name, report.used, (f"{report.name}: {own:g} ≠ {others:g}",)
                    )


def _is_off(one: float, other: float) -> bool:
    return max(one, other) >= _OFF * min(one, other)


def _median(loaded: Loaded, table: str, column: str, where: str) -> float | None:
    """Near enough: of two medians a thousand times apart nobody asks for the last digit."""
    query = f"SELECT approx_quantile({column}::DOUBLE, 0.5) FROM {name(table)} WHERE {column} > 0 AND {where}"
    row = loaded.connection.execute(query).fetchone()
    return None if row is None or row[0] is None else float(row[0])


def _thin_months(loaded: Loaded) -> Iterator[Warning]:
    """V13; the month of the cut-off date is not over and counts for nothing."""
    for table in _there(loaded):
        date = EVENT_DATES.get(table.name)
        if date is None or date not in loaded.columns[table.name]:
            continue
        rows = loaded.connection.execute(
            f"SELECT year({date}) * 12 + month({date}) - 1 AS m, count(*) FROM {name(table.name)} WHERE {date} IS NOT NULL GROUP BY m"
        ).fetchall()
        now = loaded.as_of.year * 12 + loaded.as_of.month - 1
        found = {month: count for month, count in rows if month < now}
        if len(found) < _USUAL_MONTHS:
            continue
        usual = statistics.median(found.values())
        for month in range(min(found), max(found) + 1):
            if usual >= _USUAL_ROWS and found.get(month, 0) < usual / 2:
                place = f"{month // 12}-{month % 12 + 1:02d}: {found.get(month, 0)} < {usual:g}/2"
                yield Warning("V13", table.name, date, found.get(month, 0), (place,))


_CARD: Final = "^[0-9]{17}[0-9Xx]$"
_CREDIT: Final = "^[0-9A-HJ-NPQRTUWXY]{18}$"
_CARD_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_WEIGHTS: Final = tuple(3**i % 31 for i in range(17))
_CREDIT_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def card_warnings(
    connection: duckdb.DuckDBPyConnection, table: Table, part: Part, report: FileReport
) -> Iterator[Warning]:
    """V09, while identities are still as read. Source: GB 11643 (MOD 11-2), GB 32100 (MOD 31)."""
    if part.placed is None or not part.rows:
        return
    present = set(part.placed.columns.values())
    file, rows = report.name, "staged"
    if part.direct:
        rows = _as_read(table, present, report.number, careful=bool(part.careful))
    for column in table.columns.values():
        if column.name not in present or not (column.identity == "person" or column.name == "supplier_id"):
            continue
        words = f"p_{column.name}"
        some = f"SELECT count(*) FROM (SELECT {words} FROM {rows} WHERE {words} IS NOT NULL LIMIT 2000) WHERE length({words}) = 18"
        if not _one(connection, some):
            continue
        conditions = [(column.name, _wrong_card(words) if column.identity == "person" else _wrong_credit(words))]
        if table.key == (column.name,):
            right = f"regexp_full_match({words}, {quoted(_CARD)})"
            if "sex" in present:
                of_card = f"CASE WHEN try_cast({words}[17] AS INTEGER) % 2 = 1 THEN 'M' ELSE 'F' END"
                conditions.append(("sex", f"CASE WHEN {right} THEN v_sex <> {of_card} END"))
            if "birth_date" in present:
                conditions.append(
                    ("birth_date", f"CASE WHEN {right} THEN strftime(v_birth_date, '%Y%m%d') <> {words}[7:14] END")
                )
        for about, condition in conditions:
            found = connection.execute(
                f"SELECT count(*), list(line ORDER BY line)[1:{SHOWN}] FROM {rows} WHERE kind IS NULL AND coalesce({condition}, false)"
            ).fetchone()
            if found and found[0]:
                yield Warning("V09", table.name, about, found[0], tuple(f"{file}:{line}" for line in found[1]))


def _as_read(table: Table, present: set[str], number: int, *, careful: bool) -> str:
    """The rows of a file whose identities came in as they are: those in the table, and those in ``staged`` besides."""
    words = [column for column in table.columns if column in present and table.columns[column].type == "s"]
    values = [column for column in ("sex", "birth_date") if column in present]
    taken = [f"{name(column)} AS p_{column}" for column in words] + [f"{column} AS v_{column}" for column in values]
    staged = [f"p_{column}" for column in words] + [f"v_{column}" for column in values]
    of_file = f"FROM {name(table.name)} WHERE source_file = {number}"
    rows = f"SELECT source_line AS line, NULL AS kind, {', '.join(taken)} {of_file}"
    if careful:
        rows += f" UNION ALL SELECT line, kind, {', '.join(staged)} FROM staged WHERE line NOT IN (SELECT source_line {of_file})"
    return f"({rows})"


def _wrong_card(words: str) -> str:
    total = " + ".join(f"try_cast({words}[{i + 1}] AS INTEGER) * {weight}" for i, weight in enumerate(_CARD_WEIGHTS))
    return f"CASE WHEN regexp_full_match({words}, {quoted(_CARD)}) THEN upper({words}[18]) <> '10X98765432'[({total}) % 11 + 1] END"


def _wrong_credit(words: str) -> str:
    signs = quoted(_CREDIT_SIGNS)
    total = " + ".join(
        f"(strpos({signs}, {words}[{i + 1}]) - 1) * {weight}" for i, weight in enumerate(_CREDIT_WEIGHTS)
    )
    check = f"{signs}[(31 - ({total}) % 31) % 31 + 1]"
    return f"CASE WHEN regexp_full_match({words}, {quoted(_CREDIT)}) AND NOT regexp_full_match({words}, '^[0-9]{{18}}$') THEN {words}[18] <> {check} END"


def _there(loaded: Loaded) -> Iterator[Table]:
    return (table for table in tables().values() if table.name in loaded.columns)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
