"""What a later section says of findings told before: 第（一）项第1个问题，…；针对甲问题，…；针对乙问题，…"""

from __future__ import annotations

import re

from xuncha.extraction.measures import measures, status_at_end
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.prose import Prose

_BY_NUMBER = re.compile(
    r"(?:第?[（(](?P<part>[一二三四五六七八九十]{1,3})[)）](?:项|部分|方面|大?类)?)?(?:的)?第(?P<number>\d{1,2})(?:个|项|条|款)?问题[，,：:]?"
)
_BY_NAME = re.compile(
    r"(?:^|(?<=[。；;\n]))\s*(?:针对|对于?|关于)(?P<name>[^，,；;。\n]{3,40}?)(?:的?(?:问题|现象|情况))?[，,]"
)
# Of the characters of a name, how many pairs must stand in the finding too.
_LIKENESS = 0.16


def refers_by_number(prose: Prose) -> bool:
    """Whether the paper answers its findings later on, by their numbers."""
    return len(_BY_NUMBER.findall(prose.text)) >= 2


def assign(prose: Prose, span: Span, findings: list[Finding]) -> None:
    """Hands the measures and the status told in a section to the findings they answer."""
    items = [finding for finding in findings if finding.level == "item"]
    numbered = list(_BY_NUMBER.finditer(prose.text, span.start, span.end))
    if len(numbered) >= 2:
        _by_number(prose, span, items, numbered)
        return
    named = [
        match
        for match in _BY_NAME.finditer(prose.text, span.start, span.end)
        if not prose.is_quoted(match.start("name"))
    ]
    if len(named) >= 2 and len(named) * 2 >= len(items):
        _by_name(prose, span, items, named)


def _by_number(prose: Prose, span: Span, items: list[Finding], matches: list[re.Match[str]]) -> None:
    part: str | None = None
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        part = f"({match.group('part')})" if match.group("part") else part
        ending = (part, match.group("number")) if part else (match.group("number"),)
        for finding in items:
            if finding.path[-len(ending) :] == ending:
                _answer(prose, Span(match.end(), following.start() if following else span.end), finding)
                break


def _by_name(prose: Prose, span: Span, items: list[Finding], matches: list[re.Match[str]]) -> None:
    """Named findings come in the order in which they were told, so a name never reaches back."""
    least = 0
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        name = _pairs(match.group("name"))
        best, score = -1, _LIKENESS
        for k in range(least, len(items)):
            told = _pairs(" ".join(prose.words(part) for part in [items[k].title, *items[k].evidence]))
            alike = len(name & told) / max(1, len(name))
            if alike > score:
                best, score = k, alike
        if best >= 0:
            _answer(prose, Span(match.end(), following.start() if following else span.end), items[best])
            least = best + 1


def _pairs(words: str) -> set[str]:
    return {words[k : k + 2] for k in range(len(words) - 1)}


def _answer(prose: Prose, told: Span, finding: Finding) -> None:
    finding.measures.extend(measures(prose, prose.trim(told)))
    finding.status = finding.status or status_at_end(prose.words(told))
    finding.confidence = min(finding.confidence, 0.75)
