"""`xuncha risk try`: what a moved threshold would bring and take."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xuncha.cli.risk.parameters import chosen, known_indicators, own_parameters, parameter_values
from xuncha.cli.risk.taking_in import Asked, choice, take_in
from xuncha.cli.terminal import legible, tell
from xuncha.cli.wording import language, say

if TYPE_CHECKING:
    from xuncha.risk.running.leads import Lead
    from xuncha.risk.trying import Trial

SHOWN: Final = 50
"""Keys told on the terminal, of each kind."""


def try_parameters(
    code: str, asked: Asked, *, moved: list[str], params: Path | None, own: Path | None, format: str
) -> int:
    """Tell how many leads would come and go, and which. 1 where the indicator cannot run on these tables."""
    choice(format, ("table", "json"), "--format")
    known = known_indicators(own)
    (indicator,) = chosen([code], known)
    values = parameter_values(indicator, moved)
    now = own_parameters(params, known).get(indicator.code, {}) if params is not None else {}
    loaded = take_in(asked)
    if loaded is None:
        return 1
    from xuncha.risk.data import Data
    from xuncha.risk.trying import tried

    trial = tried(Data(loaded.backend, loaded.columns, loaded.as_of), indicator, now, values)
    refusal = trial.before.refusal or trial.after.refusal
    if refusal is not None:
        tell(f"{indicator.code}: {refusal[0 if language() == 'zh' else 1]}")
        return 1
    if format == "json":
        sys.stdout.write(json.dumps(_as_data(trial), ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        _show(trial)
    return 0


def _as_data(trial: Trial) -> dict[str, Any]:
    return {
        "schema": "xuncha.risk.try/1",
        "indicator": trial.before.indicator.code,
        "parameters": {name: {"now": now, "then": then} for name, (now, then) in trial.moved.items()},
        "before": len(trial.before.leads),
        "after": len(trial.after.leads),
        "units": {"before": trial.before.units, "after": trial.after.units},
        "come": [lead.key for lead in trial.come],
        "gone": [lead.key for lead in trial.gone],
    }


def _show(trial: Trial) -> None:
    indicator, tongue = trial.before.indicator, 0 if language() == "zh" else 1
    moved = "；".join(f"{name} {now} → {then}" for name, (now, then) in trial.moved.items())
    _line(f"{indicator.code} {indicator.name[tongue]}：{moved or say('risk_try_nothing_moved')}")
    before, after = len(trial.before.leads), len(trial.after.leads)
    counts = {"before": f"{before:,}", "after": f"{after:,}"}
    _line(say("risk_try_counts", **counts, come=f"{len(trial.come):,}", gone=f"{len(trial.gone):,}"))
    for outcome, key in ((trial.before, "risk_try_now"), (trial.after, "risk_try_then")):
        if outcome.by_chance is not None:
            remark = "；" + say("risk_too_loose") if outcome.is_loose else ""
            chance = f"{outcome.by_chance:.2g}"
            _line(say(key, units=f"{outcome.units:,}", words=say("risk_by_chance", leads=chance) + remark))
    for key, leads in (("risk_try_come", trial.come), ("risk_try_gone", trial.gone)):
        if leads:
            _line(say(key, leads=f"{len(leads):,}"))
            _keys(leads)
    from xuncha.risk.running.leads import NOTICE

    _line(NOTICE[tongue])


def _keys(leads: list[Lead]) -> None:
    from xuncha.risk.reporting.results import key_shown

    for lead in leads[:SHOWN]:
        key = key_shown({"key": lead.key}, list(lead.indicator.key))
        value = lead.fields["value"]
        _line(f"  {key}" + ("" if value is None else f"　{float(value):.4g}"))
    if len(leads) > SHOWN:
        _line("  " + say("risk_try_more", count=f"{len(leads) - SHOWN:,}"))


def _line(words: str) -> None:
    sys.stdout.write(legible(words).replace("\n", " ") + "\n")
