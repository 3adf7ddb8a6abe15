"""Kinds of records that are kept for a time: each stage says what is due and how it is destroyed; `config` names them.

The setting ``RECORD_KINDS`` lists dotted names of instances, so that nothing here knows a stage.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from xuncha.vocabulary.loading import load


@dataclass(frozen=True, slots=True)
class Gone:
    """One thing that was destroyed: its key, what it was called (at most 120 characters), the digest of what it was
    (64 hex digits), and how many stored files went with it."""

    key: int
    name: str
    digest: str
    files: int = 0


class RecordKind:
    """One kind of record. ``code`` is its stable key, ``label`` what people call it, ``what`` what goes and what stays.

    ``events`` are the moments from which its years may count, by code. ``portion``: how many are destroyed in one
    transaction. Its term is that of ``vocabulary/retention.toml`` until the office sets another (`RetentionRule`).
    """

    code: str
    label: Any
    what: Any
    events: Mapping[str, Any]
    portion: int = 100

    def due(self, event: str, before: datetime.datetime) -> QuerySet[Any]:
        """What is not destroyed yet, whose event lies before the moment, and with which nobody works any more.

        A condition in SQL over a model whose key is ``pk``.
        """
        raise NotImplementedError

    def named(self, rows: Sequence[Any]) -> list[str]:
        """What each is called, for those who see business data; two queries at most."""
        raise NotImplementedError

    def destroy(self, rows: Sequence[Any]) -> list[Gone]:
        """Destroy them, inside the caller's transaction; each is told."""
        raise NotImplementedError

    def sweep(self) -> None:
        """What lies outside the database and is to go with what was destroyed. Outside a transaction; may be repeated:
        a server that stopped between the two is made up for."""

    def find(self, key: int) -> models.Model | None:
        """One record by its key, whether due or not; null where there is none."""
        raise NotImplementedError


_UNKNOWN: Final = "no kind of record "


def kinds() -> Mapping[str, RecordKind]:
    """All kinds by code, in the order of the setting."""
    return _named(tuple(settings.RECORD_KINDS))


def kind_of(code: str) -> RecordKind:
    """One kind. Errors: `LookupError`."""
    try:
        return kinds()[code]
    except KeyError:
        raise LookupError(_UNKNOWN + code) from None


def require_term(object_kind: str) -> None:
    """Errors: `LookupError` for a kind of object of which nothing says how long what the trail tells of it is kept."""
    if object_kind not in _with_a_term(tuple(settings.RECORD_KINDS)):
        raise LookupError(f"the trail of {object_kind} has no term: see vocabulary/retention.toml")


@lru_cache(maxsize=4)
def _with_a_term(names: tuple[str, ...]) -> frozenset[str]:
    told = (getattr(kind, "objects", ()) for kind in _named(names).values())
    return frozenset(load("retention")["kept_for_ever"]).union(*told)


@lru_cache(maxsize=4)
def _named(names: tuple[str, ...]) -> Mapping[str, RecordKind]:
    found: list[RecordKind] = [import_string(name) for name in names]
    return {kind.code: kind for kind in found}
