"""Findings told in running text: quoted one by one with what was done, listed in a news report, or met in a story."""

from __future__ import annotations

import re

from xuncha.extraction import statements
from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.measures import first_measure, measures, status_at_end
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.prose import CLAUSE_ENDS, COMMAS, Prose
from xuncha.extraction.status import status_of

# 针对“…”问题， 巡察提出“…”， 关于群众意见最大的“…”， 至于“…”，
_QUOTED = re.compile(
    r"(?:针对|关于|对于|对|说到|至于|围绕|就|提出|指出|点到|反映|反馈|曝光|问题)[^“”\"。；;\n]{0,16}[“\"](?P<words>[^“”\"\n]{6,90}(?:‘[^’\n]{1,20}’[^“”\"\n]{0,60})?)[”\"]"
    r"(?P<noun>(?:等)?(?:的|这一|这个)?(?:问题|现象|情况|短板))?"
)
# ——绿牌第7号：“…”。
_NUMBERED_QUOTE = re.compile(
    r"^[—\-·•\s]*[^：:“\n]{0,8}(?P<marker>第[\d一二三四五六七八九十百]{1,4}[号条项])[^：:“\n]{0,6}[：:]\s?[“\"](?P<words>[^”\"\n]{4,90})[”\"]",
    re.MULTILINE,
)
_SOME = re.compile(r"(?:有的|有些|个别|部分|少数|一些)")
# 聚焦…方面，…
_FIELD = re.compile(r"(?P<field>(?:聚焦|围绕|在)[^，,。；;：:]{4,40}方面)[，,](?!存在)")
_EXAMPLE = re.compile(r"(?:比如|例如|譬如|又如|再如|还有|如)[，,：:]")
_ANNOUNCES = re.compile(
    r"问题[，,](?:主要|集中|突出|具体)?(?:是|有|表现|体现)[^。：:\n]{0,8}[：:]|(?:问题|病灶|短板|不足|差距|细节|毛病)[^。，,；;：:\n]{0,16}(?:[：:]|[。])|(?:不足|问题|差距)(?:主要|集中|突出)?(?:表现|体现)|特别提到|对照典型"
)
_DEMANDS = re.compile(
    r"(?:要求|强调|提出[^。]{0,8}(?:要求|意见|意思|建议))|如何抓好整改|下一步|表示[，,：:]|承诺书|移交|整改期"
)
_STORY = re.compile(
    r"(?:发现|查明|查出|原来是?|问出|反映|说的是|意见[^。]{0,10}是|看到)(?:了|：|:|，|,)?(?P<words>[^。\n]{6,})"
)


class NarrativeReader:
    """Reads the papers that have no numbered tree of findings."""

    def __init__(self, prose: Prose, *, answered: bool) -> None:
        self.prose, self.text, self.answered = prose, prose.text, answered

    def read(self) -> list[Finding]:
        """The findings of the first manner of telling that the text shows; none where it shows none."""
        if self.answered:
            found = self.quoted()
            return found if len(found) >= 2 else self.story()
        return self.reported()

    def quoted(self) -> list[Finding]:
        """Each finding quoted, and after it what was done about it."""
        anchors = list(_NUMBERED_QUOTE.finditer(self.text))
        if len(anchors) >= 2:
            return self._quoted_paragraphs(anchors)
        anchors = []
        for match in _QUOTED.finditer(self.text):
            words = match.group("words")
            wanting = deficiencies(words, 0, len(words))
            regards = (
                match.group().startswith(("针对", "关于", "对", "说到", "至于"))
                and self.text[match.end() : match.end() + 1] in "，,"
            )
            if wanting or match.group("noun") or regards:
                anchors.append(match)
        found = []
        for match, following in zip(anchors, [*anchors[1:], None], strict=False):
            line = self.text.find("\n", match.end())
            end = min(following.start() if following else len(self.text), line if line >= 0 else len(self.text))
            title, evidence = statements.statement_and_facts(self.prose, Span(*match.span("words")))
            told = self.prose.trim(Span(match.end(), end))
            told = self._own_part(told, following is not None)
            finding = Finding((), "item", title, evidence, confidence=0.7)
            finding.measures = measures(self.prose, told)
            finding.status = status_at_end(self.prose.words(told))
            found.append(finding)
        return found

    def _quoted_paragraphs(self, anchors: list[re.Match[str]]) -> list[Finding]:
        """Numbered plates or cards, a paragraph each: the finding quoted, its facts, what was done."""
        found = []
        for match in anchors:
            line = self.text.find("\n", match.end())
            sentences = self.prose.sentences(Span(match.end(), line if line >= 0 else len(self.text)))
            k = first_measure(self.prose, sentences)
            title, evidence = statements.statement_and_facts(self.prose, Span(*match.span("words")))
            evidence += [clause for sentence in sentences[:k] for clause in self.prose.clauses(sentence)]
            finding = Finding((match.group("marker"),), "item", title, evidence, confidence=0.7)
            if k < len(sentences):
                finding.measures = measures(self.prose, Span(sentences[k].start, sentences[-1].end))
            told = self.text[match.start() : match.start("words")]
            finding.status = status_of(told) or (status_at_end(self.prose.words(sentences[-1])) if sentences else None)
            found.append(finding)
        return found

    def _own_part(self, told: Span, has_next: bool) -> Span:
        """What is told after a quoted finding: to the next one, the last to the end of its sentence."""
        if has_next:
            return told
        sentences = self.prose.sentences(told)
        return Span(told.start, sentences[min(1, len(sentences) - 1)].end) if sentences else told

    def reported(self) -> list[Finding]:
        """A report of a feedback meeting: lists in sentences, 有的…；有的…, examples, between praise and demands."""
        found: list[Finding] = []
        inside = False
        for paragraph in self.prose.cut(Span(0, len(self.text)), "\n"):
            for sentence in self.prose.sentences(paragraph):
                words = self.prose.words(sentence)
                if _DEMANDS.search(words):
                    inside = False
                    continue
                parts = self._parts(sentence, inside=inside)
                inside = inside or bool(parts) or _ANNOUNCES.search(words) is not None
                found.extend(parts)
        return found if len(found) >= 2 else []

    def _parts(self, sentence: Span, *, inside: bool) -> list[Finding]:
        prose, text = self.prose, self.text
        listed = statements.running_list(prose, sentence)
        if listed is not None:
            unit, parts, _ = listed
            units = [prose.words(unit)] if unit is not None else []
            return [Finding(tuple(units), "item", part, units=units, confidence=0.6) for part in parts]
        body = sentence
        colon = re.compile("[：:]").search(text, sentence.start, sentence.end)
        if colon and not prose.is_quoted(colon.start()) and _ANNOUNCES.search(text, sentence.start, colon.end()):
            body, inside = Span(colon.end(), sentence.end), True
        by_field = [
            (clause, match) for clause in prose.clauses(body) if (match := _FIELD.match(text, clause.start, clause.end))
        ]
        if by_field:
            return [finding for clause, match in by_field for finding in self._of_field(clause, match)]
        clauses = [prose.after(clause, _EXAMPLE) for clause in prose.cut(body, CLAUSE_ENDS)]
        some = sum(1 for clause in clauses if _SOME.match(text, clause.start, clause.end))
        if not inside and some < 2 and not _EXAMPLE.match(text, body.start, body.end):
            return []
        return [
            Finding((), "item", clause, confidence=0.55)
            for clause in clauses
            if self._is_finding(clause) or self._is_example(clause)
        ]

    def _of_field(self, clause: Span, match: re.Match[str]) -> list[Finding]:
        """聚焦…方面，甲，乙，丙: the field heads what was found there."""
        parts = list(self.prose.cut(Span(match.end(), clause.end), COMMAS))
        found = [Finding((), "group", Span(*match.span("field")), confidence=0.6)]
        return found + [Finding((), "item", part, confidence=0.55) for part in parts if part.end - part.start >= 4]

    def _is_finding(self, clause: Span) -> bool:
        words = self.prose.words(clause)
        if len(words) < 8 or (words[0] in '“"' and words[-1] in '”"'):
            return False
        if cue("sentences", "remark").search(words) or (
            cue("sentences", "praise").search(words) and not _SOME.match(words)
        ):
            return False
        return deficiencies(words, 0, len(words)) > 0 or bool(_SOME.match(words))

    def _is_example(self, clause: Span) -> bool:
        return _EXAMPLE.search(self.text, max(clause.start - 4, 0), clause.start) is not None

    def story(self) -> list[Finding]:
        """A story of things put right on the spot: what was come upon, and what was then done."""
        found: list[Finding] = []
        for sentence in self.prose.sentences(Span(0, len(self.text))):
            match = _STORY.search(self.text, sentence.start, sentence.end)
            words = self.prose.words(sentence)
            if match is not None and not re.search(r"\d+个|共发现|解决.{0,12}\d+件", words):
                for clause in self.prose.cut(Span(match.start("words"), sentence.end), CLAUSE_ENDS):
                    clause = self.prose.after(clause, statements.LEAD_IN)
                    if len(self.prose.words(clause)) >= 8 and deficiencies(self.text, clause.start, clause.end):
                        found.append(Finding((), "item", clause, confidence=0.3))
                continue
            if found:
                found[-1].measures.extend(
                    span
                    for span in measures(self.prose, sentence)
                    if cue("sentences", "measure").search(self.prose.words(span))
                )
                found[-1].status = status_at_end(words) or found[-1].status
        return found
