"""HOSP-01 to HOSP-09, from the catalogue's words."""

from __future__ import annotations

import itertools
from collections import defaultdict
from decimal import Decimal
from typing import Any

from tests.risk.reference.statistics import median, rz

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def _by(rows: list[Row], *names: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)].append(row)
    return found


def hosp_01(t: Tables) -> dict[str, Any]:
    found = {}
    priced = [{**p, "year": p["buy_date"].year} for p in t["med_purchases"] if p["unit_price"] > 0]
    for own in _by(priced, "item_code", "year").values():
        middle = median([p["unit_price"] for p in own])
        for p in own:
            if len(own) >= 10 and p["unit_price"] * 10 >= middle * 13:
                found[p["purchase_id"]] = float(p["unit_price"] / middle)
    return found


def hosp_02(t: Tables) -> dict[str, Any]:
    found = {}
    past = [{**p, "worth": p["qty"] * p["unit_price"]} for p in t["med_purchases"] if p["via_platform"] is False]
    for hospital, own in _by(past, "hospital_id").items():
        for supplier, rows in _by(own, "supplier_id").items():
            part, whole = sum(p["worth"] for p in rows), sum(p["worth"] for p in own)
            if part >= 100_000 and part * 2 >= whole:
                found[f"{hospital}|{supplier}"] = float(part / whole)
    return found


def hosp_03(t: Tables) -> dict[str, Any]:
    visits = {v["visit_id"]: v for v in t["visits"] if v["visit_type"] == "out" and v["doctor_id"] and v["dept"]}
    bills: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for c in t["charges"]:
        if c["visit_id"] in visits and c["item_class"]:
            visit = visits[c["visit_id"]]
            bills[visit["doctor_id"], visit["dept"]].append(c)
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for (doctor, dept), own in bills.items():
        total = sum(c["amount"] for c in own)
        if len({c["visit_id"] for c in own}) >= 30 and total > 0:
            exams = sum((c["amount"] for c in own if c["item_class"] == "exam"), Decimal(0))
            shares[dept][doctor] = float(exams) / float(total)
    best: dict[str, tuple[float, float]] = {}
    for peers in shares.values():
        values = list(peers.values())
        for doctor, share in peers.items():
            z = rz(share, values, 10)
            if z is not None and z >= 3.5 and share >= 1.5 * median(values):
                best[doctor] = max(best.get(doctor, (0.0, 0.0)), (z, share))
    return {doctor: share for doctor, (_, share) in best.items()}


def hosp_04(t: Tables) -> dict[str, Any]:
    out = {v["visit_id"] for v in t["visits"] if v["visit_type"] == "out"}
    drugs: dict[str, set[str]] = defaultdict(set)
    for c in t["charges"]:
        if c["visit_id"] in out and c["item_class"] == "drug":
            drugs[c["visit_id"]].add(c["item_code"])
    return {visit: len(items) for visit, items in drugs.items() if len(items) > 5}


def hosp_05(t: Tables) -> dict[str, Any]:
    most = {i["item_code"]: i["per_day_max"] for i in t["items"]}
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for c in t["charges"]:
        sums[c["visit_id"], c["item_code"], c["charge_date"]] += c["qty"]
    return {
        f"{visit}|{item}|{day}": float(total)
        for (visit, item, day), total in sums.items()
        if most.get(item) is not None and total > most[item]
    }


def hosp_06(t: Tables) -> dict[str, Any]:
    caps = {i["item_code"]: i["price_cap"] for i in t["items"]}
    return {
        c["charge_id"]: float(c["unit_price"])
        for c in t["charges"]
        if caps.get(c["item_code"]) is not None and c["unit_price"] > caps[c["item_code"]] + Decimal("0.01")
    }


def hosp_07(t: Tables) -> dict[str, Any]:
    found = {}
    stays = [
        {**v, "kind": v["diag_code"][:3]}
        for v in t["visits"]
        if v["visit_type"] == "in"
        and v["diag_code"]
        and v["discharge_date"]
        and v["diag_code"][:3] not in ("Z51", "N18")
    ]
    for own in _by(stays, "patient_id", "hospital_id", "kind").values():
        own.sort(key=lambda v: (v["admit_date"], v["visit_id"]))
        for before, stay in itertools.pairwise(own):
            days = (stay["admit_date"] - before["discharge_date"]).days
            if 0 <= days <= 15:
                found[stay["visit_id"]] = days
    return found


def hosp_08(t: Tables) -> dict[str, Any]:
    items, people = {i["item_code"]: i for i in t["items"]}, {p["person_id"]: p for p in t["persons"]}
    patient = {v["visit_id"]: v["patient_id"] for v in t["visits"]}
    found = {}
    for c in t["charges"]:
        item, person = items.get(c["item_code"]), people.get(patient.get(c["visit_id"], ""))
        if item is None or person is None:
            continue
        wrong = bool(item["sex_limit"] and person["sex"] and item["sex_limit"] != person["sex"])
        if item["age_max"] is not None and person["birth_date"]:
            wrong += (c["charge_date"] - person["birth_date"]).days / 365.25 > item["age_max"] + 1
        if wrong:
            found[c["charge_id"]] = int(wrong)
    return found


def hosp_09(t: Tables) -> dict[str, Any]:
    died = {d["person_id"]: d["death_date"] for d in t["deaths"]}
    found: dict[str, int] = {}
    stays = [v for v in t["visits"] if v["visit_type"] == "in" and v["discharge_date"]]
    for own in _by(stays, "patient_id").values():
        own.sort(key=lambda v: (v["admit_date"], v["visit_id"]))
        for before, stay in itertools.pairwise(own):
            days = (before["discharge_date"] - stay["admit_date"]).days
            if before["hospital_id"] != stay["hospital_id"] and days >= 2:
                found[stay["visit_id"]] = days
    for v in t["visits"]:
        if v["patient_id"] in died and v["admit_date"] > died[v["patient_id"]]:
            found[v["visit_id"]] = (v["admit_date"] - died[v["patient_id"]]).days
    return found
