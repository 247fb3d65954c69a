"""The report as text, for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reporting import answers, dates

MOST_DAYS = 14  # of the line: with it a terminal of 80 columns holds the table
MOST_WORDS = 3  # that are named as the reason
#: What the words of a report are compared with.
AGAINST = {"before": "before", "other_days": "on the other days"}
MOST_ESTIMATES = 10  # brands whose estimates are told in words: every other format has all
BLOCKS = " ▁▂▃▄▅▆▇█"


def render(report: Mapping[str, Any]) -> RenderableType:
    """Lay a report out: the shares per brand, how they went from day to day, and what has to be known."""
    period = report["period"]
    days = dates.span(period["from"], period["to"]) if period["from"] else "No days"
    title = f"{days}, counted by {report['model']}, revision {report['revision']}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    if said := since(report):
        parts.append(Text(said))
    if report["brands"]:
        parts.append(_shares(report))
        parts += [Text(f"• {said}") for said in _why(report["brands"])]
    parts += [Text(f"• {note}") for note in report["notes"]]
    if report["totals"]["comments"]:
        parts.append(Text(f"{_sum(report['totals'])}."))
    if report["totals"]["scored"]:
        parts.append(Text("The shares in the table are the model's labels counted.", style="italic"))
    return Group(*parts)


def _sum(totals: Mapping[str, Any]) -> str:
    """Write the law of conservation of the period."""
    parts = [f"{totals[name]:,} {name}" for name in ("scored", "skipped", "failed", "pending", "cancelled")]
    return f"{totals['comments']:,} comment{'s' * (totals['comments'] != 1)} = {' + '.join(parts)}"


def since(report: Mapping[str, Any]) -> str:
    """Say what changed since the revision before, or since the one that the reader was sent; empty of a first one."""
    if not report.get("revision_note"):
        return ""
    return f"Since revision {report.get('since_revision', report['revision'] - 1)}: {report['revision_note']}"


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
    for brand in told:
        said += filter(None, (changed(brand), worst_week(brand), why(brand)))
    return said


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
    of = answers.moved(brand, "positive")
    if of is None:
        return ""
    said = [f"{'as counted, ' * of.is_counted}{100 * of.low:+.1f} to {100 * of.high:+.1f}"]
    said += [] if of.is_sure else ["within what chance does"]
    said += ["more by a change of the sources' mix than within them"] if of.is_by_mix else []
    more = "more" if of.share > 0 else "fewer"
    return f"{brand['brand']}: {100 * abs(of.share):.1f} points {more} positive than {of.against} ({'; '.join(said)})."


def worst_week(brand: Mapping[str, Any]) -> str:
    """Name the worst week of a brand; empty where none stands out."""
    found = brand["worst_week"]
    if found is None:
        return ""
    return (
        f"{brand['brand']}: the worst week was {dates.span(found['from'], found['to'])}: "
        f"{percent(found['negative_share'])} of {found['scored']:,} comments were negative, "
        f"{percent(found['negative_share_else'])} on the other days."
    )


def why(brand: Mapping[str, Any]) -> str:
    """Name the words that stand in more negative comments than before, or than on other days; empty where none do."""
    found = brand["drivers"]
    if not found["negative"] or found["against"] is None:
        return ""
    than = AGAINST[found["against"]]
    named = [
        f"{one['words']} ({percent(one['share'])}{' of all' * (not place)}, was {percent(one['share_before'])})"
        for place, one in enumerate(found["negative"][:MOST_WORDS])
    ]
    return f"{brand['brand']}: more negative comments than {than} hold {', '.join(named)}."


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
    for name in ("positive", "negative", *(["neutral"] if has_neutral else []), "net", "scored"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("by day", no_wrap=True)
    for brand in report["brands"]:
        shares = [percent(brand["positive_share"]), percent(brand["negative_share"])]
        shares += [percent(brand["neutral_share"])] if has_neutral else []
        counts = [signed(brand["net_sentiment"]), f"{brand['scored']:,}"]
        table.add_row(Text(brand["brand"]), *shares, *counts, _line([day["positive_share"] for day in brand["days"]]))
    return table


def _line(shares: list[float | None]) -> str:
    """Draw a share per day as a line of blocks; a day without one is a blank."""
    return "".join(
        " " if share is None else BLOCKS[1 + round(share * (len(BLOCKS) - 2))] for share in shares[-MOST_DAYS:]
    )
