"""Why: the words that moved the shares of the largest brands, the themes of their negative comments, and examples."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Brand, Model
from reporting import changes, drivers, selection, themes, told
from reporting.scope import Scope

MOST_BRANDS = 8  # each takes two seconds where it has many comments


def of_brands(
    session: Session, scope: Scope, model: Model, default_timezone: str, brands: Sequence[dict[str, Any]]
) -> None:
    """Write `drivers` and `themes` to the largest brands, empty to the others; see `drivers.find`, `themes.find`.

    `drivers` has besides `against`: the period before, where it has scored comments, else None.
    """
    before = changes.earlier(scope).get("before")
    largest = sorted(brands, key=lambda brand: -brand["scored"])[:MOST_BRANDS]
    named = {brand["brand"] for brand in largest if brand["scored"]}
    for brand in brands:
        brand |= {"drivers": {"against": None, "negative": [], "positive": []}, "themes": []}
    parts = {part.brand: part for part in selection.by_brand(session, scope, default_timezone)}
    earlier = {} if before is None else {p.brand: p for p in selection.by_brand(session, before, default_timezone)}
    for brand in brands:
        name = brand["brand"]
        if name in named:
            names = [name, *(session.scalar(select(Brand.handles).where(Brand.name == name)) or ())]
            now = told.read(session, parts[name], model.id)
            then = told.read(session, earlier[name], model.id) if name in earlier else None
            then = then if then and then.all else None
            brand["drivers"] = {
                "against": "before" if then else None,
                **drivers.find(now, then, names),
            }
            brand["themes"] = themes.find(now, names)
