"""Fuzz reading: `make fuzz` feeds it bytes, guided by what of `ingest` they reach.

Whatever comes in, there are rows or one sentence; blocks hold what rows one by one do; and all of it can be stored.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ingest", "json", "csv", "dateutil"]):
    from ingest import delimited_source, reading, supply
    from ingest.options import Options
    from settings import errors
    from tests.ingest.conftest import check_same

FORMATS = (None, "csv", "tsv", "json", "ndjson", "parquet")
PATH = Path(tempfile.mkdtemp()) / "rows"


def one(data: bytes) -> None:
    """Read a file that holds these bytes; the first two choose how."""
    if len(data) < 2:
        return
    how, windows = data[0], data[1]
    supply.WINDOW_BYTES = (7, 100, 1 << 22)[windows % 3]
    delimited_source.LEAST_ROWS = (1, 3, 200)[windows // 3 % 3]
    PATH.write_bytes(data[2:])
    options = Options(
        format=FORMATS[how % len(FORMATS)],
        timezone=("UTC", "Europe/Berlin")[how // 6 % 2],
        day_first=(None, True, False)[how // 12 % 3],
        max_text_characters=(100_000, 10)[how // 36 % 2],
    )
    try:
        with reading.open_file(PATH, options) as source:
            rows = list(source.rows())
        with reading.open_file(PATH, options) as source:
            check_same(source.blocks(7), rows, 7)
    except errors.WrongInput:
        return
    for row in rows:
        for value in row:
            if isinstance(value, str):
                assert "\0" not in value
                value.encode()


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
