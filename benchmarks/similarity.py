"""Possible duplicates of 10,000 rows of an old ledger in 100,000 findings: seconds, and how many of the known are found.

bin/bench similarity [--stored 100000] [--rows 10000] [--units 30] [--unscoped]

The hard case: few units, and all their findings in the same templated official phrases. Among the rows are the second
and third hands of tests/findings/similarity_pairs.toml, whose first hand is stored in the same unit.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sqlite3
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from xuncha.findings import similarity

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "findings" / "similarity_pairs.toml"
# Candidates of a row that are compared; a key that more findings of the unit bear than this says too little.
CANDIDATES, HOLDERS = 12, 100
SHOWN = 3
BOUND = 8

OBJECTS = [
    "公务接待费", "差旅费", "会议费", "培训费", "津补贴", "工会经费", "公务用车燃油费", "办公用品采购", "食堂经费", "扶贫资金", "惠农补贴", "低保金", "临时救助资金", "危房改造资金", "残疾人补贴", "高龄津贴", "村级公益事业奖补资金", "农村饮水工程", "通村公路项目", "高标准农田项目", "人居环境整治项目", "污水处理项目", "校舍维修工程", "卫生院改扩建工程", "文化广场建设项目", "产业扶持资金", "光伏电站收益", "村集体资产出租", "国有房产租金", "固定资产管理", "政府采购", "招标投标", "工程变更", "工程结算", "项目监理", "合同签订", "专项债券资金", "财政存量资金", "往来款项", "票据管理", "干部选拔任用", "干部人事档案", "干部考勤", "借调人员管理", "编外人员聘用", "发展党员", "党费收缴", "三会一课", "主题党日", "民主生活会", "组织生活会", "中心组学习", "意识形态责任制", "网络舆情应对", "政务公开", "党务公开", "村务公开", "信访办理", "行政执法", "行政审批", "营商环境", "安全生产监管", "食品安全监管", "生态环境保护", "耕地保护", "违法用地整治", "砂石资源管理", "森林防火", "医保基金监管", "药品采购", "医疗收费", "校园食堂", "教育收费", "师德师风", "养老服务", "殡葬管理",
]  # fmt: skip
FAULTS = [
    "管理不规范", "监管不到位", "审核把关不严", "制度执行不严格", "超标准支出", "手续不完善", "程序不合规", "台账不清", "公开不及时", "使用效益不高", "推进缓慢", "长期滞留", "被挤占挪用", "虚报冒领", "底数不清", "责任落实不到位", "流于形式", "监督缺失", "拖欠未付", "重复列支",
]  # fmt: skip
FORMS = [
    "{o}{f}", "{o}{f}，涉及{n}笔、{x}万元", "存在{o}{f}的问题", "{o}方面{f}，{y}年以来共发生{n}次", "落实{o}相关制度不到位，{f}，涉及金额{x}万元", "对{o}重视不够，{f}的问题较为突出", "{y}年至{z}年，{o}{f}，涉及{n}人", "{v}村{o}{f}，涉及{n}户{x}万元", "履行主体责任不力，{o}{f}，问题长期没有解决", "{o}{f}，{v}等{n}个村不同程度存在", "抽查发现{o}{f}，{n}份资料不齐全",
]  # fmt: skip
VILLAGES = [a + b for a, b in itertools.product("东西南北上下青白石柳", "坪塘岭湾桥坝沟泉")]


def templated(draw: random.Random) -> tuple[str, str]:
    """A finding as offices write them by the thousand, and what it is about."""
    about, fault = draw.choice(OBJECTS), draw.choice(FAULTS)
    text = draw.choice(FORMS).format(
        o=about, f=fault, v=draw.choice(VILLAGES), n=draw.randint(2, 90), x=round(draw.uniform(0.2, 300), draw.randint(0, 2)), y=draw.randint(2015, 2020), z=draw.randint(2021, 2025),
    )  # fmt: skip
    return text, about + fault


def known() -> Iterator[tuple[str, str, bool]]:
    """First hand, another hand of the same problem, whether its family was held out."""
    for family in tomllib.loads(PAIRS.read_text("utf-8"))["families"]:
        for first, *others in family["problems"]:
            yield from ((first, other, family.get("held_out", False)) for other in others)


def store(database: sqlite3.Connection, findings: list[tuple[int, int, str]], scoped: bool) -> None:
    database.execute("CREATE TABLE finding (id INTEGER PRIMARY KEY, unit INTEGER, statement TEXT)")
    database.execute("CREATE TABLE sketch (id INTEGER PRIMARY KEY, finding INTEGER, key INTEGER)")
    database.executemany("INSERT INTO finding VALUES (?, ?, ?)", findings)
    database.executemany(
        "INSERT INTO sketch (finding, key) VALUES (?, ?)",
        ((pk, key) for pk, unit, text in findings for key in similarity.sketch(text, unit if scoped else 0)),
    )
    database.execute("CREATE INDEX by_key ON sketch (key, finding)")
    database.execute("ANALYZE")


# Candidates of each row: findings that share the rarest keys come first.
CANDIDATE_SQL = f"""
WITH held AS (
    SELECT probe.key AS key, count(*) AS holders FROM (SELECT DISTINCT key FROM probe) AS probe
    JOIN sketch ON sketch.key = probe.key GROUP BY probe.key HAVING count(*) <= {HOLDERS}
), met AS (
    SELECT probe.row AS row, sketch.finding AS finding, sum(1.0 / (held.holders + 5)) AS worth
    FROM probe JOIN held ON held.key = probe.key JOIN sketch ON sketch.key = held.key
    GROUP BY probe.row, sketch.finding
), ranked AS (
    SELECT row, finding, row_number() OVER (PARTITION BY row ORDER BY worth DESC, finding) AS place FROM met
)
SELECT ranked.row, finding.id, finding.unit, finding.statement
FROM ranked JOIN finding ON finding.id = ranked.finding WHERE place <= {CANDIDATES} ORDER BY ranked.row
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench similarity")
    parser.add_argument("--stored", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--units", type=int, default=30)
    parser.add_argument("--unscoped", action="store_true", help="keys without the unit, to see what that costs")
    chosen = parser.parse_args()
    draw = random.Random(20_261_124)
    pairs = list(known())
    unit_of = {
        first: 1 + place % chosen.units for place, first in enumerate(dict.fromkeys(first for first, _, _ in pairs))
    }
    texts = [(unit, first, first) for first, unit in unit_of.items()]
    texts += [(1 + draw.randrange(chosen.units), *templated(draw)) for _ in range(chosen.stored - len(texts))]
    findings = [(pk, unit, text) for pk, (unit, text, _) in enumerate(texts, 1)]
    rows = [(unit_of[first], other, first) for first, other, _ in pairs]
    rows += [(1 + draw.randrange(chosen.units), *templated(draw)) for _ in range(chosen.rows - len(rows))]
    held_out = {row for row, (_, _, held) in enumerate(pairs) if held}

    database = sqlite3.connect(":memory:")
    began = time.process_time()
    store(database, findings, not chosen.unscoped)
    print(
        f"stored {len(findings)} findings of {chosen.units} units in {time.process_time() - began:.2f} s (not counted)"
    )
    similarity.prepare.cache_clear()

    began = time.process_time()
    database.execute("CREATE TEMP TABLE probe (row INTEGER, key INTEGER, PRIMARY KEY (row, key)) WITHOUT ROWID")
    database.executemany(
        "INSERT INTO probe VALUES (?, ?)",
        (
            (row, key)
            for row, (unit, text, _) in enumerate(rows)
            for key in similarity.probes(text, 0 if chosen.unscoped else unit)
        ),
    )
    sketched = time.process_time()
    candidates = database.execute(CANDIDATE_SQL).fetchall()
    joined = time.process_time()
    found: dict[int, list[tuple[float, int]]] = {}
    likely = similarity.likely()
    for row, pk, unit, statement in candidates:
        if unit == rows[row][0]:
            alike = similarity.likeness(rows[row][1], statement)
            if alike >= likely:
                found.setdefault(row, []).append((alike, pk))
    ended = time.process_time()
    print(
        f"keys of {len(rows)} rows {sketched - began:.2f} s, candidates {joined - sketched:.2f} s "
        f"({len(candidates) / len(rows):.1f} a row), compared {ended - joined:.2f} s"
    )
    took = ended - began
    print(f"{'met ' if took < BOUND else 'MISS'}  whole {took:.2f} s, bound {BOUND} s on one core")

    about = {pk: (unit, problem) for pk, (unit, _, problem) in enumerate(texts, 1)}
    held = set(about.values())
    met: dict[int, set[tuple[int, str]]] = {}
    for row, pk, _, _ in candidates:
        met.setdefault(row, set()).add(about[pk])
    shown = {row: [about[pk] for _, pk in sorted(alike, reverse=True)[:SHOWN]] for row, alike in found.items()}
    groups = {
        "known, tuned on": [row for row in range(len(pairs)) if row not in held_out],
        "known, held out": sorted(held_out),
        "templated, the same is stored": [
            row for row in range(len(pairs), len(rows)) if (rows[row][0], rows[row][2]) in held
        ],
        "templated, the same is not stored": [
            row for row in range(len(pairs), len(rows)) if (rows[row][0], rows[row][2]) not in held
        ],
    }
    print(f"{'':36}{'rows':>6}{'candidate':>11}{f'in {SHOWN} shown':>11}{'any shown':>11}")
    for name, of in groups.items():
        here = [(row, (rows[row][0], rows[row][2])) for row in of]
        shares = (
            sum(problem in met.get(row, ()) for row, problem in here),
            sum(problem in shown.get(row, ()) for row, problem in here),
            sum(row in shown for row, _ in here),
        )
        print(f"{name:36}{len(of):6}" + "".join(f"{share / max(len(of), 1):11.1%}" for share in shares))


if __name__ == "__main__":
    sys.exit(main())
