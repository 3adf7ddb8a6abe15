"""Vocabulary files: shipped, extended by an office, refused with a clear word where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from xuncha.vocabulary import VocabularyError, load, scheme
from xuncha.vocabulary.loading import SHIPPED


def test_every_shipped_file_can_be_read() -> None:
    names = [file.stem for file in SHIPPED.glob("*.toml")]
    assert {"reference", "categories", "facets"} <= set(names)
    for name in names:
        assert load(name)


def test_a_name_is_no_path() -> None:
    with pytest.raises(VocabularyError) as refused:
        load("../reference")
    assert refused.value.code == "missing"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(VocabularyError, match="nothing_such"):
        load("nothing_such")


def test_an_office_adds_phrases_to_the_shipped_lists(tmp_path: Path) -> None:
    (tmp_path / "categories.toml").write_text('[cues."duty.style"]\nstrong = ["摆花瓶"]\n', encoding="utf-8")
    shipped, joined = load("categories"), load("categories", tmp_path)
    assert joined["cues"]["duty.style"]["strong"] == [*shipped["cues"]["duty.style"]["strong"], "摆花瓶"]
    assert joined["cues"]["duty.risk"] == shipped["cues"]["duty.risk"]


def test_an_office_puts_its_own_list_in_place_of_the_shipped(tmp_path: Path) -> None:
    (tmp_path / "facets.toml").write_text(
        'replace = ["nature.common"]\n[nature]\ncommon = ["家家如此"]\n[severity]\nhigh_amount_yuan = 50000\n',
        encoding="utf-8",
    )
    joined = load("facets", tmp_path)
    assert joined["nature"]["common"] == ["家家如此"]
    assert joined["severity"]["high_amount_yuan"] == 50000
    assert "replace" not in joined


def test_the_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house.toml").write_text("[a]\nb = 1\n", encoding="utf-8")
    monkeypatch.setenv("XUNCHA_VOCABULARY", str(tmp_path))
    assert load("house") == {"a": {"b": 1}}


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError) as refused:
        load("reference", tmp_path / "none")
    assert refused.value.code == "missing"


def test_broken_toml_names_file_and_place(tmp_path: Path) -> None:
    (tmp_path / "facets.toml").write_text("[nature\n", encoding="utf-8")
    with pytest.raises(VocabularyError) as refused:
        load("facets", tmp_path)
    assert refused.value.code == "damaged"
    assert refused.value.file == tmp_path / "facets.toml"
    assert "line 1" in refused.value.found


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "facets.toml").write_bytes('[nature]\ncommon = ["普遍"]\n'.encode("gb18030"))
    with pytest.raises(VocabularyError) as refused:
        load("facets", tmp_path)
    assert refused.value.code == "damaged"


def test_a_value_of_another_kind_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "facets.toml").write_text('[nature]\ncommon = "普遍"\n', encoding="utf-8")
    with pytest.raises(VocabularyError) as refused:
        load("facets", tmp_path)
    assert (refused.value.key, refused.value.found, refused.value.expected) == ("nature.common", "是文字", "列表")


def test_the_reference_scheme_has_its_seventeen_categories() -> None:
    categories = scheme()
    assert len(categories) == 17
    assert {category.letter for category in categories if category.letter} == {
        *("A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D1", "D2")
    }
    assert all(category.name and category.name_en and category.source for category in categories)


def test_an_office_renames_one_category_and_adds_another(tmp_path: Path) -> None:
    (tmp_path / "reference.toml").write_text(
        '[[categories]]\ncode = "duty.style"\nname = "干部作风"\n[[categories]]\ncode = "rural.land"\nname = "农村土地"\n',
        encoding="utf-8",
    )
    named = {category.code: category for category in scheme("reference", tmp_path)}
    assert named["duty.style"].name == "干部作风"
    assert named["duty.style"].letter == "B1"
    assert named["rural.land"].source == "本单位设定"
    assert len(named) == 18


def test_a_category_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reference.toml").write_text('[[categories]]\ncode = "rural.land"\n', encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"categories\[18\]\.name"):
        scheme("reference", tmp_path)
