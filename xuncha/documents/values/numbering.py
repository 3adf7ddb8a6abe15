"""Numbering as Chinese papers write it: 一、（一）1.（1）①, 一是, 第一, 问题1, 第二部分; numerals both ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Style = Literal["part", "section", "bracketed", "dotted", "bracketed_arabic", "circled", "ordinal", "clause", "issue"]

_DIGITS: Final = {
    **{sign: number for number, sign in enumerate("〇一二三四五六七八九")},
    **{sign: number for number, sign in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "○": 0,
    "Ｏ": 0,
    "弌": 1,
    "貳": 2,
    "參": 3,
    "陸": 6,
}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS: Final = {"廿": 20, "卅": 30, "卌": 40}
_MYRIADS: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
NUMERALS: Final = "〇零○一二三四五六七八九十两廿卅百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"

_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９", "0123456789")
_CIRCLED: Final = (
    {chr(0x2460 + i): i + 1 for i in range(20)}  # ①
    | {chr(0x2474 + i): i + 1 for i in range(20)}  # ⑴
    | {chr(0x2488 + i): i + 1 for i in range(20)}  # ⒈
    | {chr(0x3220 + i): i + 1 for i in range(10)}  # ㈠
    | {chr(0x24F5 + i): i + 1 for i in range(10)}  # ⓵
    | {chr(0x2776 + i): i + 1 for i in range(10)}  # ❶
    | {chr(0x3280 + i): i + 1 for i in range(10)}  # ㊀
)
_CIRCLED_CLASS: Final = "".join(_CIRCLED)
_CN: Final = "[一二三四五六七八九十百零廿]{1,5}"
_CAPITAL: Final = "[壹贰叁肆伍陆柒捌玖拾]{1,3}"
_D: Final = "[0-9０-９]"
# 一是 may be followed by nearly anything; 一时 or 一是一 are ordinary words.
_MARKER = re.compile(
    rf"(?P<part>第(?:{_CN}|{_CAPITAL}|{_D}{{1,3}})(?:部分|章|节|篇))(?:[、,，:：.．\s]|(?=[^的是中内里]))"
    rf"|(?P<ordinal>第{_CN}(?:层|点|条|方面|个方面|个问题)?)[、,，:：.．]"
    rf"|(?P<issue>(?:反馈)?问题[一二三四五六七八九十]{{1,3}}|(?:反馈)?问题{_D}{{1,3}})(?=[、,，:：.．\s])[、,，:：.．]?"
    rf"|[（(]\s?(?P<bracketed>{_CN})\s?[)）][、.．]?"
    rf"|[（(]\s?(?P<bracketed_arabic>{_D}{{1,3}})\s?[)）][、.．]?"
    rf"|(?P<section>{_CN}|{_CAPITAL})(?:[、．.](?!{_D})|[)）])"
    rf"|(?P<clause>[一二三四五六七八九十]{{1,3}}[是要])(?![一二三四五六七八九十]{{1,3}}[是要]?[一二三四五六七八九十]|的[，。,]|否)"
    rf"|(?P<circled>[{_CIRCLED_CLASS}])[、.．]?"
    rf"|(?P<dotted>{_D}{{1,3}})(?:[、．](?!{_D})|\.(?![0-9０-９])|[)）]|(?=[ \t\u3000]+[^\W\d_a-zA-Z年月日]))"
    r"|(?P<word>首先|其次|再次|再者|最后|此外)[，,、:：]"
)
_NUMBER = re.compile(rf"{_D}{{1,12}}|[{NUMERALS}]{{1,24}}")
_WORDS: Final = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 99, "此外": 99}


@dataclass(frozen=True, slots=True)
class Marker:
    """A number at the start of a text.

    ``text`` is the marker as paths keep it: without points and commas, brackets half-width (一, (一), 1, (1), ①,
    一是, 第一, 问题1, 第二部分). ``ordinal`` counts from 1, 0 where the marker says none (此外); ``end`` is the offset
    behind the marker, its point and white space.
    """

    style: Style
    ordinal: int
    text: str
    end: int


def marker_at(text: str, start: int = 0) -> Marker | None:
    """The marker with which ``text`` begins at ``start`` (white space before it is passed over); null without one."""
    while start < len(text) and text[start].isspace():
        start += 1
    found = _MARKER.match(text, start)
    if found is None:
        return None
    style = found.lastgroup or ""
    words = "".join(found[style].split()).translate(_FULL_WIDTH)
    end = found.end()
    while end < len(text) and text[end].isspace():
        end += 1
    if style == "word":
        return Marker("ordinal", _WORDS[words] % 99, words, end)
    if style == "circled":
        return Marker("circled", _CIRCLED[words], words, end)
    ordinal = number_in(words)
    if ordinal < 1:
        return None
    if style in ("bracketed", "bracketed_arabic"):
        words = f"({words})"
    return Marker(style, ordinal, words, end)  # type: ignore[arg-type]


def number_in(words: str) -> int:
    """The first number, Arabic or Chinese, that stands in ``words``; 0 without one."""
    found = _NUMBER.search(words)
    if found is None:
        return 0
    first = found[0].translate(_FULL_WIDTH)
    return int(first) if first[0].isdigit() and first.isascii() else chinese_to_int(first)


def chinese_to_int(words: str) -> int:
    """The whole number that a Chinese numeral says (一百零三, 廿一, 二〇二五, 壹, 1万2千 not); 0 where it says none.

    A row of digits without units counts as written: 二〇二五 is 2025.
    """
    if not words or len(words) > 24:
        return 0
    if all(sign in _DIGITS for sign in words):
        return int("".join(str(_DIGITS[sign]) for sign in words))
    total = section = digit = 0
    last_unit = 1
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            if not digit:
                last_unit = 1
        elif sign in _UNITS:
            last_unit = _UNITS[sign]
            section += (digit or 1) * last_unit
            digit = 0
        elif sign in _TENS:
            section += _TENS[sign]
            digit, last_unit = 0, 10
        elif sign in _MYRIADS:
            last_unit = _MYRIADS[sign]
            total = (
                (total + section + digit) * last_unit if last_unit > 10_000 else total + (section + digit) * last_unit
            )
            section = digit = 0
        else:
            return 0
    # 三百五 says 350, 一万二 says 12,000.
    return total + section + digit * (last_unit // 10 if last_unit > 10 else 1)


def to_chinese(number: int) -> str:
    """The numeral of a whole number from 0 to below 10^12, as papers write it: 12 is 十二, 103 is 一百零三."""
    if not 0 <= number < 10**12:
        raise ValueError(f"no numeral for {number}")
    if number == 0:
        return "零"
    groups: list[int] = []
    rest = number
    while rest:
        rest, group = divmod(rest, 10_000)
        groups.append(group)
    words = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        # A gap in the tens or thousands is said as one 零.
        if words and (group < 1000 or not groups[place + 1]):
            words += "零"
        words += _below_myriad(group) + ("", "万", "亿")[place]
    return words[1:] if words.startswith("一十") else words


def _below_myriad(number: int) -> str:
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + "一二三四五六七八九"[digit - 1] + name
            gap = False
        else:
            gap = True
    return words
