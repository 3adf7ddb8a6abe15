"""The labelled parts of a finding: 反馈问题：… 整改情况（已完成）：… 完成时限：… 责任股室：…"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache

from xuncha.extraction.cues import cue
from xuncha.extraction.model import Span

# A status is a word or two; what is longer under such a label tells what was done.
LONGEST_STATUS = 60
KINDS = ("problem", "measures", "status", "due", "leader", "department", "person", "goal")

# A label opens a line or follows a stop, a number or a bracket.
_OPENS = r"(?:(?<=[\n。；;：:，,、\s)）】”.．①-⑳])|^)"
_NUMBER = r"(?:[（(]?\d{1,2}[)）.．、]\s?|[①-⑳]\s?|[（(][一二三四五六七八九十][)）]\s?|[一二三四五六七八九十]、\s?)?"


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled part: ``start`` is where the label stands, ``span`` what it says, ``note`` what its brackets hold."""

    kind: str
    start: int
    span: Span
    note: Span | None


@cache
def _label() -> re.Pattern[str]:
    kinds = "|".join(f"(?P<{kind}>{cue('labels', kind).pattern})" for kind in KINDS)
    return re.compile(
        rf"{_OPENS}(?P<number>{_NUMBER})[【\[〔]?(?:{kinds})[】\]〕]?\s?"
        r"(?:(?:[（(](?P<note>[^）)\n]{1,20})[)）])?\s?[：:]|(?<=[】\]〕]))"
        # A paragraph that opens with the status alone: "已完成。一是…"
        r"|^\s*(?P<stated>(?:已|正在|基本|长期|持续|立行|尚未|未|阶段性)[一-龥]{1,8})(?=[。：:])",
        re.MULTILINE,
    )


@dataclass(frozen=True, slots=True)
class Fields:
    """All labelled parts of a text, found once; `within` gives those of a span."""

    found: tuple[Field, ...]
    starts: tuple[int, ...]  # of the labels themselves, behind their numbers

    def within(self, span: Span) -> list[Field]:
        """The labelled parts that begin in a span, the last of them cut off at its end."""
        first, last = bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)
        # A number before a label may be that of the finding whose words the span holds.
        inside = [
            field if field.start >= span.start else replace(field, start=span.start) for field in self.found[first:last]
        ]
        if inside and inside[-1].span.end > span.end:
            inside[-1] = replace(inside[-1], span=Span(min(inside[-1].span.start, span.end), span.end))
        return inside

    def kinds(self, span: Span) -> set[str]:
        return {
            field.kind
            for field in self.found[bisect_left(self.starts, span.start) : bisect_left(self.starts, span.end)]
        }


def fields(text: str) -> Fields:
    """The labelled parts of a text in order, each reaching to the next label."""
    matches = list(_label().finditer(text))
    found, starts = [], []
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        end = following.start() if following is not None else len(text)
        starts.append(match.end("number") if match.group("number") else match.start())
        if match.group("stated"):
            found.append(
                Field("measures", match.start(), Span(min(match.end() + 1, end), end), Span(*match.span("stated")))
            )
            continue
        note = Span(*match.span("note")) if match.group("note") else None
        kind = next(kind for kind in KINDS if match.group(kind))
        line = text.find("\n", match.end(), end)
        if kind == "status" and (line if line >= 0 else end) - match.end() > LONGEST_STATUS:
            kind = "measures"
        found.append(Field(kind, match.start(), Span(match.end(), end), note))
    return Fields(tuple(found), tuple(starts))


def is_label_at(text: str, start: int, end: int) -> bool:
    """Whether a label other than that of the finding itself stands just here, its number included."""
    match = _label().search(text, start, min(end, start + 24))
    return match is not None and match.start() <= start + 1 and not match.group("problem")


def after_problem_label(text: str, span: Span) -> Span:
    """The span without a label such as 反馈问题： at its start."""
    match = _label().search(text, span.start, min(span.end, span.start + 24))
    if match is None or match.start() > span.start or not match.group("problem"):
        return span
    return Span(match.end(), span.end)
