"""One finding out of its own words: statement, facts, measures, status and what else the paper states of it."""

from __future__ import annotations

import re
from dataclasses import replace

from xuncha.extraction import statements
from xuncha.extraction.cues import cue
from xuncha.extraction.fields import Field
from xuncha.extraction.measures import first_measure, measures, status_at_end
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.outline import Node
from xuncha.extraction.prose import Prose
from xuncha.extraction.sections import heading
from xuncha.extraction.status import status_of

STATED = ("due", "leader", "department", "person")
LONGEST_STATED = 80
_NOTED_STATUS = re.compile(r"[（(【]([^（）()【】]{2,16})[)）】]$")
_OPENING_STATUS = re.compile(r"[（(【\[]([^（）()【】\[\]]{2,10})[)）】\]]")
# 针对“…”的问题，…: the finding quoted and, in the same sentence, what was done.
_QUOTED_AND_ANSWERED = re.compile(
    r"(?:针对|关于|对)(?:[“\"](?P<quoted>[^”\"\n]{4,120})[”\"]|(?P<plain>[^，,。“”\n]{4,60}?))(?:的|等)*(?:问题|现象|情况)[，,：:]"
)
_REGARDING = re.compile(r"对(?![^，,。；;]{0,4}(?:进行|开展|作出))[^。；;]{6,}")


class ItemReader:
    """Reads single findings; ``answered`` says that the paper tells what was done about each."""

    def __init__(self, prose: Prose, *, answered: bool) -> None:
        self.prose, self.text, self.answered = prose, prose.text, answered

    def of_node(self, node: Node, labels: list[Field], inherited: str | None) -> Finding | None:
        """The finding that a numbered statement is."""
        end = self.before_closing(node)
        if node.style == "li":
            end = next(iter(self.prose.sentences(Span(node.body, end))), Span(0, end)).end
        return self.item(Span(node.body, end), labels, inherited, path=node.path)

    def before_closing(self, node: Node) -> int:
        """Where the statement ends, closing paragraphs of the paper (next steps, contact, signature) left out."""
        first = next(iter(self.prose.sentences(Span(node.body, node.end))), None)
        contact = cue("closings", "contact").search(self.text, first.end, node.end) if first else None
        if contact is not None:
            return contact.start()
        at = self.text.find("\n", node.body, node.end)
        while at >= 0:
            if cue("closings", "paragraph").match(self.text, at + 1, node.end):
                return at
            at = self.text.find("\n", at + 1, node.end)
        return node.end

    def item(self, span: Span, labels: list[Field], inherited: str | None, *, path: tuple[str, ...]) -> Finding | None:
        """One finding out of its words: statement, facts, measures, status and what else the paper states."""
        prose = self.prose
        labels = [_cut(label, span.end) for label in labels if span.start <= label.start < span.end]
        told = Span(span.start, labels[0].start) if labels else span
        problem = next((label for label in labels if label.kind == "problem"), None)
        facts = problem.span if problem is not None else None
        if problem is not None and prose.trim(told).end - prose.trim(told).start < 4:
            told, facts = problem.span, None
        if prose.trim(told).end <= prose.trim(told).start:
            return None
        opened = _OPENING_STATUS.match(self.text, prose.trim(told).start, told.end)
        opening_status = status_of(opened.group(1)) if opened else None
        if opened and opening_status:
            told = Span(opened.end(), told.end)
        title, evidence, rest = self._statement(told, measured=any(label.kind == "measures" for label in labels))
        if facts is not None:
            evidence = evidence + prose.clauses(facts)
        finding = Finding(path, "item", title, evidence)
        finding.measures = measures(prose, rest) if rest is not None else []
        state = status_at_end(prose.words(rest)) if rest is not None else None
        told_outright = None
        for label in labels:
            words = prose.words(prose.trim(label.span))
            if label.kind == "measures":
                called = self.text[label.start : label.span.start]
                results = "结果" in called or "成效" in called
                finding.measures.extend(measures(prose, label.span, results=results))
                said = status_of(prose.words(label.note)) if label.note else None
                told_outright = said or told_outright
                state = said or status_at_end(words) or state
            elif label.kind == "status":
                told_outright = status_of(words) or told_outright
                finding.stated["status"] = words
            elif label.kind in STATED:
                finding.stated[label.kind] = words.split("\n")[0][:LONGEST_STATED]
                if label.kind == "due":
                    told_outright = status_of(words.split("\n")[0]) or told_outright
            if label.kind in (*STATED, "status") and self.answered and "\n" in words:
                # What follows such a line tells again what was done.
                line = self.text.find("\n", prose.trim(label.span).start, label.span.end)
                finding.measures.extend(measures(prose, Span(line + 1, label.span.end)))
        finding.status = opening_status or told_outright or inherited or state
        noted = _NOTED_STATUS.search(prose.words(finding.title))
        if noted is not None and (said := status_of(noted.group(1))):
            finding.title = prose.trim(Span(finding.title.start, finding.title.start + noted.start()))
            finding.status = said
        return finding

    def _statement(self, told: Span, *, measured: bool) -> tuple[Span, list[Span], Span | None]:
        """Statement, facts, and what follows on what was done, where the paper does not part them by labels."""
        prose = self.prose
        sentences = prose.sentences(told)
        first = sentences[0]
        words = prose.words(first)
        quoted = (
            _QUOTED_AND_ANSWERED.match(self.text, first.start, first.end) if self.answered and not measured else None
        )
        if quoted is not None:
            core = Span(*quoted.span(quoted.lastgroup or 0))
            return *statements.statement_and_facts(prose, core), Span(quoted.end(), told.end)
        wrapped = re.match(r"(?:关于|针对)", words) or cue("headings", "answered").search(words)
        title: Span | None = statements.unwrap(prose, first) if wrapped else None
        if measured or not self.answered:
            if title is not None:
                title, evidence = statements.statement_and_facts(prose, title)
                return title, evidence + [c for s in sentences[1:] for c in prose.clauses(s)], None
            statement, evidence = statements.statement_and_facts(prose, told)
            return statements.unwrap(prose, statement), evidence, None
        line = self.text.find("\n", first.start, told.end)
        on_line = sum(1 for sentence in sentences if line < 0 or sentence.start < line)
        if title is None:
            # Statement and facts in one paragraph, what was done in the next.
            k = on_line if 1 < on_line < len(sentences) else 1 + first_measure(prose, sentences[1:])
            facts_end = sentences[k].start if k < len(sentences) else told.end
            statement, evidence = statements.statement_and_facts(prose, Span(told.start, facts_end))
            title = statements.unwrap(prose, statement)
        else:
            k = 1 + first_measure(prose, sentences[1:])
            title, within = statements.statement_and_facts(prose, title)
            evidence = within + [clause for sentence in sentences[1:k] for clause in prose.clauses(sentence)]
        rest = Span(sentences[k].start, told.end) if k < len(sentences) else None
        return title, evidence, rest

    def answered_parts(self, node: Node) -> list[Span]:
        """The parts of a paragraph "对甲问题，…，已整改。对乙问题，…": each a finding with what was done."""
        span = heading(self.prose, node)
        if not re.match("关于", self.prose.words(span)):
            return []
        parts: list[Span] = []
        for clause in self.prose.clauses(Span(span.end, node.end)):
            if _REGARDING.match(self.text, clause.start, clause.end) and (
                not parts or len(self.prose.phrases(parts[-1])) > 1
            ):
                parts.append(clause)
            elif parts:
                parts[-1] = Span(parts[-1].start, clause.end)
            else:
                return []
        return parts

    def answered_part(self, node: Node, part: Span, inherited: str | None) -> Finding:
        """One of the parts of `answered_parts`."""
        prose = self.prose
        phrases = prose.phrases(part)
        title = statements.unwrap(prose, Span(phrases[0].start + 1, phrases[0].end))
        k = 1
        while k < len(phrases) and not cue("sentences", "measure").search(prose.words(phrases[k])):
            k += 1
        evidence = phrases[1:k] if k < len(phrases) else []
        finding = Finding(node.path, "item", title, evidence, confidence=0.8)
        rest = Span(phrases[min(k, len(phrases) - 1)].start, part.end)
        finding.measures = measures(prose, rest) if len(phrases) > 1 else []
        finding.status = status_at_end(prose.words(rest)) or inherited
        return finding


def _cut(label: Field, end: int) -> Field:
    """A labelled part, cut off where the statement ends."""
    return label if label.span.end <= end else replace(label, span=Span(min(label.span.start, end), end))
