"""The report as one page of HTML that needs no other file and no network."""

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from markupsafe import Markup

from reporting import charts, drawing, text

#: A drawing of four weeks takes 0.05 s and 30 KB: the largest brands are drawn, all stand in the table.
MOST_DRAWN = 24
MOST_LEADING = 3  # brands whose answer stands on the first screen


def render(report: Mapping[str, Any]) -> str:
    """Make the page; whatever a name or a note holds is shown as text and never run."""
    page = jinja2.Environment(
        loader=jinja2.PackageLoader("reporting", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(percent=text.percent, signed=text.signed, count="{:,}".format)
    page.filters.update(estimated=text.estimated, changed=text.changed)
    drawn = _drawn(report["brands"])
    return page.get_template("page.html").render(
        report=report,
        drawn=drawn,
        leading=sorted(drawn, key=lambda brand: -brand["scored"])[:MOST_LEADING],
        shares=_svg(charts.shares(drawn)) if drawn else "",
        trends={brand["brand"]: _svg(charts.trend(brand["days"])) for brand in drawn},
        labels=[n for n in ("positive", "negative", "neutral") if n != "neutral" or report["totals"]["neutral"]],
    )


def _drawn(brands: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Choose the brands to draw, in the order they stand in."""
    largest = sorted((brand["scored"] for brand in brands if brand["scored"]), reverse=True)[:MOST_DRAWN]
    return [brand for brand in brands if largest and brand["scored"] >= largest[-1]][:MOST_DRAWN]


def _svg(chart: Any) -> Markup:  # noqa: ANN401 - altair's own chart
    return Markup(drawing.svg(chart))  # noqa: S704 - our own drawing; it escapes names
