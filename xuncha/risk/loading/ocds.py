"""Releases of the Open Contracting Data Standard: one file fills tenders, bids, awards, contracts and amendments.

Lines of JSON, a list, a release, a package of releases or records. Several releases of one process are merged, the later
ones over the earlier. Ids of bids, awards and contracts hold within a process, so that they are put behind its `ocid`.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

from xuncha.risk.loading import rows
from xuncha.risk.loading.heads import place
from xuncha.risk.loading.raw import Part, Unreadable, insert
from xuncha.risk.loading.releases import Release, merged, releases
from xuncha.risk.loading.results import FileReport, Loaded
from xuncha.risk.schema import JOINT, Table, tables

NAME: Final = "ocds"
FORMATS: Final = (".json", ".jsonl", ".ndjson")
MAIN_CURRENCY: Final = "CNY"
_CURRENCIES: Final = 300
_TABLES: Final = ("tenders", "bids", "awards", "contracts", "amendments")
_MAY_MISS: Final = {"buyer_id", "category", "method"}
"""Required elsewhere; the standard leaves them open."""
_LOOKED_AT: Final = 1 << 16
_TENDER_STATES: Final = {
    "planning": "planned", "planned": "planned", "active": "active", "complete": "complete",
    "unsuccessful": "complete", "cancelled": "cancelled", "withdrawn": "cancelled",
}  # fmt: skip
_CATEGORIES: Final = {"goods": "goods", "works": "works", "services": "services", "consultingServices": "services"}
_PRICE: Final = {"priceOnly", "lowestCost"}


def is_one(path: Path) -> bool:
    """Whether a file looks like releases: JSON that names an ``ocid`` early on."""
    if path.suffix.lower() not in FORMATS:
        return False
    try:
        with path.open("rb") as file:
            return b'"ocid"' in file.read(_LOOKED_AT)
    except OSError:
        return False


def take_file(loaded: Loaded, path: Path, name: str, door: rows.Door) -> None:
    """Take a file of releases into its five tables. Raises `Unreadable`."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        laid = _Laid(Path(scratch), stack)
        bad: list[int] = []
        try:
            counts, main = _survey(path)
            for line, release in merged(path, counts, bad):
                for table, row in _rows(release, main):
                    laid.add(table, line, row)
        except OSError as fault:
            reason = fault.strerror or str(fault)
            raise Unreadable(f"读不出：{reason}", f"cannot be read: {reason}") from None
        except UnicodeDecodeError:
            raise Unreadable("文字不是 UTF-8", "the text is not UTF-8") from None
        laid.close()
        for table in _TABLES:
            if laid.counts[table] or (table == "tenders" and bad):
                _take_table(loaded, laid, tables()[table], name, door, bad if table == "tenders" else [])


def _take_table(loaded: Loaded, laid: _Laid, table: Table, name: str, door: rows.Door, bad: list[int]) -> None:
    connection = loaded.connection
    columns = list(table.columns)
    heads = [column if column in laid.filled[table.name] or table.columns[column].is_key else "" for column in columns]
    placed = place(table, [heads], {})
    assert placed is not None
    lenient = replace(
        table,
        columns={
            column: replace(each, is_required=each.is_required and column not in _MAY_MISS)
            for column, each in table.columns.items()
        },
    )
    report = FileReport(len(loaded.files), table.name, f"{name}[{table.name}]", rows=laid.counts[table.name])
    loaded.files.append(report)
    report.heads = {column: column for column in placed.columns.values()}
    if table.name not in loaded.columns:
        rows.make_table(connection, table)
        loaded.columns[table.name] = set()
    loaded.columns[table.name] |= set(placed.columns.values())
    missing = placed.missing(lenient)
    count = insert(connection, laid.read(table.name), placed.width)
    if missing:
        # No release has the field: every row lacks a required cell.
        connection.execute(
            "INSERT INTO quarantine SELECT ?, ?, line, 'V02', ?, NULL, 1 FROM raw_lines",
            [table.name, report.name, missing[0]],
        )
        report.quarantined = count
    else:
        part = Part("", placed, count, has_wide=True, is_sheet=False)
        rows.take(connection, part, lenient, report, loaded.as_of, door)
    for line in bad:
        connection.execute(
            "INSERT INTO quarantine VALUES (?, ?, ?, 'V03', '', NULL, 1)", [table.name, report.name, line]
        )
    report.rows += len(bad)
    report.quarantined += len(bad)


@dataclass
class _Laid:
    """Rows of each table on disk, with the line each came from: memory does not grow with the file."""

    folder: Path
    stack: ExitStack
    counts: Counter[str] = field(default_factory=Counter)
    filled: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in _TABLES})
    files: dict[str, IO[str]] = field(default_factory=dict)

    def add(self, table: str, line: int, row: Mapping[str, str | None]) -> None:
        if table not in self.files:
            self.files[table] = self.stack.enter_context((self.folder / table).open("w", encoding="utf-8", newline=""))
        csv.writer(self.files[table]).writerow([line, *(row.get(column) or "" for column in tables()[table].columns)])
        self.counts[table] += 1
        self.filled[table] |= {column for column, value in row.items() if value}

    def close(self) -> None:
        for file in self.files.values():
            file.flush()

    def read(self, table: str) -> Iterator[tuple[int, list[str | None]]]:
        if not self.counts[table]:
            return
        with (self.folder / table).open(encoding="utf-8", newline="") as file:
            for line, *cells in csv.reader(file):
                yield int(line), [cell or None for cell in cells]


def _survey(path: Path) -> tuple[Counter[str], str]:
    """How many releases each process has; and the main currency: CNY where any value is in it, else the first seen."""
    counts: Counter[str] = Counter()
    currencies: dict[str, None] = {}
    for _, release in releases(path, []):
        counts[release["ocid"]] += 1
        if len(currencies) < _CURRENCIES:
            currencies |= {str(value["currency"]).upper(): None for value in _values(release) if value.get("currency")}
    return counts, MAIN_CURRENCY if MAIN_CURRENCY in currencies or not currencies else next(iter(currencies))


def _values(release: Release) -> Iterator[dict[str, Any]]:
    holders = [_dict(release, "tender"), *_list(_dict(release, "bids"), "details")]
    holders += [*_list(release, "awards"), *_list(release, "contracts")]
    for holder in holders:
        if value := _dict(holder, "value"):
            yield value


def _rows(release: Release, main: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The rows of a process by table; where it has lots, each lot is a tender."""
    ocid, tender = str(release["ocid"]), _dict(release, "tender")
    bids, awards, contracts = (
        _list(_dict(release, "bids"), "details"),
        _list(release, "awards"),
        _list(release, "contracts"),
    )
    lots = [str(lot["id"]) for lot in _list(tender, "lots") if lot.get("id") is not None]
    by_lot = len(lots) > 1 and any(each.get("relatedLots") for each in (*bids, *awards))
    buyer = _text(_dict(release, "buyer").get("id")) or _text(_dict(tender, "procuringEntity").get("id"))
    base = {
        "buyer_id": buyer,
        "category": _CATEGORIES.get(
            str(tender.get("mainProcurementCategory")), _text(tender.get("mainProcurementCategory"))
        ),
        "method": _text(tender.get("procurementMethod")),
    }
    tender_of_award: dict[str, tuple[str, str | None, str | None]] = {}
    for lot in lots if by_lot else [None]:
        named = ocid if lot is None else f"{ocid}#{lot}"
        own_awards = [each for each in awards if _is_of(each, lot)]
        item = next((code for award in own_awards for code in _item_codes(award)), None)
        yield "tenders", {"tender_id": named, **base, "item_code": item, **_tender(tender, main)}
        for bid in bids:
            if _is_of(bid, lot):
                yield "bids", _bid(bid, named, main)
        for award in own_awards:
            tender_of_award[str(award.get("id"))] = (named, _parties(award, "suppliers"), item)
            yield (
                "awards",
                {
                    "award_id": f"{named}/{award['id']}" if award.get("id") is not None else None,
                    "tender_id": named,
                    "supplier_id": _parties(award, "suppliers"),
                    "amount": _amount(award, main),
                    "award_date": _day(award.get("date")),
                    "status": _text(award.get("status")),
                },
            )
    for contract in contracts:
        yield from _contract(contract, ocid, base, tender_of_award, main)


def _tender(tender: dict[str, Any], main: str) -> dict[str, str | None]:
    period = _dict(tender, "tenderPeriod")
    criteria = _text(tender.get("awardCriteria"))
    state = _text(tender.get("status"))
    return {
        "method_details": _text(tender.get("procurementMethodDetails")),
        "award_criteria": None if criteria is None else "price" if criteria in _PRICE else "score",
        "budget_amount": _amount(tender, main),
        "bid_start": _text(period.get("startDate")),
        "bid_end": _text(period.get("endDate")),
        "status": None if state is None else _TENDER_STATES.get(state, state),
        "n_tenderers": _text(tender.get("numberOfTenderers")),
    }


def _bid(bid: dict[str, Any], tender: str, main: str) -> dict[str, str | None]:
    return {
        "bid_id": f"{tender}/{bid['id']}" if bid.get("id") is not None else None,
        "tender_id": tender,
        "supplier_id": _parties(bid, "tenderers"),
        "amount": _amount(bid, main),
        "status": _text(bid.get("status")),
        "received_at": _text(bid.get("date")),
    }


def _contract(
    contract: dict[str, Any],
    ocid: str,
    base: dict[str, str | None],
    tender_of_award: Mapping[str, tuple[str, str | None, str | None]],
    main: str,
) -> Iterator[tuple[str, dict[str, str | None]]]:
    """A contract takes its supplier and its lot from its award, the rest from the tender."""
    award = _text(contract.get("awardID"))
    tender, supplier, item = tender_of_award.get(str(award), (ocid, None, None))
    named = f"{ocid}/{contract['id']}" if contract.get("id") is not None else None
    yield (
        "contracts",
        {
            **base,
            "contract_id": named,
            "tender_id": tender,
            "award_id": f"{tender}/{award}" if award else None,
            "supplier_id": supplier,
            "amount": _amount(contract, main),
            "sign_date": _day(contract.get("dateSigned")),
            "item_code": item,
        },
    )
    for number, change in enumerate(_list(contract, "amendments"), start=1):
        yield (
            "amendments",
            {
                "change_id": f"{named}/{change.get('id', number)}",
                "contract_id": named,
                "change_date": _day(change.get("date")),
                "amount_delta": _amount(change, main),
            },
        )


def _is_of(each: dict[str, Any], lot: str | None) -> bool:
    related = each.get("relatedLots")
    return lot is None or not isinstance(related, list) or not related or lot in map(str, related)


def _parties(holder: dict[str, Any], name: str) -> str | None:
    """Who bids or supplies; several together are one, named by all of them."""
    found = sorted({str(party["id"]) for party in _list(holder, name) if party.get("id") is not None})
    return JOINT.join(found) or None


def _item_codes(award: dict[str, Any]) -> Iterator[str]:
    for item in _list(award, "items"):
        code = _text(_dict(item, "classification").get("id"))
        if code:
            yield code


def _amount(holder: dict[str, Any], main: str) -> str | None:
    value = _dict(holder, "value")
    amount, currency = value.get("amount"), str(value.get("currency") or main).upper()
    if amount is None or currency != main:
        return None
    return format(amount, "f") if isinstance(amount, Decimal) else _text(amount)


def _day(value: Any) -> str | None:
    words = _text(value)
    return words[:10] if words is not None else None


def _text(value: Any) -> str | None:
    """A value as a cell: an object or a list is kept as JSON, so that it fails as what it is."""
    if value is None:
        return None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).strip() or None


def _dict(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _list(holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
