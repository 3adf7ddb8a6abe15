"""Marks of state secrets are seen in the head of a paper and in its name, and nowhere else."""

from __future__ import annotations

import pytest

from xuncha.extraction.secrecy import mark_in_name, mark_in_text

BODY = "\n关于反馈意见的报告\n县卫生健康局党组：\n现将有关情况报告如下。\n"


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        ("秘密", "秘密"),
        ("机密★1年", "机密★1年"),
        ("000012\n绝密★长期\n特急", "绝密★长期"),
        ("000012　　机 密 ★ 5 年　　特急", "机密★5年"),
        ("秘密★六个月", "秘密★六个月"),
        ("密级：秘密", "秘密"),
        ("机密★2030年12月31日", "机密★2030年12月31日"),
        ("机密★公布后解密", "机密★公布后解密"),
        ("份号：3 秘密★1年 县委巡〔2026〕8号", "秘密★1年"),
    ],
)
def test_a_mark_in_the_head_is_seen(head: str, mark: str) -> None:
    assert mark_in_text(f"\n{head}{BODY}") == mark


@pytest.mark.parametrize(
    "head",
    [
        "内部",
        "内部资料 注意保存",
        "工作秘密",
        "工作秘密 3年",
        "商业秘密",
        "关于加强机密文件管理的通知",
        "保守国家秘密制度不落实",
        "涉密人员管理不严，秘密文件随意放置",
        "特急",
    ],
)
def test_what_is_no_mark_is_left_alone(head: str) -> None:
    assert mark_in_text(f"{head}{BODY}") == ""


def test_below_the_head_a_grade_is_only_a_word() -> None:
    assert mark_in_text(BODY * 4 + "机密★1年\n") == ""


@pytest.mark.parametrize(
    "name", ["【机密】反馈意见.docx", "反馈意见（秘密）.pdf", "绝密-名单.xlsx", "反馈★机密★1年.txt", "机密.doc"]
)
def test_a_mark_in_the_name_is_seen(name: str) -> None:
    assert mark_in_name(name)


@pytest.mark.parametrize(
    "name", ["保密工作反馈.docx", "机密文件管理台账.xlsx", "工作秘密（内部）.pdf", "内部-反馈.txt", "国家秘密载体.txt"]
)
def test_a_name_that_only_speaks_of_secrets_is_not(name: str) -> None:
    assert mark_in_name(name) == ""
