"""Sealed fields (加密字段): text that lies in the database only sealed, with a key of its own that a master key wraps.

A value is sealed for its table, column and what it is bound to; carried to another row it does not open. What is kept
is the wrapped key (`WRAPPED_BYTES`, beginning with the id of its master key), then the sealed text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from xuncha.security.keys import keyring
from xuncha.security.sealing import Unreadable, new_key, seal, unseal

WRAPPED_BYTES: Final = 85
"""Id of the master key (24), sign of the algorithm (1), nonce (12), key (32), tag (16)."""


class SealedText(bytes):
    """A value as it was read, still sealed; shown nowhere."""

    def __repr__(self) -> str:
        return "<sealed>"


class _Opened(DeferredAttribute):
    """Opens on access, so that whoever only lists rows opens nothing. Errors: `Unreadable`."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        kept = instance.__dict__.get(self.field.attname)
        if kept is None:
            kept = super().__get__(instance, cls)
        if isinstance(kept, SealedText):
            return self.field.opened(instance, kept)  # type: ignore[attr-defined]
        # Bytes that are not sealed are the empty default of a new row.
        return "" if isinstance(kept, bytes) else kept

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text sealed at rest, of which neither form nor filter nor ``repr`` knows.

    ``bound_to``: columns that are known when a row is written and stay as they are; what is sealed opens only beside
    them. Written through instances alone (`save`, `bulk_create`). Errors on reading: `Unreadable`.
    """

    descriptor_class = _Opened

    def __init__(self, *args: Any, bound_to: Sequence[str] = (), **kwargs: Any) -> None:
        self.bound_to = tuple(bound_to)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    def sealed(self, instance: models.Model, text: str) -> bytes:
        """What is kept of a text in this row."""
        key = new_key()
        return keyring().wrap(key) + seal(key, text.encode(), self._place(instance), settings.SEALING)

    def opened(self, instance: models.Model, kept: bytes) -> str:
        """The text. Errors: `Unreadable`; never a part of it."""
        if len(kept) < WRAPPED_BYTES:
            raise Unreadable(self._place(instance).decode())
        key = keyring().unwrap(bytes(kept[:WRAPPED_BYTES]))
        return unseal(key, bytes(kept[WRAPPED_BYTES:]), self._place(instance)).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else SealedText(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        kept = model_instance.__dict__.get(self.attname)
        return bytes(kept) if isinstance(kept, SealedText) else self.sealed(model_instance, str(kept or ""))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.model.__name__}.{self.attname} is sealed: write it through an instance.")
        return super().get_db_prep_value(value, connection, prepared)

    def _place(self, instance: models.Model) -> bytes:
        bound = "/".join(str(getattr(instance, name)) for name in self.bound_to)
        return f"{self.model._meta.db_table}.{self.column}/{bound}".encode()


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every model with a sealed field, and the field's name."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                yield model, field.name
