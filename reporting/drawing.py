"""From a chart to a picture, without a browser."""

import re
from collections.abc import Mapping
from typing import Any

from reporting import rewriting

#: What XML cannot hold. In a drawn text it would end the whole process, and no exception would say so.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST_TEXT = 200  # characters: longer ones have no room, and measuring 10,000 takes seconds
PAPER = "white"  # behind a picture that stands alone: a reader in the dark sees its grey letters too
#: Of every chart.
STYLE = {
    "font": "sans-serif",
    "background": "transparent",
    "padding": 4,
    "view": {"stroke": None},
    "axis": {"gridColor": "#e6e8eb", "domainColor": "#9aa1a9", "tickColor": "#9aa1a9", "labelFontSize": 11},
}


def svg(chart: Mapping[str, Any]) -> str:
    """Draw a chart, a specification of Vega-Lite, as SVG, whose texts and lines the page around it may style."""
    import vl_convert  # noqa: PLC0415 - 0.2 s that only a page needs

    return str(vl_convert.vegalite_to_svg(_styled(chart)))


def png(chart: Mapping[str, Any], scale: float = 2) -> bytes:
    """Draw a chart as PNG on white, at `scale` times its pixels."""
    import vl_convert  # noqa: PLC0415 - as above

    return bytes(vl_convert.vegalite_to_png({**_styled(chart), "background": PAPER}, scale=scale))


def _styled(chart: Mapping[str, Any]) -> dict[str, Any]:
    return {**rewriting.texts(dict(chart), _clean), "config": STYLE}


def _clean(text: str) -> str:
    """Cut a long text, and show a mark in place of each character that a drawing cannot hold."""
    short = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return _NO_XML.sub("\ufffd", short)
