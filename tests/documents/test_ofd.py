"""OFD (GB/T 33190): text objects set into lines by their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.samples import PARAGRAPHS, TITLE, ofd_of, paper_ofd
from xuncha.documents.errors import DocumentError
from xuncha.documents.readers import ofd


def lines(source: str) -> list[str]:
    return [line.strip("　") for line in source.split("\n")]


def test_text_objects_become_lines_with_their_page(tmp_path: Path) -> None:
    document = ofd.read(paper_ofd(tmp_path / "通报.ofd"))
    assert lines(document.source) == [TITLE, PARAGRAPHS[0][:20], PARAGRAPHS[0][20:]]
    assert document.source.split("\n")[1].startswith("　　（一）")
    assert {block.page for block in document.blocks} == {1}


def test_order_follows_the_page_and_not_the_file(tmp_path: Path) -> None:
    pages = [[(28, 60, "第二行"), (56, 40, "右半"), (28, 40, "左半")], [(28, 40, "次页")]]
    document = ofd.read(ofd_of(tmp_path / "a.ofd", pages))
    assert [line.replace("　", "") for line in document.source.split("\n")] == ["左半右半", "第二行", "次页"]
    assert [block.page for block in document.blocks][-1] == 2


def test_a_line_may_be_made_of_single_characters(tmp_path: Path) -> None:
    page = [(28 + 5.6 * i, 40, sign) for i, sign in enumerate("学习不深入。")]
    assert ofd.read(ofd_of(tmp_path / "a.ofd", [page])).source == "学习不深入。"


def test_templates_are_not_content(tmp_path: Path) -> None:
    assert "模板" not in ofd.read(paper_ofd(tmp_path / "a.ofd")).source


def test_pages_of_pictures_only_are_called_scanned(tmp_path: Path) -> None:
    picture = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="5"/>'
    with pytest.raises(DocumentError) as caught:
        ofd.read(ofd_of(tmp_path / "a.ofd", [[]], extra=picture))
    assert caught.value.code == "scanned"


def test_a_missing_page_is_named(tmp_path: Path) -> None:
    path = ofd_of(
        tmp_path / "a.ofd",
        [[(28, 40, "甲")]],
        **{
            "Doc_0/Document.xml": (
                '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages>'
                '<ofd:Page ID="1" BaseLoc="Pages/Page_9/Content.xml"/></ofd:Pages></ofd:Document>'
            )
        },
    )
    with pytest.raises(DocumentError) as caught:
        ofd.read(path)
    assert caught.value.code == "damaged"
    assert "第 1 页" in str(caught.value)
