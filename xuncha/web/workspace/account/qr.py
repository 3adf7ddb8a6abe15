"""A QR code as a path of an inline picture, drawn on the server: nothing is loaded, no style is needed."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M


@dataclass(frozen=True, slots=True)
class Picture:
    """``size`` modules a side with the quiet zone; ``path`` draws the dark ones, a unit each."""

    size: int
    path: str


def picture(words: str) -> Picture:
    """The words as a picture."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(words)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), path)
