"""PDF files: lines in the order of reading, with their page; ruled tables as cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.samples import PARAGRAPHS, TITLE, bare_pdf, paper_pdf, pdf_pages, table_pdf
from xuncha.documents.errors import DocumentError
from xuncha.documents.readers import pdf
from xuncha.documents.readers.pdf import PlacedLine, in_reading_order, plain_characters

MIDDLE_POINT_SQUARE = b"0 0 m 90 0 l S"


def test_lines_come_with_their_page_and_their_indent(tmp_path: Path) -> None:
    document = pdf.read(paper_pdf(tmp_path / "通报.pdf"))
    assert document.format == "pdf"
    assert {block.page for block in document.blocks} == {1, 2}
    assert TITLE in document.source
    # The indent of a paragraph's first line is kept as ideographic spaces, continuation lines have none.
    assert f"\n　　{PARAGRAPHS[0][:6]}" in document.source
    assert document.page_at(document.text.index("（二）")) == 1


def test_a_line_that_begins_with_a_quotation_mark_has_no_indent(tmp_path: Path) -> None:
    page = [(122, 700, "部分支部学习不深入，只抄笔记不讨论，把"), (90, 670, "“抄了”当作“学了”，落实上级部署有差距。")]
    source = pdf.read(pdf_pages(tmp_path / "a.pdf", [page])).source
    assert source.split("\n")[1].startswith("“抄了")


def test_head_and_foot_stand_first_and_last_however_the_file_orders_them(tmp_path: Path) -> None:
    page = [
        (280, 40, "— 1 —"),
        (90, 700, "正文的第一行文字，说的是学习。"),
        (90, 670, "正文的第二行文字。"),
        (90, 810, "页眉"),
    ]
    source = pdf.read(pdf_pages(tmp_path / "a.pdf", [page])).source
    assert [line.strip() for line in source.split("\n")] == [
        "页眉",
        "正文的第一行文字，说的是学习。",
        "正文的第二行文字。",
        "— 1 —",
    ]


def test_lines_side_by_side_keep_the_order_of_the_file() -> None:
    def at(text: str, left: float, y: float) -> PlacedLine:
        return PlacedLine(text, left, left + 200, y, y + 16)

    columns = [at("左一", 50, 700), at("左二", 50, 670), at("右一", 320, 700), at("右二", 320, 670)]
    assert in_reading_order(columns, bottom=0, top=842) == columns
    shuffled = [at("下", 50, 600), at("上", 50, 700)]
    assert [line.text for line in in_reading_order(shuffled, bottom=0, top=842)] == ["上", "下"]


def test_a_ruled_table_becomes_cells_between_the_lines_around_it(tmp_path: Path) -> None:
    rows = [
        ("序号", "问题", "责任\n单位"),
        ("1", "（一）学习不深入，落实有\n差距。\n（二）记录不全。", "局党组"),
        ("2", "台账缺页", "办公室"),
    ]
    document = pdf.read(table_pdf(tmp_path / "清单.pdf", rows))
    cells = [(b.cell.row, b.cell.column, document.block_text(b)) for b in document.blocks if b.cell]
    assert cells == [
        (0, 0, "序号"), (0, 1, "问题"), (0, 2, "责任单位"),
        (1, 0, "1"), (1, 1, "（一）学习不深入，落实有差距。"), (1, 1, "（二）记录不全。"), (1, 2, "局党组"),
        (2, 0, "2"), (2, 1, "台账缺页"), (2, 2, "办公室"),
    ]  # fmt: skip
    words = document.source
    assert words.index("问题清单如下") < words.index("序号") < words.index("请于收到")


def test_two_tables_on_a_page_are_two(tmp_path: Path) -> None:
    rows = [("序号", "问题", "状态"), ("1", "学习不深入", "已完成"), ("2", "台账缺页", "已完成")]
    document = pdf.read(table_pdf(tmp_path / "清单.pdf", rows, rows))
    assert [len(cells) for _, cells in document.tables()] == [9, 9]
    assert document.source.count("请于收到") == 2


def test_rules_that_leave_a_cell_open_lose_no_character(tmp_path: Path) -> None:
    from reportlab.pdfgen import canvas

    page = canvas.Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for i in range(4):
        page.line(60, 700 - 40 * i, 460, 700 - 40 * i)
        if i < 3:
            page.drawString(70, 675 - 40 * i, f"left {i}")
            page.drawString(470, 675 - 40 * i, f"outside {i}")
            for x in (60, 160, 260):
                page.line(x, 700 - 40 * i, x, 660 - 40 * i)
            page.drawString(300, 675 - 40 * i, f"open {i}")
    page.save()
    words = pdf.read(tmp_path / "a.pdf").source.split()
    assert sorted(words) == sorted(w for i in range(3) for w in ("left", str(i), "open", str(i), "outside", str(i)))


def test_radicals_become_the_characters_they_stand_for_one_for_one() -> None:
    assert plain_characters("⼀⽅⾯⼯作⻓期⻛险") == "一方面工作长期风险"
    assert plain_characters("金\uf90a\ufffe") == "金金 "


def test_a_file_with_a_password_is_called_encrypted(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    path = pdf_pages(tmp_path / "a.pdf", [[(90, 700, "密")]], encrypt=StandardEncryption("open-me", strength=128))
    with pytest.raises(DocumentError) as caught:
        pdf.read(path)
    assert caught.value.code == "encrypted"


def test_pages_of_pictures_only_are_called_scanned(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        pdf.read(bare_pdf(tmp_path / "a.pdf", 3, stream=MIDDLE_POINT_SQUARE))
    assert caught.value.code == "scanned"
    assert "OCR" in str(caught.value)


def test_single_pages_without_text_are_named_in_a_warning(tmp_path: Path) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = canvas.Canvas(str(tmp_path / "a.pdf"))
    for number in range(1, 6):
        page.setFont("STSong-Light", 16)
        if number in (2, 4, 5):
            page.rect(90, 90, 300, 300, fill=1)
        else:
            page.drawString(90, 700, f"第{number}页有文字。")
        page.showPage()
    page.save()
    document = pdf.read(tmp_path / "a.pdf")
    assert any("2、4-5" in warning for warning in document.warnings)


def test_empty_pages_are_called_empty(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        pdf.read(bare_pdf(tmp_path / "a.pdf", 2))
    assert caught.value.code == "empty"
