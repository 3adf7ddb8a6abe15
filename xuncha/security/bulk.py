"""Thousands of rows written at once, by one prepared statement and without an object for each.

It stands on this floor because the trail, which every stage writes, does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.db import connections, models, router

FEW: Final = 40
"""Objects that Django's own way of writing several at once is as quick for."""


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of the fields ``names``; defaults of the model are not looked at."""
    connection = connections[router.db_for_write(model)]
    fields = _fields(model, names)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    prepare = [(at, ready) for at, ready in enumerate(_preparing(field, connection) for field in fields) if ready]

    def ready_for(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for at, ready in prepare:
            values[at] = ready(values[at])
        return values

    values = [ready_for(row) for row in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", values)


def insert_objects(objects: Sequence[models.Model]) -> None:
    """Insert new objects of one model whole, as they are; each has its key afterwards. Inside a transaction."""
    if not objects:
        return
    model = type(objects[0])
    if len(objects) <= FEW:
        # One statement, where asking for the keys beforehand would cost a second.
        model._base_manager.bulk_create(objects)
        return
    for each, key in zip(objects, _keys(model, len(objects)), strict=True):
        each.pk = key
        each._state.adding = False
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    insert(model, [field.name for field in fields], ([getattr(each, name) for name in names] for each in objects))


def _keys(model: type[models.Model], count: int) -> list[int]:
    """The next keys of a table, in order. On SQLite the transaction holds the only pen, so nobody else takes them."""
    connection = connections[router.db_for_write(model)]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(int(row[0]) for row in cursor.fetchall())
        # Kept keys are never given again, also those of rows that are gone.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = int(last[0]) + 1 if last else 1
    return list(range(first, first + count))


def update(objects: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the fields ``names`` of each object, as they are on it now; all are of one model."""
    if not objects:
        return
    model = type(objects[0])
    connection = connections[router.db_for_write(model)]
    fields = _fields(model, names)
    quote = connection.ops.quote_name
    told = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    prepare = [(field.attname, _preparing(field, connection)) for field in fields]
    key = quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {told} WHERE {key} = %s",
            [
                (*(ready(getattr(each, name)) if ready else getattr(each, name) for name, ready in prepare), each.pk)
                for each in objects
            ],
        )


def _fields(model: type[models.Model], names: Sequence[str]) -> list[models.Field[Any, Any]]:
    """The fields of these names. Errors: `TypeError` for one without a column."""
    found = [model._meta.get_field(name) for name in names]
    fields = [field for field in found if isinstance(field, models.Field)]
    if len(fields) != len(found):
        raise TypeError(f"{model.__name__}: a field without a column among {', '.join(names)}")
    return fields


def _preparing(field: Any, connection: Any) -> Any:
    """What makes a value of the field ready for the database; null where it goes in as it is."""
    plain = (models.TextField, models.CharField, models.IntegerField, models.ForeignKey, models.BooleanField)
    return None if isinstance(field, plain) else partial(field.get_db_prep_save, connection=connection)
