"""Whether text is cut at a fixed width, and which lines then belong to one paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from xuncha.documents.layout.strips import Strip, cells

# The shares below are this product's own setting, found on layouts of public papers.
_NARROWEST, _WIDEST = 24, 170
_WINDOW = 0.88
"""Full lines are at least this share of the widest full line."""
_SHORT = 0.8
"""A line below this share of the full width ends its paragraph even without a point."""
_TOKEN = re.compile(r"[0-9０-９.,％%]+|[A-Za-z]+|.")
_NO_START = frozenset("，。、；：！？”’）》】」』〕…,;:!?)]}%％·")
_NO_TITLE = re.compile(r"[：:。！？；;〔]|[，、,]$|^[（(]|[）)]$|^附件|^[—-]{2}|^20\d\d年\d+月\d+日$")
# What opens a paragraph without a number: 整改情况：…, 某某局存在的问题：…
_LABEL = re.compile(
    r"[^，,。；;：:]{0,14}(?:问题|情况|措施|时限|责任|结果|成效|进展|目标|领导|单位|部门|状态|进度|表现|科室|股室|事项)(?:[（(][^（()）]{1,10}[)）])?[：:]"
)
_TITLE_END = re.compile(
    r"(?:讲话|发言|报告|通报|公告|公示|通知|方案|意见|情况|材料|清单|台账|办法|规定|函|决定|结果|总结|计划|要点|纪要|表)"
    r"(?:[（(][^（）()]{1,12}[)）])?$"
)


@dataclass(frozen=True, slots=True)
class Margin:
    """The right edge of hard-wrapped text: ``full`` is the typical width of a full line, in the measure that is used.

    ``by_characters``: the text was cut at a number of characters, not of cells; ``indent`` is that of lines within a
    paragraph; ``has_indents``: paragraphs begin with an indent.
    """

    full: int
    by_characters: bool
    indent: int
    has_indents: bool
    blanks_mean_nothing: bool

    def is_full(self, strip: Strip) -> bool:
        return strip.extent(by_characters=self.by_characters) >= _SHORT * self.full

    def had_room(self, strip: Strip, following: str) -> bool:
        """Whether the beginning of ``following`` would still have stood on the line of ``strip``."""
        token = _TOKEN.match(following)
        need = 1 if token is None else len(token[0]) if self.by_characters else cells(token[0])
        return strip.extent(by_characters=self.by_characters) + need < self.full


def margin_of(strips: Sequence[Strip], *, is_printed: bool) -> Margin | None:
    """The margin of hard-wrapped text; null where each line is a paragraph."""
    lines = [strip for strip in strips if strip.kind == "line"]
    if len(lines) < (2 if is_printed else 4):
        return None
    blanks_mean_nothing = sum(strip.is_blank_before for strip in lines) > 0.8 * (len(lines) - 1)
    cut: list[Strip] = []
    for strip, following in pairwise(lines):
        if (
            not strip.ends_sentence
            and not (following.is_blank_before and not is_printed and not blanks_mean_nothing)
            and following.indent <= strip.indent + 1
            and following.marker() is None
            and not strip.is_row
        ):
            cut.append(strip)
    found = _measured(lines, cut, is_printed=is_printed, by_characters=False)
    other = _measured(lines, cut, is_printed=is_printed, by_characters=True)
    best = min((choice for choice in (found, other) if choice), default=None)
    if best is None:
        return None
    _, full, by_characters = best
    return _with_indents(lines, full, by_characters=by_characters)


def _measured(
    lines: list[Strip], cut: list[Strip], *, is_printed: bool, by_characters: bool
) -> tuple[float, int, bool] | None:
    """Spread of the full lines, their typical width and the measure; null where the lines show no edge."""
    widths = sorted(strip.extent(by_characters=by_characters) for strip in cut)
    lowest, highest = (_NARROWEST // 2, _WIDEST // 2) if by_characters else (_NARROWEST, _WIDEST)
    widths = [width for width in widths if lowest <= width <= highest]
    if not widths:
        return None
    start, (first, last) = 0, (0, 0)
    for end, width in enumerate(widths):
        while widths[start] < _WINDOW * width:
            start += 1
        if end - start >= last - first:
            first, last = start, end
    full = widths[first : last + 1]
    edge, count = full[-1], len(full)
    beyond = sum(strip.extent(by_characters=by_characters) > 1.15 * edge for strip in lines)
    if is_printed:
        enough = count >= 2 or len(lines) <= 12
    else:
        enough = count >= 3 and count >= 0.25 * len(lines) and beyond <= 0.15 * len(lines)
    if not enough:
        return None
    middle = full[count // 2]
    low, high = full[count // 6], full[count - 1 - count // 6]
    return (high - low) / middle, middle, by_characters


def _with_indents(lines: list[Strip], full: int, *, by_characters: bool) -> Margin:
    margin = Margin(full, by_characters, 0, has_indents=False, blanks_mean_nothing=False)
    inner: Counter[int] = Counter()
    blank = inside = 0
    for strip, following in pairwise(lines):
        blank += following.is_blank_before
        if not strip.ends_sentence and margin.is_full(strip):
            inner[following.indent] += 1
            inside += following.is_blank_before
    indent = inner.most_common(1)[0][0] if inner else 0
    indented = sum(strip.indent >= indent + 2 for strip in lines)
    total = inner.total()
    return Margin(
        full,
        by_characters,
        indent,
        has_indents=indented >= 0.08 * len(lines),
        # Text with an empty line after each line: empty lines stand within sentences as well.
        blanks_mean_nothing=blank > 0.8 * (len(lines) - 1) and inside > 0.8 * total,
    )


def joined_to_previous(strips: Sequence[Strip], margin: Margin | None, *, dropped: Sequence[Strip]) -> list[bool]:
    """For each strip whether it continues the paragraph of the one before."""
    joins = [False] * len(strips)
    gone = [strip.start for strip in dropped]
    at = 0
    paragraph = _Paragraph()
    for number, strip in enumerate(strips):
        previous = strips[number - 1] if number else None
        if previous is not None and strip.kind == previous.kind == "line":
            while at < len(gone) and gone[at] < previous.start:
                at += 1
            over_furniture = at < len(gone) and gone[at] < strip.start
            if number <= 3 and _continues_title(strips[:number], strip):
                joins[1 : number + 1] = [True] * number
            elif margin is not None:
                joins[number] = _continues(previous, strip, margin, paragraph, over_furniture=over_furniture)
            elif over_furniture:
                joins[number] = not previous.ends_sentence and strip.marker() is None and strip.indent < 2
        paragraph.add(strip, joined=joins[number])
    return joins


class _Paragraph:
    """What has been gathered of the paragraph so far."""

    def __init__(self) -> None:
        self.is_heading = self.is_title = False
        self._is_first = True

    def add(self, strip: Strip, *, joined: bool) -> None:
        if not joined:
            self.is_heading = strip.kind == "line" and strip.marker() is not None
        text = strip.text
        if self.is_heading and ("。" in text or "；" in text or ";" in text):
            self.is_heading = False
        self.is_title = (self._is_first or (joined and self.is_title)) and _TITLE_END.search(text) is not None
        self._is_first = False


def _continues(previous: Strip, strip: Strip, margin: Margin, paragraph: _Paragraph, *, over_furniture: bool) -> bool:
    if previous.is_row or strip.is_row:
        return False
    text, following = previous.text, strip.text
    is_within = not previous.ends_sentence
    if (
        strip.is_blank_before
        and not margin.blanks_mean_nothing
        and not over_furniture
        and not (is_within and margin.is_full(previous) and not paragraph.is_heading)
    ):
        return False
    if abs(strip.indent - margin.indent) >= 2:
        return False
    if following[0] in _NO_START:
        return True
    if strip.marker() is not None:
        if margin.has_indents and not paragraph.is_heading and margin.indent + 2 > strip.indent:
            return margin.is_full(previous) and (is_within or not margin.had_room(previous, following))
        return is_within and margin.is_full(previous) and not paragraph.is_heading
    if previous.ends_sentence:
        if _LABEL.match(following):
            return False
        if margin.has_indents:
            return margin.is_full(previous)
        return not margin.had_room(previous, following)
    if text[-1] in "，、,":
        return True
    if paragraph.is_title:
        return margin.is_full(previous) and not margin.had_room(previous, following)
    if paragraph.is_heading and not margin.has_indents:
        # The rest of a heading is short and has no point; a full line or a sentence is the text below it.
        is_rest = not margin.is_full(strip) and not strip.ends_sentence
        return margin.is_full(previous) and (is_rest or not margin.had_room(previous, following))
    return margin.is_full(previous)


def _continues_title(above: Sequence[Strip], strip: Strip) -> bool:
    """Whether ``strip`` is the last line of a title that was set over two or three lines."""
    lines = (*above, strip)
    if any(line.kind != "line" or line.is_row or cells(line.text) > 70 for line in lines):
        return False
    if any(line.is_blank_before for line in lines[1:]) or any(line.marker() is not None for line in lines):
        return False
    if any(_NO_TITLE.search(line.text) for line in lines) or any(_TITLE_END.search(line.text) for line in above):
        return False
    if len(above) == 1 and len(strip.text) <= 2:
        return bool(_TITLE_END.search(above[0].text + strip.text))
    return bool(_TITLE_END.search(strip.text))
