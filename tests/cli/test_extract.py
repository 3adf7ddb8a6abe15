"""`xuncha extract` on files and folders: what it writes, where, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
FOUND_AT = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
SCHEMA = json.loads((ROOT / "docs" / "extraction.schema.json").read_text("utf-8"))
SPEECH = (
    "关于巡察青石县水务局党组的反馈意见\n一、学习贯彻不够深入。党组全年集中学习12次，其中9次以念文件代替研讨。\n"
    "二、采购管理不规范。泵房配件三次采购均未比价，多付货款1.2万元。\n"
)


def _run(*words: object, folder: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": FOUND_AT, "PYTHONIOENCODING": "utf-8", **more}
    environment.pop("XUNCHA_LANG", None) if "XUNCHA_LANG" not in more else None
    return subprocess.run(
        [sys.executable, "-m", "xuncha.cli", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment,
        timeout=120,
        check=False,
    )


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with two readable files, one in a sub-folder, one nobody reads, and what offices leave behind."""
    folder = tmp_path / "文件"
    (folder / "下属").mkdir(parents=True)
    (folder / "反馈.txt").write_text(SPEECH, "utf-8")
    (folder / "下属" / "反馈.txt").write_text(SPEECH, "gb18030")
    (folder / "照片.xyz").write_bytes(b"\x89PNG\r\n")
    (folder / "~$反馈.docx").write_bytes(b"x")
    (folder / ".隐藏.txt").write_text("x")
    return folder


def test_one_document_is_printed_as_one_object(papers: Path) -> None:
    ended = _run("extract", papers / "反馈.txt", "--format", "json")
    assert ended.returncode == 0, ended.stderr
    jsonschema.validate(json.loads(ended.stdout), SCHEMA)


def test_several_documents_are_printed_one_a_line_in_order(papers: Path) -> None:
    files = [papers / "反馈.txt", papers / "下属" / "反馈.txt"]
    ended = _run("extract", *files, "--format", "json", "--jobs", 2)
    lines = ended.stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        jsonschema.validate(json.loads(line), SCHEMA)


def test_a_folder_gives_one_file_each_and_names_what_failed(papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "出"
    ended = _run("extract", papers, "-o", out, "--with-text", "--jobs", 2)
    assert ended.returncode == 1
    assert "照片.xyz" in ended.stderr
    assert "反馈.docx" not in ended.stderr
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert names == sorted(["反馈.json", "反馈.txt", "下属/反馈.json", "下属/反馈.txt"])
    result = json.loads((out / "反馈.json").read_text("utf-8"))
    jsonschema.validate(result, SCHEMA)
    text = (out / "反馈.txt").read_bytes().decode("utf-8")
    for finding in result["findings"]:
        start, end, _ = finding["spans"]["title"]
        assert text[start:end] == finding["title"]


def test_a_second_run_gives_the_same_bytes(papers: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert _run("extract", papers / "反馈.txt", "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "a" / "反馈.json").read_bytes() == (tmp_path / "b" / "反馈.json").read_bytes()


def test_an_output_folder_inside_the_input_is_not_read(papers: Path) -> None:
    out = papers / "结果"
    _run("extract", papers, "-o", out)
    ended = _run("extract", papers, "-o", out)
    assert ".json" not in ended.stderr


def test_the_table_is_plain_text_in_a_pipe(papers: Path) -> None:
    ended = _run("extract", papers / "反馈.txt")
    assert ended.returncode == 0
    assert "\x1b" not in ended.stdout
    assert "问题" in ended.stdout


def test_a_missing_file_fails_with_its_name_and_the_rest_goes_on(papers: Path) -> None:
    ended = _run("extract", "没有.txt", papers / "反馈.txt", "--format", "json")
    assert ended.returncode == 1
    assert "没有.txt" in ended.stderr
    assert len(ended.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["extract"],
        ["extract", "a.txt", "--format", "pdf"],
        ["extract", "a.txt", "--format", "xlsx"],
        ["extract", "a.txt", "--with-text"],
        ["extract", "a.txt", "--jobs", "0"],
        ["extract", "a.txt", "--unknown"],
        ["unknown"],
    ],
)
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    assert _run(*words).returncode == 2


def test_messages_come_in_english_when_asked(papers: Path) -> None:
    asked = _run("extract", papers / "照片.xyz", "--lang", "en")
    set_so = _run("extract", papers / "照片.xyz", XUNCHA_LANG="en")
    assert "failed" in asked.stderr
    assert "failed" in set_so.stderr
    assert not any("一" <= character <= "鿿" for character in asked.stderr.replace(str(papers / "照片.xyz"), ""))


def test_the_version_and_the_help_are_told() -> None:
    assert _run("--version").stdout.startswith("xuncha ")
    told = _run("--help").stdout
    assert "extract" in told
    assert "ledger" in told


def test_a_reader_of_the_pipe_who_goes_away_causes_no_noise(papers: Path, tmp_path: Path) -> None:
    files = []
    for i in range(30):
        files.append(tmp_path / f"{i}.txt")
        files[-1].write_text(SPEECH * 40, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "xuncha.cli", "extract", *map(str, files), "--format", "json", "--jobs", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": FOUND_AT},
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read().decode("utf-8")
    process.wait(60)
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_keyboard_stops_the_work_cleanly(tmp_path: Path) -> None:
    folder = tmp_path / "很多"
    folder.mkdir()
    for i in range(1500):
        (folder / f"{i}.txt").write_text(SPEECH * 10, "utf-8")
    out = tmp_path / "出"
    process = subprocess.Popen(
        [sys.executable, "-m", "xuncha.cli", "extract", str(folder), "-o", str(out), "--jobs", "2"],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": FOUND_AT},
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (out.exists() and any(out.iterdir())):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    assert process.stderr is not None
    said = process.stderr.read().decode("utf-8")
    assert process.wait(30) == 130
    assert "Traceback" not in said
    assert not [path for path in out.iterdir() if path.name.endswith(".part")]
    assert all(json.loads(path.read_text("utf-8")) for path in out.glob("*.json"))


def test_a_file_name_cannot_command_the_terminal_or_forge_a_line(tmp_path: Path) -> None:
    path = tmp_path / "坏\x1b[31m\n假.foo"
    path.write_text("x", "utf-8")
    done = _run("extract", path)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr and len(done.stderr.strip().split("\n")) == 1
