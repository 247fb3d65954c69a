"""Sentences on a brand that formats share, without its name: what stands above them has it."""

from collections.abc import Mapping
from typing import Any

from reporting import text

AGAINST = {"before": "before", "other_days": "on the other days"}

Brand = Mapping[str, Any]


def against(brand: Brand) -> str:
    """Name what the words of a brand are compared with; empty where they are compared with nothing."""
    return AGAINST.get(brand["drivers"]["against"], "")


def moved(brand: Brand) -> str:
    """Say how the shares moved against the period right before; empty where there is none."""
    return nameless(text.changed({**brand, "brand": ""}))


def estimated(brand: Brand) -> str:
    """Say what is estimated, or why nothing is."""
    return nameless(text.estimated({**brand, "brand": ""}))


def worst_week(brand: Brand) -> str:
    """Name the worst week; empty where none stands out."""
    found = brand["worst_week"]
    if found is None:
        return ""
    share, other = text.percent(found["negative_share"]), text.percent(found["negative_share_else"])
    days = f"{found['from']} to {found['to']}"
    return f"The worst week was {days}: {share} of {found['scored']:,} comments negative, {other} on the other days."


def copies(brand: Brand) -> str:
    """Say what the shares would be if each text counted once; empty where that makes no difference."""
    found = brand["without_copies"]
    if found is None:
        return ""
    sides = [
        f"{text.percent(of['without_copies'])} {label} in place of {text.percent(of['plain'])}"
        for label in ("negative", "positive")
        for of in [found[f"{label}_share"]]
    ]
    texts = f"Of the latest {found['comments']:,} comments {found['texts']:,} are different texts"
    return f"{texts}; counted once each, they are {' and '.join(sides)}."


def held_by(brand: Brand) -> str:
    """Begin the sentence that ends with words of negative comments."""
    than = against(brand)
    return f"More negative comments than {than} hold" if than else "Most negative comments hold"


def nameless(said: str) -> str:
    """Take the place of a name that is left out from the beginning of a sentence."""
    said = said.removeprefix(": ")
    return said[:1].upper() + said[1:]
