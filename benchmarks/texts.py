"""Real texts to benchmark with: short comments of the labelled sets, or of examples/ where the sets are absent."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

ROOT = Path(__file__).parents[1]
FOLDER = ROOT.parent / "shared" / "data"
EXAMPLES = ROOT / "examples"

TWEETS = (
    "semeval2017_task4a.parquet",
    "sentiment140_100k.parquet",
    "sentiment140_test.parquet",
    "tweeteval_sentiment.parquet",
    "twitter_entity.parquet",
    "crowdflower_product_brands.parquet",
)
#: what is no tweet; film reviews are left out: comments are not as long
OTHERS = ("youtube_comments.parquet", "amazon_alexa.parquet")


def comments(folder: Path) -> pa.Array:
    """Read the different short comments of all sets in a folder, or of examples/ where it holds none of them."""
    return _different(_sets(folder, (*TWEETS, *OTHERS)))


def tweets(folder: Path, count: int, seed: int = 1) -> list[str]:
    """Draw different tweets, at most `count` of them, in an order that the seed decides."""
    found = _different(_sets(folder, TWEETS))
    drawn = np.random.default_rng(seed).permutation(len(found))[:count]
    texts: list[str] = found.take(pa.array(drawn)).to_pylist()
    return texts


def _sets(folder: Path, names: tuple[str, ...]) -> list[pa.ChunkedArray]:
    there = [folder / name for name in names if (folder / name).exists()]
    if not there:
        return list(_examples())
    return [pyarrow.parquet.read_table(path, columns=["text"])["text"] for path in there]


def _examples() -> Iterator[pa.ChunkedArray]:
    # Some of their rows are broken on purpose.
    for name, delimiter, column in (("youtube.csv", ",", "textOriginal"), ("x.tsv", "\t", "text")):
        how = pyarrow.csv.ParseOptions(delimiter=delimiter, invalid_row_handler=lambda _row: "skip")
        yield pyarrow.csv.read_csv(EXAMPLES / name, parse_options=how)[column]


def _different(columns: list[pa.ChunkedArray]) -> pa.Array:
    """Keep each text once; one without a character, or with a NUL, is no comment in any database."""
    texts = pa.concat_arrays([chunk.cast(pa.string()) for column in columns for chunk in column.chunks])
    is_comment = pc.and_(pc.not_equal(pc.utf8_trim_whitespace(texts), ""), pc.invert(pc.match_substring(texts, "\0")))
    return pc.unique(texts.filter(is_comment))
