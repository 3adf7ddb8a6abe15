"""The category suggested for a finding, with the words that led to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.extraction.classify import Category, classify
from xuncha.vocabulary import VocabularyError, load, scheme

STANDARD = [
    ("political.theory", "理论学习中心组研讨次数少、质量不高"),
    ("political.overall", "贯彻落实上级重大决策部署有差距"),
    ("political.ideology", "意识形态工作责任制落实不到位"),
    ("duty.style", "形式主义、官僚主义问题仍然存在"),
    ("duty.capability", "担当作为不够，破解历史遗留问题办法不多"),
    ("duty.risk", "安全生产责任落实不到位，消防隐患较多"),
    ("livelihood.health", "过度检查、过度用药仍然存在"),
    ("livelihood.funds", "惠民补贴发放审核不严"),
    ("livelihood.enforcement", "行政处罚自由裁量不规范"),
    ("livelihood.other", "群众反映强烈的饮水问题长期没有解决"),
    ("integrity.supervision", "全面从严治党主体责任压得不实"),
    ("integrity.finance", "工程招投标和合同管理不规范"),
    ("integrity.conduct", "公务接待超标准、无公函"),
    ("party.organisation", "“三会一课”制度执行不严格"),
    ("party.personnel", "选人用人程序不规范"),
    ("rectify.followup", "上轮巡察反馈问题整改不到位"),
]


@pytest.mark.parametrize(("code", "title"), STANDARD)
def test_the_usual_wording_of_each_category_is_known(code: str, title: str) -> None:
    assert classify(title).code == code


def test_the_reasons_are_words_of_the_text() -> None:
    found = classify("食堂采购未经询价", "两年间由同一供应商供货")
    assert found.code == "integrity.finance"
    assert "询价" in found.reasons
    assert all(word in "食堂采购未经询价两年间由同一供应商供货" for word in found.reasons)


def test_quotation_marks_do_not_break_a_phrase() -> None:
    assert classify("民主“集中”制执行有偏差").code == classify("民主集中制执行有偏差").code == "party.organisation"


def test_the_leading_clause_weighs_more_than_what_follows() -> None:
    assert classify("理论学习不深入，财务管理不规范").code == "political.theory"
    assert classify("财务管理不规范，理论学习不深入").code == "integrity.finance"


def test_half_width_and_full_width_marks_give_the_same() -> None:
    assert (
        classify("发展党员不规范，党费收缴不及时；支部换届拖延").code
        == classify("发展党员不规范,党费收缴不及时;支部换届拖延").code
    )


def test_the_evidence_decides_where_the_title_is_mute() -> None:
    assert classify("甲乙丙丁", "低保名单没有公示，补贴发给了亲友").code == "livelihood.funds"


def test_a_phrase_with_a_gap_matches_only_nearby() -> None:
    assert classify("学习上次会议内容不深").reasons
    assert "学习…不深" not in classify("学习" + "甲" * 40 + "不深").reasons


def test_a_silent_finding_takes_the_category_of_the_heading_with_low_confidence() -> None:
    found = classify("甲乙丙丁", "", "落实意识形态责任制方面")
    assert found.code == "political.ideology"
    assert found.confidence < 0.3


def test_nothing_known_is_other_with_low_confidence() -> None:
    assert classify("甲乙丙丁戊") == Category("other", [], 0.05)


def test_an_empty_finding_has_no_category() -> None:
    assert classify("", " ", "“”") == Category(None)


def test_a_clear_finding_is_surer_than_a_mixed_one() -> None:
    assert classify("党支部组织生活不规范").confidence > classify("作风不实、采购不规范、补贴迟发").confidence


def test_an_office_teaches_a_phrase_and_a_category(tmp_path: Path) -> None:
    (tmp_path / "categories.toml").write_text('[cues."rural.land"]\ndecisive = ["撂荒轮种"]\n', encoding="utf-8")
    assert classify("撂荒轮种管理不规范", folder=tmp_path).code == "rural.land"
    assert classify("撂荒轮种管理不规范").code != "rural.land"


def test_an_unknown_strength_is_refused(tmp_path: Path) -> None:
    (tmp_path / "categories.toml").write_text('[cues."duty.style"]\nhuge = ["某"]\n', encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"cues\.duty\.style\.huge"):
        classify("某", folder=tmp_path)


def test_every_cue_stands_under_a_category_of_the_scheme() -> None:
    assert set(load("categories")["cues"]) - {"none"} <= {category.code for category in scheme()}


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=40))
def test_any_text_is_classified_the_same_twice(title: str, evidence: str, heading: str) -> None:
    found = classify(title, evidence, heading)
    assert found == classify(title, evidence, heading)
    assert 0.0 <= found.confidence <= 1.0


def test_a_very_long_title_has_a_category_like_any_other() -> None:
    assert classify("学习监督管理不" * 20_000).code is not None
