"""The strip plot: a dot a peer, median and limit with their figures, the lead's own value a solid diamond."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from xuncha.risk.reporting.figures import Language, figure
from xuncha.risk.reporting.markup import Safe, element
from xuncha.risk.reporting.words import say

WIDTH: Final = 720
_LEFT, _RIGHT = 16, WIDTH - 16
_TOP, _BASE = 40, 116
_HEIGHT: Final = 140
_DOT: Final = 4.0
_STEP: Final = 9.0
_WIDE: Final = 50
"""Money that spreads further than this stands on a scale of logarithms."""
_LABEL: Final = 110


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    is_log: bool

    def at(self, value: float) -> float:
        low, high, x = (math.log(v) if self.is_log else v for v in (self.low, self.high, value))
        share = (x - low) / (high - low) if high > low else 0.5
        return round(_LEFT + 12 + share * (_RIGHT - _LEFT - 24), 1)

    def ticks(self) -> list[float]:
        """Round values, some six of them."""
        if self.is_log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            found = [10.0**power for power in range(first, last + 1)]
            if len(found) < 4:
                found = [base * power for power in found for base in (1, 2, 5)]
            return [tick for tick in found if self.low <= tick <= self.high]
        rough = (self.high - self.low) / 6 or 1
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
        first = math.ceil(self.low / step)
        return [n * step for n in range(first, first + 9) if n * step <= self.high]


def strip_plot(peers: dict[str, Any], lead: dict[str, Any], language: Language) -> Safe:
    """The peers of a lead. ``peers``: of its indicator, with ``what``, ``form``, ``groups``."""
    form, among = peers["form"], lead["peers"]
    group = peers["groups"][among["group"]]
    own, limit, median = among["own"], among.get("limit"), among.get("median")
    values = list(group["values"])
    if own in values:
        values.remove(own)
    scale = _scale([*values, own, *([limit] if limit is not None else [])], form)
    if median is not None and not scale.low <= median <= scale.high:
        median = None
    n = group["n"]
    said = say("plot_alt", language).format(
        what=peers["what"][language],
        n=f"{n:,}",
        own=figure(own, form),
        median=figure(median, form),
        limit=figure(limit, form),
    )
    parts: list[Safe] = []
    if limit is not None:
        parts += _limit(scale, own, limit, form, language)
    parts += _axis(scale, form)
    parts += _dots(scale, values)
    if median is not None:
        is_near = limit is not None and abs(scale.at(median) - scale.at(limit)) < _LABEL
        parts += _median(scale, median, form, language, row=12 if not is_near else 26)
    parts += _own(scale, own, form, language)
    notes = [peers["what"][language], say("plot_peers", language).format(n=f"{n:,}")]
    if len(group["values"]) < n:
        notes.append(say("plot_sampled", language).format(n=len(group["values"])))
    if scale.is_log:
        notes.append(say("plot_log", language))
    stop = "；" if language == "zh" else "; "
    return element(
        "figure",
        element("figcaption", stop.join(notes)),
        element(
            "div",
            element("svg", *parts, viewBox=f"0 0 {WIDTH} {_HEIGHT}", class_="plot", role="img", aria_label=said),
            class_="scroll",
            tabindex="0",
            role="group",
            aria_label=peers["what"][language],
        ),
    )


def _scale(values: list[float], form: str) -> _Scale:
    low, high = min(values), max(values)
    if form == "yuan" and low > 0 and high / low > _WIDE:
        return _Scale(low / 1.2, high * 1.2, is_log=True)
    room = (high - low) * 0.03 or abs(high) * 0.1 or 1.0
    return _Scale(max(0.0, low - room) if low >= 0 else low - room, high + room, is_log=False)


def _axis(scale: _Scale, form: str) -> list[Safe]:
    found = [element("line", x1=_LEFT, x2=_RIGHT, y1=_BASE, y2=_BASE, class_="axis")]
    for tick in scale.ticks():
        x = scale.at(tick)
        found.append(element("line", x1=x, x2=x, y1=_BASE, y2=_BASE + 4, class_="axis"))
        found.append(element("text", _short(tick, form), x=x, y=_BASE + 18, class_="tick"))
    return found


def _short(tick: float, form: str) -> str:
    if form == "pct":
        return f"{tick * 100:.4g}%"
    return f"{tick:,.0f}" if abs(tick) >= 100 else f"{tick:.4g}"


def _dots(scale: _Scale, values: list[float]) -> list[Safe]:
    """Dots on one another where they would cover one another, as close as the room asks."""
    columns: dict[int, list[float]] = {}
    for value in values:
        x = scale.at(value)
        columns.setdefault(round(x / _STEP), []).append(x)
    highest = max(map(len, columns.values()), default=0)
    step = min(_STEP, (_BASE - _TOP - 2 * _DOT) / max(1, highest - 1))
    return [
        element("circle", cx=round(place * _STEP, 1), cy=round(_BASE - _DOT - 1 - n * step, 1), r=_DOT, class_="peer")
        for place, xs in columns.items()
        for n in range(len(xs))
    ]


def _median(scale: _Scale, median: float, form: str, language: Language, *, row: int) -> list[Safe]:
    x = scale.at(median)
    words = f"{say('plot_median', language)} {figure(median, form)}"
    return [
        element("line", x1=x, x2=x, y1=row + 4, y2=_BASE, class_="median"),
        element("text", words, x=_inside(x, words), y=row, class_="label"),
    ]


def _limit(scale: _Scale, own: float, limit: float, form: str, language: Language) -> list[Safe]:
    """The limit, and the side of it on which leads lie."""
    x = scale.at(limit)
    left, right = (x, _RIGHT) if own >= limit else (_LEFT, x)
    words = f"{say('plot_limit', language)} {figure(limit, form)}"
    return [
        element("rect", x=left, y=_TOP - 20, width=round(right - left, 1), height=_BASE - _TOP + 20, class_="beyond"),
        element("line", x1=x, x2=x, y1=_TOP - 20, y2=_BASE, class_="limit"),
        element("text", words, x=_inside(x, words), y=12, class_="label"),
    ]


def _own(scale: _Scale, own: float, form: str, language: Language) -> list[Safe]:
    x, y = scale.at(own), _BASE - 8
    words = f"{say('plot_own', language)} {figure(own, form)}"
    return [
        element("path", d=f"M{x} {y - 7}L{x + 7} {y}L{x} {y + 7}L{x - 7} {y}Z", class_="own"),
        element("text", words, x=_inside(x, words), y=y - 13, class_="label own-label"),
    ]


def _inside(x: float, words: str) -> float:
    """The middle of a label that stays within the picture."""
    half = sum(12 if ord(sign) > 0x2E7F else 7 for sign in words) / 2
    return round(min(max(x, _LEFT + half), _RIGHT - half), 1)
