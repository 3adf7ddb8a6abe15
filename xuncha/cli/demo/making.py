"""The invented papers as files, made on the spot: what an office gets by mail, in the formats it gets it in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

TEXTS: Final = Path(__file__).parent / "papers"
_HEADING: Final = re.compile(r"^[一二三四五六七八九十]+、")
_SUB_HEADING: Final = re.compile(r"^（[一二三四五六七八九十]+）[^。]{0,40}$")

# 方正小标宋, 仿宋 and 黑体 are what such letters are set in; a machine without them shows its own.
SONG, FANG_SONG, HEI = "方正小标宋简体", "仿宋_GB2312", "黑体"


@dataclass(frozen=True, slots=True)
class PaperFile:
    """One paper: the words in ``papers/TEXT``, the name and format it comes in, who uploads it.

    ``round`` is the number of its round, ``unit`` the short name that a person gives where the paper's own words were
    not understood. ``is_damaged``: the file arrives cut short.
    """

    text: str
    name: str
    round: int
    format: Literal["docx", "pdf", "txt", "gb", "xlsx"]
    by: str = "guqinglan"
    already_fed_back: bool = True
    unit: str | None = None
    is_damaged: bool = False


PAPERS: Final = (
    PaperFile("ledger.csv", "第七轮巡察整改台账.xlsx", 7, "xlsx", by="suwanzhou"),
    PaperFile("liuwan.txt", "关于巡察柳湾镇党委的反馈意见.docx", 7, "docx", by="suwanzhou"),
    PaperFile("notice.txt", "县水利局党组巡察整改进展情况通报.docx", 7, "docx", by="suwanzhou"),
    PaperFile("speech.txt", "第八轮巡察集中反馈会讲话.docx", 8, "docx"),
    PaperFile("health.txt", "县卫健局党组反馈意见.docx", 8, "docx"),
    PaperFile("hospital.txt", "县人民医院党委反馈意见.pdf", 8, "pdf"),
    PaperFile("education.txt", "县教育局党组反馈意见.docx", 8, "docx"),
    PaperFile("finance.txt", "县财政局党组反馈意见.txt", 8, "txt"),
    PaperFile("construction.txt", "县住建局党组反馈意见.docx", 8, "docx", unit="住建局"),
    PaperFile("township.txt", "石桥镇党委反馈意见.pdf", 8, "pdf"),
    PaperFile("company.txt", "县城发公司党委反馈意见（待下达）.txt", 8, "gb", already_fed_back=False),
    PaperFile("labour.txt", "县人社局党组反馈意见.docx", 8, "docx"),
    PaperFile("village.txt", "松坪乡党委反馈意见.txt", 8, "txt", by="suwanzhou"),
    PaperFile("health.txt", "县中医院党委反馈意见（传输中断）.docx", 8, "docx", is_damaged=True),
)


def make(paper: PaperFile) -> bytes:
    """The file of a paper."""
    words = (TEXTS / paper.text).read_text("utf-8")
    if paper.format == "xlsx":
        made = _xlsx(words)
    else:
        lines = [line for line in words.splitlines() if line.strip()]
        makers = {"docx": _docx, "pdf": _pdf, "txt": _txt, "gb": _gb}
        made = makers[paper.format](lines)
    return made[: len(made) // 2] if paper.is_damaged else made


def _txt(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode("utf-8") + b"\n"


def _gb(lines: Sequence[str]) -> bytes:
    # As older office programs save it.
    return "\r\n".join(lines).encode("gb18030")


def _docx(lines: Sequence[str]) -> bytes:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)

    def add(words: str, font: str, points: int, *, centred: bool = False) -> None:
        paragraph = document.add_paragraph()
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            paragraph.paragraph_format.first_line_indent = Pt(2 * points)
        run = paragraph.add_run(words)
        run.font.size = Pt(points)
        run.font.name = font
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

    for number, line in enumerate(lines):
        if number == 0:
            add(line, SONG, 22, centred=True)
        elif line.startswith("（") and number == 1:
            add(line, FANG_SONG, 16, centred=True)
        else:
            add(line, HEI if _HEADING.match(line) else FANG_SONG, 16)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _pdf(lines: Sequence[str]) -> bytes:
    from reportlab.lib.enums import TA_CENTER
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    # A font that every reader of such files brings along; nothing is embedded.
    font = "STSong-Light"
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    title = ParagraphStyle("title", fontName=font, fontSize=20, leading=30, alignment=TA_CENTER, spaceAfter=18)
    body = ParagraphStyle("body", fontName=font, fontSize=15, leading=27, firstLineIndent=30, wordWrap="CJK")
    heading = ParagraphStyle("heading", parent=body, spaceBefore=6, spaceAfter=2)

    def number_page(canvas: Any, document: Any) -> None:
        canvas.setFont(font, 12)
        canvas.drawCentredString(A4[0] / 2, 20 * mm, f"— {document.page} —")

    kept = io.BytesIO()
    document = SimpleDocTemplate(
        kept, pagesize=A4, leftMargin=28 * mm, rightMargin=26 * mm, topMargin=34 * mm, bottomMargin=32 * mm
    )
    flow = [Paragraph(lines[0], title)]
    flow += [Paragraph(line, heading if _HEADING.match(line) else body) for line in lines[1:]]
    document.build(flow, onFirstPage=number_page, onLaterPages=number_page)
    return kept.getvalue()


def _xlsx(words: str) -> bytes:
    import xlsxwriter

    rows = list(csv.reader(io.StringIO(words)))
    head, body = ["序号", *rows[0]], rows[1:]
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet("整改台账")
    title = book.add_format({"font_name": HEI, "font_size": 18, "align": "center", "valign": "vcenter"})
    bold = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
    cell = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
    sheet.merge_range(0, 0, 0, len(head) - 1, "青禾县十四届县委第七轮巡察反馈问题整改台账", title)
    sheet.merge_range(1, 0, 1, len(head) - 1, "填报单位：县委巡察办　　填报时间：2026年7月10日", cell)
    sheet.write_row(2, 0, head, bold)
    # One cell over all rows of a unit, as ledgers are drawn up.
    first = 0
    for number, row in enumerate(body):
        sheet.write(number + 3, 0, number + 1, cell)
        sheet.write_row(number + 3, 2, row[1:], cell)
        last = number == len(body) - 1 or body[number + 1][0] != row[0]
        if last and number > first:
            sheet.merge_range(first + 3, 1, number + 3, 1, row[0], cell)
        elif last:
            sheet.write(number + 3, 1, row[0], cell)
        first = number + 1 if last else first
    for column, width in enumerate((6, 18, 18, 26, 36, 30, 10, 14, 12, 10)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.freeze_panes(3, 0)
    book.close()
    return kept.getvalue()
