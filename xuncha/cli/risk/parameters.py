"""Which indicators are meant, and with which parameters, as typed or in a file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from xuncha.cli.terminal import tell
from xuncha.cli.wording import language, say

if TYPE_CHECKING:
    from xuncha.risk.indicator import Indicator


def known_indicators(folder: Path | None, *, parity: bool = False) -> dict[str, Indicator]:
    """The catalogue, and an office's own indicators after it. Says each fault of the folder; wrong usage where any.

    ``parity``: instead of both the eleven that ask what Cardinal asks.
    """
    from xuncha.risk.catalogue import shipped

    if parity:
        from xuncha.risk.parity import catalogue

        return catalogue()
    if folder is None:
        return shipped()
    from xuncha.risk.own import read

    try:
        found = read(folder)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise typer.BadParameter(say("failed", path=folder, reason=reason), param_hint="--indicators") from None
    for each in found.faults:
        tell(say("failed", path=each.name, reason=each.chinese if language() == "zh" else each.english))
    if found.faults:
        raise typer.BadParameter(say("risk_own_faults", count=len(found.faults)), param_hint="--indicators")
    if not found.indicators:
        raise typer.BadParameter(say("risk_own_none", name=folder), param_hint="--indicators")
    if found.programs:
        tell(say("risk_own_programs", names="、".join(found.programs)))
    return shipped() | found.indicators


def chosen(only: list[str], known: dict[str, Indicator]) -> list[Indicator]:
    """The indicators with those codes, all where none is named, in the order of the catalogue."""
    codes = [code.strip().upper() for words in only for code in words.split(",") if code.strip()]
    for code in codes:
        if code not in known:
            raise typer.BadParameter(say("risk_no_indicator", code=code), param_hint="CODE")
    return [indicator for code, indicator in known.items() if not codes or code in codes]


def own_parameters(path: Path, known: dict[str, Indicator]) -> dict[str, dict[str, Any]]:
    """An office's parameters by code: a table an indicator."""
    try:
        found = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise typer.BadParameter(
            say("risk_params_unreadable", name=path, reason=fault), param_hint="--params"
        ) from None
    for code, values in found.items():
        indicator = known.get(code)
        if indicator is None or not isinstance(values, dict):
            raise typer.BadParameter(say("risk_no_indicator", code=code), param_hint="--params")
        _check(indicator, values, "--params")
    return found


def parameter_values(indicator: Indicator, words: list[str]) -> dict[str, Any]:
    """Parameters as typed, ``name=value``; a value is written as in TOML, a bare word is text."""
    found: dict[str, Any] = {}
    for word in words:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign or not value:
            raise typer.BadParameter(say("risk_param_form", words=word), param_hint="--param")
        try:
            found[name] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[name] = value
    _check(indicator, found, "--param")
    return found


def _check(indicator: Indicator, values: dict[str, Any], option: str) -> None:
    """Refuse a name that is no parameter, and a word where a number is needed."""
    names = {parameter.name: parameter.value for parameter in indicator.parameters}
    for name, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name not in names or number != isinstance(names[name], int | float):
            raise typer.BadParameter(say("risk_no_parameter", code=indicator.code, name=name), param_hint=option)
