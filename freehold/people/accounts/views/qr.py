"""A QR code as one path of an SVG, drawn here: the secret never leaves the house."""

from __future__ import annotations

import qrcode
from qrcode.constants import ERROR_CORRECT_M

_QUIET = 4


def qr_path(text: str) -> tuple[int, str]:
    """
    Draw a text.

    :returns: the side of the drawing in modules, and the path of its dark ones
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path
