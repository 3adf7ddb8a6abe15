"""A finding's own words taken apart: the statement, and the clauses that state concrete facts."""

from __future__ import annotations

import re

from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.model import Span
from xuncha.extraction.prose import CLAUSE_ENDS, COMMAS, LISTED, SENTENCE_ENDS, Prose

_ANSWERED = r"(?:整改|落实|办理|处理|进展|完成)+(?:工作)?(?:的)?(?:进展|落实|完成|推进)?(?:情况|进展|结果|措施)?"
_WRAPPER = re.compile(
    r"(?:关于|针对|对于|对|在(?=[“\"]))?\s*(?:巡察|巡视|审计)?(?:反馈|指出|提出|发现)?(?:的)?\s*"
    r"[“\"‘'「]?(?P<core>[^\n]*?)[”\"’'」]?\s*"
    rf"(?:(?:等)?(?:方面)?(?:的|这一|这个)?(?:突出|具体|主要)?(?:问题|现象|情况)(?:的)?(?:{_ANSWERED})?|(?<=[”\"])方面|的?{_ANSWERED})?$"
)
# 在…方面，存在…等问题
_EXISTS = re.compile(
    r"(?:在[^，,。；;]{2,40}(?:方面|中|上|领域)[，,])?(?:主要|还|也)?存在(?P<core>[^。；;]{4,200}?)等(?:的|方面的?|突出|具体)*(?:问题|现象|情况)$"
)
_ABOUT = re.compile(r"\s*(?:关于|针对|反馈问题|问题|在[“\"‘'])")
_CONCRETE = re.compile(
    r"\d|[一二两三四五六七八九十百千几数多半][余多]?(?:[个家户人名次项笔张份件处座所辆台间条起年月天周日本套头亩公里万元成倍岁级届轮批期篇字]|分之)"
    r"|有的|个别|某[单局校院村镇项个]|例如|比如|抽查|抽看|截至|其中"
)
_NUMBERS = re.compile(r"\d")
# Set phrases that hold a number and state no fact, and whatever stands in quotation marks.
_SET_PHRASES = re.compile(
    r"[“\"‘][^”\"’]{0,20}[”\"’]|八项规定|一岗双责|两个责任|三重一大|三会一课|一把手|一窗|两张皮|第一[一-龥]|一刀切|四个意识|两个维护|一[般些定致直律旦]"
)
_ILLUSTRATES = re.compile(
    r"^(?:有(?!待|效|序|所|差距|欠缺|不足|偏差|盲区|短板)|个别|部分|少数|例如|比如|如[，,:：]|如20|其中|所属|下属|涉及|最长|最多|仍|至今|导致|造成|致使|甚至|未能)"
)
LEAD_IN = re.compile(
    r"(?:具体|主要)?(?:表现|事例)[：:]|(?:主要)?(?:表现|体现|反映)(?:在|为|是)[^：:。\n]{0,20}[：:]|(?:例如|比如|譬如|又如|再如|如)[，,：:]\s*|(?:其中|此外|另外|同时|而且|并且)[，,]\s*"
)
# 存在甲、乙、丙等问题
_RUNNING = re.compile(
    r"(?:存在|点出了?|指出了?|发现了?|查出了?|暴露出?了?|反映出|梳理出|查摆出)(?:了|着|的)?(?P<list>[^。\n]{8,240}?)等(?:[^。，,；;：:、\n]{0,16}?)(?:问题|现象|情况|不足|短板)"
)
_OWNER = re.compile(
    r"^(?P<unit>[^，,。；;：:“”、\s]{2,14}?(?:[县市区镇乡村局院校社司站所团场部处]|中心|公司|支部|党委|党组|党总支))(?:班子|党|存在|也|还|主要)"
)
# 此外还发现…的情况, 同时…也比较明显
_BESIDES = re.compile(
    r"(?:此外|同时|另外|并且|而且|还有)?[，,]?(?:还|也|并)?(?:同时)?(?:发现|存在|反映出|暴露出|查出)(?:了|着)?"
)
_TRAILING = re.compile(r"(?:的|等)?(?:问题|情况|现象)?(?:也|较|比较|较为|尤为|不同程度)*(?:明显|突出|存在|严重|普遍)?$")
LONG_STATEMENT = 42
_OPENER = re.compile(r"(?:存在|点出了?|指出了?|发现了?|查出了?|暴露出?了?|反映出|梳理出|查摆出)")
LAST_OPENERS = 4
# 存在 opens a list of findings only near the start of a clause.
NEAR_START = 16
# What is longer is no heading with wrappers, and is not searched for them.
LONGEST_HEADING = 300


def unwrap(prose: Prose, span: Span) -> Span:
    """The statement without wrappers such as 关于“…”问题的整改情况."""
    span = prose.trim(span)
    if span.end - span.start > LONGEST_HEADING:
        return span
    words = prose.words(span)
    exists = _EXISTS.match(words)
    if exists is not None:
        return prose.trim(Span(span.start + exists.start("core"), span.start + exists.end("core")))
    if not (_ABOUT.match(words) or re.search(r"问题\W*$|整改[^，。]{0,8}情况\W*$", words)):
        return span
    match = _WRAPPER.match(words)
    if match is None or len(match.group("core")) < 3:
        return span
    core = Span(span.start + match.start("core"), span.start + match.end("core"))
    opened = prose.text[core.start : core.end].count("“") - prose.text[core.start : core.end].count("”")
    if opened > 0 and prose.text[core.end : core.end + 1] == "”":
        core = Span(core.start, core.end + 1)
    elif opened < 0 and prose.text[core.start - 1 : core.start] == "“":
        core = Span(core.start - 1, core.end)
    return prose.trim(core)


def heading_end(prose: Prose, span: Span) -> int:
    """Where the heading of a numbered statement ends: its first sentence, or its line."""
    first = next(iter(prose.cut(span, SENTENCE_ENDS)), span)
    return first.end


def statement_and_facts(prose: Prose, span: Span, *, numbered: bool = True) -> tuple[Span, list[Span]]:
    """The statement of a finding and the facts that bear it out.

    The first sentence is the statement; of a single sentence the clauses from the first concrete one
    on (a number, a date, 有的, 个别) are facts, if what stands before says by itself what is wanting.
    """
    sentences = prose.sentences(span)
    if not sentences:
        return prose.trim(span), []
    first, rest = (
        unwrap(prose, sentences[0]) if _EXISTS.match(prose.words(sentences[0])[:LONGEST_HEADING]) else sentences[0],
        sentences[1:],
    )
    colon = _colon(prose, first)
    if colon is not None:
        statement, facts = Span(first.start, colon), [Span(colon + 1, first.end)]
    else:
        statement, facts = _lead(prose, first, alone=not rest, numbered=numbered)
    evidence = [piece for fact in facts for piece in prose.cut(fact, CLAUSE_ENDS)]
    for sentence in rest:
        if cue("sentences", "remark").search(prose.words(sentence)) and not _CONCRETE.search(prose.words(sentence)):
            continue
        evidence.extend(prose.cut(prose.after(sentence, LEAD_IN), CLAUSE_ENDS))
    return prose.trim(statement), evidence


def _colon(prose: Prose, sentence: Span) -> int | None:
    """A colon after which the facts are told, not one inside a quotation or a time of day."""
    for match in re.compile("[：:]").finditer(prose.text, sentence.start, sentence.end):
        at = match.start()
        between_digits = prose.text[at - 1 : at].isdigit() and prose.text[at + 1 : at + 2].isdigit()
        if prose.is_quoted(at, sentence) or between_digits:
            continue
        return at if at - sentence.start >= 4 and sentence.end - at > 4 else None
    return None


def _lead(prose: Prose, sentence: Span, *, alone: bool, numbered: bool) -> tuple[Span, list[Span]]:
    """The leading clauses of one sentence, and the rest of it where that states facts."""
    pieces = list(prose.cut(sentence, COMMAS + "；;"))
    if len(pieces) < 2 or not numbered:
        return sentence, []
    for k, piece in enumerate(pieces[1:], start=1):
        words, before = _SET_PHRASES.sub("", prose.words(piece)), Span(sentence.start, pieces[k - 1].end)
        semicolon = prose.text[pieces[k - 1].end : piece.start].strip()[:1] in ("；", ";")
        concrete = _NUMBERS.search(words) or _ILLUSTRATES.match(words) or (_CONCRETE.search(words) and alone)
        if not (concrete or semicolon):
            continue
        told = prose.words(before)
        if len(told) < 4 or (_NUMBERS.match(told) and not deficiencies(told, 0, len(told))):
            continue
        if not alone and sentence.end - sentence.start <= LONG_STATEMENT and not _NUMBERS.search(words):
            continue
        return before, [Span(piece.start, sentence.end)]
    return sentence, []


def listed(prose: Prose, span: Span) -> list[Span]:
    """The findings of an unnumbered list, by the granularity of such lists.

    有的…；有的… and other parts between semicolons; else one a sentence; in a single sentence without
    semicolons the parts between 、 or commas that say by themselves what is wanting.
    """
    found: list[Span] = []
    sentences = prose.sentences(span)
    for sentence in sentences:
        clauses = prose.clauses(_behind_colon(prose, sentence))
        for clause in (prose.after(clause, LEAD_IN) for clause in clauses):
            running = running_list(prose, clause)
            besides = _BESIDES.match(prose.text, clause.start, clause.end)
            if running is not None and (running[2] - clause.start <= NEAR_START or len(clauses) == 1):
                lead = prose.trim(Span(clause.start, running[2]))
                found.extend(
                    list(prose.cut(lead, COMMAS))[:1] if deficiencies(prose.text, lead.start, lead.end) else []
                )
                found.extend(running[1])
                found.extend(_trailing(prose, Span(running[1][-1].end, clause.end)))
            elif besides is not None:
                found.extend(_trailing(prose, clause))
            elif len(clauses) == len(sentences) == 1:
                found.extend(enumerated(prose, clause))
            else:
                found.append(without_tail(prose, clause))
    return found


def _behind_colon(prose: Prose, sentence: Span) -> Span:
    """The list itself, where a sentence announces it: 突出表现为：甲；乙."""
    colon = _colon(prose, sentence)
    return Span(colon + 1, sentence.end) if colon is not None and len(prose.clauses(sentence)) > 1 else sentence


def and_others(prose: Prose, span: Span) -> bool:
    """Whether a list ends in 等: it gives examples, all of the same kind."""
    return prose.words(span).endswith(("等", "等问题", "等情况", "等方面问题"))


def without_tail(prose: Prose, clause: Span) -> Span:
    """A clause without 等问题 at its end."""
    tail = re.compile(r"等(?:[^，,。；;、]{0,10}(?:问题|情况|现象))?$").search(prose.text[clause.start : clause.end])
    return prose.trim(Span(clause.start, clause.start + tail.start())) if tail else clause


def _trailing(prose: Prose, span: Span) -> list[Span]:
    """What a list adds after itself: 同时甲、乙也比较明显, 此外还发现丙、丁的情况."""
    text = prose.text
    begin = re.compile(r"(?:问题|情况|现象|不足|[，,；;。])+").match(text, span.start, span.end)
    start = begin.end() if begin and not _BESIDES.match(text, span.start, span.end) else span.start
    again = re.compile(r"等[^，,；;。]{0,12}(?:问题|情况|现象)[，,；;]?").match(text, span.start, span.end)
    start = again.end() if again else start
    besides = re.compile(r"(?:此外|同时|另外|并且|而且|还有)[，,]?").match(text, start, span.end)
    opened = _BESIDES.match(text, start, span.end)
    if besides is None and opened is None:
        return []
    start = max(besides.end() if besides else start, opened.end() if opened else start)
    end = _TRAILING.search(text[start : span.end])
    rest = prose.trim(Span(start, start + end.start() if end else span.end))
    parts = list(prose.cut(rest, LISTED)) if rest.end > rest.start else []
    return parts if all(part.end - part.start >= 4 for part in parts) else [rest]


def enumerated(prose: Prose, span: Span) -> list[Span]:
    """The parts of one clause between 、 or commas, if each of them says what is wanting; else the clause."""
    for delimiters in (LISTED, COMMAS, LISTED + COMMAS):
        parts = list(prose.cut(span, delimiters))
        if len(parts) < 2:
            continue
        wanting = cue("sentences", "deficiency")
        named = sum(1 for part in parts if len(prose.words(part)) >= 4 and wanting.search(prose.words(part)))
        if named == len(parts) or (len(parts) >= 3 and named * 3 >= 2 * len(parts) and and_others(prose, span)):
            return [*parts[:-1], without_tail(prose, parts[-1])]
    return [span]


def running_list(prose: Prose, sentence: Span) -> tuple[Span | None, list[Span], int] | None:
    """Of a sentence 存在甲、乙、丙等问题: the unit it speaks of, the parts, where 存在 begins; null for any other."""
    text = prose.text
    # The word nearest to the list opens it: 指出某局成绩明显，但仍存在甲、乙等问题.
    openers = list(_OPENER.finditer(text, sentence.start, sentence.end))
    for opener in reversed(openers[-LAST_OPENERS:]):
        running = _RUNNING.match(text, opener.start(), sentence.end)
        if running is None or prose.is_quoted(opener.start(), sentence):
            continue
        for delimiters in (LISTED, COMMAS):
            parts = list(prose.cut(Span(*running.span("list")), delimiters))
            wanting = sum(1 for part in parts if deficiencies(text, part.start, part.end))
            if len(parts) >= 2 and wanting * 2 >= len(parts):
                owner = _OWNER.match(text, sentence.start, sentence.end)
                return Span(*owner.span("unit")) if owner else None, parts, running.start()
    return None
