"""Old office formats: converted where LibreOffice is there, else an error that says how to save the file."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path

import pytest

from tests.documents.samples import PARAGRAPHS, TITLE, ledger_xlsx, ole_with, plain_docx
from xuncha.documents.errors import DocumentError
from xuncha.documents.model import Document
from xuncha.documents.readers import office

needs_office = pytest.mark.skipif(
    office.find_office() is None, reason="LibreOffice 未安装：doc、wps 的真实转换没有测试"
)


def texts(document: Document) -> list[str]:
    return [document.block_text(block) for block in document.blocks]


def converted(path: Path, target: str, folder: Path) -> Path:
    """A sample in an old format, made by LibreOffice itself."""
    program = office.find_office()
    assert program
    subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'maker').as_uri()}", "--headless", "--convert-to", target,
         "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.{target.partition(':')[0]}"


def test_without_libreoffice_the_error_says_how_to_save_as_docx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNCHA_SOFFICE", str(tmp_path / "nowhere"))
    with pytest.raises(DocumentError) as caught:
        office.read(ole_with(tmp_path / "通报.doc", "WordDocument"))
    assert caught.value.code == "needs_libreoffice"
    assert "另存为" in caught.value.advice and ".docx" in caught.value.advice


def test_a_docx_named_wps_is_read_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_SOFFICE", "nowhere")
    path = plain_docx(tmp_path / "a.docx").rename(tmp_path / "通报.wps")
    document = office.read(path)
    assert (document.name, document.format) == ("通报.wps", "wps")
    assert texts(document) == [TITLE, *PARAGRAPHS]


def test_an_encrypted_doc_is_called_encrypted(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        office.read(ole_with(tmp_path / "a.doc", "EncryptedPackage"))
    assert caught.value.code == "encrypted"


def test_a_conversion_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    program = tmp_path / "hanging"
    program.write_text(f"#!/bin/sh\nsh -c 'sleep 60; touch {tmp_path}/survived' &\nsleep 60\n")
    program.chmod(0o755)
    with pytest.raises(DocumentError) as caught:
        folder = tmp_path / "job"
        folder.mkdir()
        office.convert(
            ole_with(tmp_path / "a.doc", "WordDocument"), folder, program=str(program), target="docx", seconds=0.5
        )
    assert caught.value.code == "damaged" and "秒" in str(caught.value)


@pytest.mark.office
@needs_office
def test_a_doc_and_a_wps_are_read_through_libreoffice(tmp_path: Path) -> None:
    doc = converted(plain_docx(tmp_path / "通报.docx"), "doc", tmp_path)
    document = office.read(doc)
    assert texts(document) == [TITLE, *PARAGRAPHS]
    assert (document.name, document.format) == ("通报.doc", "doc")
    wps = doc.rename(tmp_path / "通报.wps")
    assert texts(office.read(wps)) == [TITLE, *PARAGRAPHS]
    assert not list(tmp_path.glob("*.lock"))


@pytest.mark.office
@needs_office
def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    from xuncha.documents.readers import sheet

    xls = converted(ledger_xlsx(tmp_path / "台账.xlsx"), "xls", tmp_path)
    words = texts(sheet.read(xls))
    assert words[0] == "青禾县虚构局问题台账"
    assert "2025-06-12" in words and "看不见的内容" not in words
    et = xls.rename(tmp_path / "台账.et")
    assert "1,234.50万元" in texts(office.read(et))


@pytest.mark.office
@needs_office
def test_a_damaged_doc_gives_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        office.read(ole_with(tmp_path / "坏.doc", "WordDocument"))
    assert caught.value.code in ("damaged", "empty")
    assert "坏.doc" in str(caught.value)


if office.find_office() is None:
    warnings.warn("LibreOffice is not installed: the conversion of doc and wps is not tested", stacklevel=1)
