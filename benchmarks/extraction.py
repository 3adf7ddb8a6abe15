"""Claims on the speed of extraction, each measured here as a ratio against a floor of the same run.

    bin/bench extraction            all of them (a few minutes)
    bin/bench extraction --quick    without the folder of ten thousand

The papers are made by this script: an invented speech and notice, repeated where length is wanted.
CPU seconds are those of the process or of its finished children, medians of several runs.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from xuncha.documents import read
from xuncha.extraction import extract

ROOT = Path(__file__).resolve().parent.parent
PART = (
    "（{n}）履职用权不规范，重点领域风险防控有漏洞\n"
    "巡察发现，部分单位抓落实劲头不足，压力传导到基层就断了线。一是项目管理粗放。去年安排的{a}个项目中，有{b}个没有履行比选手续；"
    "个别标段先开工后签约，变更签证随手就批。二是资金拨付拖沓。上级下达的补助资金滞留在账户{c}个月，{d}户群众没有按时领到；"
    "有的乡镇用白条抵库，涉及{e}万元。三是作风不实。有的干部下乡只在村部打转，入户记录由村干部代填；窗口办件超期{f}件，群众来回跑了三趟。\n"
)
ENDING = "二、整改要求\n（一）压实主体责任。各单位党组织书记要逐条认领，不得一转了之。请于收到本意见之日起15个工作日内报送整改方案。\n"


def speech(characters: int) -> str:
    """An invented feedback speech of about so many characters."""
    text = "在某县巡察集中反馈会议上的讲话\n一、巡察发现的主要问题\n"
    n = 0
    while len(text) < characters - len(ENDING):
        n += 1
        text += PART.format(
            n="一二三四五六七八九"[n % 9], a=20 + n % 9, b=3 + n % 5, c=2 + n % 7, d=80 + n, e=n % 40 + 1.5, f=n
        )
    return text + ENDING


def cpu(work: Callable[[], object], runs: int = 7) -> float:
    """Median CPU seconds of one call, after one that is not counted."""
    work()
    spent = []
    for _ in range(runs):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def children(command: list[str], *, runs: int = 5, env: dict[str, str] | None = None) -> tuple[float, float]:
    """Median CPU and wall seconds of a command, start included, after one run that is not counted."""
    spent, walls = [], []
    for k in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=env)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if k:
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            walls.append(wall)
    return statistics.median(spent), statistics.median(walls)


def say(claim: str, value: str, bound: str, met: bool) -> None:
    print(f"{'met ' if met else 'MISS'}  {claim:52} {value:>34}   {bound}", flush=True)


def one_text(folder: Path) -> None:
    path = folder / "speech.txt"
    path.write_text(speech(2500), "utf-8")
    document = read(path)
    reading, extracting = cpu(lambda: read(path), 25), cpu(lambda: extract(document), 25)
    value = f"{extracting * 1000:.1f} ms, {extracting / reading:.1f} x reading"
    say(f"a text of {len(document.text)} characters, once started", value, "at most 10 ms of CPU", extracting <= 0.010)


def length(folder: Path) -> None:
    cost = {}
    for size in (10_000, 100_000, 333_000):
        path = folder / f"{size}.txt"
        path.write_text(speech(size), "utf-8")
        document = read(path)
        cost[size] = cpu(lambda d=document: extract(d), 1) / len(document.text)
    ratio = cost[333_000] / cost[10_000]
    say("cost a character, 1 MB against 30 KB", f"ratio {ratio:.2f}", "about 1 (linear)", ratio <= 1.5)


HOSTILE = {
    "一是": "一是学习不够。", "semicolons": "有的学习不够；", "labels": "整改情况：", "wrapped": "关于“学习不够”的问题。整改情况：已完成。",
    "quotes": "“", "pairs": "“”", "verbs": "整改", "exists": "存在问题、", "demands": "会议要求，", "units": "县教育局党组存在的主要问题：\n学习不够。\n",
    "headings": "（一）学习不够\n", "circles": "①", "gaps": "1  学习不够  开展学习  已完成\n", "one line": "不", "references": "第（一）项第1个问题，已完成。",
    "lead": "主要表现在：一、学习不够；", "spaces": "　", "numbers": "1.2019年审计指出的问题。\n", "money": "涉及3.5万元，", "dates": "2024年1月2日",
}  # fmt: skip


def hostile(folder: Path) -> None:
    worst, name = 0.0, ""
    for kind, unit in HOSTILE.items():
        for head in ("关于巡察整改进展情况的通报\n", "关于巡察某局党组的反馈意见\n一、存在的主要问题\n"):
            path = folder / "hostile.txt"
            path.write_text(head + unit * (1_000_000 // len(unit.encode())), "utf-8")
            start = time.process_time()
            try:
                extract(read(path)).as_json()
            except Exception as error:  # a documented refusal is an answer too
                if type(error).__name__ != "DocumentError":
                    raise
            spent = time.process_time() - start
            if spent > worst:
                worst, name = spent, kind
    say(
        f"1 MB of {len(HOSTILE)} repeated patterns, worst: {name}",
        f"{worst:.2f} s",
        "at most 5 s, reading included",
        worst <= 5,
    )


def formats(folder: Path) -> None:
    try:
        import docx
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen import canvas
    except ImportError as missing:
        print(f"left out: docx and pdf, {missing}")
        return
    paragraphs = speech(22_000).split("\n")
    word = docx.Document()
    for paragraph in paragraphs:
        word.add_paragraph(paragraph)
    word.save(str(folder / "paper.docx"))
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    sheet = canvas.Canvas(str(folder / "paper.pdf"))
    sheet.setFont("STSong-Light", 16)
    lines = [paragraph[k : k + 28] for paragraph in paragraphs for k in range(0, len(paragraph), 28)]
    for k, line in enumerate(lines):
        if k and k % 22 == 0:
            sheet.showPage()
            sheet.setFont("STSong-Light", 16)
        sheet.drawString(70, 760 - 29 * (k % 22), line)
    sheet.save()
    for name in ("paper.docx", "paper.pdf"):
        path = folder / name
        document = read(path)
        reading, extracting = cpu(lambda p=path: read(p)), cpu(lambda d=document: extract(d))
        value = f"{extracting * 1000:.0f} ms / {reading * 1000:.0f} ms = {extracting / reading:.2f}"
        say(f"extraction / reading, {name}, {len(document.text)} characters", value, "at most 1", extracting <= reading)


def start(folder: Path) -> None:
    path = folder / "speech.txt"
    path.write_text(speech(2500), "utf-8")
    floor, _ = children([sys.executable, "-c", "pass"])
    spent, _ = children(["bin/xuncha", "extract", str(path), "--format", "json"])
    say(
        "the command on one speech, start included",
        f"{spent:.2f} s, {spent / floor:.0f} x bare Python",
        "at most 0.6 s of CPU",
        spent <= 0.6,
    )


def many(folder: Path, quick: bool) -> None:
    papers = folder / "many"
    papers.mkdir()
    for k in range(1000):
        (papers / f"{k:05}.txt").write_text(speech(2000 + k), "utf-8")
    cores = os.cpu_count() or 1
    command = ["bin/xuncha", "extract", str(papers), "-o", str(folder / "out"), "--jobs"]
    _, alone = children([*command, "1"], runs=1)
    _, together = children([*command, str(cores)], runs=1)
    say(
        f"a thousand papers, 1 process / {cores}",
        f"{alone:.1f} s / {together:.1f} s = {alone / together:.2f}",
        f"towards {cores}",
        alone / together >= 0.75 * cores,
    )
    if quick:
        return
    small = peak([*command, str(cores)])
    for k in range(1000, 10_000):
        (papers / f"{k:05}.txt").hardlink_to(papers / f"{k % 1000:05}.txt")
    large = peak([*command, str(cores)])
    say(
        "memory, ten thousand papers / one thousand",
        f"{large} MB / {small} MB = {large / small:.2f}",
        "flat: at most 1.2",
        large <= 1.2 * small,
    )


def peak(command: list[str]) -> int:
    """The largest resident size, in MB, of any process of a command, asked of a fresh parent."""
    code = "import resource,subprocess,sys; subprocess.run(sys.argv[1:],check=True,stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024)"
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True, cwd=ROOT)
    return int(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="leave out the folder of ten thousand")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one_text(folder)
        length(folder)
        hostile(folder)
        formats(folder)
        start(folder)
        many(folder, quick)


if __name__ == "__main__":
    main()
