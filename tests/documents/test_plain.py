"""Plain text and Markdown in every encoding that offices use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.documents import DocumentError, read
from xuncha.documents.limits import MAX_FILE_BYTES

TEXT = "关于石岭县巡察整改的通报\n一、追缴12.5万元。\n二、完善制度3项。"


def file_of(folder: Path, data: bytes, name: str = "通报.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_gives_the_same_text(tmp_path: Path, encoding: str) -> None:
    document = read(file_of(tmp_path, TEXT.encode(encoding)))
    assert document.text == TEXT
    assert document.source == TEXT


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_parts_paragraphs(tmp_path: Path, ending: str) -> None:
    document = read(file_of(tmp_path, TEXT.replace("\n", ending).encode()))
    assert document.text == TEXT
    assert document.source.count(ending) == 2


def test_form_feeds_count_pages(tmp_path: Path) -> None:
    document = read(file_of(tmp_path, "通报\f一、正文。\f二、结尾。".encode()))
    assert [block.page for block in document.blocks] == [1, 2, 3]
    assert document.page_at(len(document.text) - 1) == 3
    assert read(file_of(tmp_path, TEXT.encode())).blocks[0].page is None


def test_undecodable_bytes_are_named_by_their_offset(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read(file_of(tmp_path, "整改情况".encode() + b"\xff\xff\x80"))
    assert caught.value.code == "undecodable"
    assert "12" in caught.value.place


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (" \r\n　".encode(), "empty"),
        ("整改\0情况".encode(), "damaged"),
        (b"%PDF-1.7\n", "wrong_extension"),
        (b"PK\x03\x04" + b"\0" * 40, "wrong_extension"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, "wrong_extension"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "wrong_extension"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(file_of(tmp_path, data))
    assert caught.value.code == code


@pytest.mark.parametrize(("name", "code"), [("通报.xyz", "unknown_format"), ("通报", "unknown_format")])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(file_of(tmp_path, b"%PDF-1.7\n", name))
    assert caught.value.code == code
    assert "PDF" in caught.value.found


def test_text_under_another_ending_is_refused(tmp_path: Path) -> None:
    for name in ("通报.docx", "通报.pdf", "通报.xlsx", "通报.ofd"):
        with pytest.raises(DocumentError) as caught:
            read(file_of(tmp_path, TEXT.encode(), name))
        assert caught.value.code in ("wrong_extension", "damaged")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as missing:
        read(tmp_path / "没有.txt")
    with pytest.raises(DocumentError) as folder:
        read(tmp_path)
    assert (missing.value.code, folder.value.code) == ("missing", "not_a_file")


def test_half_a_gigabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(max(MAX_FILE_BYTES + 1, 500 * 1024 * 1024))
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert caught.value.code == "too_large"


def test_markdown_headings_keep_their_level_and_marks_are_dropped(tmp_path: Path) -> None:
    document = read(file_of(tmp_path, "# 整改通报\n\n## 一、问题\n\n- **账目**不清\n* 票据不全\n".encode(), "通报.md"))
    assert [(block.kind, block.level) for block in document.blocks[:2]] == [("heading", 1), ("heading", 2)]
    assert document.text == "整改通报\n一、问题\n- 账目不清\n* 票据不全"
    assert {gone.reason for gone in document.dropped} == {"markup"}


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_document_or_the_documented_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = file_of(tmp_path_factory.getbasetemp(), data, "任意.txt")
    try:
        document = read(path)
    except DocumentError as error:
        assert error.code in ("empty", "undecodable", "damaged", "wrong_extension")
    else:
        assert document.text
