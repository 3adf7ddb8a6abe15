"""Invented tables of public money: subsidies, funds, projects; planted cases, near misses, nulls and ties."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from tests.risk.reference.county import AS_OF

Row = dict[str, Any]


def public_money(seed: int) -> dict[str, list[Row]]:
    r = random.Random(seed)

    def some(value: Any, missing: float = 0.05) -> Any:
        return None if r.random() < missing else value

    t: dict[str, list[Row]] = {
        "programs": [
            {"program_id": f"G{i}", "exclusive_group": ["A", "A", "B", None][i % 4], "discretionary": i % 2 == 0,
             "excludes_employees": i % 3 == 0, "unit_standard": some(Decimal(50 + 10 * i), 0.1)}
            for i in range(8)
        ],
        "persons": [], "deaths": [], "subsidies": [], "employees": [], "kin": [],
    }  # fmt: skip
    people = {f"V{v:02d}": [f"Q{v:02d}{i:02d}" for i in range(30)] for v in range(14)}
    for village, own in people.items():
        for i, person in enumerate(own):
            t["persons"].append(
                {"person_id": person, "household_id": some(f"H{village}{i // 2}"), "village_id": village}
            )
        for cadre in own[:2]:
            t["employees"].append(_post(cadre, village, True, dt.date(2015, 1, 1), some(dt.date(2019, 1, 1), 0.5)))
        # In the first village half of the people are kin of a cadre.
        for i, person in enumerate(own[2:]):
            if r.random() < (0.6 if village == "V00" else 0.06):
                pair = (person, own[i % 2])
                t["kin"].append(
                    dict(zip(("person_id", "kin_id"), pair if r.random() < 0.5 else pair[::-1], strict=True))
                )
        for person in r.sample(own, 3):
            t["deaths"].append(
                {"person_id": person, "death_date": dt.date(2024, 1, 1) + dt.timedelta(days=r.randrange(200))}
            )
        for person in r.sample(own[2:], 3):
            t["employees"].append(_post(person, "O1", False, dt.date(2024, 3, 1), some(dt.date(2024, 9, 1), 0.5)))
    died = {row["person_id"]: row["death_date"] for row in t["deaths"]}
    for i in range(1500):
        village = r.choice([*people, "V00", "V01"])
        person = r.choice(people[village])
        program = r.choice(t["programs"])
        day = dt.date(2023, 11, 1) + dt.timedelta(days=r.randrange(420))
        if person in died and r.random() < 0.5:
            day = died[person] + dt.timedelta(days=r.choice([31, 32]))
        qty = some(Decimal(r.choice(["1", "2.5", "0.5"])))
        due = (program["unit_standard"] or Decimal(70)) * (qty or 1)
        t["subsidies"].append(
            {
                "pay_id": f"Y{i:04d}", "program_id": program["program_id"], "person_id": person, "village_id": some(village),
                "account_hash": some(f"k{r.randrange(250)}"), "qty": qty, "pay_date": min(day, AS_OF),
                "amount": (due * r.choice([1, 1, 1, Decimal("1.01"), Decimal("1.02")])).quantize(Decimal("0.01")) + r.choice([0, 0, 0, Decimal("0.01")]),
                "approver_id": some(r.choice(people[village][:3])),
            }
        )  # fmt: skip
    _funds(t, r, some)
    _projects(t, r, some)
    return t


def _post(person: str, org: str, is_cadre: bool, start: dt.date, end: dt.date | None) -> Row:
    return {"person_id": person, "org_id": org, "is_village_cadre": is_cadre, "start_date": start, "end_date": end}


def _funds(t: dict[str, list[Row]], r: random.Random, some: Any) -> None:
    t["funds"], t["disbursements"] = [], []
    for i in range(90):
        org, year = f"O{i % 24:02d}", r.choice([2022, 2023, 2024])
        received = r.choice([dt.date(year, 6, 30), dt.date(year, 7, 1), dt.date(year, 2, 3)])
        amount = Decimal(r.choice([1_000_000, 400_000, 2_000_000]))
        t["funds"].append({"fund_id": f"F{i:02d}", "org_id": org, "fund_year": year, "amount": amount, "received_date": received,
                           "due_days": some(r.choice([30, 60]), 0.5)})  # fmt: skip
        if r.random() < 0.08:
            continue
        rush = org in ("O00", "O01")
        for n in range(14):
            first = received + dt.timedelta(days=r.choice([29, 30, 31, 61]))
            day = dt.date(year, 12, 20) if rush and n > 2 else first + dt.timedelta(days=n * r.choice([1, 9, 15, 31]))
            paid = amount * r.choice([Decimal("0.05"), Decimal("0.07"), Decimal("0.02"), Decimal("-0.01")])
            if n == 13:
                spent = sum(p["amount"] for p in t["disbursements"] if p["fund_id"] == f"F{i:02d}")
                paid = r.choice(
                    [
                        amount - spent,
                        amount - spent - 10_000,
                        amount - spent - Decimal("9999.99"),
                        amount / 2 - spent,
                        paid,
                    ]
                )
            t["disbursements"].append(
                {"disb_id": f"F{i:02d}-{n}", "fund_id": f"F{i:02d}", "amount": paid, "pay_date": min(day, AS_OF)}
            )


def _projects(t: dict[str, list[Row]], r: random.Random, some: Any) -> None:
    t["projects"] = []
    for i in range(420):
        reviewer = f"R{i % 13:02d}"
        estimate = Decimal(r.choice([1_000_000, 3_000_000]))
        sent, settled = estimate, estimate * r.choice([Decimal("0.9"), Decimal("1.1"), Decimal("1.2")])
        cut = (
            r.choice([Decimal("0"), Decimal("0.004")])
            if reviewer == "R00"
            else r.choice([Decimal("0.005"), Decimal("0.08"), Decimal("0.08"), Decimal("0.004")])
        )
        done = dt.date(2024, 1, 1) + dt.timedelta(days=r.randrange(300))
        t["projects"].append(
            {
                "project_id": f"J{i:03d}", "owner_id": f"O{r.randrange(20):02d}", "reviewer_id": some(reviewer),
                "estimate_amount": some(estimate), "approved_budget": some(estimate * r.choice([1, Decimal("1.1"), Decimal("1.11")])),
                "budget_submitted": some(sent), "budget_reviewed": some(sent * (1 - cut)), "settle_submitted": some(settled),
                "settle_reviewed": some(settled * r.choice([1, Decimal("0.8"), Decimal("0.80001"), Decimal("0.95")])),
                "completion_date": some(done), "final_account_date": some(min(done + dt.timedelta(days=r.choice([40, 90, 91])), AS_OF), 0.2),
            }
        )  # fmt: skip
