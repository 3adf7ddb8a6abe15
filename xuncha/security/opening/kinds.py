"""Kinds of sealed values: each stage says what it seals, who may ask, and who decides; `config` names them.

The setting ``SEALED_KINDS`` lists dotted names of instances, so that nothing here knows a stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from xuncha.security.models import User
from xuncha.security.roles import OFFICE_ROLES, Role

Thing = tuple[str, int]


class SealedKind:
    """One sealed field of a stage. ``code`` is its stable key, ``label`` what people call it (lazy words).

    ``askers`` and ``approvers`` are roles; whoever approves also has the object in sight. ``hours`` and ``openings``
    hold until the office sets others (`OpeningRule`).
    """

    code: str
    label: Any
    askers: frozenset[str] = OFFICE_ROLES
    approvers: frozenset[str] = frozenset({Role.OFFICE_HEAD})
    hours: int = 24
    openings: int = 3
    source: str = ""

    def in_sight(self, actor: User) -> QuerySet[Any]:
        """The keys of objects whose value the actor may know to exist, as a query to stand inside another.

        Without those whose value was destroyed.
        """
        raise NotImplementedError

    def number(self, key: int) -> str:
        """What the object is called, telling nothing of the value. At most 80 characters."""
        raise NotImplementedError

    def thing(self, key: int) -> Thing:
        """Kind and key of the object whose history tells of an opening."""
        raise NotImplementedError

    def opened(self, key: int) -> str:
        """The value. Errors: `Unreadable` where it cannot be decrypted."""
        raise NotImplementedError


_UNKNOWN: Final = "no sealed kind "


def kinds() -> Mapping[str, SealedKind]:
    """All kinds by code, in the order of the setting."""
    return _named(tuple(settings.SEALED_KINDS))


def kind_of(code: str) -> SealedKind:
    """One kind. Errors: `LookupError`."""
    try:
        return kinds()[code]
    except KeyError:
        raise LookupError(_UNKNOWN + code) from None


@lru_cache(maxsize=4)
def _named(names: tuple[str, ...]) -> Mapping[str, SealedKind]:
    found: list[SealedKind] = [import_string(name) for name in names]
    return {kind.code: kind for kind in found}
