"""The comments that a report quotes, and their texts taken out of it once they are forgotten."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Comment

FORGOTTEN = "[forgotten]"


def forget(session: Session, document: dict[str, Any]) -> int:
    """Put a mark in the place of each text that was forgotten; gives how many there were.

    The checksum of a saved report stays that of what it said: by it a delivery that is tried again is known again.
    """
    quoted = [quote for quote in _of(document) if quote["text"] != FORGOTTEN]
    ids = {quote["comment"] for quote in quoted}
    gone = set(session.scalars(select(Comment.id).where(Comment.id.in_(ids), Comment.forgotten_at.is_not(None))))
    forgotten = [quote for quote in quoted if quote["comment"] in gone]
    for quote in forgotten:
        quote |= {"text": FORGOTTEN, "url": None}
    return len(forgotten)


def _of(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON can hold
    """Find quotes wherever they stand, in the reports of earlier versions too."""
    if isinstance(part, dict):
        if "comment" in part and "text" in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _of(one)
