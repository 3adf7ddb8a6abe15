"""Bad input: one clear error with file, place and what was expected; bounded time and memory."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents.samples import VALID, bare_pdf, docx_of, ofd_of, ole_with, paragraph, plain_docx, zip_of
from xuncha.documents import read
from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import MAX_FILE_BYTES, MAX_MEMBER_BYTES, MAX_MEMBERS, MAX_TAGS
from xuncha.documents.model import Document

FORMS = ("txt", "md", "docx", "pdf", "xlsx", "xls", "csv", "ofd", "doc", "wps")
CODES = {
    "empty", "encrypted", "scanned", "damaged", "bomb", "too_large", "too_many_pages", "unknown_format",
    "wrong_extension", "needs_libreoffice", "missing", "not_a_file", "undecodable", "unreadable",
}  # fmt: skip
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "哈哈">'
    + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def refused(path: Path) -> DocumentError:
    """The error that reading gives, checked to be whole."""
    with pytest.raises(DocumentError) as caught:
        read(path)
    error = caught.value
    assert error.code in CODES
    assert path.name in str(error) and error.found
    assert "\n" not in str(error)
    return error


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_SOFFICE", "nowhere")


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_file_is_called_empty(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"空.{form}"
    path.touch()
    assert refused(path).code == "empty"


@pytest.mark.parametrize("form", FORMS)
def test_half_a_gigabyte_is_refused(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"大.{form}"
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    error = refused(path)
    assert error.code == "too_large" and f"{MAX_FILE_BYTES // 2**20} MB" in error.expected


def test_a_missing_file_a_folder_and_a_device_are_named_for_what_they_are(tmp_path: Path) -> None:
    assert refused(tmp_path / "无.docx").code == "missing"
    (tmp_path / "夹.docx").mkdir()
    assert refused(tmp_path / "夹.docx").code == "not_a_file"
    os.mkfifo(tmp_path / "管.docx")
    assert refused(tmp_path / "管.docx").code == "not_a_file"


def test_no_permission_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "forbidden")

    for form, make in VALID.items():
        make(tmp_path / f"a.{form}")
    monkeypatch.setattr(Path, "open", forbid)
    for form in VALID:
        assert refused(tmp_path / f"a.{form}").code == "unreadable"


@pytest.mark.parametrize("form", ["docx", "xlsx", "doc", "et", "wps"])
def test_an_encrypted_office_file_is_called_encrypted(tmp_path: Path, form: str, no_office: None) -> None:
    assert refused(ole_with(tmp_path / f"密.{form}", "EncryptionInfo", "EncryptedPackage")).code == "encrypted"


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf", "ofd", "csv", "txt"])
@pytest.mark.parametrize("true", list(VALID))
def test_a_wrong_extension_is_named_for_what_the_file_is(tmp_path: Path, true: str, form: str) -> None:
    if form == true:
        return
    path = VALID[true](tmp_path / f"真.{true}").rename(tmp_path / f"假.{form}")
    error = refused(path)
    assert error.code == "wrong_extension"
    assert "扩展名" in error.advice


@pytest.mark.parametrize("form", ["docx", "xlsx", "ofd", "pdf"])
def test_an_old_document_under_a_new_name_is_named(tmp_path: Path, form: str) -> None:
    assert refused(ole_with(tmp_path / f"旧.{form}", "WordDocument")).code == "wrong_extension"


@pytest.mark.parametrize("form", list(VALID))
def test_half_a_file_is_called_damaged(tmp_path: Path, form: str) -> None:
    path = VALID[form](tmp_path / f"半.{form}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    assert refused(path).code == "damaged"


@pytest.mark.parametrize("form", ["docx", "xlsx", "ofd"])
def test_a_zip_without_the_right_parts_is_called_damaged(tmp_path: Path, form: str) -> None:
    assert refused(zip_of(tmp_path / f"a.{form}", {"hello.txt": "x"})).code == "damaged"


@pytest.mark.parametrize("data", [LAUGHS + "<w>&l11;</w>", OUTSIDE + "<w>&f;</w>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("form", "part"),
    [("docx", "word/document.xml"), ("docx", "word/numbering.xml"), ("xlsx", "xl/workbook.xml"),
     ("xlsx", "xl/sharedStrings.xml"), ("xlsx", "xl/worksheets/sheet1.xml"), ("ofd", "OFD.xml"),
     ("ofd", "Doc_0/Pages/Page_0/Content.xml")],
)  # fmt: skip
def test_entities_in_xml_are_refused_before_they_unfold(
    tmp_path: Path, form: str, part: str, data: str, encoding: str
) -> None:
    good = VALID[form](tmp_path / f"good.{form}")
    with zipfile.ZipFile(good) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    members[part] = data.encode(encoding)
    error = refused(zip_of(tmp_path / f"笑.{form}", members))
    assert error.code == "bomb" and part in error.place


def test_a_part_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    huge = b"<w:document>" + b" " * (MAX_MEMBER_BYTES + 1)
    assert refused(zip_of(tmp_path / "弹.docx", {"word/document.xml": huge})).code == "bomb"


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    huge = b"<w:document>" + b" " * (MAX_MEMBER_BYTES + 1)
    path = zip_of(tmp_path / "谎.docx", {"word/document.xml": huge})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", len(huge)), struct.pack("<I", 100)))
    assert refused(path).code in ("bomb", "damaged")


def test_more_members_than_any_paper_has_are_refused(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {f"m{i}": "" for i in range(MAX_MEMBERS + 1)}
    assert refused(zip_of(tmp_path / "多.docx", members)).code == "bomb"


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    path = zip_of(
        tmp_path / "叠.docx", {"a": "x" * 100, "word/document.xml": "y" * 100}, compression=zipfile.ZIP_STORED
    )
    with zipfile.ZipFile(path) as archive:
        second = archive.getinfo("word/document.xml").header_offset
    data = bytearray(path.read_bytes())
    at = data.rindex(struct.pack("<I", second))
    data[at : at + 4] = struct.pack("<I", 0)
    path.write_bytes(bytes(data))
    assert refused(path).code in ("bomb", "damaged")


def test_a_locked_zip_member_is_called_encrypted(tmp_path: Path) -> None:
    path = plain_docx(tmp_path / "锁.docx")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    assert refused(path).code == "encrypted"


@pytest.mark.parametrize("inner", ["w:tbl><w:tr><w:tc", "w:sdt><w:sdtContent"])
def test_deep_nesting_is_an_error_and_no_crash(tmp_path: Path, inner: str) -> None:
    tags = inner.split("><")
    opening = "".join(f"<{tag}>" for tag in tags) * 300
    closing = "".join(f"</{tag}>" for tag in reversed(tags)) * 300
    assert refused(docx_of(tmp_path / "深.docx", opening + paragraph("底") + closing)).code == "damaged"


def test_a_page_of_nested_blocks_in_ofd_is_an_error_and_no_crash(tmp_path: Path) -> None:
    nested = "<ofd:PageBlock>" * 200 + "</ofd:PageBlock>" * 200
    assert refused(ofd_of(tmp_path / "深.ofd", [[(1, 1, "字")]], extra=nested)).code == "damaged"


def test_two_cells_at_the_corners_of_a_sheet_cost_nothing(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "角.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "甲")
    sheet.write(1_048_575, 16_383, "乙")
    book.close()
    assert [block.cell.row for block in read(path).blocks if block.cell] == [0, 1_048_575]


def test_ten_thousand_pages_are_refused(tmp_path: Path) -> None:
    path = bare_pdf(tmp_path / "万页.pdf", 10_000, stream=b"BT /F 12 Tf 90 700 Td (page) Tj ET")
    error = refused(path)
    assert error.code == "too_many_pages" and "10000" in error.found


def test_a_part_of_millions_of_tags_is_refused(tmp_path: Path) -> None:
    body = "<w:p/>" * (MAX_TAGS + 1)
    assert refused(docx_of(tmp_path / "签.docx", body)).code == "bomb"


@pytest.mark.parametrize("form", list(VALID))
def test_a_bomb_stays_within_a_small_memory(tmp_path: Path, form: str) -> None:
    """In a process of its own that may take 1 GiB and no more."""
    part = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}.get(form)
    if part:
        path = zip_of(tmp_path / f"弹.{form}", {part: b"<a>" + b"0" * (200 * 1024 * 1024)})
    else:
        path = bare_pdf(tmp_path / "弹.pdf", 5000, stream=b"BT /F 12 Tf 90 700 Td (page) Tj ET " * 50)
    program = (
        "import resource, sys\nfrom pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "from xuncha.documents import DocumentError, read\n"
        "try:\n    read(Path(sys.argv[1]))\nexcept DocumentError as error:\n    print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-400:]
    if part:
        assert done.stdout.strip() == "bomb"


_SAMPLES: dict[str, bytes] = {}


def sample(form: str, folder: Path) -> bytes:
    if form not in _SAMPLES:
        make: Callable[[Path], Path] = VALID[form]
        _SAMPLES[form] = make(folder / f"sample.{form}").read_bytes()
    return _SAMPLES[form]


def reads_or_refuses(path: Path) -> None:
    try:
        assert isinstance(read(path), Document)
    except DocumentError as error:
        assert error.code in CODES and str(error)


fuzz = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("doc", "wps")])
@fuzz
@given(data=st.binary(max_size=400))
def test_random_bytes_read_or_give_one_error(tmp_path: Path, form: str, data: bytes) -> None:
    path = tmp_path / f"r.{form}"
    starts = {"docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "ofd": b"PK\x03\x04", "pdf": b"%PDF-1.7\n"}
    starts["xls"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content in (data, starts.get(form, b"") + data):
        path.write_bytes(content)
        reads_or_refuses(path)


@pytest.mark.parametrize("form", list(VALID))
@fuzz
@given(share=st.floats(0, 1))
def test_a_file_cut_anywhere_reads_or_gives_one_error(tmp_path: Path, form: str, share: float) -> None:
    whole = sample(form, tmp_path)
    path = tmp_path / f"t.{form}"
    path.write_bytes(whole[: int(len(whole) * share)])
    reads_or_refuses(path)


@pytest.mark.parametrize("form", list(VALID))
@fuzz
@given(places=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(1, 255)), min_size=1, max_size=12))
def test_flipped_bits_read_or_give_one_error(tmp_path: Path, form: str, places: list[tuple[float, int]]) -> None:
    data = bytearray(sample(form, tmp_path))
    for share, mask in places:
        data[int(len(data) * share)] ^= mask
    path = tmp_path / f"f.{form}"
    path.write_bytes(bytes(data))
    reads_or_refuses(path)


@pytest.mark.parametrize("form", ["docx", "xlsx", "ofd"])
@fuzz
@given(data=st.data())
def test_damaged_xml_in_a_sound_zip_reads_or_gives_one_error(tmp_path: Path, form: str, data: st.DataObject) -> None:
    good = tmp_path / f"good.{form}"
    good.write_bytes(sample(form, tmp_path))
    with zipfile.ZipFile(good) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    part = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(part) - 1, 0)))
        new = data.draw(st.sampled_from([b"", b"9" * 12, b"-1", b'"', b"<", b"</w:p>", b"&#0;", b"\xff", b"NaN", b"x"]))
        part[at : at + data.draw(st.integers(0, 4))] = new
    members[name] = bytes(part)
    reads_or_refuses(zip_of(tmp_path / f"x.{form}", members))
