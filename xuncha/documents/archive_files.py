"""Zip archives of papers: unpacked flat, under names of our own, within bounds."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import MAX_FILE_BYTES, MEBIBYTE, Container

MAX_FILES: Final = 2_000
"""Papers of one archive; a whole round has some hundreds."""
MAX_TOTAL_BYTES: Final = 1024 * MEBIBYTE
MAX_RATIO: Final = 250
"""How many times larger a member may come out, once it is large at all; office papers reach some 30, plain text 10."""
MAX_FOLDERS: Final = 16
_LARGE: Final = 16 * MEBIBYTE
_ARCHIVES: Final = frozenset((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso"))
_NO_PAPERS: Final = frozenset(("thumbs.db", "desktop.ini", ".ds_store"))
_DRIVE = re.compile(r"[A-Za-z]:")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")
_UNICODE_PATH: Final = 0x7075


def unpack(path: Path, folder: Path) -> list[tuple[str, Path]]:
    """The papers of a zip archive, in its order: the name in it (folders parted by ``/``), and where it lies now.

    Files are written into ``folder`` under numbers; no name from the archive becomes a path. What no one wrote
    (``__MACOSX``, ``Thumbs.db``, lock files) is left out. Raises `DocumentError` for the archive as a whole (``bomb``,
    ``encrypted``, ``nested``, ``unsafe_name``, ``damaged``, ``too_large``); then nothing of it is left in ``folder``.
    """
    unpacked: list[tuple[str, Path]] = []
    try:
        with Container(path, form="zip") as container:
            entries = [(name, entry) for entry in container.entries() if (name := _name(container, entry)) is not None]
            if len(entries) > MAX_FILES:
                raise container.bomb(f"压缩包内有 {len(entries)} 个文件", f"不超过 {MAX_FILES} 个")
            if not entries:
                raise DocumentError(
                    "empty", path, found="压缩包里没有文件", expected="装有文件的压缩包", advice="请重新打包"
                )
            room = MAX_TOTAL_BYTES
            for number, (name, entry) in enumerate(entries, start=1):
                suffix = Path(name).suffix.lower()
                place = folder / f"{number:04}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
                with place.open("xb") as file:
                    unpacked.append((name, place))
                    room -= _write(container, entry, name, file, room)
    except BaseException:
        for _, place in unpacked:
            place.unlink(missing_ok=True)
        raise
    return unpacked


def _name(container: Container, entry: zipfile.ZipInfo) -> str | None:
    """The name of a paper; null for a folder and for what systems leave behind."""
    name = _decoded(entry)
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts or "\0" in name:
        raise _unsafe(container, name, "文件名指向压缩包之外")
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _unsafe(container, name, "是链接或设备，不是文件")
    parts = [part for part in parts if part not in ("", ".")]
    if len(parts) - 1 > MAX_FOLDERS:
        raise container.bomb(f"文件夹有 {len(parts) - 1} 层", f"不超过 {MAX_FOLDERS} 层", place=_shown(name))
    if entry.is_dir() or name.endswith(("/", "\\")) or not parts:
        return None
    last = parts[-1]
    if parts[0] == "__MACOSX" or last.lower() in _NO_PAPERS or last.startswith(("~$", "._")):
        return None
    if Path(last).suffix.lower() in _ARCHIVES:
        raise DocumentError(
            "nested",
            container.path,
            place=_shown(name),
            found="压缩包里还有压缩包",
            expected="只装文件的 zip 压缩包",
            advice="请先解压，再把其中的文件一起打包或逐个上传",
        )
    return "/".join(parts)


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The name of a member: as marked; else as its own extra field says; else UTF-8, GB18030, code page 437.

    Source: APPNOTE 6.3.10, 4.4.4 (bit 11) and 4.6.9 (0x7075); Chinese editions of Windows write GBK without a mark.
    """
    name = entry.orig_filename
    if entry.flag_bits & 0x800:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    stated = _unicode_path(entry.extra, raw)
    if stated is not None:
        return stated
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        if kind == _UNICODE_PATH and len(body) > 5 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw):
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + length
    return None


def _write(container: Container, entry: zipfile.ZipInfo, name: str, file: IO[bytes], room: int) -> int:
    """Write one member; its size as it came out, whatever the directory says."""
    written = 0
    for piece in container.pieces(entry, place=_shown(name)):
        written += len(piece)
        if written > MAX_FILE_BYTES:
            raise DocumentError(
                "too_large",
                container.path,
                place=_shown(name),
                found=f"解压后超过 {MAX_FILE_BYTES // MEBIBYTE} MB",
                expected="一般大小的文件",
                advice="请去掉图片附件或拆分后再试",
            )
        if written > room:
            raise container.bomb(
                "解压的内容合计超过上限", f"合计不超过 {MAX_TOTAL_BYTES // MEBIBYTE} MB", place=_shown(name)
            )
        if written > _LARGE and written > MAX_RATIO * max(entry.compress_size, 1):
            raise container.bomb(f"解压后是原来的 {MAX_RATIO} 倍以上", "正常压缩的文件", place=_shown(name))
        file.write(piece)
    return written


def _unsafe(container: Container, name: str, found: str) -> DocumentError:
    return DocumentError(
        "unsafe_name",
        container.path,
        place=_shown(name),
        found=found,
        expected="普通文件",
        advice="压缩包可能被恶意构造，请向来源核实后重新打包",
    )


def _shown(name: str) -> str:
    """A name from the archive as part of one line."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return plain if len(plain) <= 80 else f"…{plain[-79:]}"
