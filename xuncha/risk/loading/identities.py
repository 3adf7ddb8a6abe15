"""Identities at the door: card numbers, phones, accounts and addresses become HMACs with a key the office holds.

Source: 个人信息保护法 51 (de-identification as a measure of protection).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

LEAST_BYTES: Final = 16
_DIGITS: Final = 24
"""Hexadecimal digits that are kept: 96 bits, no two of 10^9 persons meet."""


class KeyFault(ValueError):
    """A key file that cannot be used; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english
        super().__init__(english)


def key_from(path: Path, *, may_make: bool) -> tuple[bytes, bool]:
    """The key in a file, and whether it was made just now. Raises `KeyFault`."""
    try:
        if not path.exists() and may_make:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
                os.fsync(file.fileno())
            return key_from(path, may_make=False)[0], True
        key = path.read_bytes().strip()
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise KeyFault(f"密钥文件“{path.name}”不能用：{reason}", f'key file "{path.name}": {reason}') from None
    if len(key) < LEAST_BYTES:
        raise KeyFault(
            f"密钥文件“{path.name}”太短，至少 {LEAST_BYTES} 个字节",
            f'key file "{path.name}" is too short: at least {LEAST_BYTES} bytes',
        )
    return key, False


def hider(key: bytes) -> Callable[[str, str], str]:
    """A function of kind and plain identity to its HMAC-SHA-256.

    One person has one value in every table; a phone and an account of the same digits have different ones.
    """
    keyed = hmac.new(key, digestmod=hashlib.sha256)

    def hide(kind: str, value: str) -> str:
        mac = keyed.copy()
        mac.update(f"{kind}\0{''.join(value.split()).upper()}".encode("utf-8", "surrogatepass"))
        return mac.hexdigest()[:_DIGITS]

    return hide


def masked(expression: str) -> str:
    """SQL: an identity with all but its last four signs hidden."""
    return f"CASE WHEN length({expression}) >= 8 THEN '****' || right({expression}, 4) ELSE '****' END"
