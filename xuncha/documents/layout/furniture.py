"""Lines that are not content: page numbers, running heads, what a web site puts around an article."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from xuncha.documents.layout.strips import FINAL, Strip
from xuncha.documents.layout.wrapping import Margin

PAGE_NUMBER: Final = "page number"
RUNNING_HEAD: Final = "running head"
SITE: Final = "site boilerplate"

_LONGEST_HEAD: Final = 45
_NUMBER = r"(?:[0-9０-９]{1,4}|[IVXivx]{1,6})"
_PAGE = re.compile(
    rf"(?:[-—–－―─_·•~]{{1,3}}\s*{_NUMBER}\s*[-—–－―─_·•~]{{1,3}}"
    rf"|第\s*(?:{_NUMBER}|[一二三四五六七八九十百]{{1,4}})\s*页(?:\s*[，,/／|]?\s*(?:共|总)\s*{_NUMBER}\s*页)?"
    rf"|(?:共|总)\s*{_NUMBER}\s*页\s*[，,/／|]?\s*第\s*{_NUMBER}\s*页"
    rf"|[Pp](?:age)?[.\s]\s*{_NUMBER}(?:\s*(?:of|/)\s*{_NUMBER})?)"
)
_BARE = re.compile(r"([0-9０-９]{1,4})(?:\s*[/／]\s*([0-9０-９]{1,4}))?")

_LABEL = (
    r"(?:信息来源|文章来源|新闻来源|稿件来源|来源|来稿单位|供稿单位|稿源|文章作者|作者|责任编辑|责编|编辑|编审|初审|复审|终审|审核人?|审校|校对|供稿|撰稿"
    r"|发布人|发布者|录入|发布单位|发布机构|发布时间|发布日期|发表时间|发稿时间|更新时间|添加时间|创建时间|上传时间|成文日期|时间|日期"
    r"|阅读次数|阅读量|阅读数?|浏览次数|浏览量|浏览数?|点击次数|点击量|点击数?|访问量|访问次数|人气|查看次数|查看|字体大小|字体|字号|分享到?"
    r"|打印|关键词|标签|索引号|点赞|评论|收藏)"
)
_DATE_LABEL = re.compile(r"(?:发布|发表|发稿|更新|添加|创建|上传|成文)?(?:时间|日期)$")
_FIELD = re.compile(rf"(?:^|(?<=[\s|｜\]】\[【（(0-9次]))({_LABEL})\s*[:：]")
_STRONG = re.compile(r"(?:阅读|浏览|点击|访问|人气|查看|字体|字号|来源|稿源|编辑|责编|审核|供稿|录入|分享|打印)")
_LEADING_DATE = re.compile(r"[12]\d{3}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_WHOLE = re.compile(
    r"(?:您|你)?(?:现在|当前)?(?:所在|的)?(?:的)?位置(?:是)?\s*[:：]"
    r"|(?:您|你)(?:现在|当前)?所?在的?位置"
    r"|当前(?:所在)?(?:位置|栏目|页面)"
    r"|首页\s*[>＞»›/\\|-]"
    r"|[【\[（(]?\s*字[体号](?:大小)?\s*[:：]?\s*[\[【（(]?\s*(?:特?大|小)"
    r"|[【\[（(]\s*(?:大|特大)\s*[】\])）]?[\s\[【]*中"
    r"|(?:上一|下一|前一|后一)[篇条页则个](?:文章|信息)?\s*(?:[:：]|$)"
    r"|分享(?:到|至|给)\s*[:：]|分享到?$|分享到(?:微信|微博|朋友圈|QQ)"
    r"|[【\[（(]?\s*(?:打印|关闭)(?:本页|此页|页面|窗口|文章|该页)?\s*[】\]）)]?"
    r"(?:[\s|｜·/]*[【\[（(]?\s*(?:打印|关闭|返回|收藏|纠错|顶部)(?:本页|此页|页面|窗口|顶部|文章)?\s*[】\]）)]?)*$"
    r"|(?:扫一扫|扫描二维码|微信扫一扫|用手机)\S{0,12}(?:打开|查看|浏览|分享|关注|阅读)"
    r"|返回(?:顶部|首页|列表|上一?页)|回到顶部|加入收藏|设为首页|网站(?:地图|首页|标识码)|无障碍|繁体(?:版)?$|简体(?:版)?$"
    r"|版权所有|Copyright|COPYRIGHT|©|\S{0,3}ICP备|\S?公网安备|技术支持\s*[:：]|主办(?:单位)?\s*[:：].{0,40}(?:承办|技术|地址)"
    r"|[【\[（(]?(?:责任编辑|责编|编辑|编审|校对|审核|初审|复审|终审|一审|二审|三审|监制)\s*[:：/]\s*\S{0,20}(?:\s+\S{1,20}){0,3}$"
    r"|(?:相关|推荐|热门|延伸)(?:链接|文章|阅读|新闻|信息|推荐)\s*[:：]?$|附件下载\s*[:：]?$|阅读原文|展开全文|点击查看(?:更多|原文|大图)?$"
    r"|(?:登录|注册)(?:\s*[|/]?\s*(?:登录|注册))*$|\S{0,12}(?:门户网站|网站首页)$|温馨提示\s*[:：]?$|我要纠错|网页纠错"
)
_ANYWHERE_IN = re.compile(r"ICP备\d|公网安备|版权所有|网站标识码|ALL RIGHTS RESERVED|All Rights Reserved")
_CRUMBS = re.compile(r"[>＞»›]")
_EMPTY_COUNT = re.compile(r"(?:阅读|浏览|点击|访问)(?:次数|量|数)?\s*[:：]?\s*[\d ]*\s*次?$")


def furniture(strips: Sequence[Strip], *, margin: Margin | None) -> dict[int, str]:
    """The numbers of the strips that are no content, each with the reason."""
    if not strips:
        return {}
    found = _site_lines(strips)
    edges = _page_edges(strips)
    found.update(dict.fromkeys(_page_numbers(strips, edges, margin), PAGE_NUMBER))
    found.update(dict.fromkeys(_running_heads(strips, edges, found, margin), RUNNING_HEAD))
    # A paper of nothing but furniture is none: better a head too many than an empty text.
    return found if len(found) < len(strips) else {}


def _site_lines(strips: Sequence[Strip]) -> dict[int, str]:
    return {
        number: SITE
        for number, strip in enumerate(strips)
        if 1 < len(strip.text) <= 160 and strip.kind in ("line", "paragraph") and _is_site(strip.text)
    }


def _is_site(text: str) -> bool:
    """Whether a whole line is of the site and not of the paper; a sentence with the same words is not."""
    if "。" in text or text.isdigit():
        return False
    if _WHOLE.match(text):
        return len(text) <= 90
    if _ANYWHERE_IN.search(text):
        return True
    if (len(_CRUMBS.findall(text)) >= 2 and "首页" in text) or text.count(">") + text.count("＞") >= 3:
        return True
    dated = _LEADING_DATE.match(text)
    fields = list(_FIELD.finditer(text))
    if not fields:
        return bool(dated and _EMPTY_COUNT.search(text[dated.end() :]) and len(text) <= 40)
    if fields[0].start() > (dated.end() + 6 if dated else 2):
        return False
    labels = [field[1] for field in fields]
    strong = [label for label in labels if _STRONG.match(label) or not _DATE_LABEL.match(label)]
    # A date alone is content: it tells when the paper was made public.
    return bool(strong) and any(_STRONG.search(label) for label in labels)


def publication_date(strip: Strip) -> int:
    """How many characters at the start of a site line are the date of publication, which is content; 0 without one."""
    found = _LEADING_DATE.match(strip.text)
    return found.end() if found else 0


def _page_edges(strips: Sequence[Strip]) -> set[int]:
    """The first two and last two lines of each page, where the format has pages."""
    pages: dict[int, list[int]] = defaultdict(list)
    for number, strip in enumerate(strips):
        if strip.page is not None and strip.kind == "line":
            pages[strip.page].append(number)
    return {number for lines in pages.values() for number in (*lines[:2], *lines[-2:])}


def _page_numbers(strips: Sequence[Strip], edges: set[int], margin: Margin | None) -> set[int]:
    found: set[int] = set()
    bare: list[tuple[int, int]] = []
    for number, strip in enumerate(strips):
        text = strip.text
        if strip.kind == "cell" or len(text) > 24:
            continue
        if _PAGE.fullmatch(text):
            found.add(number)
        elif strip.kind == "line" and (match := _BARE.fullmatch(text)):
            bare.append((number, int(match[1])))
    return found | _in_rhythm(strips, bare, edges, margin)


def _in_rhythm(
    strips: Sequence[Strip], bare: list[tuple[int, int]], edges: set[int], margin: Margin | None
) -> set[int]:
    """Bare numbers that count up at the edges of pages, or between the lines of running text."""
    found: set[int] = set()
    for number, value in bare:
        page = strips[number].page
        if number in edges and page is not None and -2 <= page - value <= 20:
            found.add(number)
    if found or margin is None:
        return found
    # Rows of a table count up as well, but neither in the middle of sentences nor a page apart.
    found.update(number for number, _ in bare if _is_within_sentence(strips, number, margin))
    if len(bare) == 1 and bare[0][1] == 1 and 12 <= bare[0][0] <= 60:
        found.add(bare[0][0])
    for (number, value), (following, next_value) in pairwise(bare):
        gap = following - number
        if next_value == value + 1 and (10 <= gap <= 60 or (gap >= 3 and {number, following} & found)):
            found.update((number, following))
    return found


def _running_heads(strips: Sequence[Strip], edges: set[int], known: dict[int, str], margin: Margin | None) -> set[int]:
    places: dict[str, list[int]] = defaultdict(list)
    numbers = {number for number, reason in known.items() if reason == PAGE_NUMBER}
    for number, strip in enumerate(strips):
        text = strip.text
        if number in known or strip.kind != "line" or not 2 < len(text) <= _LONGEST_HEAD or text[-1] in FINAL:
            continue
        places[_without_figures(text)].append(number)
    found: set[int] = set()
    if edges:
        pages = len({strip.page for strip in strips})
        for at in places.values():
            on_edge = [number for number in at if number in edges]
            if len({strips[number].page for number in on_edge}) >= (2 if pages <= 3 else 3):
                found.update(_without_title(strips, on_edge, places))
        return found
    title = _title_of(strips, known)
    for head, at in places.items():
        beside = [number for number in at if _is_beside(number, numbers, strips)]
        if len(beside) >= 2:
            # Beside page numbers twice, it is a head wherever else it stands alone within a sentence.
            found.update(beside)
            found.update(number for number in at if number not in found and _is_within_sentence(strips, number, margin))
        elif beside and _is_within_sentence(strips, beside[0], margin, skip=numbers) and _resembles(head, title):
            found.update(beside)
        elif len(at) >= 3 and all(_is_within_sentence(strips, number, margin) for number in at[1:]):
            found.update(at[1:])
    return found


def _without_title(strips: Sequence[Strip], at: list[int], places: dict[str, list[int]]) -> list[int]:
    """``at`` without the first place if that is the document's title and not a head above it."""
    first = at[0]
    if first > 1 or len(strips) <= first + 1:
        return at
    following = strips[first + 1].text
    is_above_title = _without_figures(following) in places and len(following) <= _LONGEST_HEAD and "。" not in following
    return at if is_above_title and strips[first + 1].marker() is None else at[1:]


def _without_figures(text: str) -> str:
    return re.sub(r"[0-9０-９]+", "#", "".join(text.split()))


def _is_beside(number: int, numbers: set[int], strips: Sequence[Strip]) -> bool:
    return number - 1 in numbers or number + 1 in numbers


def _is_within_sentence(
    strips: Sequence[Strip], number: int, margin: Margin | None, *, skip: set[int] | None = None
) -> bool:
    """Whether the lines around this one belong to one sentence that it cuts in two."""
    passed = skip or set()
    before, after = number - 1, number + 1
    while before in passed:
        before -= 1
    while after in passed:
        after += 1
    if before < 0 or after >= len(strips):
        return False
    above, below = strips[before], strips[after]
    if above.ends_sentence or below.marker() is not None or above.kind != "line" or below.kind != "line":
        return False
    return margin is not None and margin.is_full(above) and not margin.is_full(strips[number])


def _title_of(strips: Sequence[Strip], known: dict[int, str]) -> str:
    for number, strip in enumerate(strips[:6]):
        if number not in known:
            return strip.text
    return ""


def _resembles(head: str, title: str) -> bool:
    """Whether most pairs of characters of ``head`` stand in ``title`` too."""
    pairs = Counter(pairwise(head))
    own = set(pairwise(title))
    return bool(pairs) and sum(count for pair, count in pairs.items() if pair in own) >= 0.5 * pairs.total()
