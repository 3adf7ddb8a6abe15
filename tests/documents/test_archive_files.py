"""Archives are unpacked flat and within bounds, or refused whole in one sentence."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.documents import archive_files
from xuncha.documents.archive_files import unpack
from xuncha.documents.errors import DocumentError


def _zip(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _unmarked(path: Path, raw: bytes, *, extra: bytes = b"", data: bytes = b"x") -> Path:
    """An archive of one stored member whose name is ``raw``, without the mark of UTF-8."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(raw), 0)
    start = local + raw + data
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(raw), len(extra), 0, 0, 0, 0, 0
    ) + raw + extra  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), len(start), 0)
    path.write_bytes(start + central + end)
    return path


def _refused(path: Path, folder: Path) -> DocumentError:
    folder.mkdir(exist_ok=True)
    with pytest.raises(DocumentError) as caught:
        unpack(path, folder)
    assert list(folder.iterdir()) == []
    assert str(caught.value).isprintable() and caught.value.advice
    return caught.value


def test_papers_come_out_under_numbers_in_order(tmp_path: Path) -> None:
    members = {"第八轮/": b"", "第八轮/水务局.docx": b"one", "第八轮/附/b.PDF": b"two", "no ending": b"three"}
    junk = {"__MACOSX/._a": b"", "第八轮/Thumbs.db": b"", "第八轮/~$水务局.docx": b"", ".DS_Store": b""}
    folder = tmp_path / "out"
    folder.mkdir()
    found = unpack(_zip(tmp_path / "a.zip", {**members, **junk}), folder)
    assert [(name, place.name, place.read_bytes()) for name, place in found] == [
        ("第八轮/水务局.docx", "0001.docx", b"one"),
        ("第八轮/附/b.PDF", "0002.pdf", b"two"),
        ("no ending", "0003", b"three"),
    ]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_name_without_a_mark_is_read_as_chinese(tmp_path: Path, encoding: str) -> None:
    found = unpack(_unmarked(tmp_path / "a.zip", "反馈意见\\县水务局.docx".encode(encoding)), tmp_path)
    assert found[0][0] == "反馈意见/县水务局.docx"


def test_the_field_for_the_name_in_unicode_is_believed_if_it_fits(tmp_path: Path) -> None:
    raw, name = b"????.docx", "意见.docx".encode()
    for check, expected in ((zlib.crc32(raw), "意见.docx"), (1, "????.docx")):
        extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, check) + name
        assert unpack(_unmarked(tmp_path / "a.zip", raw, extra=extra), tmp_path)[0][0] == expected
        (tmp_path / "0001.docx").unlink()


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a.txt", "a/../../b.txt", "C:\\a.txt", "\\\\host\\a.txt", "a\\..\\b.txt", "c:a.txt"]
)
def test_a_name_that_leads_outside_refuses_the_archive(tmp_path: Path, name: str) -> None:
    archive = _zip(tmp_path / "a.zip", {"good.txt": b"x"})
    with zipfile.ZipFile(archive, "a") as more:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        more.writestr(entry, b"x")
    assert _refused(archive, tmp_path / "out").code == "unsafe_name"


def test_a_link_refuses_the_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        entry = zipfile.ZipInfo("a.txt")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert _refused(tmp_path / "a.zip", tmp_path / "out").code == "unsafe_name"


@pytest.mark.parametrize("name", ["a.zip", "b/资料.RAR", "c.7z", "d.tar.gz"])
def test_an_archive_in_an_archive_is_refused_by_a_sentence(tmp_path: Path, name: str) -> None:
    error = _refused(_zip(tmp_path / "a.zip", {"a.txt": b"x", name: b"PK"}), tmp_path / "out")
    assert error.code == "nested" and name in str(error) and "先解压" in error.advice


def test_an_encrypted_archive_is_refused_by_a_sentence(tmp_path: Path) -> None:
    data = bytearray(_zip(tmp_path / "a.zip", {"a.txt": b"x"}).read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    error = _refused(tmp_path / "a.zip", tmp_path / "out")
    assert error.code == "encrypted" and "口令" in error.advice


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = _zip(tmp_path / "zeros.zip", {"good.txt": b"x", "a.txt": bytes(40 * 1024 * 1024)})
    assert _refused(zeros, tmp_path / "out").code == "bomb"
    deep = _zip(tmp_path / "deep.zip", {"a/" * 40 + "b.txt": b"x"})
    assert _refused(deep, tmp_path / "out").code == "bomb"
    many = _zip(tmp_path / "many.zip", {f"{i}.txt": b"" for i in range(archive_files.MAX_FILES + 1)})
    assert _refused(many, tmp_path / "out").code == "bomb"
    monkeypatch.setattr(archive_files, "MAX_TOTAL_BYTES", 1000)
    some = _zip(tmp_path / "some.zip", {"a.txt": bytes(600), "b.txt": bytes(600)})
    assert _refused(some, tmp_path / "out").code == "bomb"
    monkeypatch.setattr(archive_files, "MAX_FILE_BYTES", 500)
    assert _refused(some, tmp_path / "out").code == "too_large"


def test_a_size_that_is_a_lie_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_files, "MAX_TOTAL_BYTES", 1000)
    path = _zip(tmp_path / "a.zip", {"a.txt": bytes(5000)})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, 10)
    path.write_bytes(data)
    assert _refused(path, tmp_path / "out").code in ("bomb", "damaged")


@pytest.mark.parametrize("data", [b"", b"Rar!\x1a\x07\x00xx", b"no archive", b"PK\3\4", b"PK\5\6" + bytes(18)])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert _refused(path, tmp_path / "out").code in ("damaged", "empty", "wrong_extension")


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | st.sampled_from(["../x", "a/b", "/", ".", "x/.."]), max_size=5),
    cut=st.integers(0, 400),
    flips=st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 255)), max_size=4),
)  # fmt: skip
def test_whatever_it_holds_only_numbered_files_come_out(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], cut: int, flips: list[tuple[int, int]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    folder = home / "out"
    folder.mkdir()
    path = home / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in dict.fromkeys(names):
            archive.writestr(name, name.encode())
    data = bytearray(path.read_bytes())
    for at, change in flips:
        data[at % len(data)] ^= change
    path.write_bytes(data[: len(data) - cut % len(data)] if cut % 3 == 0 else data)
    try:
        found = unpack(path, folder)
    except DocumentError as error:
        assert error.code and list(folder.iterdir()) == []
    else:
        assert sorted(folder.iterdir()) == sorted(place for _, place in found)
        assert all(".." not in name.split("/") and not name.startswith("/") for name, _ in found)
    assert {entry.name for entry in home.iterdir()} == {"out", "a.zip"}
