"""What a paper says of itself: kind, title, inspected unit, inspector, round, day of feedback, stated totals."""

from __future__ import annotations

import re
from decimal import Decimal

from xuncha.documents.model import Document
from xuncha.documents.values.amounts import find_amounts
from xuncha.documents.values.dates import find_dates
from xuncha.documents.values.numbering import chinese_to_int, marker_at
from xuncha.extraction.cues import cue
from xuncha.extraction.model import Facts

# The facts stand at the head of a paper, before its numbered sections; totals sometimes in the first of them.
HEAD = 1600
LONGEST_TITLE = 70
_ISSUERS = ("党组", "党委", "党总支", "党支部", "委员会", "党工委")
SUMMARY = 3000
CLOSING = 240
SEVERAL_UNITS = re.compile(
    r"[、，,]|等\d|\d+[个家]|[两三四五六七八九十]+[个家]|各|部分|多家|和(?=[^，。]{2,}(?:局|党组|党委|公司))"
)

_BODY = r"(?:[省市县区旗州]委|(?:集团|公司|学校|大学|学院|院|校)?党委|集团|局党组|党工委)"
_NUMBER = r"(?:第?[一二三四五六七八九十\d]{1,3}(?:[、，,]第?[一二三四五六七八九十\d]{1,3})*个?)"
INSPECTOR = re.compile(
    rf"(?:(?:(?<=[\n，,。；：、“”（(\s])|^)(?!我|你|由|经|向|对|在|是|据|请|受|按|代表|配合|接受|反馈|各)[一-龥]{{2,3}}(?=[县市区旗州]委))?(?:{_BODY})?(?:[一-龥]{{2,8}}?(?:领域|系统))?(?:各|{_NUMBER})?(?:联合|专项|交叉|机动)?巡[察视](?:“回头看”)?(?:第?[一二三四五六七八九十]{{1,2}})?小?组"
    r"|(?:[省市县区]级?|中央)?[一-龥]{0,8}督察组|(?:[一-龥]{1,4}[县市区省]|[县市区省])审计局",
    re.MULTILINE,
)
ROUND = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}|首)届(?:[一-龥]{0,6}?(?:委|党委|党组))?第[一二三四五六七八九十\d]{1,3}轮|(?:学校|集团|公司|大学)?(?:[县市区省旗州]委|党委)第[一二三四五六七八九十]{1,3}轮"
    r"|第[一二三四五六七八九十]{1,3}轮(?=[^，。；\n]{0,8}巡[察视])"
)
_END = r"(?:党委|党组|党总支|直属党支部|党支部|党工委|党组织|支部委员会)"
_LEADING_BODY = re.compile(
    r"^(?:\d{4}年度?)?(?:巡察整改)?(?:专题)?(?:民主生活会|组织生活会)?"
    r"(?P<unit>[^\n，,。；;（(：:]{2,30}?(?:领导班子|党委|党组|党工委|党总支)(?:领导班子)?)",
    re.MULTILINE,
)
# Short for a unit named elsewhere.
_GENERIC = re.compile(
    r"(?:被巡察|各|集团|公司|学校|学院|院|局|社|镇|乡|街道|中心|我|本|该)?(?:党委|党组|党总支|党支部|党工委|党组织)|[省市县区]委"
)
_UNIT = (
    re.compile(rf"(?:以下)?简称[“\"](?P<unit>[^”\"\n]{{4,24}}{_END})[”\"]"),
    re.compile(rf"填报单位[:：]\s?(?P<unit>[^\n，,。；;（(\s]{{2,36}}?{_END})"),
    re.compile(rf"关于(?:对)?(?:巡察)?(?P<unit>[^\n，。]{{3,36}}?{_END})(?:进行)?(?:巡察)?(?:的)?(?:反馈|情况)"),
    re.compile(rf"对(?P<unit>[^\n，,。；;（(]{{2,40}}?{_END})(?:领导班子)?(?:[（(][^）)]*[)）])?(?:巡察(?:的)?(?:情况|反馈))?(?:及[^\n，。]{{2,12}})?(?:进行|开展|实施|的巡察|作了)"),
    re.compile(rf"(?:向|给)(?P<unit>[^\n，,。；;（(]{{2,40}}?{_END})(?:进行)?(?:了)?(?:反馈|通报|指出|面对面)"),
    re.compile(rf"(?:巡察了|负责|进驻)(?P<unit>[^\n，,。；;（(]{{2,40}}?{_END})"),
    re.compile(rf"^(?:中共)?(?P<unit>[^\n，,。；;（(：:]{{2,36}}?{_END})(?=关于|巡察|整改|落实|$)", re.MULTILINE),
    re.compile(rf"(?:送到了?|发给了?)(?P<unit>[^\n，,。；;（(]{{2,24}}?{_END})书记"),
    re.compile(rf"(?:^|[，,。])(?P<unit>[^\n，,。；;（(\d]{{2,20}}?{_END})书记(?:把|作|在|汇报|表示)", re.MULTILINE),
    re.compile(r"(?:对|向|进驻|给)(?P<unit>[^\n，,。；;（(]{2,30}?(?:街道|[镇乡局院校社司站所]|公司|中心|开发区|医院))(?:进行|开展|后|党委(?=书记)|反馈|发出)"),
)  # fmt: skip
_COUNT = r"(?P<n>\d[\d,]*)\s*(?:个|项|条|件)"
_FINDINGS = (
    re.compile(rf"{_COUNT}(?:具体|突出|主要|方面的?)?问题"),
    re.compile(
        r"(?P<n>[一二三四五六七八九]?[十百][一二三四五六七八九十]{0,3})(?:个|项|条)(?:具体|突出|主要)?问题(?!的)"
    ),
    re.compile(rf"(?:发现|反馈|查出|指出|揪出|提出)(?:的|各类|具体|突出|主要)*问题\s?{_COUNT}"),
    re.compile(r"(?:反馈)?问题(?:总数|个数|数量|数)[：:]\s?(?P<n>\d+)"),
    re.compile(r"钉着(?P<n>\d+)块"),
)
_DONE = (
    r"(?:完成整改|整改完成|完成|改到位|改完|改好|办结|销号|整改到位|销了号|彻底改完"
    r"|已整改(?!完成|到位)|已改(?!到|完|好))"
)
_COMPLETED = (
    re.compile(rf"(?<![未没])(?<!没有)(?<!尚未)(?:已经?|全部|其中)?{_DONE}(?:的)?(?:问题)?(?:有)?\s?{_COUNT}"),
    re.compile(rf"{_COUNT}(?:问题)?(?:中)?(?:已经?|均已|全部)?(?:{_DONE})(?!的|整改|\s?\d)"),
    re.compile(r"(?<!未)已?完成(?:整改)?[：:]\s?(?P<n>\d+)"),
    re.compile(r"绿[牌旗灯](?P<n>\d+)[个块面]"),
)
_UNDER_WAY = (
    re.compile(rf"(?:正在(?:整改|推进|抓紧办理|办理|抓紧)|尚在推进|还在推进|仍在推进|持续推进|持续整改|未完成|尚未完成|没有完成|还没改完|推进)(?:的)?(?:、正在推进的)?(?:有)?\s?{_COUNT}"),
    re.compile(rf"{_COUNT}(?:问题)?(?:正在|尚在|仍在|还在|持续)(?:推进|整改|办理)"),
    re.compile(rf"(?:其余|还有|剩下的?|余下的?)\s?{_COUNT}(?:问题)?[^，。；]{{0,14}}(?:正在|推进|整改|办理|分布|抓紧)"),
    re.compile(r"(?:未完成|正在整改|正在推进)[：:]\s?(?P<n>\d+)"),
    re.compile(r"[橙黄][牌旗灯](?P<n>\d+)[个块面]"),
)  # fmt: skip
_RULES = re.compile(
    r"(?:建立|制定|制订|新建|新订|修订|订立|出台|健全|完善|新立|制修订|修改)[^，。；;\d]{0,18}?(?:制度|规章|办法|规定|机制)[^，。；;\d]{0,6}?(?P<n>\d+)\s*(?:余)?(?:项|个|部|条)"
    r"|建章立制[^，。；;\d]{0,4}(?P<m>\d+)\s*(?:项|个)"
)
_MONEY = re.compile(r"(?:清退|追缴|追回|退还|退回|收回|挽回|退赔|上缴|收缴|缴入|归还|清收|清缴)[^，。；;\d]{0,18}")
_PEOPLE_TOTAL = re.compile(
    r"(?:共|合计|总计|累计)(?:处理|问责|追责|处分)[^，。；\d]{0,6}(?P<a>\d+)\s*人|(?:处理处分|追责问责|处理有关责任人员|处理(?:相关)?责任人(?:员)?|问责|追究责任|等处理|组织处理|处理|追责)(?:了)?(?P<b>\d+)\s*(?:人|名)"
    r"|对(?P<d>\d+)人(?:作出|给予|进行|追责|问责)"
    r"|对(?P<c>\d+)名(?:有关|相关)?(?:责任人|责任人员|党员干部|干部|当事人)(?:员)?(?:作出|给予|进行)"
)
_PEOPLE_KIND = re.compile(r"(?:诫勉(?:谈话)?|批评教育|提醒谈话|谈话提醒|约谈|警告|处分|责令检查)(?P<n>\d+)\s*人")


def facts_of(document: Document) -> Facts:
    """The facts at the head of a paper. Null: not said, or several numbers compete."""
    text = document.text
    head = text[:HEAD]
    title = _title(document)
    facts = Facts(kind=kind_of(document)[0], title=title)
    facts.inspector = _inspector(head)
    facts.round = _found(ROUND, head)
    facts.unit = None if facts.kind == "audit" else _unit(head, title or "", leading_body=facts.kind == "speech")
    on_feedback = facts.kind in ("rectification_notice", "feedback") or (
        facts.kind == "speech" and "反馈" in (title or "")
    )
    facts.feedback_date = _feedback_date(head, text) if on_feedback else None
    return facts


def _cue(section: str, name: str) -> re.Pattern[str]:
    return cue(section, name, "facts")


def kind_of(document: Document) -> tuple[str, float]:
    """What kind of paper it is, and how sure (0–1)."""
    text = document.text
    if not _cue("kind", "field").search(text):
        return "other", 0.9
    title, head = _title(document) or "", text[:HEAD]
    # Titles run over two lines at times; news open with a headline of their own.
    top = "\n".join(text.split("\n", 3)[:3])[:160]
    events = len({match.group()[:4] for match in _cue("kind", "event").finditer(text)})
    against = len(_cue("kind", "negative_body").findall(text))
    named = next(
        (
            kind
            for kind in ("audit", "speech", "plan", "rectification_notice", "feedback")
            if _cue("kind", kind).search(title)
        ),
        None,
    )
    if _cue("kind", "negative_title_certain").search(title) and not re.search("反馈|整改|审计结果|讲话", title):
        return "negative", 0.9
    if _cue("kind", "negative_title").search(title) and (
        (named in (None, "plan", "rectification_notice") and against) or (named is None and events < 2)
    ):
        return "negative", 0.8
    if against >= 2 and not re.search(r"(?:反馈|通报)了?[^。\n]{0,16}(?:意见|问题|情况|结果)", head):
        return "negative", 0.7
    if named is None:
        named = next(
            (
                kind
                for kind in ("audit", "speech", "rectification_notice", "feedback")
                if _cue("kind", kind).search(top)
            ),
            None,
        )
    if named is not None:
        if (
            named == "feedback"
            and _cue("kind", "body_rectification").search(text)
            and not re.search("反馈意见|反馈会", title)
        ):
            return "rectification_notice", 0.6
        return named, 0.9
    if _cue("kind", "body_rectification").search(text):
        return "rectification_notice", 0.6
    if not _cue("kind", "event").search(text) or not re.search("巡察|巡视|审计|督察", text):
        return "negative", 0.5
    answered = _first(_COMPLETED, text) is not None or len(_cue("kind", "answering").findall(text)) >= 3
    return ("rectification_notice" if answered else "feedback"), 0.5


def _title(document: Document) -> str | None:
    """The first paragraph that can be a title: short, no full sentence."""
    for k, block in enumerate(document.blocks[:2]):
        words = document.block_text(block)
        if block.kind != "heading" and (
            len(words) > LONGEST_TITLE or words.endswith(("。", "；", "：", ":")) or marker_at(words)
        ):
            continue
        following = document.block_text(document.blocks[k + 1]) if k + 1 < len(document.blocks) else ""
        # 中共某局党组 / 关于…的通报: a title over two lines.
        return words + following if words.endswith(_ISSUERS) and following.startswith("关于") else words
    first = document.block_text(document.blocks[0]) if document.blocks else ""
    return first.split(" ", 1)[0][:80] if re.match(r"\S{8,80} ", first) else None


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match.group() if match else None


def _inspector(head: str) -> str | None:
    """The team first named with its number, else the first named."""
    matches = [match.group() for match in INSPECTOR.finditer(head)]
    matches = [words for words in matches if words not in ("巡察组", "巡视组", "审计局")]
    numbered = [words for words in matches if re.search(r"第?[一二三四五六七八九十\d]", words) or "各" in words]
    chosen = numbered or matches
    if chosen:
        return chosen[0]
    return "我局" if re.search(r"审计", head) and "我局" in head else None


def _unit(head: str, title: str, *, leading_body: bool) -> str | None:
    """The one unit that the paper is about; null where it speaks of several.

    A self-examination is of a ``leading_body``.
    """
    for pattern in (_LEADING_BODY, *_UNIT) if leading_body else _UNIT:
        for match in (match for source in (title, head) for match in pattern.finditer(source)):
            if _GENERIC.fullmatch(match.group("unit")):
                continue
            unit = re.sub(r"^(?:中共|被巡察的?|巡察|关于|对|你们?)", "", match.group("unit"))
            if SEVERAL_UNITS.search(unit) or len(unit) < 3:
                return None if SEVERAL_UNITS.search(unit) else unit
            return re.sub(r"[（(].*$", "", unit)
    return None


def _feedback_date(head: str, text: str) -> str | None:
    """The day on which findings were told, if day, month and year stand there; a year said before carries over."""
    years = [(match.start(), int(match.group(1))) for match in re.finditer(r"(20\d\d)\s?年\s?\d{1,2}\s?月", head)]
    dates = []
    for year in {year for _, year in years}:
        for date in find_dates(head, year=year):
            said = [known for at, known in years if at <= date.start]
            if date.precision == "day" and said and date.iso.startswith(str(said[-1])):
                dates.append(date)
    dates.sort(key=lambda date: date.start)
    for match in _cue("feedback_words", "told").finditer(head):
        before = [date for date in dates if date.end <= match.start() <= date.end + 70]
        if not before:
            continue
        date = before[-1]
        between = head[date.end : match.start()]
        spans_days = re.match(r"\s*(?:至|到|—|-|起|开始|以来|前|公布|发布)", between) or re.search(
            r"(?:至|到|—|-)\s*$", head[: date.start][-3:]
        )
        if not spans_days and "。" not in between and "\n" not in between:
            return date.iso
    labelled = re.search(r"反馈(?:时间|日期)[：:]\s?", head)
    if labelled is not None and dates and (on := [date for date in dates if date.start == labelled.end()]):
        return on[0].iso
    # 反馈意见 with the day in brackets under its title.
    first_lines = len("\n".join(text.split("\n", 3)[:3]))
    bracketed = [date for date in dates if date.end < first_lines and text[date.end : date.end + 1] in "）)"]
    return bracketed[0].iso if bracketed and "反馈" in text[:first_lines] else None


def totals_of(text: str, findings_begin: int | None = None) -> dict[str, int | float | None]:
    """The numbers stated for the whole paper, told before its first finding begins (or in its first pages).

    What single findings state of money or persons is no total; rules made are told at the end at times.
    """
    told = text[: min(SUMMARY, findings_begin if findings_begin else SUMMARY)]
    sentences = re.split(r"[。\n]", told)
    telling = [
        k
        for k, words in enumerate(sentences)
        if _first(_FINDINGS, words) is not None or _first(_COMPLETED, words) is not None
    ]
    near = "\n".join(sentences[k] for k in telling[:3]) or "\n".join(
        [words for words in re.split(r"[。\n]", text) if _first(_FINDINGS, words) is not None][:2]
    )
    if findings_begin is None:
        told = "\n".join(
            sentences[k] for k in sorted({k + step for k in telling[:3] for step in (0, 1)}) if k < len(sentences)
        )
    rules = _RULES.search(told) or _RULES.search(text[-CLOSING:])
    return {
        "findings": _first(_FINDINGS, near),
        "completed": _first(_COMPLETED, near),
        "in_progress": _first(_UNDER_WAY, near),
        "rules_enacted": int(rules.group("n") or rules.group("m")) if rules else None,
        "money_recovered_yuan": _money(told),
        "people_handled": _people(told),
    }


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> int | None:
    """The number that stands first among what the patterns find."""
    found = [match for pattern in patterns if (match := pattern.search(text))]
    if not found:
        return None
    words = min(found, key=lambda match: match.start()).group("n").replace(",", "")
    return int(words) if words.isascii() else chinese_to_int(words)


def _money(text: str) -> int | float | None:
    """What came back, in yuan; null where several sums compete."""
    sums: list[Decimal] = []
    amounts = find_amounts(text)
    for match in _MONEY.finditer(text):
        if "为" in text[max(0, match.start() - 6) : match.start()]:
            continue  # 为群众挽回损失: what others got back
        amount = next((amount for amount in amounts if amount.start == match.end()), None)
        if amount is not None and amount.yuan not in sums:
            sums.append(amount.yuan)
    if len(sums) != 1:
        return None
    return int(sums[0]) if sums[0] == sums[0].to_integral_value() else float(sums[0])


def _people(text: str) -> int | None:
    """How many persons were handled: the stated sum, else the two kinds stated added up."""
    total = _PEOPLE_TOTAL.search(text)
    if total is not None:
        return int(next(group for group in total.groups() if group))
    kinds = [int(match.group("n")) for match in _PEOPLE_KIND.finditer(text)]
    return sum(kinds) if 1 <= len(kinds) <= 2 else None
