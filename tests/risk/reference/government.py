"""ENF, APPR, PARTY, HR, EXP, SAFE and RECT, from the catalogue's words."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

from tests.risk.reference.county import AS_OF
from tests.risk.reference.statistics import median, ratio, rz

Row = dict[str, Any]
Tables = dict[str, list[Row]]
YEAR_AGO = dt.date(2023, 12, 31)


def _by(rows: list[Row], *names: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)].append(row)
    return found


def enf_01(t: Tables) -> dict[str, Any]:
    fined = [c for c in t["cases"] if c["decision"] == "penalty" and c["fine_amount"] and c["severity"]]
    found = {}
    for group in _by(fined, "violation_code", "severity").values():
        logs = [math.log(c["fine_amount"]) for c in group]
        for c, x in zip(group, logs, strict=True):
            z = rz(x, logs)
            if z is not None and abs(z) >= 3.5 and abs(x - median(logs)) >= math.log(2) - 1e-12:
                found[c["case_id"]] = math.exp(x - median(logs))
    return found


def enf_02(t: Tables) -> dict[str, Any]:
    units: dict[str, tuple[int, int]] = {}
    for c in t["cases"]:
        if c["officer_id"] and c["decided_date"]:
            k, n = units.get(c["officer_id"], (0, 0))
            units[c["officer_id"]] = (k + (c["decision"] == "exempt"), n + 1)
    return ratio(units, 20)


def enf_03(t: Tables) -> dict[str, Any]:
    recent = [c for c in t["cases"] if c["filed_date"] > dt.date(2021, 12, 31) and c["party_id"] and c["decided_date"]]
    found = {}
    of_violation = _by(recent, "violation_code")
    for (party, code), own in _by(recent, "party_id", "violation_code").items():
        same = of_violation[code]
        often = 2 * sum(c["decision"] == "penalty" for c in same) >= len(same)
        if len(own) >= 3 and often and all(c["decision"] != "penalty" for c in own):
            found[f"{party}|{code}"] = len(own)
    return found


def enf_04(t: Tables) -> dict[str, Any]:
    days = {c["case_id"]: ((c["decided_date"] or AS_OF) - c["filed_date"]).days for c in t["cases"]}
    return {case: n for case, n in days.items() if n > 90}


def enf_05(t: Tables) -> dict[str, Any]:
    ranges = {v["violation_code"]: (v["fine_min"], v["fine_max"]) for v in t["violations"]}
    found = {}
    for c in t["cases"]:
        low, high = ranges.get(c["violation_code"], (None, None))
        fine = c["fine_amount"]
        if c["decision"] == "penalty" and fine is not None:
            if (low is not None and fine < low) or (high is not None and fine > high):
                found[c["case_id"]] = float(fine)
    return found


def _worked(t: Tables) -> list[Row]:
    day = {row["day"]: row["cum_wd"] for row in t["calendar"]}
    return [
        {**a, "wd": day[a["decide_date"]] - day[a["accept_date"]]}
        for a in t["approvals"]
        if a["decide_date"] in day and a["accept_date"] in day
    ]


def appr_01(t: Tables) -> dict[str, Any]:
    items = {i["item_code"]: i for i in t["approval_items"]}
    found = {}
    for a in _worked(t):
        item = items[a["item_code"]]
        promised = item["statutory_days"] if item["promised_days"] is None else item["promised_days"]
        if a["wd"] > min(promised, item["statutory_days"]):
            found[a["appr_id"]] = a["wd"]
    return found


def appr_02(t: Tables) -> dict[str, Any]:
    found = {}
    by_item = _by(_worked(t), "item_code")
    for item in t["approval_items"]:
        d = item["delegated_date"]
        if d is None:
            continue
        before = [a["wd"] for a in by_item[item["item_code"]] if d.replace(year=d.year - 1) <= a["accept_date"] < d]
        after = [a["wd"] for a in by_item[item["item_code"]] if d <= a["accept_date"] < d.replace(year=d.year + 1)]
        if len(before) >= 20 and len(after) >= 20:
            old, new = median(before), median(after)
            if new * 10 >= old * 12 and new - old >= 2:
                found[item["item_code"]] = new
    return found


def party_01(t: Tables) -> dict[str, Any]:
    found = {}
    for branch in t["branches"]:
        for year in range(min(m["meet_date"].year for m in t["meetings"]), AS_OF.year + 1):
            own = [m for m in t["meetings"] if m["branch_id"] == branch["branch_id"] and m["meet_date"].year == year]
            quarters = len({(m["meet_date"].month - 1) // 3 for m in own if m["type"] == "assembly"})
            months = len({m["meet_date"].month for m in own if m["type"] == "committee"})
            if quarters < 4 or (branch["has_committee"] and months < 11):
                found[f"{branch['branch_id']}|{year}"] = quarters
    return found


def party_02(t: Tables) -> dict[str, Any]:
    places: dict[str, set[Any]] = defaultdict(set)
    for m in t["meetings"]:
        if m["minutes_hash"]:
            places[m["minutes_hash"]].add((m["branch_id"], m["meet_date"]))
    return {words: len(own) for words, own in places.items() if len(own) >= 2}


def hr_01(t: Tables) -> dict[str, Any]:
    units: dict[str, tuple[int, int]] = {}
    for (org, _), own in _by(t["selections"], "org_id", "round_id").items():
        if len(own) >= 3:
            chosen = [s["months_in_rank"] for s in own if s["chosen"]]
            k, n = units.get(org, (0, 0))
            units[org] = (k + (bool(chosen) and max(chosen) == max(s["months_in_rank"] for s in own)), n + 1)
    return ratio(units, 8)


def hr_02(t: Tables) -> dict[str, Any]:
    died = {d["person_id"]: d["death_date"] for d in t["deaths"]}
    left = {(e["person_id"], e["org_id"]): e["end_date"] for e in t["employees"]}
    found: dict[str, int] = defaultdict(int)
    for p in t["payroll"]:
        ends = (died.get(p["person_id"]), left.get((p["person_id"], p["org_id"])))
        if any(end is not None and p["pay_month"] > end + dt.timedelta(days=31) for end in ends):
            found[p["person_id"]] += 1
    return dict(found)


def _invoices(t: Tables) -> list[Row]:
    return [e for e in t["expenses"] if e["invoice_no"] is not None and e["seller_id"]]


def exp_01(t: Tables) -> dict[str, Any]:
    found = {}
    for (org, seller), own in _by(_invoices(t), "org_id", "seller_id").items():
        numbers = sorted({e["invoice_no"] for e in own})
        for first in (n for n in numbers if n - 1 not in numbers):
            run = [first]
            while run[-1] + 1 in numbers:
                run.append(run[-1] + 1)
            if len(run) >= 3 and len({e["invoice_date"] for e in own if e["invoice_no"] in run}) >= 2:
                found[f"{org}|{seller}|{first}"] = len(run)
    return found


def exp_02(t: Tables) -> dict[str, Any]:
    works = {row["day"]: row["is_workday"] for row in t["calendar"]}
    units: dict[str, tuple[int, int]] = {}
    for e in t["expenses"]:
        if e["kind"] == "reception" and works.get(e["invoice_date"]) is not None:
            k, n = units.get(e["org_id"], (0, 0))
            units[e["org_id"]] = (k + (not works[e["invoice_date"]]), n + 1)
    return ratio(units, 20)


def exp_03(t: Tables) -> dict[str, Any]:
    groups = _by(_invoices(t), "seller_id", "invoice_no")
    return {f"{seller}|{number}": len(own) for (seller, number), own in groups.items() if len(own) >= 2}


def exp_04(t: Tables) -> dict[str, Any]:
    found = {}
    for org, own in _by(t["expenses"], "org_id").items():
        digits = [str(int(e["amount"] * 100))[0] for e in own if e["amount"] >= 10]
        if len(digits) >= 1000:
            away = sum(abs(digits.count(str(d)) / len(digits) - math.log10(1 + 1 / d)) for d in range(1, 10)) / 9
            if away > 0.015:
                found[org] = away
    return found


def safe_01(t: Tables) -> dict[str, Any]:
    days = {h["hazard_id"]: ((h["closed_date"] or AS_OF) - h["due_date"]).days for h in t["hazards"]}
    return {hazard: n for hazard, n in days.items() if n > 0}


def safe_02(t: Tables) -> dict[str, Any]:
    checks = {
        o: len([c for c in own if c["check_date"] > YEAR_AGO]) for o, own in _by(t["safety_checks"], "org_id").items()
    }
    hazards = _by([h for h in t["hazards"] if h["found_date"] > YEAR_AGO], "org_id")
    shares = {org: len(hazards[org]) / n for org, n in checks.items() if n >= 12}
    if len(shares) < 10 or median(list(shares.values())) < 0.5:
        return {}
    return {org: 0 for org, share in shares.items() if share == 0}


def rect_01(t: Tables) -> dict[str, Any]:
    days = {i["issue_id"]: ((i["closed_date"] or AS_OF) - i["due_date"]).days for i in t["issues"]}
    return {issue: n for issue, n in days.items() if n > 0}


def rect_02(t: Tables) -> dict[str, Any]:
    found = {}
    for (org, topic), own in _by(t["issues"], "org_id", "topic").items():
        again = {
            later["issue_id"]
            for later in own
            for early in own
            if early["round"] < later["round"] and early["closed_date"] and early["closed_date"] < later["found_date"]
        }
        if again:
            found[f"{org}|{topic}"] = len(again)
    return found
