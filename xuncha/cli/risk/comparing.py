"""`xuncha risk compare`: what became of the leads of an earlier run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer

from xuncha.cli.risk.taking_in import choice
from xuncha.cli.terminal import legible
from xuncha.cli.wording import language, say


def compare_runs(earlier: Path, later: Path, *, format: str) -> int:
    """Tell what is new, gone and still there."""
    from xuncha.risk.comparing import NoRun, compare, read

    choice(format, ("table", "json"), "--format")
    try:
        difference = compare(read(earlier), read(later))
    except NoRun as fault:
        raise typer.BadParameter(say("risk_no_run", name=fault), param_hint="OUT") from None
    kinds = {"new": difference.new, "gone": difference.gone, "cleared": difference.cleared, "still": difference.still}
    if format == "json":
        found: dict[str, Any] = {
            "schema": "xuncha.risk.compare/1",
            **{kind: [{"indicator": lead["indicator"], "key": lead["key"]} for lead in kinds[kind]] for kind in kinds},
            "not_compared": difference.unequal,
        }
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return 0
    tongue = language()
    for kind, leads in kinds.items():
        if kind == "cleared" and not leads:
            continue
        sys.stdout.write(say(f"risk_compare_{kind}", leads=f"{len(leads):,}") + "\n")
        for lead in leads if kind not in ("still", "cleared") else ():
            sys.stdout.write("  " + legible(lead["sentence"][tongue]).replace("\n", " ") + "\n")
    if difference.unequal:
        sys.stdout.write(say("risk_not_compared", codes="、".join(difference.unequal)) + "\n")
    return 0
