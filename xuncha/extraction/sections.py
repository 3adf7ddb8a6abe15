"""What the numbered sections of a paper are for: findings, answers to them, demands, causes, or none of these."""

from __future__ import annotations

import re
from enum import StrEnum

from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.model import Span
from xuncha.extraction.outline import Node
from xuncha.extraction.prose import SENTENCE_ENDS, Prose

# 关于“…”问题, 针对…的问题: a finding named in order to say what was done about it.
QUOTED_FINDING = re.compile(r"(?:关于|针对)[“\"]?[^。\n]{3,80}?(?:问题|现象|情况)")
# How a demand begins.
COMMANDING = re.compile(
    r"要|必须|坚持|坚决|切实|把|提高|强化|压[实紧]|扛|请|严(?!重)|扎实|狠抓|抓[好紧实]|做[好到]|深入|全面|进一步|持续|聚焦|紧盯|突出|注重|防止|着力|加[强快]|推[动进]|健全|完善|落实|对照"
)
_HEADING_LONGEST = 70


class Role(StrEnum):
    """What a section is for."""

    FINDINGS = "findings"
    ANSWERS = "answers"
    OVERVIEW = "overview"
    DEMANDS = "demands"
    NEXT = "next"
    CAUSES = "causes"
    OTHER = "other"
    UNKNOWN = "unknown"


def heading(prose: Prose, node: Node) -> Span:
    """The heading of a numbered statement: its first sentence, ending before its first child."""
    if node.heading is not None:
        return node.heading
    limit = min([node.end, *(child.start for child in node.children[:1])])
    line = prose.text.find("\n", node.body, limit)
    span = Span(node.body, line if line >= 0 else limit)
    node.heading = next(prose.cut(span, SENTENCE_ENDS), None) or prose.trim(span)
    return node.heading


def role(prose: Prose, node: Node) -> Role:
    """What a section of the outermost levels is for, by its heading, else by what stands in it."""
    span = heading(prose, node)
    words = prose.words(span)[:_HEADING_LONGEST]
    if _pairs(prose, node):
        return Role.ANSWERS if cue("headings", "answers").search(words) else Role.FINDINGS
    named = _role_by_heading(words)
    if named is Role.UNKNOWN or (named is Role.OVERVIEW and _answers_findings(prose, node)):
        return _role_by_content(prose, node, words)
    if named is Role.DEMANDS and "measures" in prose.fields.kinds(Span(node.body, node.end)):
        return Role.FINDINGS
    return named


def role_of_run(prose: Prose, run: list[Node]) -> Role:
    """What a list that stands under no section is for, all its statements taken together."""
    if all(node.style == "yao" for node in run):
        return Role.DEMANDS
    if any(_answers_findings(prose, node) or QUOTED_FINDING.match(prose.text, node.body, node.end) for node in run):
        return Role.FINDINGS
    return _role_by_statements(prose, run)


def _role_by_heading(words: str) -> Role:
    def says(name: str) -> bool:
        return cue("headings", name).search(words) is not None

    if words.endswith(("：", ":")) or (len(words) > 30 and re.search(r"提出|要求", words)):
        words = words[-40:]
    if says("causes"):
        return Role.CAUSES
    wants = deficiencies(words, 0, len(words)) > 0 and COMMANDING.match(words) is None
    if wants and not words.endswith("情况"):
        return Role.FINDINGS
    if says("findings") and not says("answers"):
        return Role.DEMANDS if words.startswith(("对照", "围绕")) and says("requirements") else Role.FINDINGS
    if re.search(r"要求|建议", words) and says("requirements"):
        return Role.DEMANDS
    if re.match(r"(?:下|后续|今后|接下来)", words) or re.search(
        r"(?:打算|考虑|下一?步[^。]{0,8}(?:安排|计划|措施|工作))$", words
    ):
        return Role.NEXT
    if says("overview") and not re.search(r"问题", words):
        return Role.OVERVIEW
    if says("answers"):
        return Role.ANSWERS
    if says("next_steps"):
        return Role.NEXT
    if says("requirements"):
        return Role.DEMANDS
    if says("other"):
        return Role.OTHER
    return Role.UNKNOWN


def _pairs(prose: Prose, node: Node) -> bool:
    """Whether 反馈问题：… and 整改情况：… stand in pairs inside."""
    return {"problem", "measures"} <= prose.fields.kinds(Span(node.body, node.end))


def _answers_findings(prose: Prose, node: Node) -> bool:
    """Whether findings are answered inside: 整改措施：… or 关于“…”问题 stand in it."""
    inside = prose.fields.within(Span(node.body, node.end))
    if len(inside) >= 2 and any(field.kind == "measures" for field in inside):
        return True
    quoted = sum(1 for child in _below(node) if QUOTED_FINDING.match(prose.text, child.body, child.end))
    return quoted >= 1


def _below(node: Node) -> list[Node]:
    found = []
    for child in node.children:
        found.append(child)
        found.extend(_below(child))
    return found


def _role_by_content(prose: Prose, node: Node, words: str) -> Role:
    if _answers_findings(prose, node):
        return Role.FINDINGS
    return _role_by_statements(prose, [child for child in _below(node) if not child.children] or [node])


def _role_by_statements(prose: Prose, nodes: list[Node]) -> Role:
    wanting = demanded = 0
    for child in nodes:
        first = prose.words(heading(prose, child))[:_HEADING_LONGEST]
        commands = (
            child.style == "yao" or re.match(r"要|必须|坚持|坚决|切实|把|提高|强化|压实|扛|请", first) is not None
        )
        wants = not commands and deficiencies(first, 0, len(first)) > 0
        wanting += wants
        demanded += commands or (not wants and cue("sentences", "demand").search(first) is not None)
    if wanting * 2 >= len(nodes) and wanting > demanded:
        return Role.FINDINGS
    if demanded * 2 >= len(nodes):
        return Role.DEMANDS
    return Role.UNKNOWN
