"""A threshold moved, for trial: which leads would come and which would go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xuncha.risk.data import Data
from xuncha.risk.indicator import Indicator
from xuncha.risk.running import Outcome, run
from xuncha.risk.running.leads import Lead


@dataclass(frozen=True, slots=True)
class Trial:
    """An indicator with the parameters of now and with others, over the same tables."""

    before: Outcome
    after: Outcome

    @property
    def come(self) -> list[Lead]:
        """Leads that there would be besides, in their order."""
        known = {lead.key for lead in self.before.leads}
        return [lead for lead in self.after.leads if lead.key not in known]

    @property
    def gone(self) -> list[Lead]:
        """Leads that there would be no longer."""
        kept = {lead.key for lead in self.after.leads}
        return [lead for lead in self.before.leads if lead.key not in kept]

    @property
    def moved(self) -> dict[str, tuple[Any, Any]]:
        """The parameters that differ: now, and then."""
        now, then = self.before.settings, self.after.settings
        return {name: (now[name], then[name]) for name in now if now[name] != then[name]}


def tried(data: Data, indicator: Indicator, now: Mapping[str, Any], moved: Mapping[str, Any]) -> Trial:
    """Run an indicator twice. ``now``: an office's parameters, ``moved``: those to be tried in their place."""
    before, after = (
        run(data, [indicator], own={indicator.code: values})[0] for values in (dict(now), {**now, **moved})
    )
    return Trial(before, after)
