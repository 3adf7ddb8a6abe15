"""Why a file could not be read, in data; the words for people are made at the edge."""

from __future__ import annotations

from pathlib import Path


class DocumentError(Exception):
    """A file that cannot be read, or not safely.

    ``code`` is stable (``empty``, ``encrypted``, ``scanned``, ``damaged``, ``bomb``, ``too_large``,
    ``too_many_pages``, ``unknown_format``, ``wrong_extension``, ``needs_libreoffice``, ``missing``,
    ``not_a_file``, ``unreadable`` (no permission), ``undecodable``; of archives ``unsafe_name``,
    ``nested``; ``active_content``);
    ``place`` says where in the file, ``found`` and ``expected`` what was met and what was hoped for, ``advice`` what
    to do. The message holds all of it in one line of Chinese.
    """

    def __init__(
        self, code: str, path: Path, *, place: str = "", found: str = "", expected: str = "", advice: str = ""
    ) -> None:
        self.code, self.path, self.place = code, path, place
        self.found, self.expected, self.advice = found, expected, advice
        # A name may hold line ends and worse; the message stays one line.
        name = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in path.name)
        parts = [f"“{name}”"]
        if place:
            parts.append(place)
        if found:
            parts.append(found)
        text = "：".join(["".join(parts[:1]), "，".join(parts[1:])]) if len(parts) > 1 else parts[0]
        if expected:
            text += f"；应为{expected}"
        if advice:
            text += f"。{advice}"
        super().__init__(text)
