"""What a row of the input becomes: a comment, or a reject with its place and reason."""

from datetime import datetime
from typing import Any, NamedTuple

#: Characters of a rejected row that are kept.
CONTENT_CHARACTERS = 2_000


class Comment(NamedTuple):
    """A row that became a comment; times are aware and in UTC."""

    #: 1 is the first row of data
    record: int
    #: physical line that the row begins on, 1 is the first; None where the format has no lines
    line: int | None
    brand: str
    source: str
    external_id: str | None
    parent_id: str | None
    author: str | None
    text: str
    posted_at: datetime | None
    language: str | None
    likes: int | None
    url: str | None
    #: the other columns, as JSON text
    extra: str | None
    #: length of the whole text, where only its beginning was kept
    cut_from_characters: int | None


class Reject(NamedTuple):
    """A row that could not become a comment."""

    record: int
    line: int | None
    code: str
    reason: str
    #: the row as it stood, at most `CONTENT_CHARACTERS` of it
    content: str | None


class Raw(NamedTuple):
    """A row as its format holds it: values by column."""

    line: int | None
    values: dict[str, Any]
    content: str | None = None


class Broken(NamedTuple):
    """A row that its format cannot make out."""

    line: int | None
    code: str
    reason: str
    content: str | None = None


def shortened(content: str | None) -> str | None:
    """Keep the beginning of a row, and say where it goes on; what no database takes is written out."""
    if content is None:
        return None
    kept = content.rstrip("\r\n")
    if len(kept) > CONTENT_CHARACTERS:
        kept = f"{kept[:CONTENT_CHARACTERS]}… ({len(kept):,} characters)"
    return kept.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
