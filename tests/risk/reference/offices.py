"""Invented tables of offices: cases, approvals, meetings, selections, payroll, expenses, hazards, findings."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from tests.risk.reference.county import AS_OF

Row = dict[str, Any]


def government(seed: int) -> dict[str, list[Row]]:
    r = random.Random(seed)

    def some(value: Any, missing: float = 0.05) -> Any:
        return None if r.random() < missing else value

    def day(first: dt.date, span: int) -> dt.date:
        return min(first + dt.timedelta(days=r.randrange(span)), AS_OF)

    t: dict[str, list[Row]] = {name: [] for name in ("cases", "violations", "calendar", "approvals", "approval_items", "branches", "meetings",
                                                      "selections", "payroll", "deaths", "employees", "expenses", "hazards", "safety_checks", "issues")}  # fmt: skip
    for i in range(6):
        low = Decimal(100 * (i + 1))
        t["violations"].append({"violation_code": f"W{i}", "fine_min": some(low, 0.2), "fine_max": some(low * 30, 0.2)})
    for i in range(700):
        filed, usual = day(dt.date(2021, 6, 1), 1250), 1000 * (1 + i % 6)
        officer = f"E{r.randrange(15):02d}"
        fine = Decimal(usual) * r.choice([Decimal("0.9"), 1, 1, Decimal("1.1"), Decimal("1.2")])
        fine = r.choice(
            [fine] * 25 + [Decimal(usual * 2), Decimal(usual * 9), Decimal(usual) / 5, Decimal(99), Decimal(0)]
        )
        lenient = officer == "E00"
        t["cases"].append(
            {"case_id": f"X{i:03d}", "org_id": f"O{r.randrange(9)}", "officer_id": some(officer), "party_id": some(f"N{r.randrange(90)}"),
             "violation_code": f"W{i % 6}", "severity": some(r.choice(["normal", "normal", "grave"])), "filed_date": filed,
             "decided_date": some(min(filed + dt.timedelta(days=r.choice([20, 89, 90, 91])), AS_OF)), "fine_amount": some(fine),
             "decision": r.choice(["exempt"] * (9 if lenient else 1) + ["penalty"] * 8 + ["transfer"])}
        )  # fmt: skip
    for i in range(9):
        for n in range(3):
            filed = dt.date(2022, 1, 1) - dt.timedelta(days=i == 8)
            t["cases"].append({**t["cases"][0], "case_id": f"Z{i}{n}", "party_id": f"M{i}", "violation_code": "W1", "filed_date": filed,
                               "decided_date": dt.date(2022, 2, 1), "decision": "penalty" if i == 7 and n == 0 else "exempt"})  # fmt: skip
    worked, when = 0, dt.date(2022, 1, 1)
    while when <= AS_OF:
        worked += when.weekday() < 5
        if r.random() > 0.01:
            t["calendar"].append({"day": when, "is_workday": when.weekday() < 5, "cum_wd": worked})
        when += dt.timedelta(days=1)
    for i in range(8):
        t["approval_items"].append({"item_code": f"I{i}", "org_id": f"O{i}", "statutory_days": 20, "promised_days": some(r.choice([10, 15, 30]), 0.3),
                                    "delegated_date": dt.date(2023, 7, 1) if i < 6 else None})  # fmt: skip
        for n in range(120):
            accepted = dt.date(2022, 6, 20) + dt.timedelta(days=n * 6)
            pace = (5, 10, 10, 15)[i % 4] + (r.choice([3, 4]) if accepted >= dt.date(2023, 7, 1) and i in (0, 1) else 0)
            decided = accepted + dt.timedelta(days=pace + r.choice([0, 1, 2, 14]))
            t["approvals"].append(
                {
                    "appr_id": f"I{i}-{n}",
                    "item_code": f"I{i}",
                    "accept_date": accepted,
                    "decide_date": some(min(decided, AS_OF)),
                }
            )
    for i in range(12):
        t["branches"].append({"branch_id": f"D{i:02d}", "org_id": f"O{i % 5}", "has_committee": i % 2 == 0})
        for year in (2023, 2024) if i else ():
            for month in range(1, 13):
                for kind in ("committee", "assembly") if month % 3 == 1 else ("committee",):
                    if r.random() < 0.97:
                        t["meetings"].append({"meeting_id": f"D{i}-{year}-{month}-{kind}", "branch_id": f"D{i:02d}", "type": kind,
                                              "meet_date": dt.date(year, month, 1 + i % 3), "minutes_hash": some(f"m{r.randrange(3000)}")})  # fmt: skip
    for i in range(14):
        for n in range(16):
            months = [r.choice([20, 30, 40, 50, 60]) for _ in range(r.choice([2, 3, 4, 5]))]
            best = months.index(max(months))
            chosen = best if i == 0 or r.random() < 0.15 else (best + 1) % len(months)
            t["selections"] += [{"round_id": f"L{i}-{n}", "org_id": f"O{i:02d}", "candidate_id": f"c{k}", "months_in_rank": m, "chosen": k == chosen}
                                for k, m in enumerate(months)]  # fmt: skip
    for i in range(40):
        end = dt.date(2024, 5, 31) + dt.timedelta(days=r.choice([0, 1, 30]))
        t["deaths" if i % 3 else "employees"].append(
            {"person_id": f"U{i}", "death_date": end} if i % 3 else
            {"person_id": f"U{i}", "org_id": "O1", "is_village_cadre": False, "start_date": dt.date(2020, 1, 1), "end_date": some(end, 0.3)}
        )  # fmt: skip
        for month in range(4, 4 + r.choice([2, 3, 4, 5])):
            t["payroll"].append(
                {
                    "org_id": r.choice(["O1", "O1", "O2"]),
                    "person_id": f"U{i}",
                    "pay_month": dt.date(2024, month, 1),
                    "amount": some(Decimal(5000)),
                }
            )
    for i in range(4200):
        org = r.randrange(14)
        amount = Decimal(str(round(10 ** r.uniform(0.9, 5), 2))) if org else Decimal(r.choice([500, 550, 600, 30]))
        if i < 2300:
            org = i % 2
            amount = amount if org else Decimal(r.choice([500, 550, 620]))
        kind = r.choice(["reception", "office", "travel"])
        when = day(dt.date(2024, 1, 1), 360)
        if org == 3 and kind == "reception" and r.random() < 0.5:
            when = dt.date(2024, 6, 1) + dt.timedelta(days=7 * r.randrange(20))
        t["expenses"].append({"exp_id": f"e{i}", "org_id": f"O{org:02d}", "kind": kind, "invoice_no": some(r.randrange(90_000)), "seller_id": some(f"s{r.randrange(25)}"),
                              "amount": amount, "invoice_date": when})  # fmt: skip
    for i, numbers in enumerate([(1, 2, 3), (1, 2, 4), (7, 8, 9, 9, 10), (20, 21, 22)]):
        for n, number in enumerate(numbers):
            when = dt.date(2024, 3, 1) + dt.timedelta(days=n if i != 3 else 0)
            t["expenses"].append({"exp_id": f"r{i}-{n}", "org_id": "O05", "kind": "other", "invoice_no": 24312000000012300000 + number,
                                  "seller_id": f"run{i}", "amount": Decimal(10), "invoice_date": when})  # fmt: skip
    for i in range(14):
        for n in range(12 if i < 12 else 11):
            t["safety_checks"].append(
                {
                    "check_id": f"{i}-{n}",
                    "org_id": f"O{i:02d}",
                    "check_date": dt.date(2024, 1, 1) + dt.timedelta(days=25 * n),
                }
            )
        for n in range(0 if i in (0, 1, 12) else 8):
            found = dt.date(2024, 1, 1) + dt.timedelta(days=25 * n)
            due = found + dt.timedelta(days=30)
            closed = some(due + dt.timedelta(days=r.choice([-3, 0, 1])), 0.2)
            t["hazards"].append({"hazard_id": f"h{i}-{n}", "org_id": f"O{i:02d}", "level": r.choice(["general", "major"]), "found_date": found,
                                 "due_date": due, "closed_date": closed})  # fmt: skip
    for i in range(120):
        turn = r.randrange(1, 4)
        found = dt.date(2021 + turn, 3, 1)
        due = found + dt.timedelta(days=90)
        closed = some(found + dt.timedelta(days=r.choice([60, 90, 91, 365])), 0.2)
        t["issues"].append({"issue_id": f"i{i}", "org_id": f"O{r.randrange(9)}", "topic": f"t{r.randrange(6)}", "round": turn, "found_date": found,
                            "due_date": due, "closed_date": None if closed is None or closed > AS_OF else closed})  # fmt: skip
    return t
