"""The tables of `brandpulse models evaluate`."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from cli import output

SMALLEST_P = 0.0001  # smaller ones say no more
UNDEFINED = "not defined on this set"
NAMES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "auc": "AUC",
    "macro_recall": "macro recall",
}


def show(found: Mapping[str, Any]) -> None:
    """Print the figures of one model."""
    console = output.console()
    console.print(f"{found['model']} on {_place(found)}", soft_wrap=True)
    console.print(_figures(found))
    console.print(_confusion(found["confusion"]))
    for field in ("brand", "source"):
        _show_groups(field, [found])


def show_compared(found: Mapping[str, Any]) -> None:
    """Print the figures of several models side by side, and which of them differ."""
    console = output.console()
    models = found["models"]
    people = _percent(models[0]["true_positive_share"])
    console.print(f"{_place({**models[0], **found})}; positive by people: {people}", soft_wrap=True)
    table = Table("model", *NAMES.values(), "calibration error", "counted positive", "comments per second")
    for model in models:
        cells = (*(_with_interval(model, name) for name in NAMES), _number(model["calibration_error"]))
        table.add_row(model["model"], *cells, _counted(model), f"{model['comments_per_second']:,.0f}")
    console.print(table)
    if found["pairs"]:
        console.print(_pairs(found["pairs"]))
    for field in ("brand", "source"):
        _show_groups(field, models)


def _place(found: Mapping[str, Any]) -> str:
    """Say on what rows."""
    split = f", split {found['split']}" if found["split"] else ""
    neutral = sum(found["confusion"]["neutral"].values())
    rows = f"{found['n']['positive']:,} positive and {found['n']['negative']:,} negative rows"
    return f"{found['data']}{split}: {rows}{f', {neutral:,} neutral' if neutral else ''}"


def _figures(found: Mapping[str, Any]) -> Table:
    table = Table("figure", "value", "95 % interval")
    intervals = found.get("intervals", {})
    for name, words in NAMES.items():
        interval = intervals.get(name)
        table.add_row(
            words, _number(found[name], UNDEFINED), f"{interval[0]:.4f} to {interval[1]:.4f}" if interval else ""
        )
    classes = found["calibration_classes"]
    words = f"calibration error, {classes} classes" if classes else "calibration error"
    table.add_row(words, _number(found["calibration_error"], UNDEFINED), "")
    table.add_row("positive share, by people", _percent(found["true_positive_share"]), "")
    table.add_row("positive share, as counted", _percent(found["counted_positive_share"], UNDEFINED), "")
    table.add_row("skipped, counted as wrong", f"{found['skipped']:,}", "")
    table.add_row("rows without text or label, left out", f"{found['ignored']:,}", "")
    table.add_row("comments per second", f"{found['comments_per_second']:,.0f}", "")
    return table


def _confusion(confusion: Mapping[str, Mapping[str, int]]) -> Table:
    answers = list(next(iter(confusion.values())))
    table = Table("people say", *(f"model: {answer}" for answer in answers))
    for truth, row in confusion.items():
        if sum(row.values()):
            table.add_row(truth, *(f"{row[answer]:,}" for answer in answers))
    return table


def _pairs(pairs: Sequence[Mapping[str, Any]]) -> Table:
    several = len({tuple(pair["models"]) for pair in pairs}) > 1
    table = Table("models", "figure", "difference", "95 % interval", "p, Holm" if several else "p", "they differ")
    for pair in pairs:
        interval = pair["interval"]
        table.add_row(
            " less ".join(pair["models"]),
            NAMES[pair["figure"]],
            f"{pair['difference']:+.4f}",
            f"{interval[0]:+.4f} to {interval[1]:+.4f}" if interval else "",
            _p(pair["p_holm"]),
            {True: "yes", False: "not shown", None: "too few rows"}[pair["significant"]],
        )
    return table


def _show_groups(field: str, models: Sequence[Mapping[str, Any]]) -> None:
    """Print the positive share of each brand or source, by people and as each model counts it."""
    summaries = [model[f"{field}_summary"] for model in models]
    if not summaries[0] or len(models[0][f"by_{field}"]) == 1:
        return
    alone = len(models) == 1
    table = Table(
        *(field, "rows", "by people"),
        *(f"by {model['model']}" for model in models),
        *((NAMES["accuracy"], NAMES["macro_recall"]) if alone else ()),
        title=f"Positive share by {field}",
    )
    large = summaries[0]["large"]
    rows = [[(Text(row[field]), row) for row in model[f"by_{field}"][:large]] for model in models]
    if small := summaries[0]["small"]:
        words = f"{small['groups']:,} with fewer than {summaries[0]['least_rows']} rows"
        rows = [[*known, (Text(words), summary["small"])] for known, summary in zip(rows, summaries, strict=True)]
    for same in zip(*rows, strict=True):
        name, row = same[0]
        counted = (_counted(group) for _, group in same)
        figures = (_number(row["accuracy"]), _number(row["macro_recall"])) if alone else ()
        table.add_row(name, f"{row['n']:,}", _percent(row["true_positive_share"]), *counted, *figures)
    if summaries[0]["averaged"] > 1:
        table.add_section()
        table.add_row(f"mean of {summaries[0]['averaged']:,} named ones", "", "", *map(_mean, summaries))
    output.console().print(table)


def _mean(summary: Mapping[str, Any]) -> str:
    if summary["mean_difference"] is None:
        return ""
    return f"{100 * summary['mean_difference']:+.1f} (absolute {100 * summary['mean_absolute_difference']:.1f})"


def _counted(row: Mapping[str, Any]) -> str:
    """Give the share that a model counts, and by how many points it is off."""
    share = row["counted_positive_share"]
    return "all skipped" if share is None else f"{_percent(share)} ({100 * row['difference']:+.1f})"


def _with_interval(model: Mapping[str, Any], name: str) -> str:
    interval = model.get("intervals", {}).get(name)
    return _number(model[name], "not defined") + (f"\n{interval[0]:.3f} to {interval[1]:.3f}" if interval else "")


def _number(value: float | None, otherwise: str = "") -> str:
    return otherwise if value is None else f"{value:.4f}"


def _percent(value: float | None, otherwise: str = "") -> str:
    return otherwise if value is None else f"{100 * value:.1f} %"


def _p(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}" if value >= SMALLEST_P else f"< {SMALLEST_P}"
