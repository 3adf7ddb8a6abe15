"""Quantity is ink (墨分五色): which of five greys stands for a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Up to this many, the steps are those that people count on their fingers: 1, 2, 3-4, 5-6, 7 and more.
_SMALL: Final = 10
_STEPS: Final = (1, 2, 3, 5, 7)
# Beyond, the five inks part the way to the largest number at these shares: the office's own setting, by eye.
_SHARES: Final = (0.0, 0.08, 0.22, 0.42, 0.68)


@dataclass(frozen=True, slots=True)
class Scale:
    """The least number of each of the five inks, rising."""

    least: tuple[int, int, int, int, int]

    def ink(self, number: int) -> str:
        """k0 for none, k1 to k5."""
        return f"k{sum(number >= least for least in self.least)}"

    def words(self) -> str:
        """What the five inks stand for: 1、2、3–4、5–6、7+."""
        ends = (*(following - 1 for following in self.least[1:]), None)
        return "、".join(
            f"{first:,}+" if last is None else f"{first:,}" if first == last else f"{first:,}–{last:,}"
            for first, last in zip(self.least, ends, strict=True)
        )


def scale(largest: int) -> Scale:
    """The scale for numbers up to the largest one."""
    if largest <= _SMALL:
        return Scale(_STEPS)
    least = [1]
    for share in _SHARES[1:]:
        least.append(max(least[-1] + 1, _round(largest * share)))
    a, b, c, d, e = least
    return Scale((a, b, c, d, e))


def _round(number: float) -> int:
    """To one or two digits that people can keep in mind."""
    if number < 20:
        return round(number)
    unit = 10 ** (math.floor(math.log10(number)) - 1) * 5
    return int(round(number / unit) * unit)
