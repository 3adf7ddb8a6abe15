"""Findings out of the numbered tree: which headings gather, which statements are findings, what belongs to each."""

from __future__ import annotations

import re
from bisect import bisect_left

from xuncha.extraction import statements
from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.fields import Field, after_problem_label, is_label_at
from xuncha.extraction.measures import first_measure, measures, status_at_end
from xuncha.extraction.model import Finding, Span
from xuncha.extraction.outline import RANKS, Node
from xuncha.extraction.prose import Prose
from xuncha.extraction.sections import QUOTED_FINDING, Role, heading, role, role_of_run
from xuncha.extraction.status import status_of

_ORGANISATION = re.compile(
    r"^[^，,。；;：:、“]{2,32}(?:党委|党组|党总支|党支部|支部|党工委|党组织|委员会|[县市区镇乡村局院校社司站所团场委办会]|公司|中心|街道|大队|领导班子)$"
)
_NEUTRAL = re.compile(r"(?:方面|情况|领域|环节)$|^(?:在|聚焦|围绕|对照)")
_ANSWERED = re.compile(r"整改(?:落实|进展|完成|推进)?(?:工作)?(?:情况|结果|成效|进展)")
_CONTACT = re.compile(r"(?<=[。\n])\s*(?:公示期间?|公开期限?|联系(?:电话|方式|人)|(?:监督|举报|受理)?电话[：:]|如(?:有|对)[^。]{0,20}(?:意见|建议|异议)|欢迎[^。]{0,20}监督|公众可|群众如)")
_NOTED_STATUS = re.compile(r"[（(【]([^（）()【】]{2,16})[)）】]$")
_REGARDING = re.compile(r"对(?![^，,。；;]{0,4}(?:进行|开展|作出))[^。；;]{6,}")
_CLOSING_PARAGRAPH = re.compile(
    r"(?:下一?步|下一?阶段|接下来|今后|公示期|公开期|公布期|联系(?:方式|电话|人)|(?:监督|举报|受理|联系)?电话|监督|如有|欢迎|特此|附件?[：:]|同志们|以上(?:报告|检查|情况|汇报|这些)?[，,]?|"
    r"截至目前|此公示|群众(?:如有|意见)|干部群众|广大|会后|最后|中共[^，。]{2,40}$|[^，。：:]{2,30}(?:委员会|党组|党委|巡察组|巡察办|审计局)\s*$|[\d〇零一二三四五六七八九十]{2,4}年[^，。]{2,8}日\s*$)",
    re.MULTILINE,
)
_CLOSING = re.compile(r"(?:要求|强调|指出|表示)[，,：:]|移交|收到|已转|不在此列|监督电话|联系电话|受理|公示期|特此|[一二三四五六七八九]日$|\d日$|欢迎")


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
                self.visit(section, inherited=None, top=section.rank < RANKS["dot"], answers=purpose is Role.ANSWERS or Role.ANSWERS in known)
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
        below = [child for child in node.children if child.start < own and not is_label_at(self.text, child.body, child.end)]
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
        elif below and not (own < node.end and below[0].start < own and all(child.is_floating or child.inline for child in below)):
            self._group(node, below, top=top, answers=answers)
            for child in below:
                self.visit(child, inherited=inherited)
        elif self.answered and len(parts := self._answered_parts(node)) > 1:
            self._group(node, [node], top=False, answers=False)
            for part in parts:
                self._answered_part(node, part, inherited)
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
            first = self.prose.words(next(iter(self.prose.phrases(Span(child.body, child.end))), Span(child.body, child.body)))
            acts = cue("sentences", "measure").search(first)
            wants = deficiencies(first, 0, len(first)) > 0
            acting += acts is not None and acts.start() <= 12 and not wants
            wanting += wants
        return acting * 2 > len(below) and acting > 2 * wanting

    def _status_of_section(self, node: Node) -> str | None:
        """已经改完的问题, 正在推进的问题: the heading gives the status of all below it."""
        words = self.prose.words(heading(self.prose, node))
        return status_of(words) if re.search(r"(?:问题|事项|硬骨头)(?:[（(][^）)]*[)）])?$", words) and not re.search("发现|存在|主要", words) else None

    def _own_label(self, node: Node, labels: list[Field]) -> int:
        """Where the first label stands that belongs to the statement itself and not to one below it."""
        starts = [child.start for child in node.children]
        for label in labels:
            if label.kind not in ("measures", "status", "due"):
                continue
            k = bisect_left(starts, label.start) - 1
            inside = [child for child in node.children[max(k, 0) : k + 1] if label.start < child.end]
            if not inside or all(is_label_at(self.text, child.body, child.end) or is_label_at(self.text, child.start, child.end) for child in inside):
                return label.start
            if inside[0].is_floating and inside[0].inline:
                return label.start
        return node.end

    def _group(self, node: Node, below: list[Node], *, top: bool, answers: bool) -> None:
        span = heading(self.prose, node)
        words = self.prose.words(span)
        if node.style == "lead":
            return
        if top and _ANSWERED.search(words) and not re.search("审计查出|审计发现", words) and deficiencies(words, 0, len(words)) == 0:
            return
        title = self._group_title(span, top=top)
        if title.end - title.start < 2:
            return
        evidence = [
            sentence
            for sentence in self.prose.sentences(Span(span.end, below[0].start))
            if deficiencies(self.text, sentence.start, sentence.end) and not cue("sentences", "remark").search(self.prose.words(sentence))
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
            if _CLOSING.search(words) or re.search(r"(?:发现|存在)[^，。]{0,10}(?:一些|其他|若干)[^，。]{0,12}(?:问题|情况)$", words):
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
        if body.end - body.start < 8 or deficiencies(words, 0, len(words)) or "\n" not in self.text[span.end : body.start]:
            return False
        return bool(_ORGANISATION.match(words)) or bool(_NEUTRAL.search(words)) and not self.answered

    def _list_under(self, node: Node) -> None:
        span = heading(self.prose, node)
        words = self.prose.words(span)
        units = [words] if _ORGANISATION.match(words) else []
        self.findings.append(Finding(node.path, "group", span, units=units))
        self._list(node, Span(span.end, node.end), node.path)

    def _list(self, node: Node, span: Span, path: tuple[str, ...]) -> None:
        for k, paragraph in enumerate(self.prose.cut(span, "\n")):
            words = self.prose.words(paragraph)
            if k and (_CLOSING.search(words) or not deficiencies(words, 0, len(words))):
                break
            for part in statements.listed(self.prose, paragraph):
                words = self.prose.words(part)
                praised = cue("sentences", "praise").search(words) and not deficiencies(words, 0, len(words))
                if len(words) >= 5 and not praised:
                    self.findings.append(Finding(path, "item", part, confidence=0.8))

    def _gathers_one(self, node: Node) -> bool:
        """Whether a heading gathers a single finding that has no number: 在“…”方面, or a heading among headings that gather."""
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
        return self._has_gathering_child(node.parent) and words.startswith("关于") and "\n" in self.text[span.end : rest.start] and bool(deficiencies(self.text, first.start, first.end))

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

    def _item_under(self, node: Node, labels: list[Field], inherited: str | None) -> None:
        start = heading(self.prose, node).end
        finding = self.item(self.prose.trim(Span(start, self._before_closing(node))), labels, inherited, path=node.path)
        if finding is not None:
            self.findings.append(finding)

    def _answered_parts(self, node: Node) -> list[Span]:
        """The parts of a paragraph "对甲问题，…，已整改。对乙问题，…": each a finding with what was done."""
        span = heading(self.prose, node)
        if not re.match("关于", self.prose.words(span)):
            return []
        parts: list[Span] = []
        for clause in self.prose.clauses(Span(span.end, node.end)):
            if _REGARDING.match(self.text, clause.start, clause.end) and (not parts or self._settled(parts[-1])):
                parts.append(clause)
            elif parts:
                parts[-1] = Span(parts[-1].start, clause.end)
            else:
                return []
        return parts

    def _settled(self, part: Span) -> bool:
        return len(self.prose.phrases(part)) >= 2

    def _answered_part(self, node: Node, part: Span, inherited: str | None) -> None:
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
        self.findings.append(finding)

    def _item(self, node: Node, labels: list[Field], inherited: str | None) -> None:
        end = self._before_closing(node)
        if node.style == "li":
            end = next(iter(self.prose.sentences(Span(node.body, end))), Span(0, end)).end
        finding = self.item(Span(node.body, end), [label for label in labels if label.start < end], inherited, path=node.path)
        if finding is not None:
            self.findings.append(finding)

    def _before_closing(self, node: Node) -> int:
        """Where the statement ends, closing paragraphs of the paper (next steps, contact, signature) left out."""
        first = next(iter(self.prose.sentences(Span(node.body, node.end))), None)
        contact = _CONTACT.search(self.text, first.end, node.end) if first else None
        if contact is not None:
            return contact.start()
        at = self.text.find("\n", node.body, node.end)
        while at >= 0:
            if _CLOSING_PARAGRAPH.match(self.text, at + 1, node.end):
                return at
            at = self.text.find("\n", at + 1, node.end)
        return node.end

    def item(self, span: Span, labels: list[Field], inherited: str | None, *, path: tuple[str, ...]) -> Finding | None:
        """One finding out of its words: statement, facts, measures, status and what else the paper states."""
        prose = self.prose
        told = Span(span.start, labels[0].start) if labels else span
        problem = next((label for label in labels if label.kind == "problem"), None)
        if problem is not None and prose.trim(told).end - prose.trim(told).start < 4:
            told = problem.span
        elif problem is not None:
            told = Span(told.start, problem.span.end)
        if prose.trim(told).end <= prose.trim(told).start:
            return None
        title, evidence, rest = self._statement(told, measured=any(label.kind == "measures" for label in labels))
        finding = Finding(path, "item", title, evidence)
        finding.measures = measures(prose, rest) if rest is not None else []
        state = status_at_end(prose.words(rest)) if rest is not None else None
        for label in labels:
            words = prose.words(prose.trim(label.span))
            if label.kind == "measures":
                results = "结果" in self.text[label.start : label.span.start] or "成效" in self.text[label.start : label.span.start]
                finding.measures.extend(measures(prose, label.span, results=results))
                noted = prose.words(label.note) if label.note else ""
                state = status_of(noted) or status_at_end(words) or state
            elif label.kind == "status":
                state = status_of(words) or state
                finding.stated["status"] = words
            elif label.kind in ("due", "leader", "department", "person"):
                finding.stated[label.kind] = words.split("\n")[0][:80]
        finding.status = state or inherited
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
        wrapped = re.match(r"(?:关于|针对)", words) or _ANSWERED.search(words)
        title = statements.unwrap(prose, first) if wrapped else None
        if measured or not self.answered:
            if title is not None:
                title, evidence = statements.statement_and_facts(prose, title)
                return title, evidence + [c for s in sentences[1:] for c in prose.clauses(s)], None
            title, evidence = statements.statement_and_facts(prose, told)
            return statements.unwrap(prose, title), evidence, None
        line = self.text.find("\n", first.start, told.end)
        on_line = sum(1 for sentence in sentences if line < 0 or sentence.start < line)
        if title is None:
            # Statement and facts in one paragraph, what was done in the next.
            k = on_line if 1 < on_line < len(sentences) else 1 + first_measure(prose, sentences[1:])
            facts_end = sentences[k].start if k < len(sentences) else told.end
            title, evidence = statements.statement_and_facts(prose, Span(told.start, facts_end))
            title = statements.unwrap(prose, title)
        else:
            k = 1 + first_measure(prose, sentences[1:])
            title, within = statements.statement_and_facts(prose, title)
            evidence = within + [clause for sentence in sentences[1:k] for clause in prose.clauses(sentence)]
        rest = Span(sentences[k].start, told.end) if k < len(sentences) else None
        return title, evidence, rest
