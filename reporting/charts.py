"""The charts of a report: the shares of brands, from day to day, and their net sentiment side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

#: Blue and orange are told apart by people who see no red or green; white stands on each at 4.5 to 1 or more.
COLOURS = {"positive": "#2f6db5", "neutral": "#6b7480", "negative": "#b4560a"}
GREY = "#5b6470"
WIDTH = 760  # of a drawing, in pixels
BAR_HEIGHT, TREND_HEIGHT, VOLUME_HEIGHT = 34, 150, 44
HOURS_HEIGHT = 90
#: Net sentiment from -1 to 1.
MIDDLE = "#eceef1"
LEAST_SHOWN = 10  # positive and negative comments, below which a net sentiment says nothing
DARK = 0.85  # of net sentiment either way, from which white is read better on its colour
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
    return bars + figures + _names(brands)


def trend(days: Sequence[Mapping[str, Any]], marked: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - as above
    """Draw the positive and the negative share of each day, and below them how many comments were scored.

    `marked` is a period, with `from` and `to`, that is shaded.
    """
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
    shaded = [lines] if marked is None else [_shade(marked), lines]
    return alt.vconcat(alt.layer(*shaded), volume, spacing=10).resolve_scale(x="shared")


def net(brands: Sequence[Mapping[str, Any]], what: str, names: Sequence[Any]) -> Any:  # noqa: ANN401 - as above
    """Draw the net sentiment of brands as fields, a row each; `what` is `sources`, `weekdays` or `hours`."""
    import altair as alt  # noqa: PLC0415 - as above

    rows = [
        {"place": place, "brand": brand["brand"], "name": str(name), "net": found, "said": f"{100 * found:+.0f}"}
        for place, brand in enumerate(brands)
        for name in names
        for found in [net_of(brand, what, name)]
        if found is not None
    ]
    axis = alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, title=None, labelLimit=90)
    chart = alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=alt.Step(BAR_HEIGHT - 6)).encode(
        x=alt.X("name:N", scale=alt.Scale(domain=[str(name) for name in names], paddingInner=0.03), axis=axis),
        y=alt.Y("place:O", scale=alt.Scale(domain=list(range(len(brands))), paddingInner=0.1), axis=None),
    )
    fields = chart.mark_rect().encode(color=_net_colour())
    figures = chart.mark_text(fontSize=11).encode(
        text="said:N",
        color=alt.condition(f"abs(datum.net) >= {DARK}", alt.value("white"), alt.value("#1d2329")),
    )
    return fields + figures + _names(brands)


def net_of(brand: Mapping[str, Any], what: str, name: object) -> float | None:
    """Give the net sentiment of a brand's source, weekday or hour; None where too few speak."""
    key = what.removesuffix("s")
    for row in brand[what]:
        if row[key] == name and row["positive"] + row["negative"] >= LEAST_SHOWN:
            return float(row["net_sentiment"])
    return None


def hours(rows: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - as above
    """Draw the comments of each hour of the day, coloured by their net sentiment; grey where too few speak."""
    import altair as alt  # noqa: PLC0415 - as above

    values = [
        {"hour": row["hour"], "comments": row["comments"], "net": net_of({"hours": [row]}, "hours", row["hour"])}
        for row in rows
    ]
    return (
        alt.Chart(alt.InlineData(values=values), width=WIDTH, height=HOURS_HEIGHT)
        .mark_bar(stroke="#9aa1a9", strokeWidth=0.5, invalid=None)  # hours without a net sentiment are drawn too
        .encode(
            x=alt.X("hour:O", title="hour", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("comments:Q", title="comments", axis=alt.Axis(tickCount=3, tickMinStep=1, format="~s")),
            color=alt.condition("isValid(datum.net)", _net_colour(), alt.value("#c9ced4")),
        )
    )


def _shade(marked: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    import altair as alt  # noqa: PLC0415 - as above

    return (
        alt.Chart(alt.InlineData(values=[{"from": marked["from"], "to": marked["to"]}]))
        .mark_rect(color=COLOURS["negative"], opacity=0.14)
        .encode(x=alt.X("from:T", scale=alt.Scale(type="utc"), axis=None), x2="to:T")
    )


def _names(brands: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - as above
    """Write the names of brands to the left of their rows."""
    import altair as alt  # noqa: PLC0415 - as above

    values = [{"place": place, "brand": brand["brand"]} for place, brand in enumerate(brands)]
    return (
        alt.Chart(alt.InlineData(values=values))
        .mark_text(align="right", dx=-10, fontSize=13, limit=LONGEST_NAME, color=GREY)
        .encode(x=alt.value(0), y=alt.Y("place:O", axis=None), text="brand:N")
    )


def _net_colour() -> Any:  # noqa: ANN401 - altair's own channel
    import altair as alt  # noqa: PLC0415 - as above

    scale = alt.Scale(domain=[-1, 0, 1], range=[COLOURS["negative"], MIDDLE, COLOURS["positive"]], interpolate="rgb")
    return alt.Color("net:Q", scale=scale, legend=None)


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
                    "label": label,
                    "share": share,
                    "from": begin,
                    "to": begin + share,
                    "middle": begin + share / 2,
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
