"""What formats say alike: sentences on a brand without its name, which stands above them, and figures in words."""

import re
from collections.abc import Mapping
from typing import Any

from reporting import answers, dates

Brand = Mapping[str, Any]

MOST_WORDS = 3  # that are named as the reason
MOST_SPIKES = 10  # that are told in words, the most surprising
#: What the words of a report are compared with.
AGAINST = {"before": "before", "other_days": "on the other days"}


def against(brand: Brand) -> str:
    """Name what the words of a brand are compared with; empty where they are compared with nothing."""
    return AGAINST.get(brand["drivers"]["against"], "")


def estimated(brand: Brand) -> str:
    """Say what is estimated of a brand and by what, or why nothing is."""
    estimate = brand["estimate"]
    if estimate is None:
        said = f"No estimate of the true share. {brand['estimate_reason']}"
    else:
        negative = estimate["shares"]["negative"]
        said = (
            f"An estimated {percent(estimate['positive_share'])} of comments are positive "
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


def changed(brand: Brand) -> str:
    """Say whether a brand is better off than in the period right before; empty where there is none to compare."""
    of = answers.moved(brand, "positive")
    if of is None:
        return ""
    said = [f"{'as counted, ' * of.is_counted}{100 * of.low:+.1f} to {100 * of.high:+.1f}"]
    said += [] if of.is_sure else ["within what chance does"]
    said += ["more by a change of the sources' mix than within them"] if of.is_by_mix else []
    more = "more" if of.share > 0 else "fewer"
    return f"{100 * abs(of.share):.1f} points {more} positive than {of.against} ({'; '.join(said)})."


def worst_week(brand: Brand) -> str:
    """Name the worst week of a brand; empty where none stands out."""
    found = brand["worst_week"]
    if found is None:
        return ""
    return (
        f"The worst week was {dates.span(found['from'], found['to'])}: "
        f"{percent(found['negative_share'])} of {found['scored']:,} comments were negative, "
        f"{percent(found['negative_share_else'])} on the other days."
    )


def why(brand: Brand) -> str:
    """Name the words that stand in more negative comments than before, or than on other days; empty where none do."""
    found = brand["drivers"]
    if not found["negative"] or found["against"] is None:
        return ""
    named = [
        f"{one['words']} ({percent(one['share'])}{' of all' * (not place)}, was {percent(one['share_before'])})"
        for place, one in enumerate(found["negative"][:MOST_WORDS])
    ]
    return f"{held_by(brand)} {', '.join(named)}."


def held_by(brand: Brand) -> str:
    """Begin the sentence that ends with words of negative comments."""
    than = against(brand)
    return f"More negative comments than {than} hold" if than else "Most negative comments hold"


def copies(brand: Brand) -> str:
    """Say what the shares would be if each text counted once; empty where that makes no difference."""
    found = brand["without_copies"]
    if found is None:
        return ""
    sides = [
        f"{percent(of['without_copies'])} {label} in place of {percent(of['plain'])}"
        for label in ("negative", "positive")
        for of in [found[f"{label}_share"]]
    ]
    texts = f"Of {found['comments']:,} comments from all over the period {found['texts']:,} are different texts"
    return f"{texts}; counted once each, they are {' and '.join(sides)}."


def subject(report: Mapping[str, Any], several: str = "your brands") -> str:
    """Name what a report is about: its one brand, or several."""
    brands = report["brands"]
    return str(report["scope"]["brand"] or (brands[0]["brand"] if len(brands) == 1 else several))


def period(report: Mapping[str, Any]) -> str:
    """Write the days of a report."""
    days = report["period"]
    return dates.span(days["from"], days["to"]) if days["from"] else "No days"


def decided(report: Mapping[str, Any]) -> str:
    """Say how the model's probabilities become labels; empty where that is not known."""
    thresholds = report["thresholds"]
    if not thresholds:
        return ""
    if "neutral" in thresholds and not any(thresholds.values()):
        return "the likeliest of the three"
    return f"by the thresholds {', '.join(f'{label} {value}' for label, value in thresholds.items())}"


def since(report: Mapping[str, Any]) -> str:
    """Say what changed since the revision before, or since the one that the reader was sent; empty of a first one."""
    if not report.get("revision_note"):
        return ""
    return f"Since revision {report.get('since_revision', report['revision'] - 1)}: {report['revision_note']}"


def spikes(report: Mapping[str, Any]) -> list[str]:
    """Tell the most surprising spikes, a sentence each."""
    found = report.get("spikes") or []
    more = len(found) - MOST_SPIKES
    said = [_spiked(spike) for spike in found[:MOST_SPIKES]]
    return said + ([f"{more:,} more such days stand in the JSON of this report."] if more > 0 else [])


def notes(report: Mapping[str, Any]) -> list[str]:
    """Give what a reader has to know, and before it where no spikes were looked for: without them, none were found."""
    return [*filter(None, [report.get("spikes_reason")]), *report["notes"]]  # earlier revisions have no reason


def _spiked(spike: Mapping[str, Any]) -> str:
    is_volume = spike["kind"] == "volume"
    what = "comments" if is_volume else f"{spike['kind']} of {spike['of']:,} scored comments"
    found, expected, low, high = (
        f"{spike[name]:,.0f}" if is_volume else percent(spike[name]) for name in ("found", "expected", "low", "high")
    )
    return (
        f"{spike['brand']}, {dates.day(spike['day'])}: {found} {what}, where {expected} are expected "
        f"({low} to {high} on 19 of 20 calm days)."
    )


def named(brand: Brand, said: str) -> str:
    """Begin a sentence with the name of its brand."""
    return f"{brand['brand']}: {said[:1].lower()}{said[1:]}"


def typeset(said: str) -> str:
    """Write minus as a minus, and keep a figure and its per cent sign in one line."""
    return re.sub(r"(?<!\w)-(?=\d)", "\u2212", said).replace(" %", "\u00a0%")


def percent(share: float | None) -> str:
    """Write a share, or that there is none."""
    return "n/a" if share is None else f"{100 * share:.1f} %"


def signed(net: float | None) -> str:
    """Write a net sentiment between -100 and +100, or that there is none."""
    return "n/a" if net is None else f"{100 * net:+.0f}"
