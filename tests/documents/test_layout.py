"""Lines arranged into paragraphs: what is joined, what is dropped, and that nothing is lost."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.documents.layout import arrange
from xuncha.documents.layout.spacing import INVISIBLE
from xuncha.documents.model import Cell, Document, Line

PARAGRAPHS = (
    "石岭县财政局党组巡察整改进展情况的通报",
    "按照县委统一安排，县委第二巡察组于去年秋天对县财政局党组开展了常规巡察，今年春天反馈了意见，现将有关情况通报如下。",
    "一、反馈问题的整改情况",
    "（一）关于预算绩效评价流于形式的问题",
    "1.评价报告照搬单位自评材料。抽查的12个项目中，有9个项目的评价结论与单位自评报告一字不差，评价组没有到过现场，也没有问过受益群众。",
    "2.评价结果没有用起来。连续两年排在末位的“青苗补贴”项目，第二年预算反而增加了3.6万元，财政局没有说明理由。",
    "二、下一步打算",
    "党组将把整改同日常工作结合起来，一件一件抓到底，决不让问题反弹回潮。",
)


def document_of(text: str, *, form: str = "txt", page_lines: int = 0) -> Document:
    lines, start = [], 0
    for number, words in enumerate(text.split("\n")):
        lines.append(Line(words, start, page=number // page_lines + 1 if page_lines else None))
        start += len(words) + 1
    return arrange(Path("样本.txt"), format=form, sha256="", source=text, lines=lines)


def texts(document: Document) -> list[str]:
    return [document.block_text(block) for block in document.blocks]


def wrapped(paragraphs: tuple[str, ...], width: int, indent: str) -> str:
    lines: list[str] = []
    for number, words in enumerate(paragraphs):
        whole = (indent if number else "") + words
        lines += [whole[at : at + width] for at in range(0, len(whole), width)]
    return "\n".join(lines)


def check_laws(document: Document) -> None:
    source, text = document.source, document.text
    ends = 0
    for block in document.blocks:
        words = document.block_text(block)
        assert block.start >= ends and words and words == words.strip() and "\n" not in words
        assert text[ends : block.start] == ("\n" if ends else "")
        ends = block.end
    assert ends == len(text)
    assert [block.paragraph for block in document.blocks] == list(range(1, len(document.blocks) + 1))
    traced = document.origins.trace(0, len(text))
    copied = "".join(source[start:end] for start, end in traced)
    # A space that parts two Latin words over a line end is the only character without an origin beside line feeds.
    assert "".join(copied.split()) == "".join(text.split())
    runs = zip(document.origins.canonical, document.origins.source, document.origins.length, strict=True)
    assert all(text[at : at + count] == source[origin : origin + count] for at, origin, count in runs)
    spans = sorted(traced + [(gone.start, gone.end) for gone in document.dropped])
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    covered = [(0, 0), *spans, (len(source), len(source))]
    for first, second in pairwise(covered):
        assert not source[first[1] : second[0]].strip()
    assert list(document.page_starts) == sorted(document.page_starts)


@pytest.mark.parametrize("width", [22, 28, 36])
@pytest.mark.parametrize("indent", ["　　", "    "])
def test_indented_paragraphs_cut_at_a_fixed_width_are_put_together(width: int, indent: str) -> None:
    assert tuple(texts(document_of(wrapped(PARAGRAPHS, width, indent)))) == PARAGRAPHS


@pytest.mark.parametrize("width", [23, 28, 36])
def test_without_indents_the_length_of_the_lines_shows_where_paragraphs_end(width: int) -> None:
    assert tuple(texts(document_of(wrapped(PARAGRAPHS, width, "")))) == PARAGRAPHS


def test_text_that_is_not_hard_wrapped_keeps_a_paragraph_a_line() -> None:
    assert tuple(texts(document_of("\n".join(PARAGRAPHS)))) == PARAGRAPHS
    assert tuple(texts(document_of("\n\n".join(PARAGRAPHS)))) == PARAGRAPHS


def test_a_paragraph_continues_over_page_numbers_and_running_heads() -> None:
    lines = wrapped(PARAGRAPHS * 3, 22, "　　").split("\n")
    for at, number in ((36, 3), (24, 2), (12, 1)):
        lines[at:at] = [f"— {number} —", "石岭县巡察工作材料"]
    document = document_of("\n".join(lines))
    assert texts(document) == list(PARAGRAPHS * 3)
    assert {gone.reason for gone in document.dropped} == {"page number", "running head"}
    check_laws(document)


def test_bare_page_numbers_go_where_the_format_has_pages() -> None:
    lines = wrapped(PARAGRAPHS * 4, 26, "　　").split("\n")
    pages = [[*lines[at : at + 14], str(at // 14 + 1)] for at in range(0, len(lines) - 14, 14)]
    document = document_of("\n".join(line for page in pages for line in page), form="pdf", page_lines=15)
    assert len([gone for gone in document.dropped if gone.reason == "page number"]) == len(pages)
    assert document.page_at(len(document.text) - 1) == len(pages)


def test_a_number_in_a_sentence_does_not_begin_a_paragraph() -> None:
    text = (
        "巡察组在现场看到，这家单位的库房面积是规定标准的\n1.8倍，有的房间空置已久，里面堆放着许多旧家具。\n"
        "2024年起局里多次研究处置办法，每次都说再等一等，\n3年过去了仍然没有结果。\n"
        "这样的情形并不少见，应当引起各个单位的高度重视，\n在年底以前把闲置的房屋清查一遍，登记造册报县里。"
    )
    assert not [words for words in texts(document_of(text)) if words.startswith("1.8倍")]


def test_lines_of_the_site_go_and_sentences_with_the_same_words_stay() -> None:
    lines = (
        "当前位置：首页 > 党务公开 > 巡察整改",
        "石岭县水务局党组整改情况公示",
        "来源：石岭县水务局  发布时间：2031-05-06  浏览次数：88",
        "一是经费来源：县级专项资金长期闲置没有使用。",
        "联系电话：0000-5550000",
        "石岭县水务局党组",
        "2031年5月6日",
        "【打印本页】【关闭窗口】",
        "上一篇：没有了",
        "版权所有：石岭县水务局  ICP备00000000号",
    )
    document = document_of("\n".join(lines))
    assert texts(document) == [
        "石岭县水务局党组整改情况公示",
        "一是经费来源：县级专项资金长期闲置没有使用。",
        "联系电话：0000-5550000",
        "石岭县水务局党组",
        "2031年5月6日",
    ]
    check_laws(document)


def test_the_date_before_the_fields_of_a_site_is_content() -> None:
    assert (
        texts(document_of("某局整改公告\n2031-05-06 09:00  编辑：办公室  点击：3次\n正文在此。"))[1]
        == "2031-05-06 09:00"
    )


def test_a_title_over_two_lines_is_one_block() -> None:
    assert texts(document_of("中共石岭县林业局党组\n关于巡察整改进展情况的通报\n现将情况通报如下。"))[0] == (
        "中共石岭县林业局党组关于巡察整改进展情况的通报"
    )


def test_rows_of_a_list_are_no_title() -> None:
    rows = ["整改台账", "问题：学习不深入", "措施：制定计划", "责任人：局长", "状态：已完成"]
    assert texts(document_of("\n".join(rows))) == rows


def test_an_empty_line_after_every_line_parts_no_paragraphs() -> None:
    text = wrapped(PARAGRAPHS, 28, "　　").replace("\n", "\n\n")
    assert tuple(texts(document_of(text))) == PARAGRAPHS


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("党 建 工 作 不 实", "党建工作不实"),
        ("整改 落实不到 位。 二是", "整改落实不到位。二是"),
        ("对标 X 新区要求", "对标 X 新区要求"),
        ("2031 年 6 月 3 日追缴 4.6 万元", "2031年6月3日追缴4.6万元"),
        ("张　三", "张三"),
        ("1    账目不清    已退回    已完成", "1  账目不清  已退回  已完成"),
        ("1\t账目不清\t已完成", "1\t账目不清\t已完成"),
        ("第一条 适用范围", "第一条 适用范围"),
        ("2 170万元", "2 170万元"),
        ("\ufeff隐\u200b形", "隐形"),
    ],
)
def test_white_space_that_means_nothing_goes(written: str, read: str) -> None:
    document = document_of(f"前言在此。\n{written}")
    assert texts(document)[1] == read
    check_laws(document)


def test_cells_and_paragraphs_are_never_joined() -> None:
    words = ("办公用房面积超过规定标准没有及时清理整改到", "位的问题仍然存在于多个股室和下属单位中间")
    lines = [Line(words[0], 0, kind="cell", cell=Cell(0, 0, 0)), Line(words[1], 30, kind="cell", cell=Cell(0, 0, 1))]
    source = words[0].ljust(30) + words[1]
    document = arrange(Path("表.docx"), format="docx", sha256="", source=source, lines=lines)
    assert [block.kind for block in document.blocks] == ["cell", "cell"]
    assert [cells[1].cell for _, cells in document.tables()] == [Cell(0, 0, 1)]


@pytest.mark.parametrize(
    ("ending", "is_truncated"),
    [
        ("二是督促检查不够。三是账目管理混乱，票据保", True),
        ("二是督促检查不够。要画好“路线图", True),
        ("二是督促检查不够。", False),
        ("二是督促检查不够。（已完成）", False),
        ("中共石岭县委巡察工作领导小组办公室", False),
        ("2031年5月6日", False),
        ("联系电话：0000-5550000，电子邮箱：a@example.com", False),
        ("附件：问题清单，责任清单，任务清单，整改台账", False),
    ],
)
def test_a_text_that_breaks_off_says_so(ending: str, *, is_truncated: bool) -> None:
    assert document_of(f"关于巡察整改的通报\n现将情况通报如下：\n{ending}").truncated is is_truncated


SIGNS = st.sampled_from("整改情况一是二三（）().、，。：“”;— 　\t\u200b019aX第页\r\f-/>")
LINES = st.lists(st.text(SIGNS, max_size=40), max_size=40)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(["txt", "pdf", "md"]), st.sampled_from([0, 7]))
def test_every_character_is_in_the_text_once_or_dropped(lines: list[str], form: str, page_lines: int) -> None:
    check_laws(document_of("\n".join(lines), form=form, page_lines=page_lines))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_keeps_the_laws(text: str) -> None:
    check_laws(document_of(text))


SENTENCES = st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=12, unique=True)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, st.integers(26, 44), st.sampled_from(["", "　　"]))
def test_reading_the_canonical_text_again_changes_nothing(paragraphs: list[str], width: int, indent: str) -> None:
    first = document_of(wrapped(tuple(paragraphs), width, indent))
    assert document_of(first.text).text == first.text


@pytest.mark.parametrize("unit", ["整改情况如下，", "党 ", "1", "（", "首页 > ", "— 1 —", "一是", "2031年"])
def test_one_line_of_a_megabyte_is_read(unit: str) -> None:
    text = unit * (1_000_000 // len(unit.encode()))
    assert document_of(text).source == text


def test_invisible_signs_are_told_from_marks() -> None:
    reasons = {gone.reason for gone in document_of(f"甲{INVISIBLE}乙").dropped}
    assert reasons == {"invisible"}
