"""How a cell's words become a value: SQL over text, one expression a column.

The words stand as people write them: 2024-3-5, 2024年3月5日, Excel's day numbers, ¥1,234.50, 12万元, full-width digits, 是.
Whatever cannot be read becomes null here and a fault in `rows`. Engine: DuckDB, which loads for every engine.
"""

from __future__ import annotations

from typing import Final

from xuncha.risk.schema import Column

BLANKS: Final = " \t\r\n\u00a0\u3000\ufeff"
EMPTY_WORDS: Final = ("-", "--", "—", "——", "/", "NULL", "null", "N/A", "#N/A", "NaN", "nan")
_NARROW: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,-+%/:"
_WIDE: Final = "".join(chr(ord(sign) + 0xFEE0) for sign in _NARROW)
_SIGNS: Final = "¥￥,， \u00a0\u3000"

SQL_TYPES: Final = {
    "s": "VARCHAR",
    "enum": "VARCHAR",
    "d": "DATE",
    "month": "DATE",
    "t": "TIMESTAMP",
    "m": "DECIMAL(18,2)",
    "n": "DECIMAL(18,6)",
    "i": "BIGINT",
    "long": "DECIMAL(20,0)",
    "b": "BOOLEAN",
}
OFFSET_HOURS: Final = 8
"""Times are kept as those of China; one written without an offset is taken for such a time."""


def quoted(words: str) -> str:
    """A text literal of SQL."""
    return "'" + words.replace("'", "''") + "'"


def name(words: str) -> str:
    """A name in SQL."""
    return '"' + words.replace('"', '""') + '"'


def bare(cell: str, *, has_wide: bool) -> str:
    """The cell without blanks around it. ``has_wide``: full-width signs may stand in it."""
    words = f"translate({cell}, {quoted(_WIDE)}, {quoted(_NARROW)})" if has_wide else cell
    return f"trim({words}, {quoted(BLANKS)})"


def plain(words: str) -> str:
    """A bare cell, null where it says nothing."""
    listed = ", ".join(quoted(word) for word in ("", *EMPTY_WORDS))
    return f"CASE WHEN {words} NOT IN ({listed}) THEN {words} END"


def typed(column: Column, cell: str, number: str, scale: int = 1) -> str:
    """The value of a plain cell, null where it cannot be read.

    ``number``: the cell after `cleaned`. ``scale``: 10000 where the head says 万元.
    """
    match column.type:
        case "s":
            return cell
        case "enum":
            cases = " ".join(f"WHEN {quoted(word)} THEN {quoted(value)}" for word, value in column.choices.items())
            return f"CASE lower({cell}) {cases} END"
        case "b":
            return (
                f"CASE WHEN lower({cell}) IN ('true', '1', '是', 'y', 'yes', 't', '有', '√') THEN true "
                f"WHEN lower({cell}) IN ('false', '0', '否', 'n', 'no', 'f', '无', '×') THEN false END"
            )
        case "d":
            return _date(cell)
        case "month":
            month = f"try_strptime({cell}, ['%Y-%m', '%Y/%m', '%Y年%m月', '%Y.%m'])::DATE"
            written_short = f"CASE WHEN length({cell}) = 6 THEN try_strptime({cell}, '%Y%m')::DATE END"
            return f"date_trunc('month', coalesce({_bounded(month, cell)}, {written_short}, {_date(cell)}))::DATE"
        case "t":
            return _time(cell)
        case "m":
            return _number(cell, number, "DECIMAL(18,2)", scale)
        case "n":
            return _number(cell, number, "DECIMAL(18,6)", 1)
        case "i":
            exact = f"try_cast({number} AS DECIMAL(28,8))"
            return f"CASE WHEN {exact} = floor({exact}) THEN try_cast({exact} AS BIGINT) END"
        case _:
            exact = f"try_cast({cell} AS DECIMAL(28,8))"
            return f"CASE WHEN {exact} = floor({exact}) THEN try_cast({exact} AS DECIMAL(20,0)) END"


def _bounded(date: str, cell: str) -> str:
    # Words such as infinity and epoch are dates to DuckDB, and 24/3/5 lies in the year 24.
    return f"CASE WHEN {cell} >= '0' AND {cell} < ':' AND {date} BETWEEN DATE '1800-01-01' AND DATE '2200-12-31' THEN {date} END"


def _date(cell: str) -> str:
    written = f"try_strptime({cell}, ['%Y年%m月%d日', '%Y.%m.%d', '%Y年%m月%d号', '%Y%m%dT%H%M%SZ'])::DATE"
    run_on = f"CASE WHEN length({cell}) = 8 THEN try_strptime({cell}, '%Y%m%d')::DATE END"
    return (
        f"coalesce({_bounded(f'try_cast({cell} AS DATE)', cell)}, {_bounded(run_on, cell)}, "
        f"{_bounded(written, cell)}, {_day_number(cell)})"
    )


def _day_number(cell: str) -> str:
    """Excel's day number, from 1954 to 2119; a time of the day may follow the point."""
    number = f"try_cast({cell} AS DECIMAL(12,6))"
    return f"CASE WHEN {number} BETWEEN 20000 AND 80000 THEN DATE '1899-12-30' + floor({number})::INTEGER END"


def _time(cell: str) -> str:
    offset = f"regexp_matches({cell}, '[0-9](Z|z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$') AND length({cell}) > 16"
    of_instant = f"make_timestamp(epoch_us(try_cast({cell} AS TIMESTAMPTZ)) + {OFFSET_HOURS} * 3600000000)"
    naive = f"try_cast({cell} AS TIMESTAMP)"
    written = (
        f"try_strptime({cell}, ['%Y年%m月%d日 %H:%M', '%Y年%m月%d日%H时%M分', '%Y年%m月%d日%H:%M', '%Y.%m.%d %H:%M'])"
    )
    number = f"try_cast({cell} AS DECIMAL(18,10))"
    seconds = f"round(({number} - floor({number})) * 86400)::BIGINT"
    of_number = (
        f"CASE WHEN {number} BETWEEN 20000 AND 80000 THEN "
        f"TIMESTAMP '1899-12-30' + to_days(floor({number})::INTEGER) + to_seconds({seconds}) END"
    )
    found = f"CASE WHEN {offset} THEN {of_instant} ELSE {naive} END"
    range_ = "BETWEEN TIMESTAMP '1800-01-01' AND TIMESTAMP '2200-12-31'"
    starts = f"{cell} >= '0' AND {cell} < ':'"
    return (
        f"CASE WHEN {starts} THEN coalesce(CASE WHEN ({found}) {range_} THEN {found} END, "
        f"CASE WHEN {written} {range_} THEN {written} END, {of_number}, {_date(cell)}::TIMESTAMP) END"
    )


def cleaned(cell: str) -> str:
    """A plain number without currency signs, separators and 元; brackets say less than nothing."""
    signless = f"rtrim(translate({cell}, {quoted(_SIGNS)}, ''), '元')"
    return f"CASE WHEN {cell} LIKE '(%)' THEN '-' || trim({signless}, '()') ELSE {signless} END"


def _number(cell: str, number: str, kind: str, scale: int) -> str:
    exact = f"try_cast({number} AS DECIMAL(28,8))"
    grown = " ".join(
        f"WHEN ends_with({number}, '{word}') THEN try_cast(try_cast(rtrim({number}, '{word}') AS DECIMAL(28,8)) * {factor} AS {kind})"
        for word, factor in (("万", 10_000), ("亿", 100_000_000))
    )
    share = (
        f"WHEN ends_with({cell}, '%') THEN try_cast(try_cast(rtrim({number}, '%') AS DECIMAL(28,8)) / 100 AS {kind})"
    )
    if scale == 1:
        return f"coalesce(try_cast({cell} AS {kind}), try_cast({number} AS {kind}), CASE {grown} {share} END)"
    return f"coalesce(try_cast({exact} * {scale} AS {kind}), CASE {grown} END)"
