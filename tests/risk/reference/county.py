"""Invented tables with planted cases, near misses and noise: ties, nulls, unknown keys, amounts on the limit."""

from __future__ import annotations

import csv
import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, Any]
AS_OF = dt.date(2024, 12, 31)


def procurement(seed: int, *, buyers: int = 30, tenders: int = 420, suppliers: int = 60) -> dict[str, list[Row]]:
    r = random.Random(seed)

    def some(value: Any, missing: float = 0.04) -> Any:
        return None if r.random() < missing else value

    def pick(*weighted: tuple[Any, int]) -> Any:
        return r.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]

    t: dict[str, list[Row]] = {
        name: []
        for name in (
            "tenders",
            "bids",
            "awards",
            "contracts",
            "amendments",
            "suppliers",
            "shareholders",
            "employees",
            "kin",
        )
    }
    firms = [f"S{i:03d}" for i in range(suppliers)]
    for i, firm in enumerate(firms):
        t["suppliers"].append(
            {
                "supplier_id": firm,
                "reg_date": some(dt.date(2023, 1, 1) + dt.timedelta(days=r.randrange(500))),
                # One phone is that of an agent: more than ten hold it.
                "phone_hash": some("agent" if i < 11 else f"t{r.randrange(40)}", 0.3),
                "address_hash": some(f"a{r.randrange(60)}", 0.5),
                "legal_rep_id": some(f"P{r.randrange(90)}", 0.1),
            }
        )
        for person in {f"P{r.randrange(90)}" for _ in range(r.randrange(3))}:
            t["shareholders"].append(
                {
                    "supplier_id": firm,
                    "person_id": person,
                    "share": some(r.choice([Decimal("0.25"), Decimal("0.24"), Decimal("0.6")])),
                }
            )
    for person in {f"P{r.randrange(90)}" for _ in range(25)}:
        start = dt.date(2023, 6, 1) + dt.timedelta(days=r.randrange(300))
        end = some(start + dt.timedelta(days=r.randrange(400)), 0.5)
        t["employees"].append(
            {
                "person_id": person,
                "org_id": f"B{r.randrange(buyers):02d}",
                "is_village_cadre": False,
                "start_date": start,
                "end_date": None if end is None or end > AS_OF else end,
            }
        )
    for one, other in {(f"P{r.randrange(90)}", f"P{r.randrange(90)}") for _ in range(40)}:
        t["kin"].append({"person_id": one, "kin_id": other, "relation": some("sibling")})
    pairs = [(firms[-1 - 2 * i], firms[-2 - 2 * i]) for i in range(3)]
    regulars = firms[:13]
    losers = ["L0", "L1"]
    for i in range(tenders):
        tender, buyer = f"T{i:04d}", f"B{min(r.randrange(buyers), r.randrange(buyers)):02d}"
        start = dt.datetime(2024, 1, 1, 9) + dt.timedelta(hours=r.randrange(6000))
        end = start + pick(
            (dt.timedelta(days=20), 3),
            (dt.timedelta(days=20, seconds=-1), 2),
            (dt.timedelta(days=25), 6),
            (dt.timedelta(days=9), 1),
        )
        t["tenders"].append(
            {
                "tender_id": tender,
                "buyer_id": buyer,
                "category": pick(("goods", 5), ("works", 3), ("services", 1)),
                "method": some(pick(("open", 6), ("selective", 2), ("limited", 1), ("direct", 1))),
                "award_criteria": some(pick(("price", 1), ("score", 1))),
                "bid_start": some(start),
                "bid_end": some(end),
                "status": some(pick(("complete", 8), ("cancelled", 1)), 0.2),
                "item_code": None,
                "n_tenderers": some(r.randrange(5)),
            }
        )
        day = min(end.date() + dt.timedelta(days=r.randrange(9)), AS_OF)
        if i % 15 < 2:
            entrants = list(pairs[i % 3]) + r.sample(regulars, r.randrange(2))
        else:
            entrants = r.sample(regulars if r.random() < 0.9 else firms[:-8], r.choice([0, 1, 2, 3, 3, 4, 5, 6]))
        entrants += [loser for loser in losers if entrants and r.random() < 0.5]
        base, bids = Decimal(r.randrange(2_000, 30_000) * 100), []
        strict = buyer in ("B00", "B01")
        for entrant in entrants:
            factor = (
                Decimal("2.5")
                if entrant in losers
                else pick(
                    (Decimal("1"), 1),
                    (Decimal("1.001"), 1),
                    (Decimal("1.05"), 3),
                    (Decimal("1.1"), 3),
                    (Decimal("1.2"), 2),
                    (Decimal("1.9"), 1),
                )
            )
            bids.append(
                {
                    "bid_id": f"{tender}-{len(bids)}",
                    "tender_id": tender if r.random() > 0.01 else "T9999",
                    "supplier_id": entrant,
                    "amount": some(pick((base * factor, 30), (Decimal(0), 1))),
                    "status": pick(
                        ("valid", 10),
                        ("disqualified", 9 if strict else 2),
                        ("pending", 1),
                        ("withdrawn", 1),
                        ("invited", 1),
                    ),
                    "received_at": some(end + dt.timedelta(seconds=pick((-60, 20), (0, 2), (1, 1)))),
                    "device_id": some(f"d{r.randrange(400)}", 0.5),
                }
            )
        t["bids"] += bids
        standing = [
            b for b in bids if b["status"] == "valid" and b["amount"] is not None and b["supplier_id"] not in losers
        ]
        lowest = min(standing, key=lambda b: (b["amount"], b["bid_id"]), default=None)
        winner = lowest["supplier_id"] if lowest and r.random() < 0.95 else r.choice(firms)
        # One firm sells everything, every other one keeps to two classes of goods.
        kind = 10 + (r.randrange(14) if winner == firms[0] else int(winner[1:]) % 5 + r.randrange(2))
        t["tenders"][-1]["item_code"] = some(f"{kind}{r.randrange(100):02d}")
        for n in range(pick((1, 12), (2, 1), (0, 1))):
            t["awards"].append(
                {
                    "award_id": f"A{i:04d}-{n}",
                    "tender_id": tender,
                    "supplier_id": winner if r.random() < 0.9 else r.choice(firms),
                    "amount": some(pick((base, 6), (Decimal("500000"), 1), (Decimal("499999.99"), 1))),
                    "award_date": some(day),
                    "status": pick(("active", 12), ("pending", 1), ("cancelled", 1), ("unsuccessful", 1)),
                }
            )
    _contracts(t, r, buyers, firms)
    return t


def _contracts(t: dict[str, list[Row]], r: random.Random, buyers: int, firms: list[str]) -> None:
    for i, award in enumerate(t["awards"]):
        amount = award["amount"] or Decimal("1000.00")
        signed = (award["award_date"] or dt.date(2024, 5, 1)) + dt.timedelta(days=r.choice([0, 5, 30, 31, -1]))
        _contract(t, f"C{i:04d}", award["award_id"], f"B{r.randrange(buyers):02d}", award["supplier_id"], "open", r.choice(["works", "goods"]),
                  r.choice([amount, amount, (amount * Decimal("1.001")).quantize(Decimal("0.01")), amount + 1000]), min(signed, AS_OF), None)  # fmt: skip
    for buyer in range(buyers):
        # The first three buyers are captured; of the others every supplier has about the same.
        for n in range(14):
            captured = buyer < 3 and n < 11
            firm = firms[buyer] if captured else firms[(buyer * 7 + n * (1 + buyer % 3)) % len(firms)]
            _contract(t, f"K{buyer:02d}-{n}", None, f"B{buyer:02d}", firm, r.choice(["direct", "limited", "open"]), r.choice(["goods", "services"]),
                      Decimal(90_000_000 if captured else r.choice([400_000, 500_000, 700_000, 1_000_000])), dt.date(2023 + n % 2, 1 + n % 12, 5), r.choice(["1101", "1102", None]))  # fmt: skip
    for i, contract in enumerate(t["contracts"]):
        for n in range(r.choice([0, 0, 1, 2])):
            share = r.choice([Decimal("0.05"), Decimal("0.1"), Decimal("0.11"), Decimal("-0.02")])
            delta = (contract["amount"] * share).quantize(Decimal("0.01"))
            t["amendments"].append(
                {
                    "change_id": f"M{i}-{n}",
                    "contract_id": contract["contract_id"],
                    "change_date": None,
                    "amount_delta": delta,
                }
            )


def _contract(t: dict[str, list[Row]], number: str, award: str | None, buyer: str, firm: str, method: str, category: str, amount: Decimal,
              day: dt.date, item: str | None) -> None:  # fmt: skip
    row = {
        "contract_id": number,
        "award_id": award,
        "buyer_id": buyer,
        "supplier_id": firm,
        "category": category,
        "method": method,
    }
    t["contracts"].append({**row, "amount": amount, "sign_date": day, "item_code": item})


def write(folder: Path, tables: dict[str, list[Row]]) -> Path:
    """The tables as csv files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list({column: None for row in rows for column in row}))
                writer.writeheader()
                writer.writerows(rows)
    return folder


def everything(seed: int) -> dict[str, list[Row]]:
    """All tables; what two parts have of one table stands one behind the other."""
    from tests.risk.reference.offices import government
    from tests.risk.reference.villages import public_money
    from tests.risk.reference.wards import hospitals

    found: dict[str, list[Row]] = {}
    for part in (procurement(seed), public_money(seed), government(seed), hospitals(seed)):
        for name, rows in part.items():
            found.setdefault(name, []).extend(rows)
    for rows in found.values():
        columns = {column: None for row in rows for column in row}
        rows[:] = [{**columns, **row} for row in rows]
    return found
