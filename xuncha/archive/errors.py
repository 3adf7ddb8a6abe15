"""Why a kept file cannot be given out."""

from __future__ import annotations


class Unopenable(Exception):
    """The bytes of a kept file are not to be had, not even a part. ``code``: file_lost (not in the data folder),
    file_damaged (changed or cut since it was kept), file_key_lost (its key or the master key is not there);
    secrecy_marked, active_content: it was refused and destroyed; destroyed: its term was over."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
