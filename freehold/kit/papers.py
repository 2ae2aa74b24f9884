"""Papers: documents as PDF, set by typst from a template and plain data; the same data give the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst


@cache
def _fonts() -> Any:
    """Only the fonts that come with typst, so that every machine sets the same page."""
    return typst.Fonts(include_system_fonts=False)


def typeset(template: Path, data: dict[str, Any], *, at: datetime) -> bytes:
    """
    Set a paper.

    :param template: a ``.typ`` file that reads ``json(bytes(sys.inputs.data))``
    :param data: plain values, already written in the reader's language
    :param at: the paper's own moment; it stands in the file's metadata
    :returns: a PDF/A
    """
    return typst.compile(
        template.read_bytes(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, sort_keys=True)},
        pdf_standards=["a-3b"],
        timestamp=int(at.timestamp()),
    )


