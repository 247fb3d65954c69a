"""The report in a few lines, for chats and for the subject of a mail."""

import re
from collections.abc import Mapping
from typing import Any

from reporting import controls, sentences

MOST_BRANDS, MOST_SPIKES = 5, 3


def title(report: Mapping[str, Any]) -> str:
    """Write the answer in one line."""
    days = sentences.period(report) if report["period"]["from"] else "no days"
    name = sentences.subject(report, several="all brands")
    again = f" (revision {report['revision']})" if (report["revision"] or 1) > 1 else ""
    return f"{plain(name)}, {days}: {_answer(report['brands'])}{again}"


def render(report: Mapping[str, Any], limit: int) -> str:
    """Write the answer, what moved it and what has to be known, in so many characters at most; no line is cut."""
    lines = [said for said in [sentences.since(report)] if said] + sentences.spikes(report)[:MOST_SPIKES]
    for brand in report["brands"][:MOST_BRANDS]:
        lines += [*_of_brand(brand)]
    lines += report["notes"]
    return _cut([plain(line) for line in lines], limit)


def plain(said: str) -> str:
    """Leave of a text one line without signs that chats or mail take for more than text."""
    one_line = controls.shown(" ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", said).split()))
    # A name or a word that people wrote must not call everybody in a channel.
    return re.sub(r"@(?=\w)|<(?=[!@#])", "\\g<0>\u200b", one_line)


def _answer(brands: list[Mapping[str, Any]]) -> str:
    if len(brands) != 1 or not brands[0]["scored"]:
        return f"{len(brands)} brands" if len(brands) > 1 else "nothing to report"
    [brand] = brands
    shares = brand["estimate"] or brand
    return f"{sentences.percent(shares['positive_share'])} positive, {sentences.percent(_negative(brand))} negative"


def _negative(brand: Mapping[str, Any]) -> float | None:
    share: float | None = brand["negative_share"]
    return brand["estimate"]["shares"]["negative"]["share"] if brand["estimate"] else share


def _of_brand(brand: Mapping[str, Any]) -> list[str]:
    name, counted = brand["brand"], f"of {brand['scored']:,} scored comments"
    moved = sentences.changed(brand), sentences.worst_week(brand), sentences.why(brand)
    told = [sentences.estimated(brand) if brand["estimate"] else "", *moved]
    positive, negative = (sentences.percent(brand[f"{label}_share"]) for label in ("positive", "negative"))
    lines = [f"{name}: {positive} positive, {negative} negative {counted}, as the model counts."]
    lines += [sentences.named(brand, said) for said in told if said]
    for label in ("negative", "positive"):
        found = [driver["words"] for driver in brand["drivers"][label][:3]]
        lines.append(f"In {label} comments: {', '.join(found)}." if found else "")
    return [line for line in lines if line]


def _cut(lines: list[str], limit: int) -> str:
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line, "…"])) > limit:
            return "\n".join([*kept, "…"])
        kept.append(line)
    return "\n".join(kept)
