"""Does the database fit the program? What stands there, and bringing it up to date."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xuncha.cli.office.folder import Unusable
from xuncha.cli.wording import say

if TYPE_CHECKING:
    from django.db.migrations.migration import Migration

# Written before the first step of a migration, removed after the last: what it leaves says that one did not end.
MARK: Final = "migration-under-way"


class State(enum.Enum):
    """What stands in the database."""

    EMPTY = "empty"
    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    HALF_DONE = "half_done"
    FOREIGN = "foreign"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state with the steps that make it so; ``reason`` is the database's own word where it said one."""

    state: State
    steps: tuple[str, ...] = ()
    reason: str = ""

    def require_current(self) -> None:
        """Errors: `Unusable` with what to do, for every state but current."""
        if self.state is not State.CURRENT:
            steps = ", ".join(self.steps[:4]) + (" …" if len(self.steps) > 4 else "")
            raise Unusable(say(f"database_{self.state.value}", steps=steps, reason=self.reason))


def state(home: Path) -> Standing:
    """What stands in the database of the data folder; changes nothing."""
    from django.db import DatabaseError, connection
    from django.db.migrations.exceptions import InconsistentMigrationHistory
    from django.db.migrations.executor import MigrationExecutor

    try:
        tables = set(connection.introspection.table_names())
        executor = MigrationExecutor(connection)
        applied = set(executor.loader.applied_migrations)
    except DatabaseError as error:
        return Standing(State.UNREACHABLE, reason=_first_line(error))
    if (home / MARK).exists():
        return Standing(State.HALF_DONE, (_text(home / MARK),))
    if not applied:
        return Standing(State.EMPTY) if not tables - {"django_migrations"} else Standing(State.FOREIGN)
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    unknown = sorted(f"{app}.{name}" for app, name in applied - known if app in ours)
    if unknown:
        return Standing(State.AHEAD, tuple(unknown))
    try:
        executor.loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        return Standing(State.HALF_DONE, reason=_first_line(error))
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Standing(State.BEHIND, tuple(f"{step.app_label}.{step.name}" for step, _ in plan))
    return Standing(State.CURRENT)


def migrate(home: Path, step: Callable[[str], None] = lambda name: None) -> int:
    """Apply what is not applied yet, each step whole or not at all; how many steps that were.

    ``step`` is told the name of each. Errors: `Unusable` when one fails; the mark then stays.
    """
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    done: list[str] = []

    def tell(action: str, migration: Migration | None = None, fake: bool | None = False) -> None:
        if action == "apply_start":
            step(str(migration))
        elif action == "apply_success":
            done.append(str(migration))

    mark = home / MARK
    mark.write_text(_now(), "utf-8")
    executor = MigrationExecutor(connection, tell)
    try:
        executor.migrate(executor.loader.graph.leaf_nodes())
        # Django's own tables of kinds are filled on this signal.
        emit_post_migrate_signal(0, False, connection.alias)
    except Exception as error:
        last = done[-1] if done else "-"
        raise Unusable(say("migration_failed", step=last, reason=_first_line(error))) from error
    mark.unlink(missing_ok=True)
    return len(done)


def _now() -> str:
    import datetime

    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")[:40]
    except OSError:
        return ""


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
