"""What the commands say, in Chinese and English: all of it stands here."""

from __future__ import annotations

import os
import sys
from pathlib import PurePath
from typing import Final, Literal

from xuncha.cli.keeping import words as keeping
from xuncha.cli.office import calendar_words as calendar
from xuncha.cli.office import words as office
from xuncha.cli.risk import words as risk

Language = Literal["zh", "en"]

_ZH: Final = office.ZH | {
    "about": "巡察：把反馈文件变成问题清单和整改台账。全程离线，不上传任何内容。",
    "about_extract": "从文件或文件夹中提取问题、整改要求和基本事实。\n\n不带 -o "
    "时在终端列表显示；带 -o 时每个文件生成一个同名结果文件。"
    "\n\n可读：txt、md、docx、pdf、xlsx、xls、csv、ofd；doc、wps 需安装 LibreOffice。",
    "about_ledger": "把文件中的问题写成整改台账（xlsx），或读入已有台账。"
    "\n\n例：xuncha ledger 反馈意见.docx -o 台账.xlsx",
    "arg_paths": "文件或文件夹，可多个",
    "opt_format": "table 终端列表；json 结果数据；xlsx 台账",
    "opt_output_folder": "结果存放的文件夹",
    "opt_output": "要写出的文件",
    "opt_with_text": "同时把正文存为 NAME.txt",
    "opt_jobs": "同时使用的处理器核数，默认全部",
    "opt_map": "指定列的含义，可多次：列名=字段，如 整改举措=measures",
    "opt_mapping": "列对应文件：存在则读取，不存在则写出",
    "opt_force": "覆盖不是由本程序写出的同名文件",
    "opt_lang": "提示语言：zh 或 en（也可设 XUNCHA_LANG）",
    "opt_version": "显示版本",
    "usage_table_output": "表格只在终端显示；要写文件请用 --format json 或 xlsx",
    "usage_xlsx_output": "写台账需要 -o 指定存放位置",
    "usage_format": "不认识的格式“{value}”，可用：{choices}",
    "usage_with_text": "--with-text 需要 -o 指定存放位置",
    "usage_output_is_file": "“{name}”是文件，-o 需要文件夹",
    "usage_nothing": "这些位置没有文件：{names}",
    "usage_input_output": "“{name}”既是输入又是输出，请换一个名字",
    "failed": "失败：{path}：{reason}",
    "crashed": "处理进程意外退出（可能内存不足），其余文件不受影响",
    "unexpected": "程序内部错误（{kind}）",
    "not_written": "写不进“{name}”：{reason}",
    "is_folder": "是文件夹，应为文件名",
    "not_own": "“{name}”已存在，且不是本程序写出的台账；确定覆盖请加 --force",
    "summary": "共 {files} 份文件，成功 {done} 份，失败 {failed} 份；问题 {findings} 个",
    "written_ledger": "已写出 {name}：问题 {findings} 个，整改要求 {requirements} 条",
    "written_json": "已写出 {name}",
    "nothing_to_write": "没有可写的内容，未生成 {name}",
    "interrupted": "已中止",
    "progress": "提取",
    "head_path": "编号",
    "head_title": "问题",
    "head_facts": "事实",
    "head_category": "分类",
    "head_sure": "把握",
    "no_findings": "未发现问题",
    "file_line": "{name}　问题 {findings} 个，整改要求 {requirements} 条",
    "warning": "提示：{text}",
    "unsure": "“?”表示把握不足，请先核对原文",
    "mapping_shown": "列的对应（可用 --map 列名=字段 更正，用 --mapping FILE.toml 保存）：",
    "mapping_unread": "不采用",
    "mapping_written": "列对应已存入 {name}",
    "no_ledger": "没有找到台账的表头，应有“问题”和“措施、责任、时限、进展”等列",
}

_EN: Final = office.EN | {
    "about": "Xuncha (巡察): feedback documents into findings and ledgers. Works offline; nothing leaves the machine.",
    "about_extract": "Extract findings, demands and facts from files or "
    "folders.\n\nWithout -o they are listed on the terminal; "
    "with -o each input gives one result file of its name.\n\nReads "
    "txt, md, docx, pdf, xlsx, xls, csv, ofd; doc and wps where "
    "LibreOffice is installed.",
    "about_ledger": "Write a ledger (xlsx) of the findings in documents, or read an existing ledger.\n\n"
    "Example: xuncha ledger feedback.docx -o ledger.xlsx",
    "arg_paths": "files or folders",
    "opt_format": "table: list on the terminal; json: data; xlsx: ledger",
    "opt_output_folder": "folder for the results",
    "opt_output": "file to write",
    "opt_with_text": "also write the text as NAME.txt",
    "opt_jobs": "processor cores to use; all by default",
    "opt_map": "what a column holds, repeatable: HEAD=field, such as 整改举措=measures",
    "opt_mapping": "column mapping file: read if it exists, else written",
    "opt_force": "overwrite a file that this program did not write",
    "opt_lang": "language of messages: zh or en (or set XUNCHA_LANG)",
    "opt_version": "show the version",
    "usage_table_output": "a table is shown on the terminal only; use --format json or xlsx to write files",
    "usage_xlsx_output": "a ledger needs -o to say where it goes",
    "usage_format": 'unknown format "{value}"; use one of: {choices}',
    "usage_with_text": "--with-text needs -o to say where the text goes",
    "usage_output_is_file": '"{name}" is a file; -o needs a folder',
    "usage_nothing": "no files in: {names}",
    "usage_input_output": '"{name}" is both input and output; choose another name',
    "failed": "failed: {path}: {reason}",
    "crashed": "the worker process died (perhaps out of memory); the other files are not affected",
    "unexpected": "internal error ({kind})",
    "not_written": 'cannot write "{name}": {reason}',
    "is_folder": "is a folder, expected a file name",
    "not_own": '"{name}" exists and is not a ledger written by this program; add --force to overwrite it',
    "summary": "{files} files: {done} done, {failed} failed; {findings} findings",
    "written_ledger": "wrote {name}: {findings} findings, {requirements} demands",
    "written_json": "wrote {name}",
    "nothing_to_write": "nothing to write; {name} was not made",
    "interrupted": "stopped",
    "progress": "Extracting",
    "head_path": "Number",
    "head_title": "Finding",
    "head_facts": "Facts",
    "head_category": "Category",
    "head_sure": "Sure",
    "no_findings": "no findings",
    "file_line": "{name}: {findings} findings, {requirements} demands",
    "warning": "note: {text}",
    "unsure": '"?" marks what is unsure: check the source first',
    "mapping_shown": "Columns (correct with --map HEAD=field, save with --mapping FILE.toml):",
    "mapping_unread": "not used",
    "mapping_written": "column mapping saved to {name}",
    "no_ledger": "no ledger head found; expected columns for findings and for measures, duties, dates or progress",
}

_ZH.update(keeping.ZH | calendar.ZH | risk.ZH)
_EN.update(keeping.EN | calendar.EN | risk.EN)

# Reasons by the code of `DocumentError`; its own message is Chinese.
_REASONS_EN: Final = office.EN | {
    "empty": "the file has no content",
    "encrypted": "the file is protected by a password; save it without one",
    "scanned": "the file holds pictures of pages and no text; recognise the text first",
    "damaged": "the file is damaged or incomplete",
    "bomb": "the file unpacks to far more than a document; it may be malicious",
    "too_large": "the file is larger than any document this program reads",
    "too_many_pages": "the file has too many pages",
    "unknown_format": "nothing here reads this ending; use txt, md, docx, pdf, xlsx, csv or ofd",
    "wrong_extension": "the content does not fit the file's ending",
    "needs_libreoffice": "this format needs LibreOffice; or save the file as docx",
    "missing": "there is no such file",
    "not_a_file": "this is not a file",
    "undecodable": "the text is in none of the known encodings (UTF-8, GB18030, UTF-16)",
    "unreadable": "the file may not be read; check its permissions",
}


def _chosen() -> Language:
    """The language asked for: ``--lang`` before the environment, "
    "Chinese by default. Needed before options are parsed."""
    words = sys.argv[1:]
    for i, word in enumerate(words):
        if word.startswith("--lang="):
            return "en" if word.partition("=")[2].lower().startswith("en") else "zh"
        if word == "--lang" and i + 1 < len(words):
            return "en" if words[i + 1].lower().startswith("en") else "zh"
    return "en" if os.environ.get("XUNCHA_LANG", "").lower().startswith("en") else "zh"


class _Speech:
    language: Language = _chosen()


def speak(language: str) -> None:
    """Set the language of all messages from here on."""
    _Speech.language = "en" if language.lower().startswith("en") else "zh"


def language() -> Language:
    return _Speech.language


def say(key: str, /, **values: object) -> str:
    """The message of that key in the chosen language."""
    words = (_EN if _Speech.language == "en" else _ZH)[key]
    return words.format(**{key: _on_one_line(key, value) for key, value in values.items()}) if values else words


def _on_one_line(key: str, value: object) -> object:
    """A file's name as it can be printed: it may hold line ends, to look like a message of its own."""
    is_name = isinstance(value, PurePath) or key in ("name", "path")
    return str(value).replace("\n", "\N{REPLACEMENT CHARACTER}") if is_name else value


def reason_of(code: str, message: str) -> str:
    """Why a file could not be read, in the chosen language; ``message`` is the reader's own Chinese."""
    if _Speech.language == "zh":
        return message
    return _REASONS_EN.get(code, code.replace("_", " "))
