"""The report as PDF: A4 pages to print and to send, tagged for readers of screens."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any, Final

from reporting import glyphs, printed

TEMPLATE = "report.typ"
#: Of accessible documents: headings, tables and pictures that say what they are, letters that can be read out.
STANDARD: Final = "ua-1"


def render(report: Mapping[str, Any]) -> bytes:
    """Typeset a report; whatever a name or a comment holds is shown as text and never run."""
    told = glyphs.replacements({**report})
    content = printed.of(glyphs.shown({**report}, told))
    content["has_box"] = glyphs.BOX in told.values()
    return _compiled(content, datetime.fromisoformat(report["read_at"]))


def _compiled(content: Mapping[str, Any], read_at: datetime) -> bytes:
    """Compile the template. The same report gives the same file: it bears the time of reading."""
    import typst  # noqa: PLC0415 - 0.1 s that only a printed report needs

    template = resources.files("reporting").joinpath(TEMPLATE).read_bytes()
    made = {"report": json.dumps(content), "date": json.dumps([read_at.year, read_at.month, read_at.day])}
    try:
        return typst.compile(template, sys_inputs=made, pdf_standards=[STANDARD], timestamp=int(read_at.timestamp()))
    except typst.TypstError:
        # A sequence of characters that have shapes one by one may have none together.
        return typst.compile(template, sys_inputs=made, timestamp=int(read_at.timestamp()))
