"""The report as text, for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reporting import controls, sentences

MOST_DAYS = 14  # of the line: with it a terminal of 80 columns holds the table
MOST_ESTIMATES = 10  # brands whose estimates are told in words: every other format has all
BLOCKS = " ▁▂▃▄▅▆▇█"


def render(report: Mapping[str, Any]) -> RenderableType:
    """Lay a report out: the shares per brand, how they went from day to day, and what has to be known."""
    report = controls.shown_in({**report})
    title = f"{sentences.period(report)}, counted by {report['model']}, revision {report['revision']}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    if said := sentences.since(report):
        parts.append(Text(said))
    parts += [Text(f"• {said}") for said in sentences.spikes(report)]
    if report["brands"]:
        parts.append(_shares(report))
        parts += [Text(f"• {said}") for said in _why(report["brands"])]
    parts += [Text(f"• {note}") for note in sentences.notes(report)]
    if report["totals"]["comments"]:
        parts.append(Text(f"{_sum(report['totals'])}."))
    if report["totals"]["scored"]:
        parts.append(Text("The shares in the table are the model's labels counted.", style="italic"))
    return Group(*parts)


def _sum(totals: Mapping[str, Any]) -> str:
    """Write the law of conservation of the period."""
    parts = [f"{totals[name]:,} {name}" for name in ("scored", "skipped", "failed", "pending", "cancelled")]
    return f"{totals['comments']:,} comment{'s' * (totals['comments'] != 1)} = {' + '.join(parts)}"


def _why(brands: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say of the first brands what is estimated and what changed; name those without an estimate in one sentence."""
    told = brands[:MOST_ESTIMATES]
    said = [sentences.named(brand, sentences.estimated(brand)) for brand in told if brand["estimate"]]
    without = [brand["brand"] for brand in told if brand["estimate"] is None]
    if without:
        said.append(
            f"No estimate of the true shares of {', '.join(without)}: how often the model errs on them is not known, "
            "or there are too few comments. `brandpulse audit sample` draws comments to label."
        )
    for brand in told:
        found = (sentences.changed(brand), sentences.worst_week(brand), sentences.why(brand))
        said += [sentences.named(brand, one) for one in found if one]
    return said


def _shares(report: Mapping[str, Any]) -> Table:
    has_neutral = report["totals"]["neutral"] > 0
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("brand", min_width=12)
    for name in ("positive", "negative", *(["neutral"] if has_neutral else []), "net", "scored"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("by day", no_wrap=True)
    for brand in report["brands"]:
        shares = [sentences.percent(brand["positive_share"]), sentences.percent(brand["negative_share"])]
        shares += [sentences.percent(brand["neutral_share"])] if has_neutral else []
        counts = [sentences.signed(brand["net_sentiment"]), f"{brand['scored']:,}"]
        table.add_row(Text(brand["brand"]), *shares, *counts, _line([day["positive_share"] for day in brand["days"]]))
    return table


def _line(shares: list[float | None]) -> str:
    """Draw a share per day as a line of blocks; a day without one is a blank."""
    return "".join(
        " " if share is None else BLOCKS[1 + round(share * (len(BLOCKS) - 2))] for share in shares[-MOST_DAYS:]
    )
