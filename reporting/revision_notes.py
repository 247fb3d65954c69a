"""What changed from one revision of a report to the next, in one sentence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.tables import Brand, Comment, Correction
from reporting import selection, sentences
from reporting.scope import Scope


def note(before: Mapping[str, Any], now: Mapping[str, Any], corrected: int) -> str:
    """Say what changed.

    Args:
        before: the document of the revision before.
        now: the document of the new one.
        corrected: labels that people corrected in between.

    """
    old, new = before["totals"], now["totals"]
    said = [
        _more(new["comments"] - old["comments"], "loaded"),
        _more(new["scored"] - old["scored"], "scored"),
        *(_moved(old[f"{label}_share"], new[f"{label}_share"], label) for label in ("positive", "negative")),
        _number(corrected, "label") + " corrected" if corrected else "",
        f"counted by {now['model']} in place of {before['model']}" if now["model"] != before["model"] else "",
    ]
    said = [one for one in said if one]
    whole = "; ".join(said) or "the counts are the same, but not what is said of them"
    return f"{whole[0].upper()}{whole[1:]}."


def corrections_since(session: Session, document: Mapping[str, Any], scope: Scope, moment: datetime) -> int:
    """Count the comments of a report whose label somebody corrected after a moment."""
    found = 0
    for brand in document["brands"]:
        brand_id = session.scalars(select(Brand.id).where(Brand.name == brand["brand"])).one()
        part = selection.Part(scope, brand_id, brand["brand"], ZoneInfo(brand["timezone"]))
        wanted = select(func.count(Correction.comment_id.distinct())).join(Comment, Comment.id == Correction.comment_id)
        found += session.scalars(wanted.where(Correction.created_at > moment, part.comments())).one()
    return found


def _more(number: int, done: str) -> str:
    if not number:
        return ""
    return f"{_number(abs(number), 'comment', 'more' if number > 0 else 'fewer')} {done}"


def _number(number: int, noun: str, compared: str = "") -> str:
    words = [f"{number:,}", noun if number == 1 else f"{noun}s", compared, "was" if number == 1 else "were"]
    return " ".join(filter(None, words))


def _moved(before: float | None, now: float | None, label: str) -> str:
    shares = sentences.percent(before), sentences.percent(now)
    return "" if shares[0] == shares[1] else f"{label} share {shares[0]} to {shares[1]}"
