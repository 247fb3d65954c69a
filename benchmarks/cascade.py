"""Draw what a cascade's limit trades: accuracy against comments per second, for the whole range of limits.

    python -m benchmarks.cascade FOLDER

FOLDER holds `tweeteval_sentiment.parquet` and other sets of tweets. Figures are of TweetEval's test split, which chose
nothing. Rates are of other tweets, each limit timed by itself. Writes the table of docs/models.md and the picture
beside it.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click

from benchmarks import pages, texts
from cli import output
from model_store import cascade, loading, shipped
from model_store.artefact import Artefact
from model_store.cascade import ACCURATE, FAST, Cascade, Rule
from model_store.prediction import LIKELIEST
from model_store.recipes import fast
from model_store.serving import Scorer, Scores
from model_store.training import curves, evaluation, labelled
from model_store.training.labelled import Labelled
from settings import errors

PAGE = Path(__file__).parents[1] / "docs" / "models.md"
PICTURE = "cascade"
MODULE = "benchmarks.cascade"
EVERY = 6  # of the limits that were tried, each 0.01 apart, so many steps are between two that are timed
TIMED, ROUNDS = 8_000, 3  # tweets, and how often; the median counts, so that the first round may warm up
NEAR = 0.05  # limits that are no farther below the chosen one are not named in the picture


class Point(NamedTuple):
    """What one limit gives."""

    limit: float
    asked: float
    macro_f1: float
    macro_recall: float
    comments_per_second: float
    is_chosen: bool


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--model", default="auto@2", show_default=True, help="A shipped version of the recipe `auto`.")
def main(folder: Path, model: str) -> None:
    """Measure every sixth limit and write the table and the picture."""
    try:
        points = measure(shipped.find(model), folder)
        before, after = pages.around(PAGE, MODULE)
    except errors.BrandpulseError as error:
        click.echo(error, err=True)
        sys.exit(1)
    for name, content in draw(points).items():
        if name.endswith(".svg"):
            (PAGE.parent / name).write_bytes(content)
    PAGE.write_text(f"{before}\n\n{_table(points)}\n\n![{_told(points)}]({PICTURE}.svg)\n\n{after}", encoding="utf-8")
    output.console().print(_table(points), markup=False)


def measure(version: Artefact, folder: Path) -> list[Point]:
    """Measure limits on TweetEval's test split and on other tweets."""
    members = {name: loading.load(shipped.find(one["spec"])).scorer for name, one in version.card["members"].items()}
    rows = labelled.read(folder / "tweeteval_sentiment.parquet")
    rows = rows.where(split == "test" for split in rows.splits)
    said = {name: member.score(rows.masked()) for name, member in members.items()}
    timed = texts.tweets(folder, TIMED)
    rule, chosen = Rule(**version.card["rule"], short=fast.SHORT), version.card["rule"]["limit"]
    tried = version.card["tried"]
    shown = [one for place, one in enumerate(tried) if place % EVERY == 0 or one["limit"] == chosen or one is tried[-1]]
    return [
        Point(
            one["limit"],
            *_figures(rows, said[FAST], said[ACCURATE], rule._replace(limit=one["limit"])),
            _rate(members, rule._replace(limit=one["limit"]), timed),
            one["limit"] == chosen,
        )
        for one in shown
    ]


def draw(points: Sequence[Point]) -> dict[str, bytes]:
    """Draw both figures over the rates, the chosen limit marked."""
    import altair as alt  # noqa: PLC0415 - half a second that only a picture needs

    chosen = next(point.limit for point in points if point.is_chosen)
    rows = [
        {
            **point._asdict(),
            "figure": name,
            "value": 100 * getattr(point, field),
            # Above the chosen limit points lie so close together that their figures would cover each other.
            "is_named": point.is_chosen or point.limit < chosen - NEAR,
        }
        for point in points
        for name, field in (("macro-averaged recall", "macro_recall"), ("macro-F1", "macro_f1"))
    ]
    rate = alt.X("comments_per_second:Q", title="comments per second", scale=alt.Scale(type="log"))
    value = alt.Y("value:Q", title="%", scale=alt.Scale(zero=False))
    lines = alt.Chart(alt.InlineData(values=rows), width=380, height=280)
    layers = [
        lines.mark_line(color=curves.BLUE, point=alt.OverlayMarkDef(color=curves.BLUE, size=30)).encode(rate, value),
        lines.mark_point(color=curves.ORANGE, size=160, strokeWidth=3)
        .encode(rate, value)
        .transform_filter("datum.is_chosen"),
        lines.mark_text(dx=8, dy=-10, align="left", fontSize=11, color=curves.GREY)
        .encode(rate, value, text="limit:Q")
        .transform_filter("datum.is_named"),
    ]
    panels = [
        alt.layer(*(layer.transform_filter(f"datum.figure == '{name}'") for layer in layers)).properties(title=name)
        for name in ("macro-averaged recall", "macro-F1")
    ]
    return curves.rendered(alt.hconcat(*panels, spacing=40), "What the limit of the cascade trades", PICTURE)


def _figures(rows: Labelled, first: Scores, second: Scores, rule: Rule) -> tuple[float, float, float]:
    found, asked = cascade.ruled(first, second, rows.masked(), rule)
    figures = evaluation.of_scores(rows.labels, found, LIKELIEST)
    return len(asked) / len(rows.texts), figures["macro_f1"], figures["macro_recall"]


def _rate(members: dict[str, Scorer], rule: Rule, timed: Sequence[str]) -> float:
    model = Cascade(members[FAST], members[ACCURATE], rule)
    return median(_timed(model, timed) for _ in range(ROUNDS))


def _timed(model: Cascade, timed: Sequence[str]) -> float:
    began = time.perf_counter()
    model.score(timed)
    return len(timed) / (time.perf_counter() - began)


def _table(points: Sequence[Point]) -> str:
    header = ("limit", "asked of the accurate member", "macro-averaged recall, %", "macro-F1, %", "comments per second")
    return pages.table(header, map(_line, points))


def _line(point: Point) -> tuple[str, ...]:
    limit = f"**{point.limit:.2f}**, chosen" if point.is_chosen else f"{point.limit:.2f}"
    figures = (f"{100 * point.macro_recall:.1f}", f"{100 * point.macro_f1:.1f}", f"{point.comments_per_second:,.0f}")
    return (limit, f"{100 * point.asked:.0f} %", *figures)


def _told(points: Sequence[Point]) -> str:
    first, last = points[0], points[-1]
    return (
        f"Recall from {100 * first.macro_recall:.1f} % at {first.comments_per_second:,.0f} comments a second to "
        f"{100 * last.macro_recall:.1f} % at {last.comments_per_second:,.0f}"
    )


if __name__ == "__main__":
    main()
