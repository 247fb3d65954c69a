"""What a reader asks first of a brand: is it better or worse, how sure is that, and which brands to look at."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class Moved(NamedTuple):
    """How far a share moved against the period right before, in shares of one."""

    share: float
    low: float
    high: float
    #: the model's labels counted; else the true share estimated
    is_counted: bool
    #: by a change of the sources' parts rather than within them
    is_by_mix: bool
    #: the period before, as "the 7 days before"
    against: str

    @property
    def is_sure(self) -> bool:
        """Tell whether chance alone seldom does that much."""
        return not self.low <= 0 <= self.high


def moved(brand: Mapping[str, Any], label: str) -> Moved | None:
    """Say how far the share of a label moved; None where there is no period before."""
    for one in brand["changes"]:
        if one["against"] == "before":
            of = one["change"][label]
            days = (date.fromisoformat(one["to"]) - date.fromisoformat(one["from"])).days + 1
            against = "the day before" if days == 1 else f"the {days} days before"
            is_counted = of["estimate"] is None
            found = {**of, "share": of["counted"]} if is_counted else of["estimate"]
            is_by_mix = abs(of["mix"]) > abs(of["within"])
            return Moved(found["share"], found["low"], found["high"], is_counted, is_by_mix, against)
    return None


def leading(brands: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """Choose the brands to look at first: those of which something is to be told, then those most talked about."""
    scored = [brand for brand in brands if brand["scored"]]
    return sorted(scored, key=lambda brand: (not _is_news(brand), -brand["scored"]))[:most]


def _is_news(brand: Mapping[str, Any]) -> bool:
    changes = [moved(brand, label) for label in ("positive", "negative")]
    return brand["worst_week"] is not None or any(one.is_sure for one in changes if one)
