"""Word documents: what stands in the paper comes out in order, with the numbers that Word only draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.samples import PARAGRAPHS, TITLE, docx_of, list_levels, paragraph, plain_docx
from xuncha.documents.errors import DocumentError
from xuncha.documents.model import Document
from xuncha.documents.readers import docx
from xuncha.documents.readers.docx_numbering import chinese_number, render


def texts(document: Document) -> list[str]:
    return [document.block_text(block) for block in document.blocks]


def read(tmp_path: Path, body: str, **parts: str) -> Document:
    return docx.read(docx_of(tmp_path / "通报.docx", body, **parts))


def test_paragraphs_come_out_in_order(tmp_path: Path) -> None:
    document = docx.read(plain_docx(tmp_path / "通报.docx"))
    assert texts(document) == [TITLE, *PARAGRAPHS]
    assert document.format == "docx"
    assert len(document.sha256) == 64


def test_a_heading_keeps_the_level_of_its_style_or_of_its_own(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="own"><w:name w:val="县办标题"/><w:basedOn w:val="1"/></w:style>'
    )
    own = '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>三级</w:t></w:r></w:p>'
    body = paragraph("一级", style="1") + paragraph("也是一级", style="own") + own + paragraph("正文在此。")
    document = read(tmp_path, body, styles=styles)
    assert [(block.kind, block.level) for block in document.blocks] == [
        ("heading", 1), ("heading", 1), ("heading", 3), ("paragraph", None),
    ]  # fmt: skip


def test_numbers_of_a_list_stand_before_the_text(tmp_path: Path) -> None:
    numbering = list_levels([("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")])
    body = "".join(
        paragraph(text, numbered=(1, level))
        for text, level in (("甲类", 0), ("乙类", 1), ("丙类", 2), ("丁类", 2), ("戊类", 1), ("己类", 0), ("庚类", 1))
    )
    assert texts(read(tmp_path, body, numbering=numbering)) == [
        "一、甲类", "（一）乙类", "1.丙类", "2.丁类", "（二）戊类", "二、己类", "（一）庚类",
    ]  # fmt: skip


def test_numbers_that_live_in_the_style_are_read(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimalEnclosedCircle"/><w:pStyle w:val="条"/><w:lvlText w:val="%2"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="章"><w:name w:val="章"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="条"><w:name w:val="条"/><w:pPr><w:numPr>'
        '<w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
    )
    body = paragraph("党建方面", style="章") + paragraph("会议少", style="条") + paragraph("记录缺", style="条")
    assert texts(read(tmp_path, body, numbering=numbering, styles=styles)) == ["一、党建方面", "①会议少", "②记录缺"]


def test_a_paragraph_may_take_itself_out_of_the_list_of_its_style(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="章"><w:name w:val="章"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    no_list = '<w:pPr><w:pStyle w:val="章"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    off = f"<w:p>{no_list}<w:r><w:t>无号</w:t></w:r></w:p>"
    body = paragraph("有号", style="章") + off + paragraph("又有号", style="章")
    document = read(tmp_path, body, styles=styles, numbering=list_levels([("decimal", "%1.")]))
    assert texts(document) == ["1.有号", "无号", "2.又有号"]


def test_a_list_starts_again_where_the_file_says_so(tmp_path: Path) -> None:
    numbering = list_levels([("decimal", "（%1）")]) + (
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    body = "".join(
        paragraph(text, numbered=(number, 0)) for text, number in (("甲", 1), ("乙", 1), ("丙", 2), ("丁", 2))
    )
    assert texts(read(tmp_path, body, numbering=numbering)) == ["（1）甲", "（2）乙", "（5）丙", "（6）丁"]


def test_a_number_of_several_levels_names_them_all(tmp_path: Path) -> None:
    numbering = list_levels([("chineseCounting", "第%1章"), ("decimal", "%1.%2")], extra="<w:isLgl/>")
    body = paragraph("总体", numbered=(1, 0)) + paragraph("2024年情况", numbered=(1, 1))
    assert texts(read(tmp_path, body, numbering=numbering)) == ["第1章总体", "1.1 2024年情况"]


def test_bullets_of_symbol_fonts_become_ordinary_ones(tmp_path: Path) -> None:
    body = paragraph("台账缺页", numbered=(1, 0))
    assert texts(read(tmp_path, body, numbering=list_levels([("bullet", "\uf06c")]))) == ["●台账缺页"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("chineseCountingThousand", "二十一"),
        ("chineseLegalSimplified", "贰拾壹"),
        ("ideographDigital", "二一"),
        ("decimalEnclosedCircle", "㉑"),
        ("decimalFullWidth", "２１"),
        ("upperLetter", "U"),
        ("lowerRoman", "xxi"),
        ("ideographTraditional", "21"),
        ("somethingNew", "21"),
    ],
)
def test_a_number_is_written_in_the_format_of_its_level(form: str, expected: str) -> None:
    assert render(21, form) == expected


def test_chinese_numbers_are_those_people_write() -> None:
    numbers = (1, 10, 11, 20, 99, 100, 101, 110, 111, 1001)
    assert [chinese_number(n) for n in numbers] == [
        "一", "十", "十一", "二十", "九十九", "一百", "一百零一", "一百一十", "一百一十一", "一千零一",
    ]  # fmt: skip


def test_cells_know_their_place_and_what_they_cover(tmp_path: Path) -> None:
    def tc(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    rows = (
        tc("清单", '<w:gridSpan w:val="2"/>') + tc("备注", '<w:vMerge w:val="restart"/>'),
        tc("一") + tc("会议少") + tc("", "<w:vMerge/>"),
    )
    table = "<w:tbl><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    document = read(tmp_path, paragraph("表前") + table + paragraph("表后"))
    assert texts(document) == ["表前", "清单", "备注", "一", "会议少", "表后"]
    places = [(c.row, c.column, c.rows, c.columns) for c in (block.cell for block in document.blocks) if c]
    assert places == [(0, 0, 1, 2), (0, 2, 2, 1), (1, 0, 1, 1), (1, 1, 1, 1)]
    assert "清单\t备注\n一\t会议少" in document.source


def test_a_table_in_a_cell_is_a_table_of_its_own(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('内甲')}</w:tc><w:tc>{paragraph('内乙')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('外')}{inner}</w:tc><w:tc>{paragraph('旁')}</w:tc></w:tr></w:tbl>"
    document = read(tmp_path, outer)
    assert [(t, [document.block_text(b) for b in cells]) for t, cells in document.tables()] == [
        (0, ["外", "旁"]), (1, ["内甲", "内乙"]),
    ]  # fmt: skip


def test_a_frame_of_one_cell_is_no_table(tmp_path: Path) -> None:
    document = read(tmp_path, f"<w:tbl><w:tr><w:tc>{paragraph('青禾县委文件')}</w:tc></w:tr></w:tbl>")
    assert [block.kind for block in document.blocks] == ["paragraph"]


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('框内文字')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>框外文字</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read(tmp_path, body)) == ["框外文字", "框内文字"]


def test_a_text_box_of_old_word_is_read(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('旧式文本框')}</w:txbxContent>"
    body = f"<w:p><w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r></w:p>"
    assert texts(read(tmp_path, body)) == ["旧式文本框"]


def test_insertions_stay_and_deletions_go(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>学习</w:t></w:r><w:ins><w:r><w:t>不深入</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>很好</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐去</w:t></w:r>"
        '<w:hyperlink r:id="r9"><w:r><w:t>见附件</w:t></w:r></w:hyperlink></w:p>'
    )
    assert texts(read(tmp_path, body)) == ["学习不深入见附件"]


def test_content_controls_are_looked_through_but_not_the_table_of_contents(tmp_path: Path) -> None:
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('一、总体情况 1')}</w:sdtContent></w:sdt>"
    )
    control = f"<w:sdt><w:sdtContent>{paragraph('控件中的正文')}</w:sdtContent></w:sdt>"
    assert texts(read(tmp_path, contents + control)) == ["控件中的正文"]


def test_a_line_break_inside_a_paragraph_parts_it(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>第一行。</w:t><w:br/><w:t>第二行。</w:t></w:r></w:p>"
    assert texts(read(tmp_path, body)) == ["第一行。", "第二行。"]


def test_fields_give_their_result_not_their_code(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE \\@ yyyy</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2025年</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert texts(read(tmp_path, body)) == ["2025年"]


def test_the_strict_form_of_the_standard_is_read(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = docx.read(docx_of(tmp_path / "a.docx", paragraph("严格格式。"), namespace=strict))
    assert texts(document) == ["严格格式。"]


def test_a_style_based_on_itself_does_no_harm(tmp_path: Path) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="a"/></w:style>'
    assert texts(read(tmp_path, paragraph("正文。", style="a"), styles=styles)) == ["正文。"]


def test_a_picture_without_words_is_called_a_scan(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "<w:p><w:r><w:drawing><wps:wsp/></w:drawing></w:r></w:p>")
    assert caught.value.code in ("scanned", "empty")


@given(
    st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1), min_size=1, max_size=8)
)
def test_no_character_of_a_paragraph_is_lost(tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]) -> None:
    path = plain_docx(tmp_path_factory.mktemp("w") / "a.docx", ["始：", *paragraphs])
    document = docx.read(path)
    for text in paragraphs:
        assert text.strip() in document.source
