"""PROC-01 to PROC-19, from the catalogue's words."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from typing import Any

from tests.risk.reference.statistics import fences, ratio, rz, type8, wilson

Row = dict[str, Any]
Tables = dict[str, list[Row]]
SUBMITTED = ("valid", "disqualified", "pending")
COMPETITIVE = ("open", "selective")


def _dead(t: Tables) -> set[str]:
    return {row["tender_id"] for row in t["tenders"] if row["status"] == "cancelled"}


def _alive(t: Tables, table: str) -> list[Row]:
    dead = _dead(t)
    return [row for row in t[table] if row["tender_id"] not in dead]


def _active(t: Tables) -> list[Row]:
    return [row for row in _alive(t, "awards") if row["status"] == "active"]


def _by(rows: list[Row], *names: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        key = tuple(row[name] for name in names)
        found[key[0] if len(names) == 1 else key].append(row)
    return found


def proc_01(t: Tables) -> dict[str, Any]:
    found = {}
    for row in _alive(t, "tenders"):
        if row["method"] in COMPETITIVE and row["bid_start"] and row["bid_end"]:
            days = (row["bid_end"] - row["bid_start"]) // dt.timedelta(hours=24)
            if days < 20:
                found[row["tender_id"]] = days
    return found


def proc_02(t: Tables) -> dict[str, Any]:
    bids, awarded = _by(t["bids"], "tender_id"), {row["tender_id"] for row in _active(t)}
    found = {}
    for row in _alive(t, "tenders"):
        own = bids.get(row["tender_id"], [])
        n = len({b["supplier_id"] for b in own if b["status"] in SUBMITTED}) if own else row["n_tenderers"]
        if row["method"] in COMPETITIVE and row["tender_id"] in awarded and n is not None and 1 <= n < 3:
            found[row["tender_id"]] = n
    return found


def _final(t: Tables) -> dict[str, list[Row]]:
    """Active awards of tenders whose awards are all settled."""
    found = {}
    for tender, awards in _by(_alive(t, "awards"), "tender_id").items():
        active = [a for a in awards if a["status"] == "active"]
        if active and all(a["status"] in ("active", "cancelled", "unsuccessful") for a in awards):
            found[tender] = active
    return found


def _distances(t: Tables) -> dict[str, tuple[str, float]]:
    bids, tenders = _by(_alive(t, "bids"), "tender_id"), {row["tender_id"]: row for row in t["tenders"]}
    found = {}
    for tender, active in _final(t).items():
        if len(active) != 1:
            continue
        winner = active[0]["supplier_id"]
        valid = [b for b in bids.get(tender, []) if b["status"] == "valid" and b["amount"] is not None]
        own = [b["amount"] for b in valid if b["supplier_id"] == winner]
        others = [b["amount"] for b in valid if b["supplier_id"] != winner]
        if own and others and min(others) >= min(own) > 0 and tender in tenders:
            found[tender] = (tenders[tender]["category"], float(min(others) - min(own)) / float(min(own)))
    return found


def _fenced(t: Tables) -> list[tuple[str, float, float, float]]:
    by_category: dict[str, dict[str, float]] = defaultdict(dict)
    for tender, (category, distance) in _distances(t).items():
        by_category[category][tender] = distance
    return [
        (tender, distance, *fences(list(group.values())))
        for group in by_category.values()
        if len(group) >= 20
        for tender, distance in group.items()
    ]


def proc_03(t: Tables) -> dict[str, Any]:
    return {tender: distance for tender, distance, low, _ in _fenced(t) if distance <= max(low, 0.001)}


def proc_11(t: Tables) -> dict[str, Any]:
    return {tender: distance for tender, distance, _, high in _fenced(t) if distance >= max(high, 0.2)}


def proc_04(t: Tables) -> dict[str, Any]:
    won = {(a["supplier_id"], a["tender_id"]) for a in _active(t)}
    entered: dict[str, set[str]] = defaultdict(set)
    for bid in _alive(t, "bids"):
        if bid["status"] == "valid":
            entered[bid["supplier_id"]].add(bid["tender_id"])
    wins = {s: sum((s, tender) in won for tender in tenders) for s, tenders in entered.items()}
    counts = {s: len(tenders) for s, tenders in entered.items()}
    if not counts:
        return {}
    least, half = max(type8(list(counts.values()), 0.75), 20), 0.5 * sum(wins.values()) / sum(counts.values())
    return {s: wins[s] / n for s, n in counts.items() if n >= least and wilson(wins[s], n)[1] < half}


def proc_05(t: Tables) -> dict[str, Any]:
    bids = [b for b in _alive(t, "bids") if b["status"] in SUBMITTED and b["amount"] is not None and b["amount"] > 0]
    found: dict[str, int] = {}
    for (tender, _), same in _by(bids, "tender_id", "amount").items():
        suppliers = len({b["supplier_id"] for b in same})
        if suppliers >= 2:
            found[tender] = max(found.get(tender, 0), suppliers)
    return found


def proc_06(t: Tables) -> dict[str, Any]:
    ends, winners = (
        {r["tender_id"]: r["bid_end"] for r in t["tenders"]},
        {(a["tender_id"], a["supplier_id"]) for a in _active(t)},
    )
    found: dict[str, float] = {}
    for b in _alive(t, "bids"):
        end = ends.get(b["tender_id"])
        if b["status"] == "valid" and b["received_at"] and end and b["received_at"] > end:
            if (b["tender_id"], b["supplier_id"]) in winners:
                late = (b["received_at"] - end).total_seconds() / 60
                found[b["tender_id"]] = max(found.get(b["tender_id"], 0), late)
    return found


def proc_07(t: Tables) -> dict[str, Any]:
    bids = _by(_alive(t, "bids"), "tender_id")
    found = {}
    for tender, active in _final(t).items():
        valid = {b["supplier_id"] for b in bids.get(tender, []) if b["status"] == "valid"}
        winners = {a["supplier_id"] for a in active}
        out = {b["supplier_id"] for b in bids.get(tender, []) if b["status"] == "disqualified"} - valid
        if len(valid) == 1 and winners == valid and out:
            found[tender] = len(out)
    return found


def proc_08(t: Tables) -> dict[str, Any]:
    bids, awarded = _by(_alive(t, "bids"), "tender_id"), {a["tender_id"] for a in _active(t)}
    found = {}
    for row in _alive(t, "tenders"):
        own = [b for b in bids.get(row["tender_id"], []) if b["status"] in SUBMITTED and b["amount"] is not None]
        positive = [b["amount"] for b in own if b["amount"] > 0]
        if row["award_criteria"] == "price" and row["tender_id"] in awarded and positive:
            if any(b["status"] == "valid" for b in own):
                if any(b["status"] == "disqualified" and b["amount"] == min(positive) for b in own):
                    found[row["tender_id"]] = float(min(positive))
    return found


def proc_09(t: Tables) -> dict[str, Any]:
    buyer = {row["tender_id"]: row["buyer_id"] for row in t["tenders"]}
    units: dict[str, tuple[int, int]] = {}
    for b in _alive(t, "bids"):
        if b["status"] in SUBMITTED and b["tender_id"] in buyer:
            k, n = units.get(buyer[b["tender_id"]], (0, 0))
            units[buyer[b["tender_id"]]] = (k + (b["status"] == "disqualified"), n + 1)
    return ratio(units, 20)


def proc_10(t: Tables) -> dict[str, Any]:
    items = {row["tender_id"]: row["item_code"] for row in _alive(t, "tenders") if row["item_code"]}
    won: dict[str, set[str]] = defaultdict(set)
    for a in _active(t):
        if a["tender_id"] in items:
            won[a["supplier_id"]].add(a["tender_id"])
    classes = {s: len({items[tender][:2] for tender in tenders}) for s, tenders in won.items() if len(tenders) >= 10}
    if len(classes) < 10:
        return {}
    limit = max(fences(list(classes.values()))[1], 5)
    return {s: v for s, v in classes.items() if v >= limit}


def proc_12(t: Tables) -> dict[str, Any]:
    limits = {"works": 4_000_000, "goods": 2_000_000, "services": 1_000_000}
    groups: dict[tuple[str, str], float] = {}
    small = [
        {**c, "year": c["sign_date"].year}
        for c in t["contracts"]
        if c["method"] not in COMPETITIVE and c["item_code"] and c["amount"] < limits[c["category"]]
    ]
    for (buyer, item, year, category), own in _by(small, "buyer_id", "item_code", "year", "category").items():
        total = sum(c["amount"] for c in own)
        if len(own) >= 3 and total >= limits[category]:
            key = f"{buyer}|{item}|{year}"
            groups[key] = max(groups.get(key, 0), float(total))  # type: ignore[index,call-overload]
    return groups  # type: ignore[return-value]


def proc_13(t: Tables) -> dict[str, Any]:
    shares: dict[tuple[str, str], float] = {}
    exact = {}
    for buyer, own in _by(t["contracts"], "buyer_id").items():
        total = sum(c["amount"] for c in own)
        if len(own) >= 10 and total >= 1_000_000:
            sums = {s: sum(c["amount"] for c in rows) for s, rows in _by(own, "supplier_id").items()}
            largest = min(s for s, amount in sums.items() if amount == max(sums.values()))
            shares[buyer, largest] = float(sums[largest]) / float(total)
            exact[buyer, largest] = sums[largest] * 2 >= total
    found = {}
    for (buyer, supplier), share in shares.items():
        z = rz(share, list(shares.values()))
        if exact[buyer, supplier] and z is not None and z >= 3.5:
            found[f"{buyer}|{supplier}"] = share
    return found


def proc_14(t: Tables) -> dict[str, Any]:
    entered: dict[str, set[str]] = defaultdict(set)
    for b in _alive(t, "bids"):
        if b["status"] in SUBMITTED:
            entered[b["supplier_id"]].add(b["tender_id"])
    winners: dict[str, set[str]] = defaultdict(set)
    for a in _active(t):
        winners[a["tender_id"]].add(a["supplier_id"])
    found = {}
    for a, b in itertools.combinations(sorted(entered), 2):
        both = entered[a] & entered[b]
        won = sum(bool({a, b} & winners[tender]) for tender in both)
        if len(both) >= 8 and 2 * len(both) >= len(entered[a] | entered[b]) and 2 * won >= len(both):
            found[f"{a}|{b}"] = len(both) / len(entered[a] | entered[b])
    return found


def proc_15(t: Tables) -> dict[str, Any]:
    ties: dict[tuple[str, str], set[str]] = defaultdict(set)
    for s in t["suppliers"]:
        for column in ("legal_rep_id", "phone_hash", "address_hash"):
            if s[column]:
                ties[column, s[column]].add(s["supplier_id"])
    for h in t["shareholders"]:
        if h["share"] is not None and h["share"] * 4 >= 1:
            ties["holder", h["person_id"]].add(h["supplier_id"])
    found: dict[str, int] = {}
    for tender, bids in _by([b for b in _alive(t, "bids") if b["status"] in SUBMITTED], "tender_id").items():
        bidders = {b["supplier_id"] for b in bids}
        sizes = [len(bidders & holders) for holders in ties.values() if len(holders) <= 10]
        devices: dict[str, set[str]] = defaultdict(set)
        for b in bids:
            if b["device_id"]:
                devices[b["device_id"]].add(b["supplier_id"])
        largest = max([*sizes, *(len(suppliers) for suppliers in devices.values())], default=0)
        if largest >= 2:
            found[tender] = largest
    return found


def proc_16(t: Tables) -> dict[str, Any]:
    buyer = {row["tender_id"]: row["buyer_id"] for row in t["tenders"]}
    behind: dict[str, set[str]] = defaultdict(set)
    for s in t["suppliers"]:
        if s["legal_rep_id"]:
            behind[s["supplier_id"]].add(s["legal_rep_id"])
    for h in t["shareholders"]:
        behind[h["supplier_id"]].add(h["person_id"])
    kin: dict[str, set[str]] = defaultdict(set)
    for k in t["kin"]:
        kin[k["person_id"]].add(k["kin_id"])
        kin[k["kin_id"]].add(k["person_id"])
    officials: dict[str, set[str]] = defaultdict(set)
    for a in _active(t):
        day = a["award_date"]
        if day is None or a["tender_id"] not in buyer:
            continue
        people = behind[a["supplier_id"]] | set().union(*(kin[p] for p in behind[a["supplier_id"]]))
        for e in t["employees"]:
            if e["org_id"] == buyer[a["tender_id"]] and e["person_id"] in people:
                if e["start_date"] <= day and (e["end_date"] is None or day <= e["end_date"]):
                    officials[a["tender_id"]].add(e["person_id"])
    return {tender: len(people) for tender, people in officials.items()}


def proc_17(t: Tables) -> dict[str, Any]:
    founded = {s["supplier_id"]: s["reg_date"] for s in t["suppliers"]}
    found: dict[str, int] = {}
    for a in _active(t):
        start = founded.get(a["supplier_id"])
        if a["amount"] is not None and a["amount"] >= 500_000 and a["award_date"] and start:
            days = (a["award_date"] - start).days
            if days < 90:
                found[a["tender_id"]] = min(found.get(a["tender_id"], days), days)
    return found


def proc_18(t: Tables) -> dict[str, Any]:
    awards = {a["award_id"]: a for a in t["awards"]}
    found = {}
    for c in t["contracts"]:
        a = awards.get(c["award_id"])
        if a is None:
            continue
        is_other = a["amount"] is not None and abs(c["amount"] - a["amount"]) * 1000 > a["amount"]
        days = (c["sign_date"] - a["award_date"]).days if a["award_date"] else 0
        if is_other or days > 30 or days < 0:
            found[c["contract_id"]] = (
                None if not a["amount"] else float(abs(c["amount"] - a["amount"])) / float(a["amount"])
            )
    return found


def proc_19(t: Tables) -> dict[str, Any]:
    changes = _by(t["amendments"], "contract_id")
    found = {}
    for c in t["contracts"]:
        total = sum(change["amount_delta"] for change in changes.get(c["contract_id"], []))
        if total * 10 > c["amount"]:
            found[c["contract_id"]] = None if not c["amount"] else float(total) / float(c["amount"])
    return found
