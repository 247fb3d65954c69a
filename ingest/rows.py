"""What a row of the input becomes: a comment, or a reject with its place and reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa

#: Characters of a rejected row that are kept.
CONTENT_CHARACTERS = 2_000
#: Characters of a reason: it may quote the row.
REASON_CHARACTERS = 500


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


#: The fields of `Comment` as columns; those that are not nullable hold a value in every row.
COLUMNS = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("line", pa.int64()),
        pa.field("brand", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("external_id", pa.string()),
        pa.field("parent_id", pa.string()),
        pa.field("author", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("posted_at", pa.timestamp("us", "UTC")),
        pa.field("language", pa.string()),
        pa.field("likes", pa.int64()),
        pa.field("url", pa.string()),
        pa.field("extra", pa.string()),
        pa.field("cut_from_characters", pa.int32()),
    ]
)


class Block(NamedTuple):
    """Rows of the input that follow each other, sorted out: rows read = comments + rejects."""

    #: a `pyarrow.RecordBatch` with `COLUMNS`, in the order of the input
    comments: Any
    rejects: Sequence[Reject]

    @property
    def read(self) -> int:
        """Rows of the input."""
        return len(self.comments) + len(self.rejects)


def block(rows: Sequence[Comment | Reject]) -> Block:
    """Make a block of single rows."""
    comments = [row for row in rows if isinstance(row, Comment)]
    values = zip(*comments, strict=True) if comments else [()] * len(COLUMNS)
    columns = [pa.array(column, field.type) for column, field in zip(values, COLUMNS, strict=True)]
    return Block(pa.RecordBatch.from_arrays(columns, schema=COLUMNS), [row for row in rows if isinstance(row, Reject)])


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


def reject(record: int, line: int | None, code: str, reason: str, content: str | None) -> Reject:
    """Make a reject that can be stored, whatever its row and the reason hold."""
    kept = None if content is None else _shortened(content.rstrip("\r\n"), CONTENT_CHARACTERS)
    return Reject(record, line, code, _shortened(reason, REASON_CHARACTERS), kept)


def _shortened(said: str, most: int) -> str:
    """Keep the beginning, and say where it goes on; what no database takes is written out."""
    kept = said if len(said) <= most else f"{said[:most]}… ({len(said):,} characters)"
    return kept.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
