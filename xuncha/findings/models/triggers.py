"""What the database itself keeps: counts by round, unit, category and state; the search index; numbers once given.

Triggers see every change, also those of bulk updates. A migration that remakes the table of findings on SQLite loses
them: it ends with `install`, and a test asks whether they are there.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ADD = """INSERT INTO findings_findingcount (round_id, unit_id, category_id, state, number)
    VALUES (NEW.round_id, COALESCE(NEW.unit_id, 0), COALESCE(NEW.category_id, 0), NEW.state, 1)
    ON CONFLICT (round_id, unit_id, category_id, state)
    DO UPDATE SET number = findings_findingcount.number + 1;"""
_TAKE = """UPDATE findings_findingcount SET number = number - 1
    WHERE round_id = OLD.round_id AND unit_id = COALESCE(OLD.unit_id, 0)
    AND category_id = COALESCE(OLD.category_id, 0) AND state = OLD.state;"""
_COLUMNS = "round_id, unit_id, category_id, state"

NAMES = ("finding_counted_on_insert", "finding_counted_on_update", "finding_counted_on_delete")

# 编号一经反馈即固定: who owns the number and what it says. A finding is withdrawn or replaced, it never goes away.
_FROZEN = ("number", "number_key", "serial", "round_id", "unit_id")
GUARDS = ("finding_number_is_frozen", "finding_stays")
FROZEN_WORDS = "the number of a finding that was fed back is frozen"
STAYS_WORDS = "a finding is never deleted"

SQLITE = (
    "DROP TRIGGER IF EXISTS finding_counted_on_insert",
    f"CREATE TRIGGER finding_counted_on_insert AFTER INSERT ON findings_finding BEGIN {_ADD} END",
    "DROP TRIGGER IF EXISTS finding_counted_on_delete",
    f"CREATE TRIGGER finding_counted_on_delete AFTER DELETE ON findings_finding BEGIN {_TAKE} END",
    "DROP TRIGGER IF EXISTS finding_counted_on_update",
    f"CREATE TRIGGER finding_counted_on_update AFTER UPDATE OF {_COLUMNS} ON findings_finding "
    "WHEN OLD.round_id IS NOT NEW.round_id OR OLD.unit_id IS NOT NEW.unit_id "
    f"OR OLD.category_id IS NOT NEW.category_id OR OLD.state IS NOT NEW.state BEGIN {_TAKE} {_ADD} END",
    # Tokens are made by `search.grams`; the tokenizer only parts them at spaces. detail=none: no positions are
    # asked for. prefix=1: one character is the commonest beginning asked for.
    "CREATE VIRTUAL TABLE IF NOT EXISTS findings_search USING "
    "fts5(grams, content='', detail=none, prefix=1, tokenize='unicode61 remove_diacritics 0')",
)

GUARDS_SQLITE = (
    "DROP TRIGGER IF EXISTS finding_number_is_frozen",
    f"CREATE TRIGGER finding_number_is_frozen BEFORE UPDATE OF {', '.join(_FROZEN)} ON findings_finding "
    f"WHEN OLD.state <> 'draft' AND ({' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in _FROZEN)}) "
    f"BEGIN SELECT RAISE(ABORT, '{FROZEN_WORDS}'); END",
    "DROP TRIGGER IF EXISTS finding_stays",
    f"CREATE TRIGGER finding_stays BEFORE DELETE ON findings_finding BEGIN SELECT RAISE(ABORT, '{STAYS_WORDS}'); END",
)

POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION findings_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN {_TAKE} END IF; IF TG_OP <> 'DELETE' THEN {_ADD} END IF; RETURN NULL; END $$",
    "DROP TRIGGER IF EXISTS finding_counted_on_insert ON findings_finding",
    "CREATE TRIGGER finding_counted_on_insert AFTER INSERT ON findings_finding "
    "FOR EACH ROW EXECUTE FUNCTION findings_count()",
    "DROP TRIGGER IF EXISTS finding_counted_on_delete ON findings_finding",
    "CREATE TRIGGER finding_counted_on_delete AFTER DELETE ON findings_finding "
    "FOR EACH ROW EXECUTE FUNCTION findings_count()",
    "DROP TRIGGER IF EXISTS finding_counted_on_update ON findings_finding",
    f"CREATE TRIGGER finding_counted_on_update AFTER UPDATE OF {_COLUMNS} ON findings_finding FOR EACH ROW "
    "WHEN (OLD.round_id IS DISTINCT FROM NEW.round_id OR OLD.unit_id IS DISTINCT FROM NEW.unit_id "
    "OR OLD.category_id IS DISTINCT FROM NEW.category_id OR OLD.state IS DISTINCT FROM NEW.state) "
    "EXECUTE FUNCTION findings_count()",
    "ALTER TABLE findings_searchtext ADD COLUMN IF NOT EXISTS grams tsvector",
    "CREATE INDEX IF NOT EXISTS findings_search ON findings_searchtext USING gin (grams)",
)

GUARDS_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION findings_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{STAYS_WORDS}' USING ERRCODE = 'restrict_violation'; END IF; "
    f"RAISE EXCEPTION '{FROZEN_WORDS}' USING ERRCODE = 'restrict_violation'; END $$",
    "DROP TRIGGER IF EXISTS finding_number_is_frozen ON findings_finding",
    f"CREATE TRIGGER finding_number_is_frozen BEFORE UPDATE OF {', '.join(_FROZEN)} ON findings_finding FOR EACH ROW "
    f"WHEN (OLD.state <> 'draft' AND ({' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in _FROZEN)})) "
    "EXECUTE FUNCTION findings_refuse()",
    "DROP TRIGGER IF EXISTS finding_stays ON findings_finding",
    "CREATE TRIGGER finding_stays BEFORE DELETE ON findings_finding FOR EACH ROW EXECUTE FUNCTION findings_refuse()",
)


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay down triggers and search index; harmless where they are."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in (*SQLITE, *GUARDS_SQLITE) if sqlite else (*POSTGRESQL, *GUARDS_POSTGRESQL):
        # No parameters: the statement holds its own signs.
        schema_editor.execute(statement, params=None)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take triggers and search index away again."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name in (*NAMES, *GUARDS):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{'' if sqlite else ' ON findings_finding'}", params=None)
    schema_editor.execute(
        "DROP TABLE IF EXISTS findings_search" if sqlite else "DROP INDEX IF EXISTS findings_search", params=None
    )
