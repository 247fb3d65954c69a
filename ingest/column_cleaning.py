"""From columns to comments: what cleaning does to rows of the usual kind, done to all of them at once.

No rule stands here twice in full: a row that one of them might reject, cut or read in another way is left to
`ingest.cleaning`, and so is a row that came alone.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest import cleaning, column_extra, column_times
from ingest.arrays import Mask, Sifted, array, filled, is_integer, is_string, mapped, parts, trimmed
from ingest.cleaning import Cleaner, checked
from ingest.options import Options
from ingest.pieces import LEAST_ROWS, Columns, Piece
from ingest.rows import COLUMNS, Block, block

#: Bytes that are a character which can be seen.
VISIBLE = np.array([byte < 0x80 and cleaning.is_visible(chr(byte)) for byte in range(256)])  # noqa: PLR2004 - ASCII
#: Numbers of so many digits are within `cleaning.MOST_LIKES`.
MOST_LIKES_DIGITS = 18
MANY_COLUMNS = 1_000
MOMENT = COLUMNS.field("posted_at").type


class ColumnCleaner:
    """Turns the rows of one file to comments, many at once."""

    def __init__(self, options: Options, cleaner: Cleaner) -> None:
        self._options, self._cleaner = options, cleaner

    def clean(self, piece: Piece, first_record: int) -> Block:
        """Make comments of rows; the first one has the number `first_record`."""
        alone = np.ones(piece.read, bool)
        batches = []
        for columns in filter(_are_worth_it, piece.columns):
            batch, odd = self._comments(columns, first_record)
            batches.append(batch.filter(pa.array(~odd)) if odd.any() else batch)
            alone[columns.places[~odd]] = False
        rows = [self._cleaner.clean(piece.raw(int(i)), first_record + int(i)) for i in np.flatnonzero(alone)]
        others = block(rows)
        return Block(_in_order([*batches, others.comments]), others.rejects)

    def _comments(self, columns: Columns, first_record: int) -> tuple[Any, Mask]:
        """Make a comment of each row that is a column; the mask tells which are left."""
        count = len(columns.places)
        fields = self._cleaner.fields(tuple(columns.values))
        nothing = pa.nulls(count, pa.string())

        def of(field: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
            return array(columns.values[fields[field]]) if field in fields else nothing

        used = set(fields.values())
        sifted = {
            "brand": mapped(of("brand"), lambda value: checked(self._cleaner.brand(value)), pa.string()),
            "source": mapped(of("source"), lambda value: checked(self._cleaner.source(value)), pa.string()),
            "external_id": _identities(of("external_id")),
            "parent_id": _identities(of("parent_id")),
            "author": _identities(of("author")),
            "text": self._texts(of("text")),
            "posted_at": self._moments(of("posted_at")),
            "language": _strings(of("language")),
            "likes": _likes(of("likes")),
            "url": _strings(of("url")),
            "extra": column_extra.written({k: v for k, v in columns.values.items() if k not in used}, count),
        }
        whole = {
            "record": pa.array(first_record + columns.places),
            "line": pa.nulls(count, pa.int64()) if columns.lines is None else pa.array(columns.lines),
            "cut_from_characters": pa.nulls(count, pa.int32()),
        } | {name: values for name, (values, _) in sifted.items()}
        batch = pa.RecordBatch.from_arrays([whole[name] for name in COLUMNS.names], schema=COLUMNS)
        return batch, np.logical_or.reduce([odd for _, odd in sifted.values()])

    def _texts(self, column: Any) -> Sifted:  # noqa: ANN401 - as above
        column, failed = _as_text(column)
        texts, odd = trimmed(column)
        places, content = parts(texts)
        lengths = np.diff(places)
        if not content.size:
            return texts, np.ones(len(texts), bool)
        first = content[np.minimum(places[:-1], content.size - 1)]
        odd |= failed | (lengths == 0) | (lengths > self._options.max_text_characters)
        odd |= np.isin(lengths, [len(text) for text in cleaning.DELETED]) & (first == ord("["))
        hidden = np.flatnonzero(~VISIBLE[first] & ~odd)
        if hidden.size:
            beginnings = pc.utf8_slice_codeunits(texts.take(pa.array(hidden)), 0, 1)
            visible, _ = mapped(beginnings, cleaning.is_visible, pa.bool_())
            odd[hidden] = ~visible.to_numpy(zero_copy_only=False)
        return texts, odd

    def _moments(self, column: Any) -> Sifted:  # noqa: ANN401 - as above
        if isinstance(column, list):
            return mapped(column, self._cleaner.moment, MOMENT)
        is_utc = self._options.timezone == "UTC"
        if is_string(column):
            column, _ = trimmed(column)
            moments, is_read = column_times.read(column, naive_is_utc=is_utc)
        else:
            moments, is_read = column_times.of_values(column, naive_is_utc=is_utc)
        is_there = column.is_valid().to_numpy(zero_copy_only=False)
        odd = is_there & ~is_read
        if odd.any():
            read, failed = mapped(column.filter(pa.array(odd)), self._cleaner.moment, MOMENT)
            moments[odd] = read.cast(pa.int64()).fill_null(0)
            odd[odd] = failed
        return pa.array(moments, mask=odd | ~is_there).cast(MOMENT), odd


def _are_worth_it(columns: Columns) -> bool:
    """Tell whether rows cost less as columns: each column costs half a millisecond, however few rows it has."""
    return len(columns.values) <= MANY_COLUMNS or len(columns.places) >= LEAST_ROWS


def _as_text(column: Any) -> Sifted:  # noqa: ANN401 - as above
    if is_string(column):
        return column, np.zeros(len(column), bool)
    return mapped(column, lambda value: checked(None if value is None else str(value)), pa.string())


def _strings(column: Any) -> Sifted:  # noqa: ANN401 - as above
    if is_string(column):
        return trimmed(column)
    if is_integer(column):
        return column.cast(pa.string()), np.zeros(len(column), bool)
    return mapped(column, lambda value: checked(cleaning.string(value)), pa.string())


def _identities(column: Any) -> Sifted:  # noqa: ANN401 - as above
    found, odd = _strings(column)
    return found, odd | (np.diff(parts(found)[0]) > cleaning.LONGEST_ID_CHARACTERS)


def _likes(column: Any) -> Sifted:  # noqa: ANN401 - as above
    if is_string(column):
        places, content = parts(column)
        if np.diff(places).max() <= MOST_LIKES_DIGITS and (content - np.uint8(ord("0")) <= 9).all():  # noqa: PLR2004 - a digit
            return filled(column).cast(pa.int64()), np.zeros(len(column), bool)
    return mapped(column, _number, pa.int64())


def _number(value: object) -> int | None:
    number, is_none = cleaning.likes(value)
    if is_none:
        raise ValueError(value)
    return number


def _in_order(batches: list[Any]) -> Any:  # noqa: ANN401 - as above
    """Put comments together by their records."""
    held = [batch for batch in batches if len(batch)]
    if len(held) < 2:  # noqa: PLR2004 - in order as they are
        return held[0] if held else batches[0]
    whole = pa.concat_batches(held)
    return whole.take(pc.sort_indices(whole.column("record")))
