"""Curves of accuracy and loss by epoch, as a picture, with the best epoch and the beginning of overfitting marked."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

BLUE, ORANGE, GREY = "#2f6db5", "#d9730d", "#5b6470"
WIDTH, HEIGHT = 460, 300  # of each of the two panels, in pixels
LABEL_HEIGHT = 18  # of a mark's label above them
LABEL_SHARE = 0.3  # of a panel's width, what a label takes


def overfitting_epoch(history: Mapping[str, Sequence[float]]) -> int | None:
    """Find the epoch after which the validation loss only rises above its lowest; None where it fell to the end."""
    losses = list(history["val_loss"])
    lowest = losses.index(min(losses)) + 1
    return lowest if lowest < len(losses) else None


def draw(history: Mapping[str, Sequence[float]], best_epoch: int, title: str) -> dict[str, bytes]:
    """Draw the curves of one training; returns `curves.svg` and `curves.png`."""
    import altair as alt  # noqa: PLC0415 - half a second that only a picture needs

    overfitting = overfitting_epoch(history)
    panels = alt.hconcat(
        _panel(history, "accuracy", "Accuracy", best_epoch, overfitting),
        _panel(history, "loss", "Loss", best_epoch, overfitting),
        spacing=40,
    )
    return rendered(panels, title, "curves")


def rendered(panels: Any, title: str, name: str) -> dict[str, bytes]:  # noqa: ANN401 - altair's own chart
    """Draw panels as `NAME.svg` and `NAME.png`."""
    import altair as alt  # noqa: PLC0415 - half a second that only a picture needs
    import vl_convert  # noqa: PLC0415 - as above

    picture = panels.properties(title=alt.TitleParams(title, anchor="start", fontSize=16, offset=12)).configure(
        font="sans-serif",
        background="white",
        padding=16,
        view={"stroke": None},
        axis={"gridColor": "#e6e8eb", "domainColor": "#9aa1a9", "tickColor": "#9aa1a9", "labelFontSize": 12},
    )
    document = picture.to_dict()
    return {
        f"{name}.svg": vl_convert.vegalite_to_svg(document).encode(),
        f"{name}.png": vl_convert.vegalite_to_png(document, scale=2),
    }


def _panel(
    history: Mapping[str, Sequence[float]], curve: str, title: str, best_epoch: int, overfitting: int | None
) -> Any:  # noqa: ANN401 - altair's own chart
    import altair as alt  # noqa: PLC0415 - as above

    rows = [
        {"epoch": epoch, "value": value, "set": name}
        for name, key in (("training", curve), ("validation", f"val_{curve}"))
        for epoch, value in enumerate(history[key], 1)
    ]
    epochs = len(history[curve])
    x = alt.X(
        "epoch:Q",
        title="Epoch",
        scale=alt.Scale(domain=[1, max(epochs, 2)], nice=False),
        axis=alt.Axis(grid=False, tickMinStep=1, format="d"),
    )
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False))
    lines = (
        alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=HEIGHT)
        .mark_line(strokeWidth=2, point=epochs == 1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "set:N",
                scale=alt.Scale(domain=["training", "validation"], range=[BLUE, ORANGE]),
                legend=alt.Legend(title=None, orient="top", labelFontSize=12, symbolStrokeWidth=3),
            ),
        )
    )
    return alt.layer(lines, *_marks(best_epoch, overfitting, epochs))


def _marks(best_epoch: int, overfitting: int | None, epochs: int) -> list[Any]:
    """Mark the epochs by dashed rules with labels above the panel, placed so that no rule crosses a label."""
    marks = [(best_epoch, f"best epoch: {best_epoch}")]
    if overfitting is not None:
        marks.append((overfitting, f"overfitting starts: {overfitting}"))
    first, last = min(marks), max(marks)
    # A label takes less than 0.3 of the width. Both to the right of their rules, the first higher; or, where the last
    # has no room there, both to the left, the last higher.
    if last[0] <= (1 - LABEL_SHARE) * epochs:
        placed = [_mark(*first, line=2, align="left"), _mark(*last, line=1, align="left")]
    else:
        align: Literal["left", "right"] = "right" if first[0] > LABEL_SHARE * epochs else "left"
        placed = [_mark(*first, line=1, align=align), _mark(*last, line=2, align="right")]
    return placed if len(marks) > 1 else placed[1:]


def _mark(epoch: int, label: str, *, line: int, align: Literal["left", "right"]) -> Any:  # noqa: ANN401 - altair's own chart
    import altair as alt  # noqa: PLC0415 - as above

    above = LABEL_HEIGHT * line + 4
    base = alt.Chart(alt.InlineData(values=[{"epoch": epoch, "label": label}])).encode(x="epoch:Q")
    rule = base.mark_rule(strokeDash=[5, 4], color=GREY).encode(y=alt.value(-above), y2=alt.value(HEIGHT))
    text = base.mark_text(align=align, dx=5 if align == "left" else -5, baseline="bottom", fontSize=12, color=GREY)
    return rule + text.encode(text="label:N", y=alt.value(-above + LABEL_HEIGHT))
