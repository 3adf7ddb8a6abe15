"""`xuncha doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from xuncha.cli.keeping.checks import CHECKS, FAULT, OK, Found
from xuncha.cli.office import database
from xuncha.cli.office.django import start
from xuncha.cli.office.folder import Unusable
from xuncha.cli.wording import say


def doctor(*, full: bool, format: str) -> int:
    """Look at everything; 0 where nothing is at fault, 1 where something is."""
    found = list(_looked(full))
    for each in found:
        if format == "json":
            print(
                json.dumps(
                    {"state": each.state, "code": each.code, "says": each.says, "do": each.do}, ensure_ascii=False
                )
            )
        else:
            print(f"[{say(f'state_{each.state}')}] {each.says}" + (f"\n    {each.do}" if each.do else ""))
    return 1 if any(each.state == FAULT for each in found) else 0


def _looked(full: bool) -> Iterator[Found]:
    """Each thing in order; where the folder or the database cannot be used, nothing that needs it."""
    try:
        home = start()
    except Unusable as fault:
        yield Found(FAULT, "folder_unusable", {"words": fault.words})
        return
    for check in CHECKS["folder"]:
        yield from check(home, full)
    standing = database.state(home)
    try:
        if standing.state is database.State.EMPTY:
            raise Unusable(say("no_data_yet", path=home))
        standing.require_current()
    except Unusable as fault:
        yield Found(FAULT, "database", {"words": fault.words})
        return
    yield Found(OK, "database_ok")
    for check in CHECKS["database"]:
        yield from check(home, full)
