"""Sums of money as papers write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xuncha.documents.values.amounts import find_amounts


@pytest.mark.parametrize(
    ("words", "yuan"),
    [
        ("7.132万元", "71320"),
        ("1.36亿元", "136000000"),
        ("3,400元", "3400"),
        ("2 170万元", "21700000"),
        ("三万元", "30000"),
        ("二十一万五千元", "215000"),
        ("50余万元", "500000"),
        ("4.6 万元", "46000"),
    ],
)
def test_a_sum_is_found_in_yuan(words: str, yuan: str) -> None:
    (amount,) = find_amounts(f"追缴资金{words}，已入库")
    assert amount.yuan == Decimal(yuan)
    assert (amount.start, amount.end) == (4, 4 + len(words))


def test_a_number_without_yuan_is_a_sum_only_where_the_reader_says_so() -> None:
    assert find_amounts("追缴12.864万，涉及2.6万人") == []
    (amount,) = find_amounts("追缴12.864万，涉及2.6万人", bare=True)
    assert amount.yuan == Decimal(128640) and not amount.is_stated_money
