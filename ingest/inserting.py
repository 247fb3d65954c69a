"""The new comments of a block into the table."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import asking, bulk, packing, slots, tables, tallies
from ingest import duplicates, keys, pseudonyms
from ingest.rows import COLUMNS
from ingest.target import Target

#: Fields of a comment that a column of the same name keeps as they are.
KEPT = [name for name in COLUMNS.names if name not in {"record", "line", "brand"}]


class Inserted(NamedTuple):
    """What became of the comments of a block."""

    comments: int
    #: which of them were new, which are to be replaced
    sorted: duplicates.Sorted
    #: values of those that were new, by the names of columns
    values: dict[str, Any]


def insert(session: Session, target: Target, comments: Any, now: datetime) -> Inserted:  # noqa: ANN401 - pyarrow ships no types
    """Insert what is new: as if nothing were known, and where that fails or is unlikely, after a look at what is.

    Args:
        session: an open transaction.
        target: the batch.
        comments: a `pyarrow.RecordBatch` with `rows.COLUMNS`.
        now: the time of loading.

    """
    # Of the author as he is: whether he is hashed makes no other comment of a row.
    natural_keys = keys.natural_keys(comments, target.sha256)
    values = _values(session, target, comments, natural_keys, now)
    if not target.meets_known:
        found = duplicates.sort(natural_keys, comments["text"], {}, replace=target.replace)
        new = _taken(values, found.new)
        if bulk.insert(session, tables.Comment, new):
            return Inserted(len(found.new), found, new)
    there = duplicates.known(session, natural_keys)
    target.meets_known = bool(there)
    found = duplicates.sort(natural_keys, comments["text"], there, replace=target.replace)
    new = _taken(values, found.new)
    return Inserted(bulk.insert_new(session, tables.Comment, new), found, new)


def tally(session: Session, target: Target, inserted: Inserted, before: int) -> None:
    """Count what was inserted; `before` is the last comment's id from before that."""
    if inserted.comments < len(inserted.sorted.new):
        # Another ingest inserted some of them meanwhile.
        tallies.add_loaded_after(session, target.batch_id, before)
        return
    values = inserted.values
    moments = values["counted_at"].cast(pa.int64()).to_numpy()
    counted = packing.Comments(target.batch_id, values["brand_id"].to_numpy(), values["source"], slots.of(moments))
    tallies.add_loaded(session, counted, values["posted_at"].is_null().to_numpy(zero_copy_only=False))


def _values(
    session: Session,
    target: Target,
    comments: Any,  # noqa: ANN401 - as above
    natural_keys: NDArray[np.bytes_],
    now: datetime,
) -> dict[str, Any]:
    moments = comments["posted_at"]
    return {
        "natural_key": keys.as_column(natural_keys),
        "batch_id": target.batch_id,
        "brand_id": pa.array(_brand_ids(session, target, comments["brand"])),
        "loaded_at": now,
        "counted_at": pc.coalesce(moments, pa.scalar(now, moments.type)),
        **{name: comments[name] for name in KEPT},
        **({} if target.author_key is None else _hashed(comments, target.author_key)),
    }


def _hashed(comments: Any, key: str) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Give the columns that name authors, with their hashes."""
    return {
        "author": pseudonyms.column(comments["author"], key),
        "extra": pseudonyms.in_extra(comments["extra"], key),
    }


def _taken(values: dict[str, Any], new: NDArray[np.int64]) -> dict[str, Any]:
    """Choose rows."""
    if len(new) == len(values["natural_key"]):
        return values
    return {name: value.take(new) if isinstance(value, pa.Array) else value for name, value in values.items()}


def _brand_ids(session: Session, target: Target, brands: Any) -> NDArray[np.int32]:  # noqa: ANN401 - an Arrow array
    """Give the id of each row's brand; brands that are new are made."""
    coded = brands.dictionary_encode()
    names = coded.dictionary.to_pylist()
    missing = sorted(set(names) - target.brands.keys())
    if missing:
        none: list[list[str]] = [[] for _ in missing]
        values = {"name": missing, "handles": none, "recipients": none, "created_at": datetime.now(UTC)}
        bulk.insert_new(session, tables.Brand, values)
        brand = tables.Brand
        for part in asking.in_parts(missing):
            named = session.execute(select(brand.name, brand.id).where(brand.name.in_(part)))
            target.brands.update(named.tuples().all())
    ids = np.array([target.brands[name] for name in names], np.int32)
    return np.asarray(ids[coded.indices.to_numpy()])
