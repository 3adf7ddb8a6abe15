"""PROC-01 to PROC-11 in parity mode give what Cardinal's published definitions give, on small releases of our own."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from xuncha.risk.data import Data
from xuncha.risk.loading import load
from xuncha.risk.parity import catalogue
from xuncha.risk.running import Outcome, run


def _bid(number: int, who: str, amount: float, status: str = "valid", **more: Any) -> dict[str, Any]:
    value = {"amount": amount, "currency": "CNY"}
    return {"id": str(number), "status": status, "value": value, "tenderers": [{"id": who}], **more}


def _release(ocid: str, *bids: dict[str, Any], won: str = "", state: str = "active", **tender: Any) -> dict[str, Any]:
    awards = [{"id": "a", "status": state, "suppliers": [{"id": won}]}] if won else []
    made = {"ocid": ocid, "buyer": {"id": "B"}, "tender": {"procurementMethod": "open", **tender}}
    return {**made, "bids": {"details": list(bids)}, "awards": awards}


def _found(folder: Path, code: str, releases: list[dict[str, Any]], **settings: object) -> dict[str, Any]:
    (folder / "releases.jsonl").write_text("\n".join(map(json.dumps, releases)), "utf-8")
    loaded = load(folder, as_of=dt.date(2024, 12, 31), ids="as-is")
    data = Data(loaded.backend, loaded.columns, loaded.as_of)
    outcome: Outcome = run(data, [catalogue()[code]], own={code: settings})[0]
    assert outcome.refusal is None, outcome.refusal
    assert all(lead.sentence is not None for lead in outcome.leads)
    return {lead.key: lead.fields["value"] for lead in outcome.leads}


def _period(ocid: str, start: str, end: str, **tender: Any) -> dict[str, Any]:
    return _release(ocid, tenderPeriod={"startDate": start, "endDate": end}, **tender)


def test_r003_counts_whole_days_of_any_method(tmp_path: Path) -> None:
    releases = [
        _period("exact", "2024-01-01T00:00:00Z", "2024-01-16T00:00:00Z"),
        _period("second", "2024-01-01T00:00:00Z", "2024-01-15T23:59:59Z"),
        _period("offsets", "2024-01-01T08:00:00+08:00", "2024-01-16T00:00:00Z"),
        _period("direct", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", procurementMethod="direct"),
        _release("none"),
    ]
    assert _found(tmp_path, "PROC-01", releases) == {"second": 14, "direct": 1}
    assert _found(tmp_path, "PROC-01", releases, days=14) == {"direct": 1}


def test_r018_is_one_tenderer_in_a_competitive_method(tmp_path: Path) -> None:
    releases = [
        _release("one", _bid(1, "S1", 5), _bid(2, "S2", 6, "withdrawn")),
        _release("two", _bid(1, "S1", 5), _bid(2, "S2", 6, "disqualified")),
        _release("direct", _bid(1, "S1", 5), procurementMethod="direct"),
        _release("counted", numberOfTenderers=1),
        _release("cancelled", _bid(1, "S1", 5), status="cancelled"),
    ]
    assert _found(tmp_path, "PROC-02", releases) == {"one": 1, "counted": 1, "cancelled": 1}


def _pairs(distances: list[float]) -> list[dict[str, Any]]:
    return [
        _release(f"o{n:02}", _bid(1, "W", 100), _bid(2, "L", 100 * (1 + distance)), won="W")
        for n, distance in enumerate(distances)
    ]


def test_r024_and_r058_are_the_fences_of_all_distances(tmp_path: Path) -> None:
    # Of n = 9 type 8 puts the quartiles at places 2 5/12 (27/12 + 5/12 = 2.667) and 7.333.
    distances = [0.01, 0.20, 0.20, 0.20, 0.21, 0.22, 0.22, 0.22, 0.90]
    releases = _pairs(distances)
    # Q1 = 0.20, Q3 = 0.22: fences 0.17 and 0.25.
    assert _found(tmp_path, "PROC-03", releases) == {"o00": pytest.approx(0.01)}
    assert _found(tmp_path, "PROC-11", releases) == {"o08": pytest.approx(0.90)}
    # Out of both: not the lowest won, an award pending, two active awards, a joint bid.
    releases[0]["awards"][0]["status"] = "pending"
    releases[8]["awards"].append({"id": "b", "status": "active", "suppliers": [{"id": "L"}]})
    assert _found(tmp_path, "PROC-03", releases) == {} and _found(tmp_path, "PROC-11", releases) == {}
    releases = _pairs(distances)
    releases[0]["bids"]["details"][1]["tenderers"].append({"id": "X"})
    releases[8]["awards"][0]["suppliers"] = [{"id": "L"}]
    assert _found(tmp_path, "PROC-03", releases) == {} and _found(tmp_path, "PROC-11", releases) == {}


def test_r024_and_r058_say_nothing_where_all_distances_are_nought(tmp_path: Path) -> None:
    releases = _pairs([0.0] * 8)
    assert _found(tmp_path, "PROC-03", releases) == {} and _found(tmp_path, "PROC-11", releases) == {}


def test_r025_is_a_top_tenderer_that_seldom_wins(tmp_path: Path) -> None:
    # Seven tenderers win 6 to 9 of their 10 tenders; F bids in 20 tenders and wins 1. Q1 0.642, Q3 0.858, fence 0.317.
    releases = [
        _release(f"{who}{n}", _bid(1, f"S{who}", 5), _bid(2, f"S{who}", 6), won=f"S{who}" if n < wins else "none")
        for who, wins in enumerate((6, 7, 7, 8, 8, 9, 9))
        for n in range(10)
    ]
    releases += [_release(f"F{n}", _bid(1, "F", 5), won="F" if n < 1 else "none") for n in range(20)]
    assert _found(tmp_path, "PROC-04", releases) == {"F": pytest.approx(0.05)}
    releases += [_release(f"G{n}", _bid(1, "G", 5), won="none") for n in range(3)]
    # With one that never wins the fence falls under 0, and says nothing.
    assert _found(tmp_path, "PROC-04", releases) == {}


def test_r028_is_one_price_of_two_tenderers(tmp_path: Path) -> None:
    releases = [
        _release("same", _bid(1, "S1", 5.55), _bid(2, "S2", 5.55, "disqualified")),
        _release("oneself", _bid(1, "S1", 5), _bid(2, "S1", 5)),
        _release("withdrawn", _bid(1, "S1", 5), _bid(2, "S2", 5, "withdrawn")),
        _release("near", _bid(1, "S1", 5), _bid(2, "S2", 5.01)),
    ]
    assert _found(tmp_path, "PROC-05", releases) == {"same": 2}


def test_r030_is_a_late_valid_bid_of_a_winner(tmp_path: Path) -> None:
    period = {"tenderPeriod": {"endDate": "2024-03-15T00:00:00Z"}}
    late, intime = {"date": "2024-03-15T00:00:01Z"}, {"date": "2024-03-15T00:00:00Z"}
    releases = [
        _release("late", _bid(1, "S1", 5, **late), won="S1", **period),
        _release("in-time", _bid(1, "S1", 5, **intime), won="S1", **period),
        _release("loser", _bid(1, "S1", 5, **late), _bid(2, "S2", 5, **intime), won="S2", **period),
        _release("out", _bid(1, "S1", 5, "disqualified", **late), won="S1", **period),
        _release("cancelled", _bid(1, "S1", 5, **late), won="S1", state="cancelled", **period),
    ]
    assert _found(tmp_path, "PROC-06", releases) == {"late": 1}


def test_r035_is_all_others_disqualified(tmp_path: Path) -> None:
    out = [_bid(n, f"S{n}", 5, "disqualified") for n in (2, 3)]
    releases = [
        _release("all", _bid(1, "S1", 5), *out, _bid(4, "S3", 6, "disqualified"), won="S1"),
        _release("another-valid", _bid(1, "S1", 5), _bid(4, "S4", 5), *out, won="S1"),
        _release("another-won", _bid(1, "S1", 5), *out, won="S2"),
        _release("pending", _bid(1, "S1", 5), *out, won="S1", state="pending"),
        _release("nobody-out", _bid(1, "S1", 5), won="S1"),
    ]
    assert _found(tmp_path, "PROC-07", releases) == {"all": 2}
    assert _found(tmp_path, "PROC-07", releases, others=3) == {}


def test_r036_is_the_lowest_bid_disqualified(tmp_path: Path) -> None:
    bids = (_bid(1, "S1", 100_000, "disqualified"), _bid(2, "S2", 111_111))
    releases = [
        _release("lowest", *bids, won="S2"),
        _release("price", *bids, won="S2", awardCriteria="priceOnly"),
        _release("scored", *bids, won="S2", awardCriteria="ratedCriteria"),
        _release("no-award", *bids),
        _release("higher", _bid(1, "S1", 120_000, "disqualified"), _bid(2, "S2", 111_111), won="S2"),
    ]
    assert set(_found(tmp_path, "PROC-08", releases)) == {"lowest", "price"}


def test_r038_is_a_high_share_of_buyers_and_of_tenderers(tmp_path: Path) -> None:
    releases = [
        {**_release(f"o{n}", _bid(1, f"S{n}", 5), _bid(2, f"S{n}", 6)), "buyer": {"id": f"B{n}"}} for n in range(8)
    ]
    releases.append({**_release("bad", _bid(1, "SX", 5), _bid(2, "SX", 6, "disqualified")), "buyer": {"id": "BX"}})
    # All quartiles are 0, and so is the fence: nobody is flagged.
    assert _found(tmp_path, "PROC-09", releases) == {}
    for n in range(4):
        releases[n]["bids"]["details"] += [_bid(k, f"S{n}", 5) for k in range(3, 10)] + [
            _bid(10, f"S{n}", 5, "disqualified")
        ]
    # Shares 0, 0, 0, 0, 0.1 × 4, 0.5: Q1 0, Q3 0.1, fence 0.25.
    assert _found(tmp_path, "PROC-09", releases) == {"buyer|BX": 0.5, "tenderer|SX": 0.5}


def test_r048_is_a_high_variety_of_items(tmp_path: Path) -> None:
    def awarded(who: str, codes: list[str]) -> list[dict[str, Any]]:
        items = [{"classification": {"id": code}} for code in codes]
        return [
            {"ocid": f"{who}{n}", "awards": [{"id": "a", "status": "active", "suppliers": [{"id": who}], "items": [item]}]}
            for n, item in enumerate(items)
        ]  # fmt: skip

    releases = [each for n in range(2) for each in awarded(f"A{n}", ["43110000", "43220000"])]
    releases += [each for n in range(4) for each in awarded(f"B{n}", ["43110000", "10110000"])]
    releases += awarded("F", ["43110000", "10110000", "20110000", "30110000"])
    # Varieties 1, 1, 2, 2, 2, 2, 4: Q1 1.17, Q3 2, fence 3.25, rounded up 4.
    assert _found(tmp_path, "PROC-10", releases, tenders=2) == {"F": 4}
    assert _found(tmp_path, "PROC-10", releases) == {}


def test_all_eleven_are_there_and_named_after_cardinal() -> None:
    assert list(catalogue()) == [f"PROC-{n:02}" for n in range(1, 12)]
    assert [indicator.sources for indicator in catalogue().values()] == [
        f"C-R{n:03}" for n in (3, 18, 24, 25, 28, 30, 35, 36, 38, 48, 58)
    ]
