"""The report as one picture, for slides and chats: the shares of the brands, and one of them day by day."""

from collections.abc import Mapping
from typing import Any

from reporting import answers, charts, drawing, largest, sentences

#: In points at the chart's own size, where letters have eleven to thirteen.
TITLE, SUBTITLE = 17, 12
LONGEST_NAME = 60  # letters of a brand in a title
INK = "#1d2329"


def render(report: Mapping[str, Any]) -> bytes:
    """Draw a report as PNG; without shares, the picture says so."""
    drawn = largest.drawn(report["brands"])
    if not drawn:
        empty = {"data": {"values": [{}]}, "width": charts.WIDTH, "height": 1, "mark": {"type": "point", "opacity": 0}}
        return drawing.png({**empty, "title": _title(report, "No shares to draw")})
    [first] = answers.leading(drawn, 1)
    parts = [
        {**charts.shares(drawn), "title": _title(report, _shares_title(report, len(drawn)))},
        {
            **charts.trend(first["days"], first["worst_week"]),
            "title": _heading(f"{_short(first['brand'])}, day by day"),
        },
    ]
    return drawing.png({"vconcat": parts, "spacing": 30, "resolve": {"scale": {"color": "independent"}}})


def _shares_title(report: Mapping[str, Any], drawn: int) -> str:
    brands = report["brands"]
    if len(brands) == 1:
        return f"How people talk about {_short(brands[0]['brand'])}"
    of_all = f", the largest {drawn} of {len(brands):,}" if drawn < len(brands) else ""
    return f"How people talk about your brands{of_all}"


def _title(report: Mapping[str, Any], said: str) -> dict[str, Any]:
    counted = f"{sentences.period(report)}; labels of {report['model']}, {report['totals']['scored']:,} comments"
    below = f"{counted}, revision {report['revision']}"
    return {**_heading(said), "subtitle": below, "subtitleFontSize": SUBTITLE, "subtitleColor": charts.GREY}


def _heading(said: str) -> dict[str, Any]:
    return {"text": said, "anchor": "start", "frame": "group", "fontSize": TITLE, "color": INK, "offset": 12}


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
