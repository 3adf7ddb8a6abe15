"""Sample files built in code at test time; every place, unit and case in them is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

TITLE = "关于青禾县虚构局党组巡察整改情况的通报"
PARAGRAPHS = (
    "（一）关于学习不深入的问题。有的党员只抄笔记，全年集中学习仅3次。",
    "（二）关于制度不健全的问题。采购台账缺页12处，涉及金额4.5万元。",
)


def zip_of(path: Path, members: dict[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def docx_of(path: Path, body: str, *, numbering: str = "", styles: str = "", namespace: str = W_NS) -> Path:
    """A docx from the inner XML of its body; prefixes w, mc, wps, v, r, m are bound."""
    root = (
        f'xmlns:w="{namespace}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="r1" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r2" Type="{office}/numbering" Target="/word/numbering.xml"/></Relationships>',
        "word/document.xml": f"<w:document {root}><w:body>{body}</w:body></w:document>",
    }
    if numbering:
        members["word/numbering.xml"] = f"<w:numbering {root}>{numbering}</w:numbering>"
    if styles:
        members["word/styles.xml"] = f"<w:styles {root}>{styles}</w:styles>"
    return zip_of(path, members)


def paragraph(text: str, *, style: str = "", numbered: tuple[int, int] | None = None) -> str:
    """A w:p; ``numbered`` is (list id, level from 0)."""
    inner = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        inner += f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
    properties = f"<w:pPr>{inner}</w:pPr>" if inner else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def list_levels(levels: Sequence[tuple[str, str]], *, key: int = 1, extra: str = "", num_extra: str = "") -> str:
    """numbering.xml for one list: (format, text) a level."""
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{key}">{inner}</w:abstractNum>'
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/>{num_extra}</w:num>'
    )


def plain_docx(path: Path, paragraphs: Iterable[str] = (TITLE, *PARAGRAPHS)) -> Path:
    """A docx as python-docx writes it."""
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def pdf_pages(
    path: Path, pages: Sequence[Sequence[tuple[float, float, str]]], *, size: float = 16, **kw: object
) -> Path:
    """A PDF with a Chinese text layer; a page is a list of (x, y, text) in points."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = canvas.Canvas(str(path), pagesize=(595, 842), **kw)  # type: ignore[arg-type]
    for lines in pages:
        page.setFont("STSong-Light", size)
        for x, y, text in lines:
            page.drawString(x, y, text)
        page.showPage()
    page.save()
    return path


def paper_pdf(path: Path, *, pages: int = 2) -> Path:
    """A PDF set like an official paper: running head, title, indented and wrapped paragraphs, page number."""
    sheets: list[list[tuple[float, float, str]]] = []
    for number in range(1, pages + 1):
        lines: list[tuple[float, float, str]] = [(90, 800, "青禾县委巡察工作领导小组办公室")]
        y = 740.0
        if number == 1:
            lines.append((140, y, TITLE))
            y -= 40
        for text in PARAGRAPHS:
            words = "　　" + text
            for start in range(0, len(words), 26):
                part = words[start : start + 26]
                indent = len(part) - len(part.lstrip("　"))
                lines.append((90 + 16 * indent, y, part.lstrip("　")))
                y -= 28
        lines.append((280, 40, f"— {number} —"))
        sheets.append(lines)
    return pdf_pages(path, sheets)


def table_pdf(path: Path, *tables: Sequence[Sequence[str]], widths: Sequence[float] = (60, 220, 180)) -> Path:
    """A PDF with ruled tables between two lines of text; ``\\n`` in a cell breaks its line."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = canvas.Canvas(str(path), pagesize=(595, 842))
    page.setFont("STSong-Light", 12)
    page.drawString(90, 740, "青禾县虚构局问题清单如下")
    lefts = [60.0]
    for width in widths:
        lefts.append(lefts[-1] + width)
    y = 720.0
    for rows in tables:
        page.line(lefts[0], y, lefts[-1], y)
        for row in rows:
            height = 8 + 16 * max(cell.count("\n") + 1 for cell in row)
            for left, cell in zip(lefts, row, strict=False):
                for i, part in enumerate(cell.split("\n")):
                    page.drawString(left + 4, y - 16 - 16 * i, part)
            for left in lefts:
                page.line(left, y, left, y - height)
            y -= height
            page.line(lefts[0], y, lefts[-1], y)
        y -= 40
        page.drawString(90, y + 15, "请于收到之日起认领。")
    page.showPage()
    page.save()
    return path


def bare_pdf(path: Path, pages: int, *, stream: bytes = b"") -> Path:
    """A PDF of many pages written by hand, for it must be quick; ``stream`` is drawn on each."""
    out = io.BytesIO()
    offsets: list[int] = []

    def put(body: bytes) -> None:
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % len(offsets) + body + b"\nendobj\n")

    out.write(b"%PDF-1.4\n")
    put(b"<</Type/Catalog/Pages 2 0 R>>")
    kids = b" ".join(b"%d 0 R" % (5 + i) for i in range(pages))
    put(b"<</Type/Pages/Kids[" + kids + b"]/Count %d/MediaBox[0 0 595 842]>>" % pages)
    put(b"<</Length %d>>\nstream\n" % len(stream) + stream + b"\nendstream")
    put(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for _ in range(pages):
        put(b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(offsets) + 1, start))
    path.write_bytes(out.getvalue())
    return path


def ofd_of(path: Path, pages: Sequence[Sequence[tuple[float, float, str]]], *, extra: str = "", **parts: str) -> Path:
    """An OFD (GB/T 33190); a page is a list of (x, y, text) in millimetres from above, 5.6 mm letters."""
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{i + 10}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    members: dict[str, str | bytes] = {
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {ns} DocType="OFD" Version="1.0"><ofd:DocBody>'
        "<ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {ns}><ofd:CommonData>"
        '<ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/Tpl_0/Content.xml": f"<ofd:Page {ns}><ofd:Content><ofd:Layer>{_ofd_text(20, 10, '模板上的字')}"
        "</ofd:Layer></ofd:Content></ofd:Page>",
    }
    for i, lines in enumerate(pages):
        texts = "".join(_ofd_text(*line) for line in lines)
        members[f"Doc_0/Pages/Page_{i}/Content.xml"] = (
            f'<ofd:Page {ns}><ofd:Template TemplateID="2"/><ofd:Content><ofd:Layer ID="3">{texts}{extra}</ofd:Layer>'
            "</ofd:Content></ofd:Page>"
        )
    members.update(parts)
    return zip_of(path, members)


def _ofd_text(x: float, y: float, text: str) -> str:
    return (
        f'<ofd:TextObject Boundary="{x} {y} 150 7" Font="1" Size="5.6">'
        f'<ofd:TextCode X="0" Y="5" DeltaX="g {max(len(text) - 1, 1)} 5.6">{text}</ofd:TextCode></ofd:TextObject>'
    )


def paper_ofd(path: Path) -> Path:
    return ofd_of(path, [[(50, 30, TITLE), (39.2, 50, PARAGRAPHS[0][:20]), (28, 60, PARAGRAPHS[0][20:])]])


def ledger_xlsx(path: Path) -> Path:
    """A workbook with a title row, merged cells, numbers, dates and a hidden sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    date = book.add_format({"num_format": "yyyy/m/d"})
    share = book.add_format({"num_format": "0.0%"})
    money = book.add_format({"num_format": '#,##0.00"万元"'})
    sheet = book.add_worksheet("虚构局")
    sheet.merge_range("A1:E1", "青禾县虚构局问题台账")
    for column, head in enumerate(("序号", "问题", "金额", "时限", "进度")):
        sheet.write(1, column, head)
    sheet.write_number(2, 0, 1)
    sheet.write_string(2, 1, "学习不深入\n记录不完整")
    sheet.write_number(2, 2, 1234.5, money)
    sheet.write_number(2, 3, 45820, date)
    sheet.write_number(2, 4, 0.855, share)
    sheet.merge_range("A4:A5", 2)
    sheet.write_number(3, 2, 0.1 + 0.2)
    other = book.add_worksheet("备查")
    other.write(0, 0, "看不见的内容")
    other.hide()
    book.close()
    return path


def ole_with(path: Path, *names: str) -> Path:
    """An OLE container by its signature and the names of its streams; enough to be known for what it is."""
    body = b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + body + bytes(512))
    return path


VALID: dict[str, Callable[[Path], Path]] = {
    "docx": plain_docx,
    "xlsx": ledger_xlsx,
    "pdf": paper_pdf,
    "ofd": paper_ofd,
}
"""A good file of each format that needs no other program."""
