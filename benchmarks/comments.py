"""Comments made by resampling real texts: the same seed gives the same bytes, and memory does not grow with them.

260,000 texts that are drawn a million times soon hold no piece that was not there before. Real ones do: of the pieces
between blanks of 10,000 new tweets, 6.2 % are in none of 200,000 earlier ones, 1.05 a tweet; 62 % of them are words,
19 % handles, 8 % links, 6 % numbers, 5 % tags. As many fresh ones are put in front of the texts (`UNSEEN`, `KINDS`): of
the pieces of 10,000 comments 8.5 % are then in none of 200,000 earlier ones, and 5.5 % in none of 990,000.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from string import ascii_letters, ascii_lowercase, digits
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

BLOCK_ROWS = 100_000
BRANDS = ("Lumo", "Kite Mobile", "Bright Side", "Aurora", "Halcyon")
SOURCES = ("x", "youtube", "reddit")
DAYS = 30
AUTHORS = 200_000

#: share of the comments that get at least one, two, three fresh pieces: 1.05 a comment, in 57 % of them as in tweets
UNSEEN = (0.57, 0.31, 0.17)


class Kind(NamedTuple):
    """One kind of fresh pieces: a beginning, and letters drawn at random."""

    beginning: str
    letters: str
    length: int
    #: of all fresh pieces
    share: float


KINDS = (
    Kind("", ascii_lowercase, 8, 0.62),
    Kind("@", ascii_lowercase + "_", 9, 0.19),
    Kind("https://t.co/", ascii_letters + digits, 10, 0.08),
    Kind("", digits, 8, 0.06),
    Kind("#", ascii_lowercase, 9, 0.05),
)

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("brand", pa.string()),
        ("source", pa.string()),
        ("author", pa.string()),
        ("text", pa.string()),
        ("created_at", pa.string()),
        ("likes", pa.int64()),
    ]
)


def write(
    path: Path,
    texts: pa.Array,
    rows: int,
    *,
    seed: int = 1,
    first: int = 0,
    brands: tuple[str, ...] = BRANDS,
    last_day: date | None = None,
) -> Path:
    """Write a CSV file of comments whose times are in order over 30 days.

    Args:
        path: the file.
        texts: what is drawn from.
        rows: how many comments.
        seed: decides everything but the days.
        first: number of the first comment: files of other numbers have other ids.
        brands: each comment is about one of them.
        last_day: the last of the days; default: yesterday, UTC.

    """
    last_day = last_day or datetime.now(UTC).date() - timedelta(days=1)
    ends = datetime.combine(last_day + timedelta(days=1), time())
    with pyarrow.csv.CSVWriter(path, SCHEMA) as writer:
        for begin in range(0, rows, BLOCK_ROWS):
            numbers = np.arange(begin, min(begin + BLOCK_ROWS, rows))
            rng = np.random.default_rng([seed, first + begin])
            writer.write_table(_block(rng, texts, numbers + first, _times(numbers / rows, ends), brands))
    return path


def resampled(texts: pa.Array, count: int, seed: int) -> list[str]:
    """Draw texts, and put fresh pieces in front of them."""
    rng = np.random.default_rng([seed, count])
    made: list[str] = _with_fresh_pieces(rng, _drawn(rng, texts, count)).to_pylist()
    return made


def _block(
    rng: np.random.Generator, texts: pa.Array, numbers: NDArray[np.int64], times: pa.Array, brands: tuple[str, ...]
) -> pa.Table:
    rows = len(numbers)
    columns = [
        # As the ids of tweets: 19 digits that grow with time.
        10**18 + numbers * 7_919_003 + rng.integers(0, 7_919_003, rows),
        _drawn(rng, pa.array(brands), rows),
        _drawn(rng, pa.array(SOURCES), rows),
        pc.binary_join_element_wise("@author", pa.array(rng.integers(0, AUTHORS, rows)).cast(pa.string()), ""),
        _with_fresh_pieces(rng, _drawn(rng, texts, rows)),
        times,
        rng.geometric(0.2, rows) - 1,
    ]
    return pa.table([pa.array(column) for column in columns], schema=SCHEMA)


def _drawn(rng: np.random.Generator, values: pa.Array, rows: int) -> pa.Array:
    return values.take(pa.array(rng.integers(0, len(values), rows)))


def _times(places: NDArray[np.float64], ends: datetime) -> pa.Array:
    """Turn places between 0 and 1 to moments, to the second, in the days before `ends`."""
    begins = np.datetime64(ends - timedelta(days=DAYS), "s")
    moments = begins + (places * timedelta(days=DAYS).total_seconds()).astype("timedelta64[s]")
    return pc.binary_join_element_wise(pa.array(np.datetime_as_string(moments)), "Z", "")


def _with_fresh_pieces(rng: np.random.Generator, texts: pa.Array) -> pa.Array:
    rows = len(texts)
    draw = rng.random(rows)
    for share in UNSEEN:
        piece = pc.binary_join_element_wise(_fresh(rng, rows), " ", "")
        texts = pc.binary_join_element_wise(pc.if_else(pa.array(draw < share), piece, ""), texts, "")
    return texts


def _fresh(rng: np.random.Generator, rows: int) -> pa.Array:
    """Make pieces that nobody has seen, of all kinds."""
    kind = pa.array(rng.choice(len(KINDS), rows, p=[kind.share for kind in KINDS]))
    return pc.choose(kind, *(_pieces(rng, kind, rows) for kind in KINDS))


def _pieces(rng: np.random.Generator, kind: Kind, rows: int) -> pa.Array:
    letters = np.frombuffer(kind.letters.encode(), np.uint8)
    drawn = letters[rng.integers(0, len(letters), (rows, kind.length))]
    ends = pa.array(drawn.view(f"S{kind.length}")[:, 0]).cast(pa.string())
    return pc.binary_join_element_wise(kind.beginning, ends, "")
