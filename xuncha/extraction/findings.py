"""Findings out of the numbered tree: which headings gather, which statements are findings, what belongs to each."""

from __future__ import annotations

import re
from bisect import bisect_left

from xuncha.extraction import statements
from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.fields import Field, after_problem_label, is_label_at
from xuncha.extraction.items import ItemReader
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.outline import RANKS, Node
from xuncha.extraction.prose import Prose
from xuncha.extraction.sections import QUOTED_FINDING, Role, heading, role, role_of_run
from xuncha.extraction.status import status_of


def _runs(sections: list[Node]) -> list[list[Node]]:
    """Neighbouring sections of one list together, each other section alone."""
    runs: list[list[Node]] = []
    for section in sections:
        alike = runs and runs[-1][0].rank >= RANKS["dot"] and section.style in (runs[-1][0].style, "also")
        if alike:
            runs[-1].append(section)
        else:
            runs.append([section])
    return runs


class FindingsReader:
    """Walks the numbered tree of one paper and collects its findings in order."""

    def __init__(self, prose: Prose, tree: Node, *, answered: bool) -> None:
        self.prose, self.text, self.tree = prose, prose.text, tree
        self.answered = answered  # the paper tells what was done about each finding
        self.items = ItemReader(prose, answered=answered)
        self.findings: list[Finding] = []
        self.sections: list[tuple[Node, Role]] = []
        self._gathering: dict[int, bool] = {}

    def read(self) -> list[Finding]:
        for run in _runs(self._sections(self.tree)):
            purpose = role_of_run(self.prose, run) if run[0].rank >= RANKS["dot"] else None
            for section in run:
                given = Role.FINDINGS if section.style == "unit" else purpose or role(self.prose, section)
                self.sections.append((section, given))
        known = {purpose for _, purpose in self.sections}
        for section, purpose in self.sections:
            if purpose in (Role.FINDINGS, Role.ANSWERS):
                self.visit(
                    section,
                    inherited=None,
                    top=section.rank < RANKS["dot"],
                    answers=purpose is Role.ANSWERS or Role.ANSWERS in known,
                )
        labels = self.prose.fields.within(Span(0, len(self.text)))
        problems = [label for label in labels if label.kind == "problem"]
        if len(problems) > 1 and not any(finding.level == "item" for finding in self.findings):
            self._told_in_pairs(problems, labels, Span(0, len(self.text)), None, ())
        if any(section.style == "unit" for section, _ in self.sections):
            self._units_in_passing()
        return self.findings

    def _units_in_passing(self) -> None:
        """A unit named in a sentence of its own: "新堤村…，但也存在甲、乙、丙等问题"."""
        covered = sorted(finding.title.start for finding in self.findings if finding.level == "item")
        for sentence in self.prose.sentences(Span(0, len(self.text))):
            listed = statements.running_list(self.prose, sentence)
            if listed is None or bisect_left(covered, sentence.end) > bisect_left(covered, sentence.start):
                continue
            unit, parts, _ = listed
            if unit is not None:
                words = self.prose.words(unit)
                self.findings.append(Finding((words,), "group", unit, units=[words]))
                self.findings.extend(Finding((words,), "item", part, units=[words], confidence=0.6) for part in parts)

    def _sections(self, node: Node) -> list[Node]:
        """The outermost numbered sections, those of a 第一部分 one by one."""
        found = []
        for child in node.children:
            if child.style == "lead" and not child.children:
                continue
            if child.style == "part" and child.children and role(self.prose, child) in (Role.UNKNOWN,):
                found.extend(self._sections(child))
            else:
                found.append(child)
        return found

    def visit(self, node: Node, *, inherited: str | None, top: bool = False, answers: bool = False) -> None:
        """A numbered statement: gathers if findings stand below it, else is one itself."""
        labels = self.prose.fields.within(Span(node.body, node.end))
        own = self._own_label(node, labels)
        below = [
            child for child in node.children if child.start < own and not is_label_at(self.text, child.body, child.end)
        ]
        if not below and self.answered:
            # 整改情况：已完成。（1）针对“…”的问题，…: the numbered ones are findings all the same.
            below = [child for child in node.children if QUOTED_FINDING.match(self.text, child.body, child.end)]
        if top:
            inherited = self._status_of_section(node)
        if below and not labels and self._tells_measures(node, below):
            self._item(node, labels, inherited)
            return
        if node.style == "unit":
            self._unit(node, below)
        elif node.style == "also" and not below:
            self._besides(node)
        elif below and not (
            own < node.end and below[0].start < own and all(child.is_floating or child.inline for child in below)
        ):
            self._group(node, below, top=top, answers=answers)
            for child in below:
                self.visit(child, inherited=inherited)
        elif self.answered and len(parts := self.items.answered_parts(node)) > 1:
            self._group(node, [node], top=False, answers=False)
            for part in parts:
                self.findings.append(self.items.answered_part(node, part, inherited))
        elif len(problems := [label for label in labels if label.kind == "problem"]) > 1:
            self._group(node, [node], top=False, answers=False)
            self._told_in_pairs(
                problems, labels, Span(node.body, self.items.before_closing(node)), inherited, node.path
            )
        elif self._heads_a_list(node):
            self._list_under(node)
        elif self._gathers_one(node):
            self._group(node, [node], top=False, answers=False)
            self._item_under(node, labels, inherited)
        else:
            self._item(node, labels, inherited)

    def _tells_measures(self, node: Node, below: list[Node]) -> bool:
        """Whether what is numbered below a quoted finding is what was done: 1.关于…的问题。（1）修订…（2）开展…"""
        if not self.answered:
            return False
        words = self.prose.words(heading(self.prose, node))
        quoted = re.match(r"(?:关于|针对|对)", words) is not None and re.search(r"问题|现象|情况", words) is not None
        if not (quoted or deficiencies(words, 0, len(words))) or any(child.children for child in below):
            return False
        acting = wanting = 0
        for child in below:
            first = self.prose.words(
                next(iter(self.prose.phrases(Span(child.body, child.end))), Span(child.body, child.body))
            )
            acts = cue("sentences", "measure").search(first)
            opens = acts is not None and acts.start() <= 12
            wants = deficiencies(first, 0, len(first)) > 0 and not (acts is not None and acts.start() == 0)
            acting += opens and not wants
            wanting += wants
        if any(QUOTED_FINDING.match(self.text, child.body, child.end) for child in below):
            return False
        if quoted:
            # Below a finding quoted to be answered stands the answer, unless most of it names deficiencies.
            return wanting * 2 < len(below)
        return acting * 2 > len(below) and acting > 2 * wanting

    def _status_of_section(self, node: Node) -> str | None:
        """已经改完的问题, 正在推进的问题: the heading gives the status of all below it."""
        words = self.prose.words(heading(self.prose, node))
        return (
            status_of(words)
            if re.search(r"(?:问题|事项|硬骨头)(?:[（(][^）)]*[)）])?$", words)
            and not re.search("发现|存在|主要", words)
            else None
        )

    def _own_label(self, node: Node, labels: list[Field]) -> int:
        """Where the first label stands that belongs to the statement itself and not to one below it."""
        starts = [child.start for child in node.children]
        for label in labels:
            if label.kind not in ("measures", "status", "due"):
                continue
            k = bisect_left(starts, label.start) - 1
            inside = [child for child in node.children[max(k, 0) : k + 1] if label.start < child.end]
            if not inside or all(
                is_label_at(self.text, child.body, child.end) or is_label_at(self.text, child.start, child.end)
                for child in inside
            ):
                return label.start
            if inside[0].is_floating and inside[0].inline:
                return label.start
        return node.end

    def _group(self, node: Node, below: list[Node], *, top: bool, answers: bool) -> None:
        span = heading(self.prose, node)
        words = self.prose.words(span)
        if node.style == "lead":
            return
        if (
            top
            and cue("headings", "answered").search(words)
            and not re.search("审计查出|审计发现", words)
            and deficiencies(words, 0, len(words)) == 0
        ):
            return
        title = self._group_title(span, top=top)
        if title.end - title.start < 2:
            return
        evidence = [
            sentence
            for sentence in self.prose.sentences(Span(span.end, below[0].start))
            if deficiencies(self.text, sentence.start, sentence.end)
            and not cue("sentences", "remark").search(self.prose.words(sentence))
            and not top
        ]
        self.findings.append(Finding(node.path, "group", title, evidence))

    def _group_title(self, span: Span, *, top: bool) -> Span:
        span = self.prose.trim(after_problem_label(self.text, span))
        words = self.prose.words(span)
        match = re.search(r"(?:审计查出问题)?的整改(?:落实|进展|完成)?情况$", words)
        if match and not top:
            return self.prose.trim(Span(span.start, span.start + match.start()))
        if match and top:
            return self.prose.trim(Span(span.start, span.start + words.rindex("的整改")))
        if re.search(r"^(?:关于|针对)|[“\"].*[”\"](?:的)?(?:问题|方面)", words):
            return statements.unwrap(self.prose, span)
        comma = re.search(r"问题[，,]", words)
        return Span(span.start, span.start + comma.start() + 2) if top and comma else span

    def _unit(self, node: Node, below: list[Node]) -> None:
        """A heading that names a unit, and what was found there."""
        unit = Span(node.start, node.start + len(node.marker))
        self.findings.append(Finding(node.path, "group", unit, units=[node.marker]))
        for child in below:
            self.visit(child, inherited=None)
        if not below:
            colon = max(self.text.find(sign, node.start, node.start + 60) for sign in "：:")
            self._list(node, Span(colon + 1, node.end), node.path)

    def _besides(self, node: Node) -> None:
        """此外，在…方面也发现了一些问题。比如，有的…；在…上，存在…: each part a finding of its own."""
        for sentence in self.prose.sentences(Span(node.body, node.end)):
            words = self.prose.words(sentence)
            if cue("closings", "passage").search(words) or re.search(
                r"(?:发现|存在)[^，。]{0,10}(?:一些|其他|若干)[^，。]{0,12}(?:问题|情况)$", words
            ):
                continue
            for part in self.prose.clauses(self.prose.after(sentence, statements.LEAD_IN)):
                if deficiencies(self.text, part.start, part.end):
                    title, evidence = statements.statement_and_facts(self.prose, part)
                    self.findings.append(Finding(node.path, "item", title, evidence, confidence=0.7))

    def _heads_a_list(self, node: Node) -> bool:
        """Whether the heading only names a unit or a field, and a plain list of findings follows."""
        span = heading(self.prose, node)
        words = self.prose.words(span)
        body = self.prose.trim(Span(span.end, node.end))
        if (
            body.end - body.start < 8
            or deficiencies(words, 0, len(words))
            or "\n" not in self.text[span.end : body.start]
        ):
            return False
        return bool(cue("units", "organisation").match(words)) or (
            bool(cue("headings", "neutral").search(words)) and not self.answered
        )

    def _list_under(self, node: Node) -> None:
        span = heading(self.prose, node)
        words = self.prose.words(span)
        units = [words] if cue("units", "organisation").match(words) else []
        self.findings.append(Finding(node.path, "group", span, units=units))
        self._list(node, Span(span.end, node.end), node.path)

    def _list(self, node: Node, span: Span, path: tuple[str, ...]) -> None:
        for k, paragraph in enumerate(self.prose.cut(span, "\n")):
            words = self.prose.words(paragraph)
            if k and (cue("closings", "passage").search(words) or not deficiencies(words, 0, len(words))):
                break
            for part in statements.listed(self.prose, paragraph):
                words = self.prose.words(part)
                praised = cue("sentences", "praise").search(words) and not deficiencies(words, 0, len(words))
                if len(words) >= 5 and not praised:
                    self.findings.append(Finding(path, "item", part, confidence=0.8))

    def _gathers_one(self, node: Node) -> bool:
        """Whether a heading gathers one finding without a number: 在“…”方面, or one among headings that gather."""
        if not self.answered:
            return False
        span = heading(self.prose, node)
        words = self.prose.words(span)
        rest = self.prose.trim(Span(span.end, node.end))
        first = next(iter(self.prose.sentences(rest)), rest)
        if rest.end <= rest.start or is_label_at(self.text, rest.start, rest.end):
            return False
        if re.search(r"方面$", words):
            return True
        return (
            self._has_gathering_child(node.parent)
            and words.startswith("关于")
            and "\n" in self.text[span.end : rest.start]
            and bool(deficiencies(self.text, first.start, first.end))
        )

    def _has_gathering_child(self, parent: Node | None) -> bool:
        """Whether a statement stands among headings below which further statements stand."""
        if parent is None:
            return False
        if id(parent) not in self._gathering:
            self._gathering[id(parent)] = any(
                not grandchild.inline and not is_label_at(self.text, grandchild.body, grandchild.end)
                for child in parent.children
                for grandchild in child.children
            )
        return self._gathering[id(parent)]

    def _told_in_pairs(
        self, problems: list[Field], labels: list[Field], span: Span, inherited: str | None, path: tuple[str, ...]
    ) -> None:
        """反馈意见：… 整改情况：… again and again without a number: each pair a finding."""
        for problem, following in zip(problems, [*problems[1:], None], strict=False):
            part = Span(problem.start, following.start if following else span.end)
            finding = self.items.item(part, labels, inherited, path=path)
            if finding is not None:
                self.findings.append(finding)

    def _item_under(self, node: Node, labels: list[Field], inherited: str | None) -> None:
        start = heading(self.prose, node).end
        finding = self.items.item(
            self.prose.trim(Span(start, self.items.before_closing(node))), labels, inherited, path=node.path
        )
        if finding is not None:
            self.findings.append(finding)

    def _item(self, node: Node, labels: list[Field], inherited: str | None) -> None:
        finding = self.items.of_node(node, labels, inherited)
        if finding is not None:
            self.findings.append(finding)
