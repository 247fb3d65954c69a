"""What formats say alike: sentences on a brand without its name, which stands above them, and the days of a report."""

from collections.abc import Mapping
from typing import Any

from reporting import dates, text

Brand = Mapping[str, Any]


def against(brand: Brand) -> str:
    """Name what the words of a brand are compared with; empty where they are compared with nothing."""
    return text.AGAINST.get(brand["drivers"]["against"], "")


def moved(brand: Brand) -> str:
    """Say how the shares moved against the period right before; empty where there is none."""
    return nameless(text.changed({**brand, "brand": ""}))


def estimated(brand: Brand) -> str:
    """Say what is estimated, or why nothing is."""
    return nameless(text.estimated({**brand, "brand": ""}))


def worst_week(brand: Brand) -> str:
    """Name the worst week; empty where none stands out."""
    return nameless(text.worst_week({**brand, "brand": ""}))


def period(report: Mapping[str, Any]) -> str:
    """Write the days of a report."""
    days = report["period"]
    return dates.span(days["from"], days["to"]) if days["from"] else "No days"


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
