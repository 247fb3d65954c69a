"""The charts of a report: the shares of each brand, and how one brand's went from day to day."""

from collections.abc import Mapping, Sequence
from typing import Any

#: Blue and orange are told apart by people who see no red or green.
COLOURS = {"positive": "#2f6db5", "neutral": "#6b7480", "negative": "#d9730d"}
GREY = "#5b6470"
WIDTH = 760  # of a drawing, in pixels
BAR_HEIGHT, TREND_HEIGHT, VOLUME_HEIGHT = 34, 150, 44
#: A bar shorter than this share has no room for its figure: "7 %" takes 30 of 760 pixels.
SMALLEST_LABELLED = 0.06
LONGEST_NAME = 160  # in pixels, about 24 letters; the table beside it has the whole name


def shares(brands: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - altair's own chart
    """Draw the shares of each brand as one bar, positive to the left."""
    import altair as alt  # noqa: PLC0415 - 0.3 s that only a page needs

    chart = alt.Chart(alt.InlineData(values=_parts(brands)), width=WIDTH, height=alt.Step(BAR_HEIGHT)).encode(
        y=alt.Y("place:O", axis=None),
        x=alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
        x2="to:Q",
    )
    bars = chart.mark_bar(height=BAR_HEIGHT - 10).encode(
        color=_colours([label for label in COLOURS if any(brand[label] for brand in brands)])
    )
    figures = (
        chart.transform_filter(f"datum.share >= {SMALLEST_LABELLED}")
        .mark_text(color="white", fontSize=12, fontWeight="bold")
        .encode(x="middle:Q", x2=alt.X2(), text=alt.Text("share:Q", format=".0%"))
    )
    names = (
        chart.transform_filter("datum.first")
        .mark_text(align="right", dx=-10, fontSize=13, limit=LONGEST_NAME, color=GREY)
        .encode(x=alt.value(0), x2=alt.X2(), text="brand:N")
    )
    return bars + figures + names


def trend(days: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - as above
    """Draw the positive and the negative share of each day, and below them how many comments were scored."""
    import altair as alt  # noqa: PLC0415 - as above

    rows = [
        {"day": day["day"], "label": label, "share": day[f"{label}_share"]}
        for day in days
        for label in ("positive", "negative")
    ]
    time = alt.X("day:T", scale=alt.Scale(type="utc"), title=None)
    # Seven ticks at most, none within a day: a report may be about a single one.
    dates = alt.Axis(
        format="%-d %b", grid=False, tickCount=min(len(days), 7), labelOverlap=True, tickMinStep=86_400_000
    )
    lines = (
        alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=TREND_HEIGHT)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=26))
        .encode(
            x=time.axis(None),
            y=alt.Y("share:Q", title="share", scale=alt.Scale(domain=[0, 1]), axis=_percent_axis()),
            color=_colours(["positive", "negative"]),
        )
    )
    counts = [{"day": day["day"], "scored": day["scored"]} for day in days]
    volume = (
        alt.Chart(alt.InlineData(values=counts), width=WIDTH, height=VOLUME_HEIGHT)
        .mark_bar(color=COLOURS["neutral"], width=max(2, min(18, 0.7 * WIDTH / max(len(days), 1))))
        .encode(
            x=time.axis(dates),
            y=alt.Y("scored:Q", title="scored", axis=alt.Axis(tickCount=2, tickMinStep=1, format="~s")),
        )
    )
    return alt.vconcat(lines, volume, spacing=10).resolve_scale(x="shared")


def _parts(brands: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lay the labels of each brand end to end."""
    rows = []
    for place, brand in enumerate(brands):
        begin = 0.0
        for label in filter(brand.__getitem__, COLOURS):
            share = brand[f"{label}_share"] or 0.0
            rows.append(
                {
                    "place": place,
                    "brand": brand["brand"],
                    "label": label,
                    "share": share,
                    "from": begin,
                    "to": begin + share,
                    "middle": begin + share / 2,
                    "first": not begin,
                }
            )
            begin += share
    return rows


def _colours(labels: list[str]) -> Any:  # noqa: ANN401 - altair's own channel
    import altair as alt  # noqa: PLC0415 - as above

    scale = alt.Scale(domain=labels, range=[COLOURS[label] for label in labels])
    return alt.Color("label:N", scale=scale, legend=alt.Legend(title=None, orient="top", labelFontSize=12))


def _percent_axis() -> Any:  # noqa: ANN401 - altair's own axis
    import altair as alt  # noqa: PLC0415 - as above

    return alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
