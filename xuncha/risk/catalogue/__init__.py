"""The catalogue: one file an indicator. Whatever file is in this folder, or in an office's own, is in the catalogue."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from typing import Final

from xuncha.risk.indicator import Indicator

_FILE: Final = re.compile(r"[a-z]+_\d\d_\w+")
ORDER: Final = ("PROC", "HOSP", "SUB", "FUND", "PROJ", "ENF", "APPR", "PARTY", "HR", "EXP", "SAFE", "RECT")


@functools.cache
def shipped() -> dict[str, Indicator]:
    """The shipped indicators by code, in the order of the catalogue."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if _FILE.fullmatch(module.name):
            indicator: Indicator = importlib.import_module(f"{__name__}.{module.name}").INDICATOR
            found[indicator.code] = indicator
    return dict(sorted(found.items(), key=lambda item: (_place(item[1].family), item[0])))


def _place(family: str) -> int:
    return ORDER.index(family) if family in ORDER else len(ORDER)
