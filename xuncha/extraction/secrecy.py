"""Whether a paper is marked as a state secret: by the head of its text (GB/T 9704-2012, 7.2.2) or by its name."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from pathlib import PurePath

from xuncha.extraction.cues import joined
from xuncha.vocabulary import load

_SPACE = re.compile(r"\s+")


def mark_in_text(text: str) -> str:
    """The mark in the head of a text, such as ``机密★1年``; empty where there is none.

    A line that says the grade and nothing else but number of the copy, period and urgency; or, anywhere in the head,
    a grade with its star. Spaces between the characters do not count.
    """
    line, anywhere, _ = _patterns()
    written = (stripped for raw in text.splitlines() if (stripped := _SPACE.sub("", raw)))
    for words in islice(written, int(load("secrecy")["head_lines"])):
        found = line.fullmatch(words) or anywhere.search(words)
        if found:
            return found["mark"]
    return ""


def mark_in_name(name: str) -> str:
    """The mark in a file's name: a grade that stands apart from other words; empty where there is none."""
    _, anywhere, apart = _patterns()
    stem = PurePath(name.replace("\\", "/")).stem
    found = anywhere.search(_SPACE.sub("", stem)) or apart.search(stem)
    return found["mark"] if found else ""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = load("secrecy")
    grade = "(?:" + "|".join(r"\s*".join(grade) for grade in words["grades"]) + ")"
    star, period = joined(words["stars"]), joined(words["periods"])
    starred = f"{grade}(?:{star})(?:{period})?"
    line = f"(?:{joined(words['before'])})*(?P<mark>{grade}(?:(?:{star})?(?:{period})?))(?:{joined(words['after'])})*"
    edge = r"[\[\]【】()（）〔〕《》_\-—－.．·\s]"
    return (
        re.compile(line),
        re.compile(f"(?P<mark>{starred})"),
        re.compile(f"(?:^|{edge})(?P<mark>{grade})(?=$|{edge})"),
    )
