"""整改要求: what the paper demands, who must do what by when; and the root causes it names."""

from __future__ import annotations

import re
from bisect import bisect_left

from xuncha.extraction.cues import cue
from xuncha.extraction.model import Requirement, Span
from xuncha.extraction.outline import Node
from xuncha.extraction.prose import CLAUSE_ENDS, Prose
from xuncha.extraction.sections import Role, heading

_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十两半]{1,3})"
_DUE = re.compile(
    r"(?:(?:自|从)[^，,。；;]{0,14}?(?:之日起|以来|后|起)|收到[^，,。；;]{0,10}?(?:之日起|后)|反馈(?:之日起?|会?后))?[，,]?\s?"
    rf"(?:(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日|底|初|中旬|上旬|下旬)?(?:之|以)?[前内]"
    rf"|{_COUNT}(?:个)?(?:工作日|天|日|周|月|季度|年)(?:之|以)?[内后]|(?:今年|明年|本)?年底(?:之|以)?前|[^，,。；;在于]{{0,4}}节前|[一二三四]季度(?:末|前|底))"
)
_ANNOUNCED = re.compile(
    r"(?:会议|县委|市委|区委|省委|党委|集团|巡[察视]组|组长|书记|领导小组|督导组|办公室|负责人|县领导)[^。；;：:\n]{0,40}?"
    r"(?:要求|强调|提出(?:[一二三四五六七八九十\d]+[点条层个]?(?:方面)?(?:的)?)?(?:整改)?(?:要求|意见|意思|建议|希望)?|指出|建议|明确|希望[^，,：:。\n]{0,24})(?:[^，,：:。\n]{0,10})?[，,：:]"
)
# By when stands near the start of a duty.
LONGEST_DUTY = 200
_CLOSING = re.compile(
    r"^(?:同志们|以上|谢谢|公示|联系|监督电话|受理|中共|特此)|承诺书|表示[，,：:]|会后|移交|表态|汇报会"
)
_CAUSE = re.compile(
    r"(?:根源|原因|症结|根子|究其原因|归结起来|归根结底|说到底|深层次(?:看|原因))[^。；;\n]{0,6}?(?:在于|在|[，,是])|主要(?:原因)?是"
)


def duties(prose: Prose, span: Span, *, strict: bool) -> list[Span]:
    """The demands of a passage, one a clause; rhetoric is left out, with ``strict`` all that commands nothing."""
    found: list[Span] = []
    for sentence in prose.sentences(span):
        words = prose.words(sentence)
        commands = cue("sentences", "demand").search(words) is not None
        if _CLOSING.search(words) or ((strict or cue("sentences", "rhetoric").search(words)) and not commands):
            continue
        if cue("sentences", "rhetoric").search(words) and not re.search(r"必须|要(?!求|素)|不得|不能|应", words):
            continue
        found.extend(prose.cut(sentence, CLAUSE_ENDS))
    return found


def due_of(words: str) -> str | None:
    """By when, in the paper's own words."""
    match = _DUE.search(words[:LONGEST_DUTY])
    return match.group().strip("，, ") if match else None


class RequirementsReader:
    """Collects the demands of the sections that make them, else of the sentences that announce them."""

    def __init__(self, prose: Prose, sections: list[tuple[Node, Role]]) -> None:
        self.prose, self.sections = prose, sections
        self.requirements: list[Requirement] = []

    def read(self, tree: Node, covered: list[Span]) -> list[Requirement]:
        demanding = [section for section, purpose in self.sections if purpose is Role.DEMANDS]
        for section in demanding:
            self.visit(section)
        if not demanding:
            self._announced(tree, covered)
        for requirement in self.requirements:
            words = [self.prose.words(duty) for duty in requirement.duties]
            requirement.due = next((due for due in map(due_of, words) if due), None)
        return self.requirements

    def visit(self, node: Node) -> None:
        prose = self.prose
        title = heading(prose, node)
        own_end = node.children[0].start if node.children else node.end
        sentences = list(prose.sentences(Span(title.end, own_end)))
        own = duties(prose, Span(title.end, own_end), strict=bool(node.children)) if sentences else []
        alone = not node.children and not sentences
        requirement = Requirement(node.path, title, own)
        if alone and len(prose.phrases(title)) > 1 and node.style not in ("cn", "part"):
            colon = re.search("[：:]", prose.words(title))
            if colon:
                requirement = Requirement(
                    node.path,
                    Span(title.start, title.start + colon.start()),
                    list(prose.cut(Span(title.start + colon.end(), title.end), CLAUSE_ENDS)),
                )
            elif title.end - title.start > 24 or (node.is_floating and prose.phrases(title)[0].end - title.start <= 12):
                first, *rest = prose.phrases(title)
                requirement = Requirement(node.path, first, rest)
        self.requirements.append(requirement)
        for child in node.children:
            self.visit(child)

    def _announced(self, tree: Node, covered: list[Span]) -> None:
        """Demands told in running text: 会议要求，…；组长提出三点要求：一要…"""
        prose, text = self.prose, self.prose.text
        done = max((span.end for span in covered), default=0)
        listed = _floating(tree)
        starts = [node.start for node in listed]
        for match in _ANNOUNCED.finditer(text, done):
            if match.start() < done:
                continue
            end = text.find("\n", match.end())
            done = end = len(text) if end < 0 else end
            passage = Span(match.end(), end)
            marked = listed[bisect_left(starts, passage.start) : bisect_left(starts, passage.end)]
            for node in marked:
                self.visit(node)
            if marked:
                continue
            spans = [
                clause
                for sentence in prose.sentences(passage)
                if (
                    sentence.start == prose.trim(passage).start
                    or cue("sentences", "demand").search(prose.words(sentence))
                )
                and not _CLOSING.search(prose.words(sentence))
                for clause in prose.cut(sentence, CLAUSE_ENDS)
            ]
            title: Span | None = None
            colon = re.search("[：:]", prose.words(spans[0])) if len(spans) > 1 else None
            if colon is not None and not prose.is_quoted(spans[0].start + colon.start()):
                # 要求，甲单位从严抓整改：一个月内报送方案，…
                title = prose.trim(Span(spans[0].start, spans[0].start + colon.start()))
                spans[0] = prose.trim(Span(spans[0].start + colon.end(), spans[0].end))
            commands = [span for span in spans if cue("sentences", "demand").search(prose.words(span))]
            if commands:
                self.requirements.append(Requirement((), title, [span for span in spans if span.start < span.end]))


def _floating(tree: Node) -> list[Node]:
    """All statements of lists that run inside paragraphs, in the order of the text."""
    found: list[Node] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        found.extend(child for child in node.children if child.style in ("yao", "di", "is"))
        waiting.extend(node.children)
    return sorted(found, key=lambda child: child.start)


def root_causes(prose: Prose, sections: list[tuple[Node, Role]], text_end: int) -> list[Span]:
    """The causes a paper names: in a section of their own, else in the sentence that says 根源在于."""
    spans = [Span(section.body, section.end) for section, purpose in sections if purpose is Role.CAUSES] or [
        Span(0, text_end)
    ]
    found: list[Span] = []
    for span in spans:
        for sentence in prose.sentences(span):
            match = _CAUSE.search(prose.text, sentence.start, sentence.end)
            if match is None or cue("sentences", "demand").search(prose.words(sentence)):
                continue
            start = match.start()
            comma = re.compile("[，,]").search(prose.text, start, match.end())
            body = Span(comma.end(), sentence.end) if comma else Span(start, sentence.end)
            if len(prose.words(body)) < 8:
                continue
            parts = list(prose.cut(body, "，,；;"))
            if (
                all(re.match(r"是?(?:有的|一些|部分|个别|少数)", prose.words(part)) for part in parts[:1])
                and len(parts) > 1
            ):
                found.extend(_joined(prose, parts))
            else:
                found.append(prose.trim(body))
            break
    return found


def _joined(prose: Prose, parts: list[Span]) -> list[Span]:
    """Parts that begin with 有的 and the like, each with what follows it."""
    joined: list[Span] = []
    for part in parts:
        if joined and not re.match(r"是?(?:有的|一些|部分|个别|少数)", prose.words(part)):
            joined[-1] = Span(joined[-1].start, part.end)
        else:
            joined.append(part)
    return joined
