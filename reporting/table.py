"""The report as CSV: a row per brand and day, and one per brand over all days."""

import csv
import io
from collections.abc import Mapping
from typing import Any

COLUMNS = (
    *("brand", "day", "comments", "scored", "positive", "negative", "neutral", "skipped", "failed", "pending"),
    *("cancelled", "positive_share", "negative_share", "neutral_share", "positive_share_opinionated", "net_sentiment"),
    *("estimate", "estimate_low", "estimate_high", "estimate_method", "model", "revision"),
)
#: A table program takes a text that begins so for a formula; the wide signs are those of East Asian keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Mapping[str, Any]) -> str:
    """Write a report as CSV; the row of a brand over all days has an empty `day`, and the estimate."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    rows.writeheader()
    for brand in report["brands"]:
        shared = {"brand": harmless(brand["brand"]), "model": report["model"], "revision": report["revision"]}
        rows.writerow({**brand, **shared, **_estimate(brand["estimate"]), "day": ""})
        rows.writerows({**day, **shared} for day in brand["days"])
    return out.getvalue()


def _estimate(estimate: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the columns of the estimated positive share, empty where there is none."""
    found = estimate or {"positive_share": None, "low": None, "high": None, "method": None}
    return {
        "estimate": found["positive_share"],
        "estimate_low": found["low"],
        "estimate_high": found["high"],
        "estimate_method": found["method"],
    }


def harmless(value: object) -> object:
    """Put an apostrophe before a text that a table program would run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
