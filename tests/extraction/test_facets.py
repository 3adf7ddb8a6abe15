"""The suggested facets of a finding and whom it is said of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xuncha.extraction.facets import Facets, facets, units_of


def test_nothing_said_gives_no_facet() -> None:
    assert facets("甲乙丙丁") == Facets()


def test_some_units_speak_for_a_common_problem() -> None:
    assert facets("部分单位党组织换届不及时").nature == "common"
    assert facets("台账普遍不全").nature == "common"


def test_a_single_unit_speaks_for_an_individual_problem() -> None:
    assert facets("个别支部党费收缴不及时").nature == "individual"


def test_three_units_are_several_and_two_are_not() -> None:
    assert facets("采购不规范", "三家医院没有询价").nature == "common"
    assert facets("采购不规范", "2家医院没有询价").nature is None


def test_old_and_new_problems_are_told_apart() -> None:
    assert facets("历史遗留的产权纠纷久拖不决").origin == "legacy"
    assert facets("送礼出现新动向").origin == "emerging"
    assert facets("三笔借款没有收回", "自2016年以来挂在账上").origin == "legacy"


def test_the_heading_may_say_that_a_problem_is_old() -> None:
    assert facets("借条没有换成现金", "", "上一轮巡察反馈问题整改方面").origin == "legacy"


def test_hazards_and_harm_to_people_are_for_immediate_fixing() -> None:
    assert facets("库房管理松散", "消防通道被杂物堵塞").immediate
    assert facets("药房管理松散", "货架上仍有过期药品").immediate
    assert facets("押金违规收费至今未退").immediate
    assert not facets("理论学习不深入").immediate


def test_severity_follows_the_kind_of_breach_and_the_sum() -> None:
    assert facets("虚报人数套取补助").severity == "high"
    assert facets("房租应收未收", "涉及3.2万元").severity == "medium"
    assert facets("房租应收未收", "涉及1,200万元").severity == "high"
    assert facets("学习形式有待丰富").severity == "low"


def test_quantified_units_are_given_verbatim() -> None:
    assert units_of("部分单位党组织换届不及时") == ["部分单位党组织"]
    assert units_of("采购不规范", "县内三家医院没有询价，个别科室自行进货") == ["三家医院", "个别科室"]


def test_a_name_that_opens_a_clause_is_given() -> None:
    assert units_of("县发展改革局项目储备不足") == ["县发展改革局"]
    assert units_of("县住房和城乡建设局审批缓慢") == ["县住房和城乡建设局"]
    assert units_of("东禾镇党委议事规则不健全") == ["东禾镇党委"]


def test_known_units_are_found_anywhere() -> None:
    assert units_of("服务大厅由青湾局与白石局共管，责任不清", "", ["青湾局", "白石局", "黑水局"]) == [
        "青湾局",
        "白石局",
    ]


def test_a_road_is_no_village_and_a_meeting_no_committee() -> None:
    assert units_of("通村路年久失修") == []
    assert units_of("党委会记录不全") == []


def test_the_evidence_is_asked_only_where_the_title_names_nobody() -> None:
    assert units_of("个别支部记录不全", "三家医院没有记录") == ["个别支部"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_units_are_always_words_of_the_text(title: str, evidence: str) -> None:
    for unit in units_of(title, evidence):
        assert unit in title or unit in evidence
    facets(title, evidence)
