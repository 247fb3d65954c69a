"""The report as one page of HTML that needs no other file and no network."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jinja2
from markupsafe import Markup, escape

from reporting import answers, charts, controls, dates, drawing, hours, largest, sentences, templates

MOST_LEADING = 3  # brands whose answer stands on the first screen
LABELS = ("positive", "negative", "neutral")
OUTCOMES = ("comments", "scored", "skipped", "failed", "pending", "cancelled")
PERIODS = {"before": "the period before", "week": "a week before", "four_weeks": "four weeks before"}
A_WEEK = 7  # days, below which weekdays are not compared

Report = Mapping[str, Any]


def render(report: Report) -> str:
    """Make the page; whatever a name or a note holds is shown as text and never run."""
    report = controls.shown_in({**report})
    drawn = largest.drawn(report["brands"])
    sides = _sides(report, drawn)
    return _page().render(
        report=report,
        subject=sentences.subject(report),
        period=sentences.period(report),
        decided=sentences.decided(report),
        notes=sentences.notes(report),
        drawn=drawn,
        leading=answers.leading(drawn, MOST_LEADING),
        moved=answers.moved,
        spikes=[_typeset(str)(said) for said in sentences.spikes(report)],
        periods=PERIODS,
        span=dates.span,
        labels=[label for label in LABELS if label != "neutral" or report["totals"]["neutral"]],
        outcomes=OUTCOMES,
        has_voice=len(report["brands"]) > 1,
        sides=sides,
        net_of=charts.net_of,
        least_shown=charts.LEAST_SHOWN,
        pictures={what: _svg(charts.net(_shown(drawn, what, names), what, names)) for what, _, names in sides}
        | ({"shares": _svg(charts.shares(drawn))} if drawn else {}),
        trends={brand["brand"]: _svg(charts.trend(brand["days"], brand["worst_week"])) for brand in drawn},
        hours={brand["brand"]: _svg(charts.hours(brand["hours"])) for brand in drawn},
    )


def _page() -> jinja2.Template:
    page = templates.environment("page")
    page.filters.update(count="{:,}".format, day=dates.day, zip=zip, marked=_marked, against=sentences.against)
    page.filters.update(
        percent=_typeset(sentences.percent), signed=_typeset(sentences.signed), points=_typeset(_points)
    )
    for sentence in (sentences.estimated, sentences.changed, sentences.worst_week, sentences.why, sentences.copies):
        page.filters[sentence.__name__] = _typeset(sentence)
    return page.get_template("page.html")


def _typeset(write: Callable[[Any], str]) -> Callable[[Any], Markup]:
    """Typeset what is written, and show what is to be typed as such."""
    return lambda value: _marked(sentences.typeset(write(value)))


def _marked(said: str) -> Markup:
    escaped = str(escape(said))  # plain: in Markup the pieces put in would be escaped as well
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped))  # noqa: S704


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _sides(report: Report, drawn: Sequence[Report]) -> list[tuple[str, str, list[Any]]]:
    """Say by what brands can be compared: the key of a brand's rows, its name in words, and the names of the rows."""
    if len(report["brands"]) < 2:  # noqa: PLR2004 - one brand is compared with nobody
        return []
    sources = sorted({source["source"] for brand in drawn for source in brand["sources"]})
    found: list[tuple[str, str, list[Any]]] = [("sources", "source", sources)]
    if any(len(brand["days"]) >= A_WEEK for brand in drawn):
        found.append(("weekdays", "weekday", list(hours.WEEKDAYS)))
    found.append(("hours", "hour of the day", list(range(hours.A_DAY))))
    return [one for one in found if _shown(drawn, one[0], one[2])]


def _shown(brands: Sequence[Report], what: str, names: Sequence[Any]) -> list[Report]:
    """Leave out the brands that nowhere have enough comments."""
    return [brand for brand in brands if any(charts.net_of(brand, what, name) is not None for name in names)]


def _svg(chart: Any) -> Markup:  # noqa: ANN401 - altair's own chart
    return Markup(drawing.svg(chart))  # noqa: S704 - our own drawing; it escapes names
