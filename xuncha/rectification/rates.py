"""完成率: shares as offices publish them, in whole numbers: two decimals, half up, never a float."""

from __future__ import annotations


def share(part: int, whole: int) -> str:
    """``part`` of ``whole`` in percent with two decimals, half up, as ``56.54``; empty where there is no whole.

    Source: domain guide, section 8 (688 of 697 is 98.71). Errors: `ValueError` unless 0 <= part <= whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return ""
    hundredths = (2 * part * 10_000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}"
