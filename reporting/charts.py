"""The charts of a report: the shares of brands, from day to day, and their net sentiment side by side.

Each is a specification of Vega-Lite as it is written, without Altair: importing that and building the same by it took
a fifth of the time of a page.
"""

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
Chart = dict[str, Any]
LONGEST_NAME = 160  # in pixels, about 24 letters; the table beside it has the whole name
_PERCENT = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}


def shares(brands: Sequence[Mapping[str, Any]], width: int = WIDTH) -> Chart:
    """Draw the shares of each brand as one bar, positive to the left."""
    place = {"y": _ordinal("place", axis=None)}
    scale = {"domain": [0, 1]}
    bars = {
        "mark": {"type": "bar", "height": BAR_HEIGHT - 10},
        "encoding": {
            **place,
            "x": _quantity("from", axis=None, scale=scale),
            "x2": {"field": "to"},
            "color": _colours([label for label in COLOURS if any(brand[label] for brand in brands)]),
        },
    }
    figures = {
        "transform": [{"filter": f"datum.share >= {SMALLEST_LABELLED}"}],
        "mark": {"type": "text", "color": "white", "fontSize": 12, "fontWeight": "bold"},
        "encoding": {**place, "x": _quantity("middle"), "text": _quantity("share", format=".0%")},
    }
    layers = [_on(_parts(brands), bars, figures), _names(brands)]
    return {"width": width, "height": {"step": BAR_HEIGHT}, "layer": layers}


def trend(days: Sequence[Mapping[str, Any]], marked: Mapping[str, Any] | None = None) -> Chart:
    """Draw the positive and the negative share of each day, and below them how many comments were scored.

    `marked` is a period, with `from` and `to`, that is shaded.
    """
    rows = [
        {"day": day["day"], "label": label, "share": day[f"{label}_share"]}
        for day in days
        for label in ("positive", "negative")
    ]
    lines = {
        "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 26}},
        "encoding": {
            "x": _day("day", axis=None),
            "y": _quantity("share", title="share", scale={"domain": [0, 1]}, axis=_PERCENT),
            "color": _colours(["positive", "negative"]),
        },
    }
    counts = [{"day": day["day"], "scored": day["scored"]} for day in days]
    # Seven ticks at most, none within a day: a report may be about a single one.
    dates = {"format": "%-d %b", "grid": False, "tickCount": min(len(days), 7)}
    volume = {
        "data": {"values": counts},
        "width": WIDTH,
        "height": VOLUME_HEIGHT,
        "mark": {
            "type": "bar",
            "color": COLOURS["neutral"],
            "width": max(2, min(18, 0.7 * WIDTH / max(len(days), 1))),
        },
        "encoding": {
            "x": _day("day", axis={**dates, "labelOverlap": True, "tickMinStep": 86_400_000}),
            "y": _quantity("scored", title="scored", axis={"tickCount": 2, "tickMinStep": 1, "format": "~s"}),
        },
    }
    layers = [*([] if marked is None else [_shade(marked)]), _on(rows, lines)]
    above = {"width": WIDTH, "height": TREND_HEIGHT, "layer": layers}
    return {"vconcat": [above, volume], "spacing": 10, "resolve": {"scale": {"x": "shared"}}}


def net(brands: Sequence[Mapping[str, Any]], what: str, names: Sequence[Any]) -> Chart:
    """Draw the net sentiment of brands as fields, a row each; `what` is `sources`, `weekdays` or `hours`."""
    rows = [
        {"place": place, "brand": brand["brand"], "name": str(name), "net": found, "said": f"{100 * found:+.0f}"}
        for place, brand in enumerate(brands)
        for name in names
        for found in [net_of(brand, what, name)]
        if found is not None
    ]
    axis = {"orient": "top", "labelAngle": 0, "ticks": False, "domain": False, "title": None, "labelLimit": 90}
    places = {
        "x": {
            "field": "name",
            "type": "nominal",
            "scale": {"domain": [str(name) for name in names], "paddingInner": 0.03},
            "axis": axis,
        },
        "y": _ordinal("place", scale={"domain": list(range(len(brands))), "paddingInner": 0.1}, axis=None),
    }
    fields = {"mark": "rect", "encoding": {**places, "color": _net_colour()}}
    on_dark = {"condition": {"test": f"abs(datum.net) >= {DARK}", "value": "white"}, "value": "#1d2329"}
    figures = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {**places, "text": {"field": "said", "type": "nominal"}, "color": on_dark},
    }
    layers = [_on(rows, fields, figures), _names(brands)]
    return {"width": WIDTH, "height": {"step": BAR_HEIGHT - 6}, "layer": layers}


def net_of(brand: Mapping[str, Any], what: str, name: object) -> float | None:
    """Give the net sentiment of a brand's source, weekday or hour; None where too few speak."""
    key = what.removesuffix("s")
    for row in brand[what]:
        if row[key] == name and row["positive"] + row["negative"] >= LEAST_SHOWN:
            return float(row["net_sentiment"])
    return None


def hours(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """Draw the comments of each hour of the day, coloured by their net sentiment; grey where too few speak."""
    values = [
        {"hour": row["hour"], "comments": row["comments"], "net": net_of({"hours": [row]}, "hours", row["hour"])}
        for row in rows
    ]
    bars = {
        # Hours without a net sentiment are drawn too.
        "mark": {"type": "bar", "stroke": "#9aa1a9", "strokeWidth": 0.5, "invalid": None},
        "encoding": {
            "x": _ordinal("hour", title="hour", axis={"labelAngle": 0}),
            "y": _quantity("comments", title="comments", axis={"tickCount": 3, "tickMinStep": 1, "format": "~s"}),
            "color": {"condition": {"test": "isValid(datum.net)", **_net_colour()}, "value": "#c9ced4"},
        },
    }
    return {"width": WIDTH, "height": HOURS_HEIGHT, "data": {"values": values}, **bars}


def _shade(marked: Mapping[str, Any]) -> Chart:
    return {
        "data": {"values": [{"from": marked["from"], "to": marked["to"]}]},
        "mark": {"type": "rect", "color": COLOURS["negative"], "opacity": 0.14},
        "encoding": {"x": _day("from", axis=None), "x2": {"field": "to"}},
    }


def _names(brands: Sequence[Mapping[str, Any]]) -> Chart:
    """Write the names of brands to the left of their rows."""
    return {
        "data": {"values": [{"place": place, "brand": brand["brand"]} for place, brand in enumerate(brands)]},
        "mark": {"type": "text", "align": "right", "dx": -10, "fontSize": 13, "limit": LONGEST_NAME, "color": GREY},
        "encoding": {
            "x": {"value": 0},
            "y": _ordinal("place", axis=None),
            "text": {"field": "brand", "type": "nominal"},
        },
    }


def _on(rows: Sequence[Mapping[str, Any]], *layers: Chart) -> Chart:
    """Draw layers on the same rows."""
    return {"data": {"values": rows}, "layer": list(layers)}


def _quantity(field: str, **said: object) -> Chart:
    return {"field": field, "type": "quantitative", **said}


def _ordinal(field: str, **said: object) -> Chart:
    return {"field": field, "type": "ordinal", **said}


def _day(field: str, axis: Chart | None) -> Chart:
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "title": None, "axis": axis}


def _net_colour() -> Chart:
    scale = {
        "domain": [-1, 0, 1],
        "range": [COLOURS["negative"], MIDDLE, COLOURS["positive"]],
        "interpolate": "rgb",
    }
    return _quantity("net", scale=scale, legend=None)


def _colours(labels: list[str]) -> Chart:
    scale = {"domain": labels, "range": [COLOURS[label] for label in labels]}
    legend = {"title": None, "orient": "top", "labelFontSize": 12}
    return {"field": "label", "type": "nominal", "scale": scale, "legend": legend}


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
