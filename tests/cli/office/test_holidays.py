"""`xuncha holidays`: a year's calendar comes in by file, or nothing does."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office.running import token_of, xuncha


def test_a_year_comes_in_by_file_and_faults_name_line_and_column(home: Path, tmp_path: Path) -> None:
    proved = {"XUNCHA_TOKEN": token_of(home, "luheng")}
    file = tmp_path / "2027.csv"
    file.write_text("日期,类别,名称\n2027-01-32,放假,元旦\n2027-01-03,也许,元旦\n", "utf-8")
    faulty = xuncha(home, "holidays", file, "--as", "luheng", **proved)
    assert faulty.returncode == 1
    assert "第2行“日期”列" in faulty.stderr and "第3行“类别”列" in faulty.stderr
    file.write_text("日期,类别,名称\n2027-01-01,放假,元旦\n2027-01-03,上班,元旦\n", "utf-8")
    for words, said in ((("--dry-run",), "没有保存"), ((), "变动 2 天"), ((), "变动 0 天")):
        done = xuncha(home, "holidays", file, "--as", "luheng", *words, **proved)
        assert (done.returncode, said in done.stderr) == (0, True), done
