"""SUB-01 to SUB-07, FUND-01 to FUND-04 and PROJ-01 to PROJ-04, from the catalogue's words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from tests.risk.reference.county import AS_OF
from tests.risk.reference.statistics import ratio, rz

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def _programs(t: Tables) -> dict[str, Row]:
    return {row["program_id"]: row for row in t["programs"]}


def _kin(t: Tables) -> set[tuple[str, str]]:
    pairs = {(row["person_id"], row["kin_id"]) for row in t["kin"]}
    return pairs | {(b, a) for a, b in pairs}


def sub_01(t: Tables) -> dict[str, Any]:
    died = {row["person_id"]: row["death_date"] for row in t["deaths"]}
    late = {
        row["pay_id"]: (row["pay_date"] - died[row["person_id"]]).days
        for row in t["subsidies"]
        if row["person_id"] in died
    }
    return {pay: days for pay, days in late.items() if days > 31}


def sub_02(t: Tables) -> dict[str, Any]:
    found = {}
    for row in t["subsidies"]:
        posts = {
            e["org_id"]
            for e in t["employees"]
            if e["person_id"] == row["person_id"] and not e["is_village_cadre"]
            and e["start_date"] <= row["pay_date"] and (e["end_date"] is None or row["pay_date"] <= e["end_date"])
        }  # fmt: skip
        if _programs(t)[row["program_id"]]["excludes_employees"] and posts:
            found[row["pay_id"]] = len(posts)
    return found


def sub_03(t: Tables) -> dict[str, Any]:
    drawn: dict[str, set[str]] = defaultdict(set)
    programs = _programs(t)
    for row in t["subsidies"]:
        if group := programs[row["program_id"]]["exclusive_group"]:
            drawn[f"{row['person_id']}|{group}|{row['pay_date']:%Y-%m}"].add(row["program_id"])
    return {key: len(names) for key, names in drawn.items() if len(names) >= 2}


def sub_04(t: Tables) -> dict[str, Any]:
    household = {row["person_id"]: row["household_id"] for row in t["persons"]}
    into: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in t["subsidies"]:
        home = household.get(row["person_id"])
        if row["account_hash"] and home and row["pay_date"] > AS_OF - dt.timedelta(days=365):
            into[row["account_hash"]].add((row["person_id"], home))
    counted = {a: (len({p for p, _ in pairs}), len({h for _, h in pairs})) for a, pairs in into.items()}
    return {account: homes for account, (people, homes) in counted.items() if people >= 3 and homes >= 3}


def sub_05(t: Tables) -> dict[str, Any]:
    kin, programs = _kin(t), _programs(t)
    return {
        row["pay_id"]: 1
        for row in t["subsidies"]
        if programs[row["program_id"]]["discretionary"] and (row["person_id"], row["approver_id"]) in kin
    }


def sub_06(t: Tables) -> dict[str, Any]:
    kin, programs = _kin(t), _programs(t)
    cadres: dict[str, set[str]] = defaultdict(set)
    for e in t["employees"]:
        if e["is_village_cadre"]:
            cadres[e["org_id"]].add(e["person_id"])
    people: dict[str, set[str]] = defaultdict(set)
    for row in t["subsidies"]:
        if programs[row["program_id"]]["discretionary"] and row["village_id"]:
            people[row["village_id"]].add(row["person_id"])
    units = {v: (sum(any((p, c) in kin for c in cadres[v]) for p in own), len(own)) for v, own in people.items()}
    return ratio(units, 20)


def sub_07(t: Tables) -> dict[str, Any]:
    found = {}
    for row in t["subsidies"]:
        standard = _programs(t)[row["program_id"]]["unit_standard"]
        if standard is not None and row["qty"] is not None and row["amount"] > Decimal("1.01") * standard * row["qty"]:
            due = standard * row["qty"]
            found[row["pay_id"]] = None if due == 0 else float(row["amount"] / due)
    return found


def _payments(t: Tables) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in t["disbursements"]:
        found[row["fund_id"]].append(row)
    return found


def fund_01(t: Tables) -> dict[str, Any]:
    paid = _payments(t)
    found = {}
    for row in t["funds"]:
        first = min((p["pay_date"] for p in paid[row["fund_id"]]), default=AS_OF)
        days = (first - row["received_date"]).days
        if days > (30 if row["due_days"] is None else row["due_days"]):
            found[row["fund_id"]] = days
    return found


def fund_02(t: Tables) -> dict[str, Any]:
    paid = _payments(t)
    found = {}
    for row in t["funds"]:
        end = dt.date(row["fund_year"] + 1, 12, 31)
        left = row["amount"] - sum(p["amount"] for p in paid[row["fund_id"]] if p["pay_date"] <= end)
        if end <= AS_OF and left >= max(Decimal("0.01") * row["amount"], 10_000):
            found[row["fund_id"]] = float(left / row["amount"])
    return found


def fund_03(t: Tables) -> dict[str, Any]:
    org = {row["fund_id"]: row["org_id"] for row in t["funds"]}
    units: dict[str, list[Row]] = defaultdict(list)
    for row in t["disbursements"]:
        if row["fund_id"] in org:
            units[f"{org[row['fund_id']]}|{row['pay_date'].year}"].append(row)
    sums = {
        unit: (sum(p["amount"] for p in own if p["pay_date"].month == 12), sum(p["amount"] for p in own))
        for unit, own in units.items()
        if len(own) >= 12
    }
    shares = {unit: float(part) / float(whole) for unit, (part, whole) in sums.items() if whole > 0}
    found = {}
    for unit, share in shares.items():
        z = rz(share, list(shares.values()))
        if sums[unit][0] * 10 >= sums[unit][1] * 4 and z is not None and z >= 3.5:
            found[unit] = share
    return found


def fund_04(t: Tables) -> dict[str, Any]:
    paid = _payments(t)
    found = {}
    for row in t["funds"]:
        end = dt.date(row["fund_year"], 12, 31)
        if row["received_date"] < dt.date(row["fund_year"], 7, 1) and end <= AS_OF:
            total = sum(p["amount"] for p in paid[row["fund_id"]] if p["pay_date"] <= end)
            if total * 2 < row["amount"]:
                found[row["fund_id"]] = float(total) / float(row["amount"])
    return found


def proj_01(t: Tables) -> dict[str, Any]:
    found = {}
    for row in t["projects"]:
        budget, estimate, settled = row["approved_budget"], row["estimate_amount"], row["settle_reviewed"]
        if budget is None:
            continue
        if estimate is not None and budget * 10 > estimate * 11:
            found[row["project_id"]] = float(budget) / float(estimate)
        elif settled is not None and settled > budget:
            found[row["project_id"]] = float(settled) / float(budget)
    return found


def proj_02(t: Tables) -> dict[str, Any]:
    found = {}
    for row in t["projects"]:
        sent, kept = row["settle_submitted"], row["settle_reviewed"]
        if sent is not None and kept is not None and sent > 0 and (sent - kept) * 5 >= sent:
            found[row["project_id"]] = float(sent - kept) / float(sent)
    return found


def proj_03(t: Tables) -> dict[str, Any]:
    units: dict[str, tuple[int, int]] = {}
    for row in t["projects"]:
        sent, kept = row["budget_submitted"], row["budget_reviewed"]
        if row["reviewer_id"] and sent is not None and kept is not None and sent > 0:
            k, n = units.get(row["reviewer_id"], (0, 0))
            units[row["reviewer_id"]] = (k + ((sent - kept) * 200 < sent), n + 1)
    return ratio(units, 20)


def proj_04(t: Tables) -> dict[str, Any]:
    late = {
        row["project_id"]: ((row["final_account_date"] or AS_OF) - row["completion_date"]).days
        for row in t["projects"]
        if row["completion_date"]
    }
    return {project: days for project, days in late.items() if days > 90}
