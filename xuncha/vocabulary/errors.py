"""A vocabulary file that cannot be used."""

from __future__ import annotations

from pathlib import Path


class VocabularyError(Exception):
    """A vocabulary file that is missing, is no TOML, or holds something else than expected.

    ``code`` is ``missing``, ``damaged`` or ``unexpected``; ``key`` is the dotted key within the file
    (empty for the file as a whole).
    """

    def __init__(self, code: str, file: Path, *, key: str = "", found: str = "", expected: str = "") -> None:
        self.code, self.file, self.key, self.found, self.expected = code, file, key, found, expected
        place = f"“{file}”" + (f"的“{key}”" if key else "")
        parts = [part for part in (found, f"应为{expected}" if expected else "") if part]
        super().__init__(f"词表{place}：{'；'.join(parts) or code}")
