"""Numbering as Chinese papers write it: 一、（一）1.（1）①, 一是, 第一, 问题1, 第二部分; numerals both ways."""

from __future__ import annotations


def chinese_to_int(words: str) -> int:
    """The whole number that a Chinese numeral says (一百零三, 廿, 二〇二五, 壹); 0 where it says none."""
    return 0
