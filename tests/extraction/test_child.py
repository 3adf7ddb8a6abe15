"""A file that crashes, hangs or devours memory takes the child with it and nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.samples import PARAGRAPHS, TITLE, ole_with, paper_pdf, plain_docx, zip_of
from xuncha.documents import read
from xuncha.documents.errors import DocumentError
from xuncha.extraction import extract
from xuncha.extraction.child import Reader, ReadingFailed
from xuncha.extraction.child.errors import as_data, error_of

linux = pytest.mark.skipif(sys.platform != "linux", reason="bounds on a process are set on Linux")


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def _stand_in(folder: Path, body: str) -> Reader:
    """A reader whose child is a small program: ``request`` is what it was asked, ``tell`` its answer."""
    program = folder / "child.py"
    program.write_text(
        "import json, os, sys, time, signal\n"
        "def tell(**answer):\n    print(json.dumps(answer), flush=True)\n"
        "for line in sys.stdin:\n    request = json.loads(line)\n"
        + "".join(f"    {line}\n" for line in body.splitlines()),
        "utf-8",
    )
    return Reader(command=(sys.executable, str(program)))


def _pid(reader: Reader) -> int:
    assert reader._child is not None
    return reader._child.process.pid


def _is_gone(pid: int, *, within: float = 5) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_paper_comes_back_as_it_is_read_here(reader: Reader, tmp_path: Path) -> None:
    blob = plain_docx(tmp_path / "0f3a")
    found = reader.read(blob, name="通报.docx")
    # The very same bytes: a container says when it was written.
    here = read(Path(shutil.copy(blob, tmp_path / "通报.docx")))
    expected = extract(here).as_json()
    assert {key: found[key] for key in expected} == expected
    assert found["text"] == here.text == "\n".join((TITLE, *PARAGRAPHS))
    assert (found["format"], found["page_starts"]) == ("docx", [])
    assert [found["text"][block["start"] : block["end"]] for block in found["blocks"]] == [TITLE, *PARAGRAPHS]
    assert set(found["blocks"][0]) == {"kind", "start", "end", "page", "level", "paragraph", "cell"}


def test_the_child_is_kept_for_the_next_file(reader: Reader, tmp_path: Path) -> None:
    reader.read(plain_docx(tmp_path / "a"), name="a.docx")
    first = _pid(reader)
    pages = reader.read(paper_pdf(tmp_path / "b"), name="b.PDF")["page_starts"]
    assert _pid(reader) == first and len(pages) == 2
    reader.close()
    assert _is_gone(first)


def test_a_refusal_keeps_its_parts_and_the_child(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        reader.read(ole_with(tmp_path / "a", "EncryptedPackage"), name="反馈.docx")
    error = caught.value
    assert not isinstance(error, ReadingFailed)
    assert (error.code, error.path.name) == ("encrypted", "反馈.docx") and error.advice and error.expected
    pid = _pid(reader)
    with pytest.raises(DocumentError) as caught:
        reader.read(tmp_path / "nowhere", name="a.txt")
    assert caught.value.code == "missing" and _pid(reader) == pid


def test_a_bomb_is_refused_in_its_own_name(reader: Reader, tmp_path: Path) -> None:
    bomb = zip_of(tmp_path / "bomb", {"word/document.xml": b"<" + b" " * (80 * 1024 * 1024)})
    with pytest.raises(DocumentError) as caught:
        reader.read(bomb, name="意见.docx")
    assert caught.value.code == "bomb" and "意见.docx" in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "C:\\机密\\a.docx",
        "/dev/null.docx",
        "\x1b[2J.docx",
        "a\nb.docx",
        "\ud800.docx",
        "x" * 9000,
        "",
    ],
)
def test_a_hostile_name_is_only_shown(reader: Reader, tmp_path: Path, name: str) -> None:
    path = plain_docx(tmp_path / "blob")
    try:
        shown = reader.read(path, name=name)["document"]["name"]
    except DocumentError as error:
        assert error.code == "unknown_format"
        shown = error.path.name
        assert str(error).isprintable()
    assert "/" not in shown and "\\" not in shown and len(shown) <= 255
    shown.encode("utf-8")
    assert path.exists()


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with _stand_in(tmp_path, "time.sleep(60)") as reader:
        start = time.monotonic()
        with pytest.raises(ReadingFailed) as caught:
            reader.read(tmp_path / "a", name="反馈.pdf", seconds=0.5)
        assert caught.value.code == "timeout" and "反馈.pdf" in str(caught.value)
        assert time.monotonic() - start < 10
        reader._command = Reader()._command
        assert reader.read(plain_docx(tmp_path / "b"), name="b.docx")["format"] == "docx"


def test_what_the_child_started_ends_with_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    body = f"import subprocess\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    with _stand_in(tmp_path, body) as reader, pytest.raises(ReadingFailed):
        reader.read(tmp_path / "a", name="a.txt", seconds=1)
    assert _is_gone(int((tmp_path / "pid").read_text()))


def test_a_conversion_under_way_is_ended_with_its_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "soffice"
    office.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    office.chmod(0o755)
    monkeypatch.setenv("XUNCHA_SOFFICE", str(office))
    with Reader() as reader, pytest.raises(ReadingFailed) as caught:
        reader.read(ole_with(tmp_path / "a", "WordDocument"), name="a.doc", seconds=3)
    assert caught.value.code == "timeout"
    assert _is_gone(int((tmp_path / "pid").read_text()))


@linux
def test_a_child_that_is_killed_is_a_failure_of_that_file_alone(reader: Reader, tmp_path: Path) -> None:
    path = plain_docx(tmp_path / "a")
    reader.read(path, name="a.docx")
    os.kill(_pid(reader), signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, (_pid(reader), signal.SIGKILL))
    killer.start()
    with pytest.raises(ReadingFailed) as caught:
        reader.read(path, name="a.docx")
    assert caught.value.code == "crashed"
    assert reader.read(path, name="a.docx")["format"] == "docx"


@linux
def test_a_child_that_died_while_idle_is_replaced_unnoticed(reader: Reader, tmp_path: Path) -> None:
    path = plain_docx(tmp_path / "a")
    reader.read(path, name="a.docx")
    pid = _pid(reader)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert reader.read(path, name="a.docx")["format"] == "docx" and _pid(reader) != pid


@linux
def test_memory_and_time_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    body = "sys.path.insert(0, os.environ['PYTHONPATH'])\nfrom xuncha.extraction.child import limits\nlimits.bound()\nlimits.allow(1)\n"
    with _stand_in(tmp_path, body + "held = bytearray(3 * 1024 ** 3)") as reader:
        with pytest.raises(ReadingFailed) as caught:
            reader.read(tmp_path / "a", name="a.txt", seconds=20)
        assert caught.value.code == "crashed"
    with _stand_in(tmp_path, body + "signal.alarm(1)\nwhile True: pass") as reader:
        with pytest.raises(ReadingFailed) as caught:
            reader.read(tmp_path / "a", name="a.txt", seconds=20)
        assert caught.value.code == "timeout"


def test_the_child_knows_no_secret_and_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_SECRET_KEY", "told to nobody")
    (tmp_path / "a").write_text("x")
    kept = tmp_path / "environment"
    body = f"open({str(kept)!r}, 'w').write(json.dumps(dict(os.environ)) + os.getcwd())\ntell(sound=True, error={{'code': 'empty'}})"
    with _stand_in(tmp_path, body) as reader:
        with pytest.raises(DocumentError):
            reader.read(tmp_path / "a", name="a.txt")
        assert reader._child is not None
        folder = reader._child.folder
        assert str(folder) in kept.read_text() and folder.exists()
    assert "told to nobody" not in kept.read_text() and "XUNCHA_HOME" not in kept.read_text()
    assert not folder.exists()


@pytest.mark.parametrize(
    "body",
    [
        "print('nonsense', flush=True)",
        "print('[' * 50000, flush=True)",
        "print('x' * 70000, flush=True)",
        "tell(done=True, sound=True)",
        "os.symlink('/etc/passwd', request['out'])\ntell(done=True, sound=True)",
        "os.mkdir(request['out'])\ntell(done=True, sound=True)",
        "os.mkfifo(request['out'])\ntell(done=True, sound=True)",
        "open(request['out'], 'w').write('[1]')\ntell(done=True, sound=True)",
        "open(request['out'], 'w').write('{\"document\": 3}')\ntell(done=True, sound=True)",
        "tell(error=7)",
        "tell(error={'code': ['x'], 'found': {}})",
        "sys.exit(0)",
    ],
)
def test_a_child_in_the_hands_of_its_file_is_not_believed(tmp_path: Path, body: str) -> None:
    (tmp_path / "a").write_text("x")
    with _stand_in(tmp_path, body) as reader:
        for _ in range(2):
            with pytest.raises(DocumentError) as caught:
                reader.read(tmp_path / "a", name="a.txt", seconds=5)
            assert caught.value.code in ("crashed", "damaged")


def test_rows_are_given_out_while_the_child_still_reads(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    body = (
        "out = open(request['out'], 'w')\n"
        "out.write('1\\n2\\n3'); out.flush()\n"
        "while not os.path.exists(request['go']): time.sleep(0.01)\n"
        "out.write('4\\n'); out.close()\n"
        "tell(done=True, sound=True)"
    )
    with _stand_in(tmp_path, body) as reader:
        lines = reader.lines("rows", tmp_path / "a", name="a.xlsx", go=str(tmp_path / "go"))
        assert [next(lines), next(lines)] == [b"1", b"2"]
        (tmp_path / "go").touch()
        assert list(lines) == [b"34"]


@pytest.mark.parametrize(
    "end",
    [
        "tell(done=True, sound=True)",
        "tell(sound=True, error={'code': 'damaged', 'found': 'x'})",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.unlink(request['out'])\ntell(done=True, sound=True)",
    ],
)
def test_an_error_behind_the_first_rows_is_told_and_the_next_file_is_read(tmp_path: Path, end: str) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    body = (
        "out = open(request['out'], 'w'); out.write('1\\n2'); out.close()\n"
        f"if request['path'].endswith('.bad'):\n    {end}".replace("\ntell", "\n    tell")
        + "\nelse: open(request['out'], 'w').write('3\\n'); tell(done=True, sound=True)"
    )
    with _stand_in(tmp_path, body) as reader:
        with pytest.raises(DocumentError) as caught:
            list(reader.lines("rows", tmp_path / "a", name="a.bad", seconds=5))
        assert caught.value.code in ("crashed", "damaged")
        assert list(reader.lines("rows", tmp_path / "b", name="b.good", seconds=5)) == [b"3"]


def test_one_reader_serves_many_threads(reader: Reader, tmp_path: Path) -> None:
    for i in range(6):
        (tmp_path / f"{i}").write_text(f"关于某局的通报\n第{i}段", "utf-8")
    found: dict[int, str] = {}

    def work(i: int) -> None:
        found[i] = reader.read(tmp_path / f"{i}", name=f"{i}.txt")["text"]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[i].endswith(f"第{i}段") for i in range(6))


def test_an_archive_is_unpacked_by_the_child(reader: Reader, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    archive = zip_of(tmp_path / "a", {"水务局/意见.txt": "一", "b.docx": "二"})
    found = reader.unpack(archive, folder, name="第八轮.zip")
    assert [(name, place.read_text("utf-8")) for name, place in found] == [("水务局/意见.txt", "一"), ("b.docx", "二")]
    with pytest.raises(DocumentError) as caught:
        reader.unpack(zip_of(tmp_path / "b", {"c.zip": "x"}), folder, name="第八轮.zip")
    assert caught.value.code == "nested" and "第八轮.zip" in str(caught.value)


_WORDS = st.text(max_size=60)


@settings(max_examples=60, deadline=None)
@given(code=st.sampled_from(["damaged", "bomb", "empty"]), words=st.tuples(_WORDS, _WORDS, _WORDS, _WORDS))
def test_an_error_survives_the_way_from_the_child(code: str, words: tuple[str, str, str, str]) -> None:
    place, found, expected, advice = words
    error = DocumentError(code, Path("a.txt"), place=place, found=found, expected=expected, advice=advice)
    again = error_of(as_data(error), "a.txt")
    assert (as_data(again), str(again)) == (as_data(error), str(error))
