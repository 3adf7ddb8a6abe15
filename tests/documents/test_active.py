"""Content that acts is refused by its beginning or by what is in the container."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from xuncha.documents.active import check_active, fault_of_head
from xuncha.documents.errors import DocumentError


@pytest.mark.parametrize(
    "head",
    [
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"#!/bin/sh\n",
        b"<html><body>",
        b"\xef\xbb\xbf\r\n <!DOCTYPE html>",
        "\ufeff<script>".encode("utf-16-le"),
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<?xml version='1.0'?>\n<svg onload='x'>",
        b"<?php echo 1;",
        b"L\x00\x00\x00\x01\x14\x02\x00",
    ],
)
def test_programs_scripts_and_pages_are_active(head: bytes) -> None:
    assert fault_of_head(head) == "active_content"


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"])
def test_pictures_and_other_archives_are_no_papers(head: bytes) -> None:
    assert fault_of_head(head) == "wrong_content"


@pytest.mark.parametrize(
    "head",
    [
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0",
        "MZ 镇反馈意见".encode(),
        b"<1> text",
        b"BM,unit",
        b"",
        b"<?xml version='1.0'?><w:x/>",
    ],
)
def test_papers_are_taken(head: bytes) -> None:
    assert fault_of_head(head) == ""


def container(path: Path, member: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr(member, b"x")
    return path


@pytest.mark.parametrize("member", ["word/vbaProject.bin", "xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_a_file_with_macros_is_refused_whatever_its_ending(tmp_path: Path, member: str) -> None:
    for ending in ("docm", "docx", "xlsm"):
        with pytest.raises(DocumentError) as refused:
            check_active(container(tmp_path / f"a.{ending}", member))
        assert refused.value.code == "active_content" and refused.value.advice


def test_macros_of_old_formats_and_scripts_of_pdf_are_refused(tmp_path: Path) -> None:
    old, pdf = tmp_path / "a.doc", tmp_path / "a.pdf"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "_VBA_PROJECT".encode("utf-16-le"))
    pdf.write_bytes(b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>")
    for path in (old, pdf):
        with pytest.raises(DocumentError) as refused:
            check_active(path)
        assert refused.value.code == "active_content"


def test_a_plain_container_is_not(tmp_path: Path) -> None:
    check_active(container(tmp_path / "a.docx", "word/media/a.png"))
