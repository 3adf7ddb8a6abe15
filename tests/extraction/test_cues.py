"""Cue phrases are data: an office adds its own, and a faulty one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from xuncha.extraction import cues
from xuncha.vocabulary import VocabularyError


@pytest.fixture(autouse=True)
def fresh() -> None:
    cues.cue.cache_clear()


def test_an_office_adds_a_cue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cues.toml").write_text('[sentences]\nremark = ["^综上"]\n', "utf-8")
    monkeypatch.setenv("XUNCHA_VOCABULARY", str(tmp_path))
    assert cues.cue("sentences", "remark").search("综上，问题不少")
    cues.cue.cache_clear()


def test_a_faulty_expression_is_named_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cues.toml").write_text('[sentences]\nremark = ["(("]\n', "utf-8")
    monkeypatch.setenv("XUNCHA_VOCABULARY", str(tmp_path))
    with pytest.raises(VocabularyError) as caught:
        cues.cue("sentences", "remark")
    assert "cues.toml" in str(caught.value) and "sentences.remark" in str(caught.value)


def test_every_shipped_cue_can_be_used() -> None:
    from xuncha.vocabulary import load

    for file in ("cues", "facts", "status"):
        for section, lists in load(file).items():
            for name, entries in lists.items():
                if isinstance(entries, list):
                    assert cues.cue(section, name, file).pattern
