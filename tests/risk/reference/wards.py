"""Invented tables of hospitals: purchases, visits, charges, patients."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from tests.risk.reference.county import AS_OF

Row = dict[str, Any]


def hospitals(seed: int) -> dict[str, list[Row]]:
    r = random.Random(seed)

    def some(value: Any, missing: float = 0.05) -> Any:
        return None if r.random() < missing else value

    t: dict[str, list[Row]] = {
        name: [] for name in ("items", "med_purchases", "persons", "deaths", "visits", "charges")
    }
    for i in range(24):
        t["items"].append({"item_code": f"i{i:02d}", "item_class": ("exam", "drug", "treatment")[i % 3], "price_cap": some(Decimal(10 + i), 0.2),
                           "sex_limit": r.choice(["F", "M", None, None]), "age_max": some(r.choice([14, 60, 99]), 0.5),
                           "per_day_max": some(Decimal(r.choice([2, 4])), 0.3)})  # fmt: skip
    for i in range(320):
        price = Decimal(50 + 10 * (i % 8)) * r.choice(
            [1, 1, 1, 1, Decimal("1.3"), Decimal("1.29"), Decimal("0.9"), 2, 0]
        )
        past = r.random() < 0.4
        t["med_purchases"].append({"purchase_id": f"p{i:03d}", "hospital_id": f"H{i % 5}", "item_code": f"i{i % 8:02d}",
                                   "supplier_id": "g0" if past and i % 5 == 1 else f"g{r.randrange(6)}", "qty": Decimal(r.choice(["10", "200.5", "40"])),
                                   "unit_price": price, "buy_date": dt.date(2023 + i % 2, 5, 1), "via_platform": some(not past)})  # fmt: skip
    for i in range(90):
        t["persons"].append(
            {
                "person_id": f"p{i}",
                "sex": some(r.choice("FM")),
                "birth_date": some(dt.date(2009, 6, 1) if i % 4 == 0 else dt.date(1963, 1, 1)),
            }
        )
        if i % 12 == 0:
            t["deaths"].append({"person_id": f"p{i}", "death_date": dt.date(2024, 6, 1)})
    number = 0
    for doctor in range(13):
        for n in range(33 if doctor < 12 else 20):
            number += 1
            _visit(
                t,
                r,
                some,
                number,
                f"H{doctor % 4}",
                f"d{doctor:02d}",
                "out",
                dt.date(2024, 1, 1) + dt.timedelta(days=n * 5),
                None,
            )
            for k in range(r.choice([2, 4, 6, 12])):
                exam = k % 3 == 0 or (doctor == 0 and r.random() < 0.9)
                _charge(t, r, some, number, k, r.randrange(8) * 3 + (0 if exam else 1))
    for i in range(60):
        admitted = dt.date(2024, 2, 1) + dt.timedelta(days=r.randrange(90))
        for _ in range(r.choice([1, 2, 3, 4])):
            number += 1
            left = admitted + dt.timedelta(days=r.choice([3, 7]))
            _visit(t, r, some, number, r.choice(["H0", "H0", "H1"]), "d99", "in", admitted, left, f"p{i}")
            _charge(t, r, some, number, 0, r.randrange(24))
            admitted = left + dt.timedelta(days=r.choice([-3, -2, -1, 0, 15, 16]))
    return t


def _visit(t: dict[str, list[Row]], r: random.Random, some: Any, number: int, hospital: str, doctor: str, kind: str, day: dt.date,
           left: dt.date | None, patient: str | None = None) -> None:  # fmt: skip
    t["visits"].append({"visit_id": f"v{number:04d}", "hospital_id": hospital, "dept": some("内科", 0.01), "doctor_id": some(doctor, 0.01),
                        "patient_id": patient or f"p{r.randrange(90)}", "visit_type": kind, "admit_date": day, "discharge_date": some(left) if left else None,
                        "diag_code": some(r.choice(["J18.9", "J18.0", "J18", "Z51.1"]))})  # fmt: skip


def _charge(t: dict[str, list[Row]], r: random.Random, some: Any, number: int, k: int, item: int) -> None:
    of, visit = t["items"][item], t["visits"][-1]
    price = (of["price_cap"] or Decimal(20)) + r.choice([Decimal(0), Decimal("0.01"), Decimal("0.02")])
    qty = Decimal(r.choice(["1", "2", "2.5"]))
    t["charges"].append({"charge_id": f"v{number:04d}-{k}", "visit_id": visit["visit_id"], "item_code": of["item_code"], "item_class": some(of["item_class"], 0.02),
                         "qty": qty, "unit_price": price, "amount": (price * qty).quantize(Decimal("0.01")), "charge_date": min(visit["admit_date"], AS_OF)})  # fmt: skip
