"""`xuncha migrate`: an existing database becomes one of this version."""

from __future__ import annotations

from xuncha.cli.office import database
from xuncha.cli.office.django import start
from xuncha.cli.office.folder import Unusable, alone, prepare
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say

MAY_BE_MIGRATED = (database.State.EMPTY, database.State.BEHIND, database.State.HALF_DONE)


def upgrade() -> int:
    """Apply what is missing; 0 when the database fits afterwards, 1 with a sentence when not."""
    from xuncha.archive.home import home as data_folder

    try:
        home = data_folder()
        prepare(home)
        with alone(home):
            start()
            found = database.state(home)
            if found.state is database.State.CURRENT:
                tell(say("nothing_to_migrate"))
                return _seal_files()
            if found.state not in MAY_BE_MIGRATED:
                found.require_current()
            count = database.migrate(home, lambda name: tell(say("migrating", step=name)))
            tell(say("migrated", count=count))
            return _seal_files()
    except Unusable as fault:
        tell(fault.words)
        return 1


def _seal_files() -> int:
    """Files that an older version kept plain are sealed; 1 where one could not be."""
    from xuncha.archive.actions import seal_plain_files

    done, failed = seal_plain_files()
    if done:
        tell(say("files_sealed", count=done))
    if failed:
        tell(say("files_not_sealed", count=failed))
    return 1 if failed else 0
