"""How much a file may ask of this machine: size, members, XML, text; one clear error beyond it.

The numbers are this product's own setting (no standard gives them): well above any paper of an office,
well below what stops a small computer.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xuncha.documents.errors import DocumentError

if TYPE_CHECKING:
    from lxml import etree

MEBIBYTE: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 200 * MEBIBYTE
"""A larger file is refused by its directory entry alone; nothing of it is loaded."""
MAX_MEMBERS: Final = 10_000
"""Members of a zip container; a paper with a thousand pictures has some two thousand."""
MAX_MEMBER_BYTES: Final = 64 * MEBIBYTE
"""One XML part unpacked; 500 pages of a docx are about 8 MiB."""
MAX_TAGS: Final = 3_000_000
"""Tags of one XML part whose tree is held in memory, some 120 bytes each; 500 pages have about 300,000."""
MAX_STREAMED_TAGS: Final = 6_000_000
"""Tags of one XML part that is read piece by piece."""
MAX_UNPACKED_BYTES: Final = 128 * MEBIBYTE
"""All parts of one file that are unpacked; pictures are not, and do not count."""
MAX_DECLARED_BYTES: Final = 4 * 1024 * MEBIBYTE
"""What the container says all its members come to, pictures included."""
MAX_TEXT: Final = 10_000_000
"""Code points taken out of one file."""
MAX_PAGES: Final = 5_000
MAX_CELLS: Final = 2_000_000
"""Cells of all tables of a workbook that hold something."""
MAX_DEPTH: Final = 120
"""Nesting of elements; a table in a table in a text box stands about 40 deep."""

_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def check_file(path: Path) -> int:
    """The size in bytes of a file that may be read; raises `DocumentError` otherwise. Loads nothing."""
    try:
        entry = path.stat()
    except PermissionError:
        raise _unreadable(path) from None
    except (OSError, ValueError):
        raise DocumentError("missing", path, found="找不到这个文件", advice="请核对路径和文件名") from None
    if stat.S_ISDIR(entry.st_mode):
        raise DocumentError("not_a_file", path, found="是文件夹", expected="一个文件", advice="请指定其中的文件")
    if not stat.S_ISREG(entry.st_mode):
        raise DocumentError("not_a_file", path, found="是设备或管道", expected="磁盘上的普通文件")
    if entry.st_size == 0:
        raise DocumentError(
            "empty", path, found="文件是空的（0 字节）", expected="有内容的文件", advice="请重新取得该文件"
        )
    if entry.st_size > MAX_FILE_BYTES:
        raise DocumentError(
            "too_large",
            path,
            found=f"文件有 {entry.st_size // MEBIBYTE} MB",
            expected=f"不超过 {MAX_FILE_BYTES // MEBIBYTE} MB 的文件",
            advice="请去掉图片附件或拆分后再试",
        )
    return entry.st_size


def read_bytes(path: Path) -> bytes:
    """The whole file, after `check_file`."""
    check_file(path)
    try:
        with path.open("rb") as file:
            # A file that grows while it is read must not get past the limit.
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise _unreadable(path) from None
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError("too_large", path, found="文件在读取时变大", advice="请待写入完成后再试")
    return data


def sha256_of(path: Path) -> str:
    """Digest of the file's bytes, hexadecimal; reads in pieces."""
    check_file(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise _unreadable(path) from None


def head_of(path: Path, count: int = 4096) -> bytes:
    """The first bytes of the file, after `check_file`."""
    check_file(path)
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError:
        raise _unreadable(path) from None


def is_zip(head: bytes) -> bool:
    return head.startswith(_ZIP_STARTS)


def is_ole(head: bytes) -> bool:
    """Whether this is the container of Word/Excel 97–2003 and of encrypted Office files."""
    return head.startswith(_OLE)


def is_pdf(head: bytes) -> bool:
    return b"%PDF-" in head[:1024]


def is_encrypted_office(path: Path) -> bool:
    """Whether an OLE container holds an encrypted docx or xlsx ([MS-OFFCRYPTO] 2.3.4.4: EncryptedPackage)."""
    marker = "EncryptedPackage".encode("utf-16-le")
    return marker in read_bytes(path)


def content_of(head: bytes) -> str:
    """What the first bytes show a file to be, in words for people; empty if they show nothing."""
    if is_pdf(head):
        return "PDF 文件"
    if is_ole(head):
        return "Word/Excel 97-2003 或 WPS 格式"
    if is_zip(head):
        return "压缩包格式（docx、xlsx、ofd 或 zip）"
    if head.startswith(b"{\\rtf"):
        return "RTF 文件"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")):
        return "图片"
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return "压缩文件"
    if head.lstrip()[:14].lower().startswith((b"<html", b"<!doctype html")):
        return "网页"
    return ""


def check_text(text_length: int, path: Path) -> None:
    """Refuse a file out of which more text comes than anyone could mean."""
    if text_length > MAX_TEXT:
        raise DocumentError(
            "too_large",
            path,
            found=f"文字超过 {MAX_TEXT // 10_000} 万字",
            expected="一份公文或一本台账",
            advice="请拆分后再试",
        )


class Container:
    """A zip file whose parts are unpacked one by one under the limits; nothing is written to disk."""

    def __init__(self, path: Path, *, form: str) -> None:
        """Open ``path``; ``form`` is the name of the expected format (``docx``) for the words of errors."""
        self.path, self.form = path, form
        head = head_of(path)
        if not is_zip(head):
            raise self._not_a_container(head)
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except PermissionError:
            raise _unreadable(path) from None
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError):
            raise self.damaged(found="压缩包的目录已损坏或不完整") from None
        self._unpacked = 0
        try:
            self._check(members)
        except DocumentError:
            self.close()
            raise
        # Some writers put backslashes or another case; a part is found all the same.
        self._members = {self._key(member.filename): member for member in members}

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()

    @staticmethod
    def _key(name: str) -> str:
        return name.replace("\\", "/").lstrip("/").lower()

    def _not_a_container(self, head: bytes) -> DocumentError:
        if is_ole(head) and is_encrypted_office(self.path):
            return DocumentError(
                "encrypted",
                self.path,
                found="文件设有打开口令",
                expected="未加密的文件",
                advice="请用 Word/WPS 打开，在“文件—保护—用密码进行加密”中清除口令后另存",
            )
        found = content_of(head)
        if found:
            return DocumentError(
                "wrong_extension",
                self.path,
                found=f"内容其实是{found}",
                expected=f"{self.form} 文件",
                advice="请改回原来的扩展名，或用 Word/WPS 打开后另存",
            )
        return self.damaged(found=f"开头不是 {self.form} 文件的标志")

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if len(members) > MAX_MEMBERS:
            raise self.bomb(f"压缩包内有 {len(members)} 个成员", f"不超过 {MAX_MEMBERS} 个")
        declared = sum(member.file_size for member in members)
        if declared > MAX_DECLARED_BYTES:
            raise self.bomb(f"解压后共 {declared // MEBIBYTE} MB", f"不超过 {MAX_DECLARED_BYTES // MEBIBYTE} MB")
        if any(member.flag_bits & 0x1 for member in members):
            raise DocumentError(
                "encrypted",
                self.path,
                found="压缩包内的内容已加密",
                expected="未加密的文件",
                advice="请去掉口令后另存",
            )
        # Members that share bytes are the make of overlapping bombs; no office program writes them.
        end, ordered = 0, sorted(members, key=lambda member: member.header_offset)
        for member in ordered:
            if member.header_offset < end:
                raise self.bomb("压缩包的成员互相重叠", "互不重叠的成员", place=member.filename)
            end = member.header_offset + 30 + member.compress_size

    def __contains__(self, name: str) -> bool:
        return self._key(name) in self._members

    def names(self) -> list[str]:
        """The names of the members, as `read` takes them (lower case, forward slashes)."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, None if there is none; raises when it is damaged or unpacks too far."""
        member = self._members.get(self._key(name))
        if member is None:
            return None
        room = min(MAX_MEMBER_BYTES, MAX_UNPACKED_BYTES - self._unpacked)
        if member.file_size > room:
            raise self.bomb(f"解压后有 {member.file_size // MEBIBYTE} MB", "正常大小的内容", place=name)
        try:
            with self._zip.open(member) as part:
                # The declared size may be a lie: what counts is what comes out.
                data = part.read(room + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise self.damaged(place=name, found="内容已损坏，无法解压") from None
        except Exception as error:  # lzma and bz2 raise errors of their own modules
            raise self.damaged(place=name, found=f"内容无法解压（{type(error).__name__}）") from None
        if len(data) > room:
            raise self.bomb("实际解压的内容超过上限", "正常大小的内容", place=name)
        self._unpacked += len(data)
        return data

    def entries(self) -> list[zipfile.ZipInfo]:
        """All members as the directory lists them, in its order; names are as untrusted as the rest."""
        return self._zip.infolist()

    def pieces(self, entry: zipfile.ZipInfo, *, place: str) -> Iterator[bytes]:
        """What comes out of a member, piece by piece; the caller counts."""
        try:
            with self._zip.open(entry) as part:
                while piece := part.read(MEBIBYTE):
                    yield piece
        except DocumentError:
            raise
        except Exception:  # every decompressor raises errors of its own
            raise self.damaged(place=place, found="内容已损坏，无法解压") from None

    def xml(self, name: str) -> etree._Element | None:
        """The root element of an XML part, None if there is none."""
        data = self.read(name)
        return None if data is None else parse_xml(data, path=self.path, place=name, form=self.form)

    def damaged(self, *, place: str = "", found: str) -> DocumentError:
        return damaged(self.path, place=place, found=found, form=self.form)

    def bomb(self, found: str, expected: str, *, place: str = "") -> DocumentError:
        return DocumentError(
            "bomb",
            self.path,
            place=place,
            found=found,
            expected=expected,
            advice="文件可能被恶意构造，请勿打开，并向来源核实",
        )


@lru_cache(maxsize=1)
def _parser_options() -> dict[str, bool]:
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }


def parse_xml(data: bytes, *, path: Path, place: str, form: str) -> etree._Element:
    """The root of an XML part: no entities, no document type, no network, bounded depth."""
    from lxml import etree

    # Zero bytes go, so that the declaration is seen in UTF-16 as well.
    plain = data if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" not in data[:64] else data.replace(b"\0", b"")
    if _DECLARATION.search(plain):
        raise _entities(path, place)
    _check_tags(plain, MAX_TAGS, path, place)
    try:
        parser = etree.XMLParser(**_parser_options())  # type: ignore[arg-type]  # the stubs know no keywords
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        where = f"{place} 第 {line} 行" if line else place
        raise damaged(path, place=where, found="XML 内容不完整或有错误", form=form) from None
    if root is None:
        raise damaged(path, place=place, found="XML 内容是空的", form=form)
    # Second look, for encodings in which the bytes above do not show.
    if getattr(root.getroottree().docinfo, "doctype", None):
        raise _entities(path, place)
    return root


def iterate_xml(data: bytes, tags: tuple[str, ...], *, path: Path, place: str, form: str) -> Iterator[etree._Element]:
    """The elements with one of ``tags``, one at a time, as `parse_xml` but without the whole tree in memory."""
    import io

    from lxml import etree

    plain = data.replace(b"\0", b"")
    if _DECLARATION.search(plain):
        raise _entities(path, place)
    _check_tags(plain, MAX_STREAMED_TAGS, path, place)
    options = {**_parser_options()}
    events = etree.iterparse(io.BytesIO(data), events=("end",), tag=tags, **options)
    try:
        for _, element in events:
            yield element
            element.clear()
            # Cleared elements still hang on their parent; take them off.
            while element.getprevious() is not None:
                parent = element.getparent()
                if parent is None:
                    break
                del parent[0]
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        where = f"{place} 第 {line} 行" if line else place
        raise damaged(path, place=where, found="XML 内容不完整或有错误", form=form) from None
    if events.root is None:
        raise damaged(path, place=place, found="XML 内容是空的", form=form)


def _check_tags(data: bytes, most: int, path: Path, place: str) -> None:
    tags = data.count(b"<")
    if tags > most:
        raise DocumentError(
            "bomb",
            path,
            place=place,
            found=f"XML 有 {tags // 10_000} 万个标签",
            expected=f"不超过 {most // 10_000} 万个",
            advice="文件可能被恶意构造；若确是大台账，请拆分后再试",
        )


def damaged(path: Path, *, place: str = "", found: str, form: str) -> DocumentError:
    return DocumentError(
        "damaged",
        path,
        place=place,
        found=found,
        expected=f"完整的 {form} 文件",
        advice="请重新取得该文件，或用 Word/WPS 打开修复后另存",
    )


def _entities(path: Path, place: str) -> DocumentError:
    return DocumentError(
        "bomb",
        path,
        place=place,
        found="XML 中有 DTD 或实体定义",
        expected="不含实体定义的 XML",
        advice="文件可能被恶意构造，请勿打开，并向来源核实",
    )


def _unreadable(path: Path) -> DocumentError:
    return DocumentError("unreadable", path, found="没有读取权限", advice="请检查文件权限，或关闭占用它的程序")
