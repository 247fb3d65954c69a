"""What a search tried, as a table and as a picture."""

import csv
import io
import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from model_store.options import Around, Between, Searched
from model_store.training import curves
from model_store.training.curves import BLUE, GREY, ORANGE

COMPLETE, PRUNED, STOPPED = "complete", "pruned", "stopped"
COLORS = {COMPLETE: BLUE, PRUNED: "#b3bac2", STOPPED: GREY}
WIDTH, HEIGHT = 680, 240  # of the panel by trial, in pixels
SMALL, ACROSS = 150, 4  # height and width of a panel by option, and how many stand in a row
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

    panels = _Panels(trials)
    small = [
        panels.by_option(name, space, is_first=i % ACROSS == 0) for i, (name, space) in enumerate(searched.items())
    ]
    rows = [alt.hconcat(*small[i : i + ACROSS], spacing=24) for i in range(0, len(small), ACROSS)]
    return curves.rendered(alt.vconcat(panels.by_trial(), *rows, spacing=24), title, "trials")


class _Panels:
    """The panels of one picture, over the same trials and the same range of accuracies."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self._rows: list[dict[str, Any]] = []
        so_far = 0.0
        for trial in trials:
            if trial.val_accuracy is not None:
                so_far = max(so_far, trial.val_accuracy)
                shown = {"number": trial.number, "accuracy": trial.val_accuracy, "best": so_far, "state": trial.state}
                self._rows.append({**trial.options, **shown})
        self._best = max(self._rows, key=lambda row: row["accuracy"])
        lowest = min(row["accuracy"] for row in self._rows)
        self._is_cut = lowest < so_far - SHOWN
        self._low = math.floor(100 * max(lowest, so_far - SHOWN)) / 100
        self._high = min(1.0, math.ceil(100 * so_far) / 100)

    def by_trial(self) -> Any:  # noqa: ANN401 - altair's own chart
        import altair as alt  # noqa: PLC0415 - as above

        trials = self._rows[-1]["number"]
        scale = alt.Scale(domain=[0.5, trials + 0.5], nice=False)
        x = alt.X("number:Q", title="Trial", scale=scale, axis=alt.Axis(grid=False, tickMinStep=1, format="d"))
        data = alt.Chart(alt.InlineData(values=self._rows), width=WIDTH, height=HEIGHT)
        line = data.mark_line(interpolate="step-after", strokeWidth=2, color=ORANGE)
        said = {**self._best, "said": f"best: {100 * self._best['accuracy']:.2f} %, trial {self._best['number']}"}
        align: Literal["left", "right"] = "left" if said["number"] <= trials / 2 else "right"
        mark = alt.Chart(alt.InlineData(values=[said])).mark_text(align=align, dy=-12, fontSize=12, color=ORANGE)
        of_best, of_each = (self._y(field, "Validation accuracy") for field in ("best", "accuracy"))
        points = self._points(data, x, of_each)
        return alt.layer(line.encode(x=x, y=of_best), points, mark.encode(x=x, y=of_each, text="said:N"))

    def by_option(self, name: str, space: Any, *, is_first: bool) -> Any:  # noqa: ANN401 - altair's own chart
        import altair as alt  # noqa: PLC0415 - as above

        title = name.replace("_", " ").capitalize()
        if isinstance(space, (Between, Around)):
            is_log = isinstance(space, Around) or space.log
            kind = alt.Scale(type="log" if is_log else "linear", zero=False, padding=8)
            x = alt.X(f"{name}:Q", title=title, scale=kind, axis=alt.Axis(grid=False, tickCount=4, format="~g"))
        else:
            angle = -40 if any(isinstance(value, str) for value in space) else 0
            values = alt.Scale(domain=list(space))
            x = alt.X(f"{name}:N", title=title, scale=values, axis=alt.Axis(grid=False, labelAngle=angle))
        data = alt.Chart(alt.InlineData(values=self._rows), width=SMALL, height=SMALL)
        return self._points(data, x, self._y("accuracy", labels=is_first))

    def _y(self, field: str, title: str | None = None, *, labels: bool = True) -> Any:  # noqa: ANN401 - altair's own
        import altair as alt  # noqa: PLC0415 - as above

        least = f"datum.value <= {self._low} ? '≤ ' + datum.label : datum.label"
        axis = alt.Axis(format=".0%", labels=labels, tickCount=5, labelExpr=least if self._is_cut else "datum.label")
        scale = alt.Scale(domain=[self._low, self._high], nice=False, clamp=True)
        return alt.Y(f"{field}:Q", title=title, scale=scale, axis=axis)

    def _points(self, data: Any, x: Any, y: Any) -> Any:  # noqa: ANN401 - altair's own
        import altair as alt  # noqa: PLC0415 - as above

        there = [state for state in COLORS if any(row["state"] == state for row in self._rows)]
        scale = alt.Scale(domain=there, range=[COLORS[state] for state in there])
        legend = alt.Legend(title=None, orient="top", labelFontSize=12)
        color = alt.Color("state:N", scale=scale, legend=legend)
        return data.mark_point(filled=True, opacity=0.85, size=50).encode(x=x, y=y, color=color)
