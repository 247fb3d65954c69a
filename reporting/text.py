"""The report as text, for a terminal."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

MOST_DAYS = 14  # of the line: with it a terminal of 80 columns holds the table
MOST_ESTIMATES = 10  # brands whose estimates are told in words: every other format has all
BLOCKS = " ▁▂▃▄▅▆▇█"


def render(report: Mapping[str, Any]) -> RenderableType:
    """Lay a report out: the shares per brand, how they went from day to day, and what has to be known."""
    period = report["period"]
    days = f"{period['from']} to {period['to']}" if period["from"] else "no days"
    title = f"{days}, counted by {report['model']}, revision {report['revision']}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    if report["brands"]:
        parts.append(_shares(report))
        parts += [Text(f"• {said}") for said in _why(report["brands"])]
    parts += [Text(f"• {note}") for note in report["notes"]]
    if report["totals"]["scored"]:
        parts.append(Text("The shares in the table are the model's labels counted.", style="italic"))
    return Group(*parts)


def _why(brands: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say of the first brands what is estimated and what changed; name those without an estimate in one sentence."""
    told = brands[:MOST_ESTIMATES]
    said = [estimated(brand) for brand in told if brand["estimate"]]
    without = [brand["brand"] for brand in told if brand["estimate"] is None]
    if without:
        said.append(
            f"No estimate of the true shares of {', '.join(without)}: how often the model errs on them is not known, "
            "or there are too few comments. `brandpulse audit sample` draws comments to label."
        )
    return said + [moved for brand in told for moved in [changed(brand)] if moved]


def estimated(brand: Mapping[str, Any]) -> str:
    """Say what is estimated of a brand and by what, or why nothing is."""
    name, estimate = brand["brand"], brand["estimate"]
    if estimate is None:
        said = f"{name}: no estimate of the true share. {brand['estimate_reason']}"
    else:
        negative = estimate["shares"]["negative"]
        said = (
            f"{name}: an estimated {percent(estimate['positive_share'])} of comments are positive "
            f"({percent(estimate['low'])} to {percent(estimate['high'])}), {percent(negative['share'])} negative "
            f"({percent(negative['low'])} to {percent(negative['high'])}): {estimate['method']} by "
            f"{estimate['calibration']['labels']:,} labels ({estimate['calibration']['name']}), "
            f"{100 * estimate['level']:.0f} % intervals."
        )
    found = brand["model_accuracy"]
    if found is None:
        return said
    return (
        f"{said} People agreed with the model on {percent(found['share'])} of {found['labels']:,} audited comments "
        f"({percent(found['low'])} to {percent(found['high'])})."
    )


def changed(brand: Mapping[str, Any]) -> str:
    """Say whether a brand is better off than in the period right before; empty where there is none to compare."""
    [found] = [one for one in brand["changes"] if one["against"] == "before"] or [None]
    if found is None:
        return ""
    days = (date.fromisoformat(found["to"]) - date.fromisoformat(found["from"])).days + 1
    against = "the day before" if days == 1 else f"the {days} days before"
    of = found["change"]["positive"]
    is_counted = of["estimate"] is None
    moved, low, high = (of["counted"], of["low"], of["high"]) if is_counted else of["estimate"].values()
    sides = [f"{100 * abs(moved):.1f} points {'more' if moved > 0 else 'fewer'} positive than {against}"]
    sides += [f"{'as counted, ' * is_counted}{100 * low:+.1f} to {100 * high:+.1f}"]
    if low <= 0 <= high:
        sides.append("within what chance does")
    if abs(of["mix"]) > abs(of["within"]):
        sides.append("more by a change of the sources' mix than within them")
    return f"{brand['brand']}: {sides[0]} ({'; '.join(sides[1:])})."


def percent(share: float | None) -> str:
    """Write a share, or that there is none."""
    return "n/a" if share is None else f"{100 * share:.1f} %"


def signed(net: float | None) -> str:
    """Write a net sentiment between -100 and +100, or that there is none."""
    return "n/a" if net is None else f"{100 * net:+.0f}"


def _shares(report: Mapping[str, Any]) -> Table:
    has_neutral = report["totals"]["neutral"] > 0
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("brand", min_width=12)
    for name in ("positive", "negative", *(["neutral"] if has_neutral else []), "net", "scored", "comments"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("positive by day", no_wrap=True)
    for brand in report["brands"]:
        shares = [percent(brand["positive_share"]), percent(brand["negative_share"])]
        shares += [percent(brand["neutral_share"])] if has_neutral else []
        counts = [signed(brand["net_sentiment"]), f"{brand['scored']:,}", f"{brand['comments']:,}"]
        table.add_row(Text(brand["brand"]), *shares, *counts, _line([day["positive_share"] for day in brand["days"]]))
    return table


def _line(shares: list[float | None]) -> str:
    """Draw a share per day as a line of blocks; a day without one is a blank."""
    return "".join(
        " " if share is None else BLOCKS[1 + round(share * (len(BLOCKS) - 2))] for share in shares[-MOST_DAYS:]
    )
