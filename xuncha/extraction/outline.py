"""The numbered tree of a paper: 一、（一）1.（1）①, 一是/二是, 第一, 问题1, unit by unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from xuncha.documents.model import Block, Document
from xuncha.documents.values.numbering import chinese_to_int
from xuncha.extraction.cues import cue
from xuncha.extraction.model import Span

_CN = "[一二三四五六七八九十]{1,3}"
_MARKER = re.compile(
    rf"(?P<part>第{_CN}(?:部分|章|篇))[、,，:：.．\s]?"
    rf"|(?P<di>第{_CN}(?:层|点|方面|个方面)?)[、,，:：](?=\D)"
    rf"|[（(]\s?(?P<pcn>{_CN})\s?[)）][、.．]?"
    rf"|[（(]\s?(?P<pdot>\d{{1,2}})\s?[)）][、.．]?"
    rf"|(?P<cn>{_CN}|[壹贰叁肆伍陆柒捌玖拾])[、．.](?!\d)"
    rf"|(?P<is>{_CN})是"
    rf"|(?P<yao>{_CN})要"
    rf"|(?P<circ>[①-⑳])"
    rf"|(?:问题)?(?:序号|编号)[：:]\s?(?P<serial>\d{{1,3}})(?=\s|$)"
    rf"|[【\[]?(?P<q>(?:反馈|存在|巡察)?(?:问题|意见)(?:\d{{1,2}}|{_CN}))(?=[、,，:：.．\s】\]])[】\]]?[、:：.．]?"
    rf"|(?P<rp>\d{{1,2}})[)）]"
    r"|(?P<dd>\d{1,2}\.\d{1,2})(?=[ \t\u3000])"
    r"|(?P<dot>\d{1,2})(?:[.．、]|[ \u3000]+(?=[“《一-龥]))"
    r"|(?P<bullet>[●•◆■□▪◇○★►▶➢])\s?"
    rf"|(?P<also>此外|另外)[,，]"
)
# Outer to inner; what is not here floats: it hangs under whatever is open.
RANKS: dict[str, float] = {
    "root": -1,
    "part": 0,
    "cn": 1,
    "head": 1,
    "pcn": 2,
    "unit": 2,
    "field": 2,
    "lead": 2.5,
    "dot": 3,
    "q": 3,
    "serial": 3,
    "dd": 3.5,
    "pdot": 4,
    "rp": 4,
    "bullet": 4,
    "circ": 5,
}
FLOATING = 6
HEADING_STYLES = ("root", "part", "cn", "pcn", "unit", "lead", "head", "field")
# Before a marker inside a paragraph stands a stop, a colon, a bracket or a gap.
_BEFORE = set("。；;：:！!？?，,”）)》】…\t \u3000—-")
_BEFORE_STRICT = set("。；;：:！!？?”）)》】\t \u3000…")
# A heading of a unit's own list: "…党组的突出问题：", "…存在的主要问题".
_NAME = r"[^\s，,。；;：:、（）()“”]"
_PARTY_BODY = "(?:党委|党组|党总支|党支部|支部|党工委|党委会|党组织)"
_UNIT_HEADING = re.compile(
    r"(?:^|(?<=[\n。！ \u3000]))"
    rf"(?P<unit>[^\s，,。；;：:、（）()]{{2,30}}?(?:{_PARTY_BODY}|[县市区镇乡村局院校社司站所团场]))"
    r"(?:的|存在的?|主要存在|方面存在|反馈的?|发现的?)*(?:主要|突出|具体)?(?:的)?(?:突出|主要)?"
    r"(?:问题(?:有|是|如下)?|表现在[^：:。]{1,8}方面)\s*[：:]"
    # 向区档案馆党支部反馈指出14个问题，主要是：…
    rf"|^(?:向|对)(?P<told>{_NAME}{{2,28}}{_PARTY_BODY})[^：:。\n]{{0,12}}(?:反馈|指出)"
    r"[^：:。\n]{0,10}问题[^：:。\n]{0,12}[：:]"
    # 开发区党工委：…
    rf"|^(?P<named>{_NAME}{{2,24}}{_PARTY_BODY})[：:](?!\s*$)",
    re.MULTILINE,
)


@dataclass(slots=True)
class Node:
    """A numbered statement with what belongs to it.

    ``start`` is where its marker stands, ``body`` where its words begin, ``end`` where it ends
    (all in the canonical text); ``inline`` says that it stands inside a paragraph.
    """

    style: str
    marker: str
    ordinal: int
    start: int
    body: int
    end: int
    inline: bool = False
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    heading: Span | None = None  # found and kept by `sections.heading`

    @property
    def rank(self) -> float:
        return RANKS.get(self.style, FLOATING)

    @property
    def path(self) -> tuple[str, ...]:
        markers: list[str] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            if node.marker:
                markers.append(node.marker)
            node = node.parent
        return tuple(reversed(markers))

    @property
    def is_floating(self) -> bool:
        return self.rank == FLOATING


def outline(document: Document, *, beside: Sequence[Span] = ()) -> Node:
    """The tree of a document, tables ``beside`` it left out; its root holds the whole text and has no marker."""
    root = Node("root", "", 0, 0, 0, len(document.text))
    # A page that came as one line has lost the gaps before its headings.
    builder = _Builder(document.text, root, on_one_line=len(document.blocks) <= ONE_LINE)
    for block in document.blocks:
        if block.cell is None and not any(span.start <= block.start < span.end for span in beside):
            builder.take(block)
    builder.close(len(document.text))
    return root


class _Builder:
    def __init__(self, text: str, root: Node, *, on_one_line: bool) -> None:
        self.text, self.on_one_line = text, on_one_line
        self.stack = [root]

    def take(self, block: Block) -> None:
        text, first = self.text, True
        units = (
            {}
            if _MARKER.match(text, block.start)
            else {m.start(m.lastgroup or 0): m for m in _UNIT_HEADING.finditer(text, block.start, block.end)}
        )
        at = block.start
        while True:
            match = _MARKER.search(text, at, block.end)
            for start in [start for start in units if match is None or start <= match.start()]:
                unit = units.pop(start)
                self.place(
                    Node("unit", unit.group(unit.lastgroup or 0), 0, start, start, block.end, start > block.start),
                    block,
                )
                first = False
            if match is None:
                break
            at = match.start() + 1
            style = str(match.lastgroup)
            inline = match.start() > block.start
            if style == "dot" and not self.may_number(match, inline):
                continue
            if style in ("bullet", "dd") and inline:
                continue
            if style == "cn" and inline and self.opens_list(match.start()):
                style = "li"
            if inline and not self.may_stand_inside(style, match.start(), block):
                continue
            marker, ordinal = _read(style, match.group(match.lastgroup or 0))
            node = Node(style, marker, ordinal, match.start(), match.end(), block.end, inline)
            if not inline and first:
                first = False
            elif first:
                self.open_unmarked(block)
                first = False
            if self.place(node, block):
                at = match.end()
        if first:
            self.open_unmarked(block)

    def may_number(self, match: re.Match[str], inline: bool) -> bool:
        """Whether digits are a number of the paper and no decimal or count: 1.2019年, 3.12345热线, 2.60%的器材."""
        following = self.text[match.end() : match.end() + 8]
        gap = match.group()[-1] not in ".．、"
        if not following[:1].isdigit() and not gap:
            return True
        if _DECIMAL.match(following):
            return False
        ordinal = int(match.group("dot"))
        open_ones = [node for node in self.stack if node.style == "dot" and node.inline == inline]
        expected = open_ones[-1].ordinal + 1 if open_ones else 1
        if not inline:
            return ordinal == expected and (bool(open_ones) or self.stack[-1].style in HEADING_STYLES)
        return not gap and ordinal == expected and re.match(r"(?:19|20)\d\d年|\d{5}", following) is not None

    def opens_list(self, at: int) -> bool:
        """Whether 一、 stands in a list inside a sentence: 主要表现在三个方面：一、…；二、…"""
        before = self.text[at - 1]
        if before in "：:":
            # A list goes on in the same sentence; 如下：一、… with full stops inside begins a section.
            second = self.text.find("二、", at, at + LONGEST_LISTED)
            return second >= 0 and "。" not in self.text[at:second]
        return before in "；;" and any(node.style == "li" for node in self.stack)

    def may_stand_inside(self, style: str, at: int, block: Block) -> bool:
        before = self.text[at - 1]
        if style in ("is", "yao"):
            return before in _BEFORE or before == "、"
        if style in ("circ",):
            return True
        if self.on_one_line and before not in "第按依见款条项":
            if style == "pcn" or (style == "dot" and before in "面况题作"):
                return True
        if before not in _BEFORE_STRICT:
            return False
        if style in ("dot", "cn") and before in " \u3000\t":
            # A gap alone parts the items of a page that came as one line; after a word it may be anything.
            previous = self.text[block.start : at].rstrip()[-1:]
            return previous == "" or not previous.isdigit()
        return True

    def open_unmarked(self, block: Block) -> None:
        """A paragraph without a marker ends a list that ran inside the paragraph before it."""
        text = self.text
        announces = text[block.end - 1] in "：:" and block.end - block.start <= _LONGEST_LEAD
        if announces and all(node.style not in ("part", "cn", "pcn", "unit") for node in self.stack):
            while self.stack[-1].parent is not None:
                self.stack.pop().end = block.start
            self.hang(Node("lead", "", 0, block.start, block.start, block.end), 1)
            return
        if self.bare_heading(block):
            return
        if self.text.startswith(_CONTINUES, block.start) or _LABELLED.match(self.text, block.start, block.end):
            if not self.stack[-1].inline:
                return
        while self.stack[-1].is_floating:
            self.stack.pop().end = block.start

    def bare_heading(self, block: Block) -> bool:
        """A short line without a number that heads what follows: 存在问题, 财务管理方面, 整改建议."""
        if block.end - block.start > LONGEST_BARE_HEADING or any(
            node.style in ("part", "cn", "pcn") for node in self.stack
        ):
            return False
        words = self.text[block.start : block.end]
        if re.search("[。，,；;：:、\\d]", words):
            return False
        style = "head" if cue("headings", "bare_section").search(words) else "field" if words.endswith("方面") else ""
        if not style:
            return False
        while self.stack[-1].rank >= RANKS[style]:
            self.stack.pop().end = block.start
        return self.hang(Node(style, "", 0, block.start, block.start, block.end), len(self.stack))

    def place(self, node: Node, block: Block) -> bool:
        """Hangs a node into the tree; False where its number does not fit what is open."""
        stack = self.stack
        if node.style in ("yao", "is", "di") and node.ordinal == 1 and node.inline:
            self.close_lists(node)
        if node.style == "also":
            floating = [k for k, open_node in enumerate(stack) if open_node.is_floating]
            if floating:
                return self.hang(node, floating[0])
            listed = [k for k, open_node in enumerate(stack) if open_node.rank >= RANKS["dot"]]
            if node.inline or not listed:
                return False
            return self.hang(node, listed[0])
        if node.ordinal == 1 and node.inline and self.text[node.start - 1] in "：:" and not node.is_floating:
            # 整改措施：1.…2.…: a list of the statement it stands in, whatever numbers are in use outside.
            return self.hang(node, len(stack))
        level = self.open_level(node)
        if level is not None:
            last = stack[level]
            if node.ordinal == 1 and node.inline and not last.inline and not node.is_floating:
                # A list inside the paragraph with the same kind of number as the paragraph itself.
                return self.hang(node, len(stack))
            follows = node.style in ("bullet", "dd", "head", "field") or 0 < node.ordinal - last.ordinal <= (
                2 if node.inline else 6
            )
            if node.style != "unit" and not follows and node.ordinal != 1:
                return False
            return self.hang(node, level)
        if node.ordinal > 1 and node.style != "unit":
            sibling = self.closed_sibling(node)
            if sibling is not None:
                return self.hang(node, sibling)
            if node.inline or node.is_floating or node.style == "circ" or node.ordinal > 20:
                return False
        if node.is_floating:
            return self.hang(node, len(stack))
        level = len(stack)
        while level > 1 and stack[level - 1].rank >= node.rank:
            level -= 1
        return self.hang(node, level)

    def close_lists(self, node: Node) -> None:
        """一、…；二、… inside a sentence ends with that sentence; demands (一要) are no part of a unit's findings."""
        for k, open_node in enumerate(self.stack):
            past = (
                open_node.style == "li"
                and self.text.find("。", open_node.body, min(node.start, open_node.body + 500)) >= 0
            )
            if past or (node.style == "yao" and open_node.style in ("unit", "li")):
                first = k - 1 if past and self.stack[k - 1].style == "unit" else k
                for closed in self.stack[first:]:
                    closed.end = node.start
                del self.stack[first:]
                return

    def open_level(self, node: Node) -> int | None:
        """Where on the stack a list of the same style is open; the one of the same place in the line first."""
        levels = [k for k, open_node in enumerate(self.stack) if open_node.style == node.style]
        same = [k for k in levels if self.stack[k].inline == node.inline]
        following = [k for k in levels if node.ordinal - self.stack[k].ordinal == 1]
        for candidates in ([k for k in same if k in following], following, same, levels):
            if candidates:
                return candidates[-1]
        return None

    def closed_sibling(self, node: Node) -> int | None:
        """The level under which a list of this style was closed just before this number."""
        for level in range(len(self.stack), 0, -1):
            children = self.stack[level - 1].children
            if children and children[-1].style == node.style and 0 < node.ordinal - children[-1].ordinal <= 2:
                return level
        return None

    def hang(self, node: Node, level: int) -> bool:
        for closed in self.stack[level:]:
            closed.end = node.start
        del self.stack[level:]
        parent = self.stack[-1]
        node.parent = parent
        parent.children.append(node)
        self.stack.append(node)
        return True

    def close(self, end: int) -> None:
        for node in self.stack:
            node.end = end


_CONTINUES = ("整改", "（已", "(已")
# 1.8倍, 1.36亿元: the digits behind the point belong to it.
_DECIMAL = re.compile(r"\d{1,4}(?:倍|亿|万[元吨亩]|个百分点|公里|毫克)")
ONE_LINE = 4
LONGEST_LISTED = 150
LONGEST_BARE_HEADING = 20
# A paragraph that announces a list: "针对上述问题，巡察组提出以下意见："
_LONGEST_LEAD = 120
_LABELLED = re.compile(r"[【\[]?[一-龥]{2,8}[】\]]?(?:[（(][^）)\n]{1,12}[)）])?[：:]")


def _read(style: str, words: str) -> tuple[str, int]:
    """The marker as paths hold it, and its number."""
    digits = re.sub(r"\D", "", words)
    number = int(digits) if digits else 0
    if style == "circ":
        return words, ord(words) - ord("①") + 1
    if style == "q":
        named = re.search("(?:问题|意见).*", words)
        return named.group() if named else words, number or chinese_to_int(words[-1:])
    if style in ("also", "bullet"):
        return "" if style == "bullet" else words, 1
    if style == "dd":
        return words, 1
    if not digits:
        chinese = re.search(f"{_CN}|[壹贰叁肆伍陆柒捌玖拾]", words)
        number = chinese_to_int(chinese.group()) if chinese else 0
    if style in ("pcn", "pdot"):
        return f"({words})", number
    if style == "is":
        return words + "是", number
    if style == "yao":
        return words + "要", number
    return words, number
