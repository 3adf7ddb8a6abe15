"""`xuncha import` and `xuncha export`: the actions of the pages from the command line."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.office.running import surroundings, token_of, xuncha

LETTER = (
    "关于巡察青石县卫生健康局党组的反馈意见\n一、学习不深入。党组全年集中学习12次，其中9次以念文件代替研讨。\n"
    "二、采购管理不规范。设备采购3次未比价，多付1.2万元。\n"
)
COUNTY = """
import django; django.setup()
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round, Term
unit = Unit.objects.create(name="县卫生健康局", short_name="卫健局"); unit.path = f"/{unit.pk}/"; unit.save()
Round.objects.create(term=Term.objects.create(number=14), number=8, feedback_on="2026-08-26")
"""


@pytest.fixture
def county(home: Path) -> Path:
    """A data folder with a round and a unit."""
    told = {**surroundings(home), "DJANGO_SETTINGS_MODULE": "xuncha.config.settings"}
    subprocess.run([sys.executable, "-c", COUNTY], env=told, check=True)
    return home


@pytest.mark.long
def test_a_paper_is_read_entered_and_written_out_again(county: Path, tmp_path: Path) -> None:
    letter = tmp_path / "反馈.txt"
    letter.write_text(LETTER, "utf-8")
    proved = {"XUNCHA_TOKEN": token_of(county, "luheng")}
    read = xuncha(county, "import", letter, "--as", "luheng", "--enter", "--format", "json", **proved)
    report = json.loads(read.stdout)[0]
    # Without a round nothing enters, and it says so.
    assert (read.returncode, report["state"], report["lacks"]) == (1, "review", ["round_missing"])

    placed = ("--round", "14-8", "--unit", "卫健局")
    again = xuncha(county, "import", letter, "--as", "luheng", *placed, "--enter", **proved)
    assert again.returncode == 1 and "--anyway" in again.stdout
    words = (*placed, "--accept-all", "--anyway", "--format", "json")
    entered = xuncha(county, "import", letter, "--as", "luheng", *words, **proved)
    report = json.loads(entered.stdout)[0]
    assert (entered.returncode, report["state"], report["entered"]) == (0, "entered", 2), entered

    for ending in ("json", "csv", "xlsx"):
        target = tmp_path / f"out.{ending}"
        done = xuncha(county, "export", "-o", target, "--as", "luheng", "--search", "采购", **proved)
        assert done.returncode == 0 and target.stat().st_size > 0, done.stderr
    rows = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [(row["number"], row["unit"]) for row in rows] == [("14-8-卫健局-002", "卫健局")]
    assert "采购管理不规范" in (tmp_path / "out.csv").read_text("utf-8")
    assert xuncha(county, "export", "-o", tmp_path / "out.csv", "--as", "luheng").returncode == 1


def test_what_cannot_be_done_is_a_sentence(home: Path, tmp_path: Path) -> None:
    letter = tmp_path / "反馈.txt"
    letter.write_text(LETTER, "utf-8")
    proved = {"XUNCHA_TOKEN": token_of(home, "luheng")}
    for words, code, expected in (
        (("import", letter, "--as", "nobody"), 1, "令牌无效"),
        (("import", tmp_path / "absent.txt", "--as", "luheng"), 2, "absent.txt"),
        (("import", letter, "--as", "luheng", "--round", "99-1"), 1, "没有轮次"),
        (("export", "-o", tmp_path / "x.pdf", "--as", "luheng"), 2, "xlsx"),
        (("export", "-o", tmp_path / "x.csv", "--as", "nobody"), 1, "令牌无效"),
    ):
        done = xuncha(home, *words, **proved)
        assert (done.returncode, expected in done.stderr, "Traceback" in done.stderr) == (code, True, False), done
    assert not (tmp_path / "x.csv").exists()


def test_a_command_acts_as_an_account_only_with_its_password_or_token(home: Path, tmp_path: Path) -> None:
    told = {**surroundings(home), "DJANGO_SETTINGS_MODULE": "xuncha.config.settings"}
    chosen = "import django; django.setup(); from xuncha.security.models import User; "
    chosen += "User.objects.filter(username='luheng').update(must_change_password=False)"
    words = ("export", "-o", tmp_path / "x.csv", "--as", "luheng", "--force")
    unasked = xuncha(home, *words)
    assert unasked.returncode == 1 and "XUNCHA_TOKEN" in unasked.stderr
    given = xuncha(home, *words, "--password-from-input", typed="a-long-pass-phrase\n")
    assert given.returncode == 1 and "修改" in given.stderr
    subprocess.run([sys.executable, "-c", chosen], env=told, check=True)
    wrong = xuncha(home, *words, "--password-from-input", typed="another-pass-phrase\n")
    assert wrong.returncode == 1 and not (tmp_path / "x.csv").exists()
    right = xuncha(home, *words, "--password-from-input", typed="a-long-pass-phrase\n")
    assert right.returncode == 0, right.stderr
    assert xuncha(home, "user", "add", "outsider", "--name", "外人").returncode == 0
    token = token_of(home, "outsider")
    refused = xuncha(home, "import", tmp_path / "x.csv", "--as", "outsider", XUNCHA_TOKEN=token)
    assert refused.returncode == 1 and "没有这项权限" in refused.stderr
    database = sqlite3.connect(home / "xuncha.sqlite3")
    acts = [
        row[0] for row in database.execute("SELECT act FROM security_trailentry WHERE way = 'command' ORDER BY seq")
    ]
    database.close()
    assert acts.count("fail_sign_in") == 1
    assert acts[-1] == "refuse" and {"sign_in", "export_findings"} <= set(acts)
