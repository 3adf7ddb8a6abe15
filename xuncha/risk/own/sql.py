"""A SQL file with a TOML head: what it reads, its parameters and its words in a comment, then one SELECT."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlglot
from sqlglot import exp

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.running.guard import OwnFault
from xuncha.risk.schema import tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

WRITTEN_IN: Final = "duckdb"
_HEAD: Final = re.compile(r"\s*/\*(.*?)\n\s*\*/", re.DOTALL)
_KNOWN: Final = {
    "code", "key", "sources", "mission", "certainty", "statistic", "name", "question", "formula", "false_positives",
    "sentence", "tables", "parameters", "evidence", "units",
}  # fmt: skip


def read(path: Path) -> Indicator:
    """Read head and query. Raises `OwnFault`."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise OwnFault(path.name, "文件应存为 UTF-8", "the file must be UTF-8") from None
    match = _HEAD.match(text)
    if match is None:
        raise OwnFault(
            path.name, "文件应以 /* … */ 写的 TOML 说明开头", "the file must begin with a TOML head in /* … */"
        )
    try:
        head = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as fault:
        raise OwnFault(path.name, f"说明不是可读的 TOML：{fault}", f"the head is no TOML: {fault}") from None
    unknown = sorted(head.keys() - _KNOWN)
    if unknown:
        raise OwnFault(
            path.name, f"说明中有不认识的项：{'、'.join(unknown)}", f"unknown in the head: {', '.join(unknown)}"
        )
    try:
        # Empty lines in place of the head, so that faults are told by the line of the file.
        return _indicator(path, head, "\n" * match[0].count("\n") + text[match.end() :])
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise OwnFault(path.name, f"说明中的项写法不对：{fault}", f"the head is not as it should be: {fault}") from None


def _indicator(path: Path, head: dict[str, Any], query: str) -> Indicator:
    declared: dict[str, str] = head.get("tables", {})
    entries: dict[str, dict[str, Any]] = head.get("parameters", {})
    parameters = tuple(
        Parameter(name, entry["value"], _words(entry), entry.get("source", ""), _day(entry.get("effective")))
        for name, entry in entries.items()
    )
    names = {name.rstrip("?") for name in declared}
    key = tuple(head.get("key", ()))
    asked = _Asked(
        path.name,
        {name.rstrip("?"): columns for name, columns in declared.items()},
        _parsed(path.name, query, names, set(entries)),
        {
            table: _parsed(path.name, words, names, set(entries)) if words else None
            for table, words in head.get("evidence", {}).items()
        },
        _parsed(path.name, head["units"], names, set(entries)) if "units" in head else None,
        frozenset(name for name, entry in entries.items() if entry.get("unit") == "yuan"),
        key,
    )
    for table in asked.evidence:
        if table not in names:
            raise OwnFault(
                path.name, f"evidence 中的表 {table} 没有列在 tables", f"evidence names {table}, tables does not"
            )
    return Indicator(
        code=head.get("code", ""),
        name=_words(head.get("name", "")),
        question=_words(head.get("question", "")),
        formula=_words(head.get("formula", "")),
        false_positives=_words(head.get("false_positives", "")),
        sentence=_words(head.get("sentence", "")),
        tables=declared,
        key=key,
        sources=head.get("sources", ""),
        mission=head.get("mission", "M1"),
        certainty=float(head.get("certainty", 0.5)),
        find=asked.find,
        parameters=parameters,
        statistic=head.get("statistic"),
    )


def _words(entry: str | Mapping[str, str]) -> Words:
    """Words in both languages; Chinese alone stands for both."""
    if isinstance(entry, str):
        return Words(entry, entry)
    zh = entry.get("zh", "")
    return Words(zh, entry.get("en", zh))


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _parsed(name: str, query: str, declared: set[str], parameters: set[str]) -> exp.Query:
    """One SELECT over the declared tables and nothing else. Raises `OwnFault`."""
    try:
        statements = [each for each in sqlglot.parse(query, dialect=WRITTEN_IN) if each is not None]
    except sqlglot.errors.SqlglotError as fault:
        errors = getattr(fault, "errors", None) or [{}]
        line, near = errors[0].get("line", "?"), errors[0].get("highlight", "")
        raise OwnFault(
            name, f"SQL 第 {line} 行“{near}”处不能读", f'the SQL cannot be read at line {line}, near "{near}"'
        ) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query) or statements[0].find(exp.Into):
        raise OwnFault(
            name, "说明之后应有且只有一个 SELECT", "after the head there must be one SELECT and nothing else"
        )
    tree = statements[0]
    inner = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db or table.catalog:
            said = table.sql(dialect=WRITTEN_IN)
            raise OwnFault(
                name, f"FROM 只能写 tables 中的表，不能写 {said}", f"FROM may name tables of the head, not {said}"
            )
        if table.name.lower() not in declared | inner:
            raise OwnFault(
                name, f"表 {table.name} 没有列在 tables 中", f"the table {table.name} is not among those of the head"
            )
    for placeholder in tree.find_all(exp.Placeholder):
        if placeholder.name not in parameters:
            raise OwnFault(
                name,
                f"参数 :{placeholder.name} 没有列在 parameters 中",
                f"the parameter :{placeholder.name} is not in the head",
            )
    return tree


@dataclass(frozen=True, slots=True)
class _Asked:
    """The queries of a file; `find` is what the indicator does."""

    name: str
    declared: dict[str, str]
    query: exp.Query
    evidence: dict[str, exp.Query | None]
    units: exp.Query | None
    in_yuan: frozenset[str]
    key: tuple[str, ...]

    def find(self, data: Data, settings: Settings) -> Found:
        """Rows that lack a declared column without ``?`` are left out and counted, before anything else."""
        rows = {
            name: data.rows(name, *(column for column in columns.split() if not column.endswith("?")))
            for name, columns in self.declared.items()
        }
        literals = {
            name: settings.fen(name) if name in self.in_yuan else value for name, value in settings.values.items()
        }
        evidence = tuple(
            Evidence(table, self._evidence(data, rows, table, query, literals))
            for table, query in self.evidence.items()
        )
        first = next(iter(rows.values()))
        units = self._table(data, rows, self.units, literals) if self.units is not None else None
        tested = first.count() if units is None else units[units.columns[0]].max().cast("int64")
        return Found(self._table(data, rows, self.query, literals), evidence, tested)

    def _evidence(
        self, data: Data, rows: Mapping[str, ir.Table], table: str, query: exp.Query | None, literals: Mapping[str, Any]
    ) -> ir.Table:
        if query is None:
            missing = [column for column in self.key if column not in rows[table].columns]
            if missing:
                words = "、".join(missing)
                raise OwnFault(
                    self.name,
                    f"表 {table} 没有主键的列 {words}，evidence.{table} 应写一个给出它们的 SELECT",
                    f"{table} has no {', '.join(missing)}: evidence.{table} needs a SELECT that gives it",
                )
            return rows[table]
        own = list(tables()[table].key)
        named = self._table(data, rows, query, literals).distinct()
        named = named.select(*own, **{f"lead_{column}": named[column] for column in self.key})
        return rows[table].inner_join(named, own)

    def _table(
        self, data: Data, rows: Mapping[str, ir.Table], query: exp.Query, literals: Mapping[str, Any]
    ) -> ir.Table:
        """A query over the prepared rows, in the words of the engine."""
        dialect = data.backend.dialect
        tree = query.copy()
        inner = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        for placeholder in list(tree.find_all(exp.Placeholder)):
            placeholder.replace(exp.convert(literals[placeholder.name]))
        for table in list(tree.find_all(exp.Table)):
            name = table.name.lower()
            if name in inner:
                continue
            prepared = sqlglot.parse_one(str(data.backend.compile(rows[name])), dialect=dialect)
            assert isinstance(prepared, exp.Query)
            table.replace(prepared.subquery(table.alias or table.name))
        return data.backend.sql(tree.sql(dialect=dialect))
