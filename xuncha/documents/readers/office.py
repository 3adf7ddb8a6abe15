"""Old office formats (doc, wps, et, rtf …): turned into docx or xlsx by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import (
    Container,
    content_of,
    damaged,
    head_of,
    is_encrypted_office,
    is_ole,
    is_pdf,
    is_zip,
)
from xuncha.documents.model import Document

MAX_SECONDS: Final = 60.0
_SHEETS: Final = frozenset((".et", ".ett", ".xls", ".xlt", ".ods"))
_VARIABLE: Final = "XUNCHA_SOFFICE"
_PLACES: Final = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
# Macros off at the highest level, no updating of links, nothing fetched, no files of its own left behind.
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""  # noqa: E501


def find_office() -> str | None:
    """The LibreOffice program: XUNCHA_SOFFICE, else on PATH, else where installers put it; None without."""
    stated = os.environ.get(_VARIABLE)
    if stated is not None:
        return shutil.which(stated)
    for name in ("soffice", "libreoffice", *_PLACES):
        found = shutil.which(name)
        if found:
            return found
    return None


def read(path: Path) -> Document:
    """The document in a doc, wps, et or rtf file; raises `DocumentError` and nothing else."""
    head = head_of(path)
    form = path.suffix.lower().lstrip(".")
    if is_ole(head) and is_encrypted_office(path):
        raise _encrypted(path)
    if is_pdf(head):
        raise DocumentError(
            "wrong_extension",
            path,
            found=f"内容其实是{content_of(head)}",
            expected=f"{form} 文件",
            advice="请改回原来的扩展名",
        )
    as_sheet = path.suffix.lower() in _SHEETS
    if is_zip(head):
        with Container(path, form=form) as container:
            modern = next((m for m in ("xl/workbook.xml", "word/document.xml") if m in container), "")
            if not modern and "content.xml" not in container:
                raise container.damaged(found=f"内容不是 {form} 文件")
        if modern:
            # WPS often saves docx under the name of an older format.
            return _of_original(path, path, form, as_sheet=modern.startswith("xl"))
    elif not is_ole(head) and not head.lstrip().startswith(b"{\\rtf"):
        raise damaged(path, found=f"开头不是 {form} 文件的标志", form=form)
    program = find_office()
    if program is None:
        target = "xlsx" if as_sheet else "docx"
        raise DocumentError(
            "needs_libreoffice",
            path,
            found=f"是 {form} 格式，本机没有安装 LibreOffice，无法转换",
            expected=f"{target} 文件",
            advice=f"请用 Word/WPS 打开后，选“文件—另存为”，保存类型选“.{target}”，再试一次",
        )
    with tempfile.TemporaryDirectory(prefix="xuncha-", ignore_cleanup_errors=True) as folder:
        made = convert(path, Path(folder), program=program, target="xlsx" if as_sheet else "docx")
        return _of_original(made, path, form, as_sheet=as_sheet)


def _of_original(made: Path, original: Path, form: str, *, as_sheet: bool) -> Document:
    """The converted file read, with every error in the name of the file that the user gave."""
    try:
        if as_sheet:
            from xuncha.documents.readers import sheet

            return sheet.read_as(made, original=original, format=form)
        from xuncha.documents.readers import docx

        return docx.read_as(made, original=original, format=form)
    except DocumentError as error:
        raise DocumentError(
            error.code,
            original,
            place=error.place,
            found=error.found,
            expected=error.expected,
            advice=error.advice,
        ) from None


def convert(path: Path, folder: Path, *, program: str, target: str, seconds: float = MAX_SECONDS) -> Path:
    """``path`` converted to ``target`` (docx, xlsx) in ``folder``, with a profile of its own.

    Two jobs on one profile would make one of them fail, so each has its own; the process group is killed when the
    time is up, for LibreOffice starts children.
    """
    form = path.suffix.lower().lstrip(".")
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    out.mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    # A copy under a plain name: the original may be read-only, locked, or named like an option.
    source = folder / f"source.{form}"
    try:
        shutil.copyfile(path, source)
    except OSError:
        raise DocumentError("unreadable", path, found="没有读取权限", advice="请检查文件权限") from None
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
        "--convert-to",
        target,
        "--outdir",
        str(out),
        str(source),
    ]
    environment = {**os.environ, "SAL_USE_VCLPLUGIN": "svp", "TMPDIR": str(folder)}
    try:
        job = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        raise DocumentError(
            "needs_libreoffice",
            path,
            found="LibreOffice 无法启动",
            expected=f"{target} 文件",
            advice=f"请检查 LibreOffice 的安装，或用 Word/WPS 另存为 .{target}",
        ) from None
    try:
        job.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError(
            "damaged",
            path,
            found=f"LibreOffice 在 {seconds:.0f} 秒内没有转换完",
            expected=f"完整的 {form} 文件",
            advice=f"请用 Word/WPS 另存为 .{target} 再试",
        ) from None
    finally:
        _end(job)
    made = out / f"source.{target}"
    if not made.is_file() or made.stat().st_size == 0:
        raise DocumentError(
            "damaged",
            path,
            found="LibreOffice 无法打开（已损坏或设有口令）",
            expected=f"完整、未加密的 {form} 文件",
            advice=f"请用 Word/WPS 打开后另存为 .{target}",
        )
    return made


def _end(job: subprocess.Popen[bytes]) -> None:
    """No process of a job outlives it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(job.pid, signal.SIGKILL)
    else:
        job.kill()
    job.wait()


def _encrypted(path: Path) -> DocumentError:
    return DocumentError(
        "encrypted",
        path,
        found="文件设有打开口令",
        expected="未加密的文件",
        advice="请用 Word/WPS 打开，清除打开口令后另存",
    )
