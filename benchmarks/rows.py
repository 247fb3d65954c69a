"""Rows of `comments` and `scores` as ingest and workers write them, made without reading a file or asking a model.

A natural key is a hash, so two comments that follow each other lie anywhere in its index; keys drawn at random do too.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from benchmarks.comments import AUTHORS, BRANDS, SOURCES
from database import arrow
from ingest.keys import KEY_BYTES, as_column

#: of one transaction; the chunk of `fast@1`
BLOCK_ROWS = 10_000
#: days of one month
MONTH = 30
#: bytes of a key that hold the month, where a layout wants it there
MONTH_BYTES = 2
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

Values = Mapping[str, Any]


def months(number: int) -> datetime:
    """Give the moment that a month begins at, the first being 0."""
    return BEGIN + timedelta(days=MONTH * number)


def comments(texts: pa.Array, rows: int, *, first: int, month: int, seed: int = 1) -> Iterator[Values]:
    """Give blocks of comments of one month, in order of time, as `bulk.insert` takes them.

    Args:
        texts: what is drawn from.
        rows: how many comments.
        first: number of the first one.
        month: number of the month.
        seed: decides everything.

    """
    for begin in range(0, rows, BLOCK_ROWS):
        count = min(BLOCK_ROWS, rows - begin)
        rng = np.random.default_rng([seed, first + begin])
        yield _comments(rng, texts, np.arange(count) + first + begin, _moments(month, begin, count, rows))


def scores(rows: int, *, first: int, seed: int = 1) -> Iterator[Values]:
    """Give blocks of scores of comments whose ids follow each other."""
    for begin in range(0, rows, BLOCK_ROWS):
        count = min(BLOCK_ROWS, rows - begin)
        rng = np.random.default_rng([seed, first + begin])
        positive = rng.random(count, np.float32)
        ids = np.arange(count, dtype=np.int64) + first + begin
        label = np.sign(np.round(2 * positive - 1)).astype(np.int16)
        yield {
            "model_id": 1,
            "comment_id": ids,
            "p_negative": 1 - positive,
            "p_positive": positive,
            "label": label,
        }


def with_month(block: Values, month: int) -> Values:
    """Put the month in front of the keys, so that those of one month lie side by side."""
    keys = np.frombuffer(block["natural_key"].buffers()[1], np.uint8).reshape(-1, KEY_BYTES).copy()
    keys[:, :MONTH_BYTES] = np.frombuffer(month.to_bytes(MONTH_BYTES, "big"), np.uint8)
    return {**block, "natural_key": as_column(keys.view(f"S{KEY_BYTES}")[:, 0])}


def first_key(month: int) -> str:
    """Give the smallest key that has a month in front, as PostgreSQL writes it."""
    return str(uuid.UUID(bytes=month.to_bytes(MONTH_BYTES, "big") + bytes(KEY_BYTES - MONTH_BYTES)))


def _comments(rng: np.random.Generator, texts: pa.Array, numbers: NDArray[np.int64], posted_at: pa.Array) -> Values:
    count = len(numbers)
    return {
        "natural_key": as_column(_keys(rng, count)),
        "batch_id": 1,
        "brand_id": rng.integers(1, len(BRANDS) + 1, count).astype(np.int32),
        "loaded_at": BEGIN,
        "counted_at": posted_at,
        "posted_at": posted_at,
        "source": pa.array(SOURCES).take(pa.array(rng.integers(0, len(SOURCES), count))),
        "external_id": pa.array(10**18 + numbers * 7_919_003).cast(pa.string()),
        "author": pc.binary_join_element_wise(
            "@author", pa.array(rng.integers(0, AUTHORS, count)).cast(pa.string()), ""
        ),
        "text": texts.take(pa.array(rng.integers(0, len(texts), count))),
        "likes": rng.geometric(0.2, count) - 1,
    }


def _keys(rng: np.random.Generator, count: int) -> NDArray[np.bytes_]:
    return np.frombuffer(rng.bytes(KEY_BYTES * count), f"S{KEY_BYTES}")


def _moments(month: int, begin: int, count: int, rows: int) -> pa.Array:
    begins, ends = (np.datetime64(months(number).replace(tzinfo=None), "us") for number in (month, month + 1))
    places = (np.arange(count) + begin) / rows
    return pa.array(begins + (places * (ends - begins).astype(np.int64)).astype("timedelta64[us]")).cast(arrow.MOMENT)
