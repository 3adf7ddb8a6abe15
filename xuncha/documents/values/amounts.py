"""Sums of money as Chinese papers write them: 7.132万元, 1.36亿元, 3,400元, 三万元, 12.864万."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from xuncha.documents.values.numbering import chinese_to_int

_SCALES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}
_SCALES |= {"万亿": 10**12, "百亿": 10**10, "千亿": 10**11}
# Thousands are set off by a comma or, in printed papers, by a thin gap: 2 170万元.
_NUMBER = r"(?:\d{1,3}(?:[,， ]\d{3})+(?!\d)|\d+)(?:[.．]\d+)?"
_PLAIN = str.maketrans({",": None, "，": None, " ": None, "．": "."})
# What is counted in 万 without 元 is often no money: persons, mu, tons, pieces.
_AMOUNT = re.compile(
    rf"(?<![\d.．])(?:(?P<arabic>{_NUMBER})\s?[余多]?(?P<scale>[十百千]?[万亿]|万亿|[百千])?"
    r"|(?P<chinese>[一二三四五六七八九十两][〇零一二三四五六七八九十百千万亿两余多]{0,15}))"
    r"[余多]?\s?(?P<coin>元(?![月旦件素老])|块钱|人民币)?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in a text: ``start:end`` in code points, ``yuan`` exact.

    ``is_stated_money`` is false where the text gives no 元 (12.864万), so that the reader's context must decide.
    """

    start: int
    end: int
    yuan: Decimal
    is_stated_money: bool


def find_amounts(text: str, *, bare: bool = False) -> list[Amount]:
    """The sums of money in ``text`` in order; with ``bare`` also numbers in 万 or 亿 without 元."""
    amounts: list[Amount] = []
    for found in _AMOUNT.finditer(text):
        has_coin = found["coin"] is not None
        scale = found["scale"] or ""
        if not has_coin and not (bare and scale and scale[-1] in "万亿" and not _counts_things(text, found.end())):
            continue
        if found["arabic"]:
            number = Decimal(found["arabic"].translate(_PLAIN))
            yuan = number * _SCALES[scale]
        else:
            yuan = Decimal(chinese_to_int(found["chinese"].replace("余", "").replace("多", "")))
            if not yuan:
                continue
        amounts.append(Amount(found.start(), found.end(), yuan, has_coin))
    return amounts


def first_amount(text: str, *, bare: bool = False) -> Amount | None:
    """The first sum of money in ``text``; null without one."""
    found = find_amounts(text, bare=bare)
    return found[0] if found else None


def _counts_things(text: str, end: int) -> bool:
    return text[end : end + 1] in _MEASURES if end < len(text) else False


_MEASURES = frozenset("人户亩吨件个名次条平立公斤千只头株棵册份字张台辆座处家套米方")
