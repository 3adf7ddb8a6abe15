"""Statistics from their definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def type8(values: Sequence[float], p: float) -> float:
    """Hyndman and Fan, type 8."""
    xs = sorted(values)
    h = (len(xs) + 1 / 3) * p + 1 / 3
    j = math.floor(h)
    if j < 1:
        return xs[0]
    if j >= len(xs):
        return xs[-1]
    return xs[j - 1] + (xs[j] - xs[j - 1]) * (h - j)


def median(values: Sequence[float]) -> float:
    xs = sorted(values)
    half = len(xs) // 2
    return xs[half] if len(xs) % 2 else (xs[half - 1] + xs[half]) / 2


def fences(values: Sequence[float]) -> tuple[float, float]:
    q1, q3 = type8(values, 0.25), type8(values, 0.75)
    return q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)


def rz(x: float, values: Sequence[float], least: int = 20) -> float | None:
    if len(values) < least:
        return None
    middle = median(values)
    mad = median([abs(value - middle) for value in values])
    return None if mad == 0 else 0.6745 * (x - middle) / mad


def wilson(k: float, n: float, z: float = 1.96) -> tuple[float, float]:
    p = k / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def ratio(units: dict[Any, tuple[int, int]], n_min: int) -> dict[Any, float]:
    """Units (k, n) that RATIO flags, with k/n."""
    tested = {unit: (k, n) for unit, (k, n) in units.items() if n >= n_min}
    if len(tested) < 10:
        return {}
    fence = fences([k / n for k, n in tested.values()])[1]
    all_k, all_n = sum(k for k, _ in tested.values()), sum(n for _, n in tested.values())
    return {
        unit: k / n
        for unit, (k, n) in tested.items()
        if k > 0 and k / n >= fence and wilson(k, n)[0] >= 1.5 * (all_k - k) / (all_n - n)
    }
