"""`xuncha holidays`: the days off and the make-up workdays of a year come in by file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xuncha.cli.office.acting import acting_as, refusals_kept
from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say


def take_in_holidays(path: Path, *, username: str, password_from_input: bool, dry_run: bool) -> int:
    """Put the days of a file in place of those of the years that it names; all faults at once, by line and column."""
    from xuncha.documents.errors import DocumentError

    if not path.is_file():
        tell(say("usage_nothing", names=path.name))
        return 2
    try:
        start_on_current()
        actor = acting_as(username, password_from_input=password_from_input)
        with refusals_kept(actor, "holidays"):
            return _take_in(path, actor, dry_run)
    except Unusable as fault:
        tell(fault.words)
    except DocumentError as error:
        tell(str(error))
    return 1


def _take_in(path: Path, actor: Any, dry_run: bool) -> int:
    from xuncha.rectification.actions import timing
    from xuncha.rulebook import importing, queries
    from xuncha.rulebook.permissions import POLICY
    from xuncha.security.errors import Invalid

    POLICY.require(actor, "change_calendar")
    try:
        days = importing.read_days(path)
    except Invalid as refused:
        for line, head, code, found in refused.data.get("rows", ()):
            tell(say("holidays_fault", name=path.name, line=line, head=head, fault=say(f"day_{code}"), found=found))
        if refused.code == "no_days":
            tell(say("holidays_none", name=path.name))
        return 1
    changed = len(queries.day_differences(days))
    if not dry_run:
        week = queries.work_week()
        rest = queries.weekdays(week.rest_weekdays)
        timing.change_calendar(rest_weekdays=rest, days=days, actor=actor, version=week.version)
    years = "、".join(str(year) for year in sorted({each.day.year for each in days}))
    tell(say("holidays_would_change" if dry_run else "holidays_changed", years=years, count=changed))
    return 0
