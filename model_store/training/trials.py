"""What a search tried, as a table and as a picture."""

import csv
import io
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from model_store.options import Around, Between, Searched
from model_store.training import curves
from model_store.training.curves import BLUE, GREY, ORANGE

COMPLETE, PRUNED, STOPPED = "complete", "pruned", "stopped"
WIDTH, HEIGHT = 640, 240  # of the panel by trial, in pixels
SMALL, ACROSS = 180, 3  # height and width of a panel by option, and how many stand in a row
#: Accuracies further below the best than this are drawn at the lower edge: a network that learnt nothing would press
#: all the others into one line.
SHOWN = 0.1


class Trial(NamedTuple):
    """One training of a search."""

    number: int  # 1 is the first
    state: str  # `complete`; `pruned`, given up as worse than half of the others; `stopped` by time or by hand
    val_accuracy: float | None  # of its best epoch so far; None where none came to its end
    seconds: float
    options: dict[str, Any]


def best(trials: Sequence[Trial]) -> Trial | None:
    """Choose by validation accuracy; of equals, the first."""
    judged = [trial for trial in trials if trial.val_accuracy is not None]
    return max(judged, key=lambda trial: trial.val_accuracy or 0.0, default=None)


def table(trials: Sequence[Trial]) -> str:
    """Write one row per trial, as CSV."""
    options = list(trials[0].options) if trials else []
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["number", "state", "validation_accuracy", "seconds", *options])
    for trial in trials:
        accuracy = "" if trial.val_accuracy is None else f"{trial.val_accuracy:.6f}"
        values = [trial.options[name] for name in options]
        rows.writerow([trial.number, trial.state, accuracy, f"{trial.seconds:.1f}", *values])
    return file.getvalue()


def draw(trials: Sequence[Trial], searched: Searched, title: str) -> dict[str, bytes]:
    """Draw the accuracy by trial, and by each option that was searched; returns `trials.svg` and `trials.png`."""
    import altair as alt  # noqa: PLC0415 - half a second that only a picture needs

    rows, scale = _rows(trials), _scale(trials)
    small = [_by_option(rows, name, searched[name], scale) for name in searched]
    lines = [alt.hconcat(*small[i : i + ACROSS], spacing=28) for i in range(0, len(small), ACROSS)]
    panels = alt.vconcat(_by_trial(rows, scale), *lines, spacing=24)
    return curves.rendered(panels, title, "trials")


def _rows(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    so_far = 0.0
    for trial in trials:
        if trial.val_accuracy is not None:
            so_far = max(so_far, trial.val_accuracy)
            shown = {"number": trial.number, "accuracy": trial.val_accuracy, "best": so_far}
            rows.append({**trial.options, **shown, "state": trial.state})
    return rows


def _scale(trials: Sequence[Trial]) -> Any:  # noqa: ANN401 - altair's own
    import altair as alt  # noqa: PLC0415 - as above

    accuracies = [trial.val_accuracy for trial in trials if trial.val_accuracy is not None]
    low = max(min(accuracies), max(accuracies) - SHOWN)
    domain = [math.floor(100 * low) / 100, math.ceil(100 * max(accuracies) + 0.1) / 100]
    return alt.Scale(domain=domain, nice=False, clamp=True)


def _by_trial(rows: list[dict[str, Any]], scale: Any) -> Any:  # noqa: ANN401 - altair's own
    import altair as alt  # noqa: PLC0415 - as above

    data = alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=HEIGHT)
    x = alt.X("number:Q", title="Trial", axis=alt.Axis(grid=False, tickMinStep=1, format="d"))
    best_so_far = data.mark_line(interpolate="step-after", strokeWidth=2, color=ORANGE).encode(
        x=x, y=alt.Y("best:Q", scale=scale, title="Validation accuracy", axis=alt.Axis(format=".0%"))
    )
    return best_so_far + _points(data, x, "", scale)


def _by_option(rows: list[dict[str, Any]], name: str, space: Any, scale: Any) -> Any:  # noqa: ANN401 - altair's own
    import altair as alt  # noqa: PLC0415 - as above

    title = name.replace("_", " ").capitalize()
    if isinstance(space, (Between, Around)):
        is_log = isinstance(space, Around) or space.log
        kind = alt.Scale(type="log" if is_log else "linear", zero=False)
        x = alt.X(f"{name}:Q", title=title, scale=kind, axis=alt.Axis(grid=False, tickCount=4, format="~g"))
    else:
        values = alt.Scale(domain=list(space))
        x = alt.X(f"{name}:N", title=title, scale=values, axis=alt.Axis(grid=False, labelAngle=0))
    return _points(alt.Chart(alt.InlineData(values=rows), width=SMALL, height=SMALL), x, "", scale)


def _points(data: Any, x: Any, title: str, scale: Any) -> Any:  # noqa: ANN401 - altair's own
    import altair as alt  # noqa: PLC0415 - as above

    states = [COMPLETE, PRUNED, STOPPED]
    return data.mark_point(filled=True, opacity=0.85, size=50).encode(
        x=x,
        y=alt.Y("accuracy:Q", scale=scale, title=title, axis=alt.Axis(format=".0%")),
        color=alt.Color(
            "state:N",
            scale=alt.Scale(domain=states, range=[BLUE, "#b3bac2", GREY]),
            legend=alt.Legend(title=None, orient="top", labelFontSize=12),
        ),
    )
