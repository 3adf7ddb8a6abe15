"""Claims on the time that reading takes, hostile files among them: each against a bound or a floor of the same run.

bin/bench reading
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from xuncha.documents import DocumentError, read

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MEGABYTE = 1_000_000
LINES = {
    "one sentence again and again": "整改情况如下，", "spaced signs": "党 ", "digits": "1", "brackets": "（", "site path": "首页 > ",
    "page numbers": "— 1 —\n", "markers": "一是", "lines of one sign": "甲\n", "hard-wrapped lines": "党组落实主体责任不到位的问题比较突出有的支部学习走过场应付了\n",
}  # fmt: skip


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of one call; a documented refusal is an answer too."""
    start = time.process_time()
    try:
        work()
    except DocumentError as refusal:
        assert refusal.code
    return time.process_time() - start


def say(claim: str, value: str, bound: str, met: bool) -> None:
    print(f"{'met ' if met else 'MISS'}  {claim:52} {value:>30}   {bound}", flush=True)


def main() -> None:
    from tests.documents.samples import bare_pdf

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "a.txt"
        worst, kind = 0.0, ""
        for each, unit in LINES.items():
            plain.write_text(unit * (MEGABYTE // len(unit.encode())), "utf-8")
            floor = spent(lambda: plain.read_text("utf-8").split("\n"))
            took = spent(lambda: read(plain))
            if took > worst:
                worst, kind, ratio = took, each, took / max(floor, 1e-6)
        say(f"1 MB of text, worst: {kind}", f"{worst:.2f} s, {ratio:.0f} x splitting lines", "at most 5 s", worst <= 5)
        sparse = folder / "huge.docx"
        with sparse.open("wb") as file:
            file.truncate(500 * 1024 * 1024)
        took = spent(lambda: read(sparse))
        say("500 MB are refused", f"{took * 1000:.1f} ms", "at most 0.5 s", took <= 0.5)
        pages = bare_pdf(folder / "pages.pdf", 10_000, stream=b"BT /F 12 Tf 90 700 Td (page) Tj ET")
        took = spent(lambda: read(pages))
        say("10,000 pages are refused", f"{took:.2f} s", "at most 5 s", took <= 5)


if __name__ == "__main__":
    main()
