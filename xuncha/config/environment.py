"""What an installation is told by its environment: where its data live, which database, which language.

Every reader names the variable and what it expects when the value cannot be used.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database(folder: Path) -> dict[str, Any]:
    """The database: ``XUNCHA_DATABASE`` as a PostgreSQL address, else one SQLite file in the data folder.

    Errors: `ImproperlyConfigured` that names the variable, what was found and what was expected.
    """
    address = os.environ.get("XUNCHA_DATABASE", "").strip()
    if not address:
        return _sqlite(folder / "xuncha.sqlite3")
    parts = urlsplit(address)
    if parts.scheme in ("postgres", "postgresql") and parts.path.strip("/"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": dict(parse_qsl(parts.query)).get("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    if parts.scheme == "sqlite" and parts.path:
        return _sqlite(Path(unquote(parts.path)))
    raise ImproperlyConfigured(
        f"XUNCHA_DATABASE: found “{parts.scheme or address}”, expected postgres://USER:PASSWORD@HOST/NAME "
        "or sqlite:///PATH. Correct the variable or unset it to use the file in the data folder."
    )


def _sqlite(path: Path) -> dict[str, Any]:
    # IMMEDIATE: a transaction that will write takes its place in the queue at its start, so two never
    # deadlock half-way. synchronous=FULL: what was acknowledged is on the disk, also when the power goes.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            ),
        },
        "TEST": {"NAME": os.environ.get("XUNCHA_TEST_DATABASE") or None},
    }


def secret_key(folder: Path) -> str:
    """The key that signs sessions: ``XUNCHA_SECRET_KEY``, else a file in the data folder, made on first use."""
    given = os.environ.get("XUNCHA_SECRET_KEY", "").strip()
    if given:
        return given
    path = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start at once, one writes and both read the same.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no variable. Errors: `ImproperlyConfigured` on anything but 1, 0, yes, no, true, false."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in ("1", "yes", "true", "0", "no", "false"):
        return value in ("1", "yes", "true")
    raise ImproperlyConfigured(f"{name}: found “{value}”, expected 1 or 0.")


def number(name: str, default: int, least: int, most: int) -> int:
    """A variable that is a whole number in a range. Errors: `ImproperlyConfigured`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.isascii() and value.isdigit() and least <= int(value) <= most:
        return int(value)
    raise ImproperlyConfigured(f"{name}: found “{value}”, expected a whole number from {least} to {most}.")


def folder(name: str, default: Path) -> Path:
    """A variable that names a folder."""
    given = os.environ.get(name, "").strip()
    return Path(given).expanduser().resolve() if given else default


def one_of(name: str, words: Sequence[str]) -> str:
    """A variable with a few possible words, the first of them the default. Errors: `ImproperlyConfigured`."""
    value = os.environ.get(name, "").strip().lower() or words[0]
    if value not in words:
        raise ImproperlyConfigured(f"{name}: found “{value}”, expected {' or '.join(words)}.")
    return value


def networks(name: str, default: str = "") -> list[IPv4Network | IPv6Network]:
    """A variable that lists network addresses, or networks such as 10.0.0.0/24. Errors: `ImproperlyConfigured`."""
    found = []
    for part in names(name, default):
        try:
            found.append(ip_network(part))
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: found “{part}”, expected an address such as 10.0.0.5 or a network such as 10.0.0.0/24."
            ) from error
    return found


def names(name: str, default: str = "") -> list[str]:
    """A variable that lists names with commas between."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]
