"""Why: the words that moved the shares of the largest brands, the themes of their negative comments, and examples."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from database.tables import Brand
from reporting import changes, copies, drivers, themes, told, worst_week
from reporting.evidence import Evidence
from reporting.selection import Part
from reporting.told import Comments

MOST_BRANDS = 8
#: Comments that are read in all, so that a report of many brands takes no longer; and of each brand and period.
MOST_IN_ALL, LEAST, MOST = 20_000, 2_000, 8_000
PERIODS = 2


def of_brands(evidence: Evidence, parts: Sequence[Part], brands: Sequence[dict[str, Any]]) -> None:
    """Write what tells why to the largest brands, and that there is nothing to tell to the others.

    `drivers` (see `drivers.find`) has besides `against`: `before`, the period before, where it has scored comments;
    else `other_days`, those beside the worst week; else None. `themes`: see `themes.find`. `worst_week`: see
    `worst_week.find`. `without_copies`: see `copies.without`; of the comments that are read.
    """
    largest = sorted(brands, key=lambda brand: -brand["scored"])[:MOST_BRANDS]
    named = {brand["brand"] for brand in largest if brand["scored"]}
    for brand in brands:
        brand |= {"worst_week": None, "without_copies": None, "themes": []}
        brand["drivers"] = {"against": None, "negative": [], "positive": []}
    most = min(max(LEAST, MOST_IN_ALL // (PERIODS * max(len(named), 1))), MOST)
    reader, by_brand = _Reader(evidence, most), {part.brand: part for part in parts}
    for brand in brands:
        if brand["brand"] in named:
            brand.update(_of_brand(reader, by_brand[brand["brand"]], brand))


class _Reader(NamedTuple):
    """Reads so many comments of a part at most."""

    evidence: Evidence
    most: int

    def read(self, part: Part) -> Comments:
        return told.read(self.evidence.session, part, self.evidence.model.id, self.most)


def _of_brand(reader: _Reader, part: Part, brand: dict[str, Any]) -> dict[str, Any]:
    handles = reader.evidence.session.scalar(select(Brand.handles).where(Brand.id == part.brand_id))
    names = [part.brand, *(handles or ())]
    comments = reader.read(part)
    worst = _worst_week(reader.evidence, part, brand["days"])
    against, now, then = _to_compare(reader, part, comments, worst)
    return {
        "worst_week": worst,
        "without_copies": copies.without(comments),
        "drivers": {"against": against, **drivers.find(now, then, names)},
        "themes": themes.find(comments, names),
    }


def _worst_week(evidence: Evidence, part: Part, days: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    if len(days) < worst_week.LEAST_DAYS:
        return None
    return worst_week.find(days, evidence.design_effect(part))


def _to_compare(
    reader: _Reader, part: Part, comments: Comments, worst: dict[str, Any] | None
) -> tuple[str | None, Comments, Comments | None]:
    """Choose which comments are compared with which, and name what they are compared with."""
    before = changes.earlier(part.scope).get("before")
    then = None if before is None else reader.read(part._replace(scope=before))
    if then is not None and then.all:
        return "before", comments, then
    if worst is None:
        return None, comments, None
    week, *others = (reader.read(one) for one in _around(part, worst))
    return "other_days", week, Comments([comment for one in others for comment in one.all])


def _around(part: Part, worst: dict[str, Any]) -> Iterator[Part]:
    """Give the worst week, the days before it and the days after it."""
    first, last = (date.fromisoformat(worst[end]) for end in ("from", "to"))
    a_day = timedelta(days=1)
    for begin, end in ((first, last), (part.scope.first_day, first - a_day), (last + a_day, part.scope.last_day)):
        yield part._replace(scope=replace(part.scope, first_day=begin, last_day=end))
