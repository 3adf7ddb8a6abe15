"""Whole papers: what is a finding, what is a demand, what is neither; and spans that always fit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.composing import document
from xuncha.extraction import extract

NOTICE = (
    "中共青圩县水务局党组关于巡察整改情况的通报",
    "2023年9月4日至11月2日，县委第二巡察组对县水务局党组开展了巡察。2024年1月15日反馈了意见。现将整改情况公布如下。",
    "一、整改工作组织情况",
    "（一）加强领导。一是成立专班；二是挂图作战。",
    "二、反馈问题整改落实情况",
    "（一）履行核心职能方面",
    "1.关于“河道采砂监管缺位”的问题",
    "两处砂场无证开采四个月，巡查记录为空白。",
    "整改情况（已完成）：一是关停砂场2处，罚款14万元；二是建立日巡夜查制度。",
    "2.饮水管网漏损率高。城东片区漏损率达31%。",
    "整改情况：更换老旧管网6公里；安装分区计量表40只。正在推进，预计年底完工。",
    "三、下一步打算",
    "（一）对未完成的问题盯住不放。",
    "联系电话：0000-5550111",
)
LETTER = (
    "关于巡察青圩县林业局党组的反馈意见",
    "一、总体评价",
    "林业局党组造林绿化成绩显著，干部群众评价较好。",
    "二、存在的主要问题",
    "（一）担当作为不够",
    "一是护林防火责任悬空。三处瞭望哨无人值守；二是造林补助拨付拖延，86户没有领到。",
    "三、问题根源",
    "上述问题，根源在于党组抓落实的劲头松了，监督责任没有压到基层。",
    "四、整改要求",
    "（一）压实责任。党组书记要逐条过问，不得一转了之。请于2024年3月底前报送整改方案。",
)


def test_a_notice_gives_findings_with_facts_measures_and_status() -> None:
    result = extract(document(*NOTICE)).as_json()
    items = [finding for finding in result["findings"] if finding["level"] == "item"]
    assert [(item["path"], item["title"], item["status"]) for item in items] == [
        (["二", "(一)", "1"], "河道采砂监管缺位", "done"),
        (["二", "(一)", "2"], "饮水管网漏损率高", "in_progress"),
    ]
    assert items[0]["evidence"] == ["两处砂场无证开采四个月，巡查记录为空白"]
    assert items[0]["measures"] == ["关停砂场2处，罚款14万元", "建立日巡夜查制度"]
    assert items[1]["measures"] == ["更换老旧管网6公里", "安装分区计量表40只"]


def test_organisation_next_steps_and_contact_are_no_findings() -> None:
    words = str(extract(document(*NOTICE)).as_json()["findings"])
    assert "专班；二是" not in words and "盯住" not in words and "0000" not in words


def test_a_letter_gives_findings_causes_and_demands_apart() -> None:
    result = extract(document(*LETTER)).as_json()
    items = [finding["title"] for finding in result["findings"] if finding["level"] == "item"]
    assert items == ["护林防火责任悬空", "造林补助拨付拖延"]
    assert [cause[:4] for cause in result["root_causes"]] == ["根源在于"]
    demand = next(entry for entry in result["requirements"] if entry["title"] == "压实责任")
    assert demand["duties"][0].startswith("党组书记要逐条过问")
    assert demand["due"] == "2024年3月底前"


def test_praise_is_no_finding() -> None:
    assert "成绩显著" not in str(extract(document(*LETTER)).as_json()["findings"])


WORDS = st.lists(
    st.sampled_from([*NOTICE, *LETTER, "一是", "；", "“", "”", "关于", "问题", "整改情况：", "（一）", "1.", "\u3000"]),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_every_span_is_verbatim_and_inside_the_text(pieces: list[str]) -> None:
    paper = document(*"".join(pieces).split("。"))
    result = extract(paper)
    printed = result.as_json()
    for finding in printed["findings"]:
        start, end, _ = finding["spans"]["title"]
        assert paper.text[start:end] == finding["title"]
        for kind in ("evidence", "measures"):
            assert [paper.text[start:end] for start, end, _ in finding["spans"][kind]] == finding[kind]
    for demand in printed["requirements"]:
        assert [paper.text[start:end] for start, end, _ in demand["spans"]["duties"]] == demand["duties"]


@settings(max_examples=80, deadline=None)
@given(
    st.text(alphabet="一二三是要、（）().123①。；：，“”关于针对问题整改情况反馈已完成存在等对不没有\n \t", max_size=300)
)
def test_no_text_makes_extraction_fail(text: str) -> None:
    extract(document(*text.split("\n")))
