"""From a chart to a picture, without a browser."""

from typing import Any


def svg(chart: Any) -> str:  # noqa: ANN401 - altair's own chart
    """Draw a chart as SVG, whose texts and lines the page around it may style."""
    import vl_convert  # noqa: PLC0415 - 0.2 s that only a page needs

    return str(vl_convert.vegalite_to_svg(_styled(chart)))


def _styled(chart: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return dict(
        chart.configure(
            font="sans-serif",
            background="transparent",
            padding=4,
            view={"stroke": None},
            axis={"gridColor": "#e6e8eb", "domainColor": "#9aa1a9", "tickColor": "#9aa1a9", "labelFontSize": 11},
        ).to_dict(validate=False)  # our own charts: validating them took as long as drawing them
    )
