"""What the database itself refuses: to change or to take away an entry of the trail, an anchor, a key in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Table, event, condition under which it is refused (empty: always).
_REFUSED: Final = (
    ("security_trailentry", "UPDATE", ""),
    ("security_trailentry", "DELETE", ""),
    ("security_anchor", "UPDATE", ""),
    ("security_anchor", "DELETE", ""),
    ("security_objectkey", "DELETE", ""),
    ("security_trailhead", "DELETE", ""),
    # The head only goes forward.
    ("security_trailhead", "UPDATE", "NEW.seq < OLD.seq"),
    # A destroyed key does not come back.
    ("security_objectkey", "UPDATE", "OLD.wrapped IS NULL"),
)
_NEVER_EMPTIED: Final = ("security_trailentry", "security_anchor", "security_objectkey")
WORDS: Final = "the trail is append-only"


def _name(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"


def laying(vendor: str) -> Iterator[str]:
    """The statements that lay the triggers down where there are none."""
    if vendor != "sqlite":
        yield (
            "CREATE OR REPLACE FUNCTION security_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{WORDS}'; END $$"
        )
    for table, event, condition in _REFUSED:
        head = f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table}"
        when = f" WHEN ({condition})" if condition else ""
        if vendor == "sqlite":
            yield f"{head}{when} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        else:
            yield f"{head} FOR EACH ROW{when} EXECUTE FUNCTION security_refuse()"
    if vendor != "sqlite":
        for table in _NEVER_EMPTIED:
            head = f"CREATE TRIGGER {_name(table, 'TRUNCATE')} BEFORE TRUNCATE ON {table}"
            yield f"{head} FOR EACH STATEMENT EXECUTE FUNCTION security_refuse()"


def lifting(vendor: str) -> Iterator[str]:
    """The statements that take them away, as a migration must that changes these tables."""
    tables = [(table, event) for table, event, _ in _REFUSED]
    tables += [(table, "TRUNCATE") for table in _NEVER_EMPTIED if vendor != "sqlite"]
    for table, event in tables:
        yield f"DROP TRIGGER IF EXISTS {_name(table, event)}{'' if vendor == 'sqlite' else f' ON {table}'}"


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the triggers down; harmless where they are."""
    remove(schema_editor)
    for statement in laying(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    for statement in lifting(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)
