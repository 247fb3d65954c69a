import json
import random
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

from ingest import pieces, reading
from ingest.options import Options
from tests.ingest.conftest import check_blocks, check_same
from tests.ingest.test_blocks_of_text import TEXTS

WORDS = [text for text in TEXTS if "\ud800" not in text]
MOMENTS = [
    datetime(*parts, tzinfo=UTC)
    for parts in [(2026, 11, 2, 10, 20, 30, 123456), (1969, 1, 1), (2199, 12, 31, 23), (2, 1, 1)]
]
NUMBERS = [0, -1, 7, 1_424_806_552, 1_424_806_552_123, 20_261_126, 202_611_261_530, 2**62, 2**63 - 1, -(2**63)]


def column_of(draw, rows):
    """Make a column of some type, a quarter of it null."""
    kinds = {
        pa.string(): WORDS,
        pa.large_string(): WORDS,
        pa.dictionary(pa.int8(), pa.string()): WORDS[:20],
        pa.int64(): NUMBERS,
        pa.uint64(): [0, 7, 2**64 - 1],
        pa.int8(): [-5, 0, 12],
        pa.float64(): [1.0, 1.5, float("nan"), float("inf"), -0.0, 1e300, 1_424_806_552.0],
        pa.bool_(): [True, False],
        pa.timestamp("us"): MOMENTS,
        pa.timestamp("ms", "UTC"): MOMENTS,
        pa.timestamp("ns", "Europe/Berlin"): MOMENTS[:2],
        pa.date32(): [date(2026, 11, 2), date(1969, 1, 1)],
        pa.time64("us"): [time(1, 2)],
        pa.decimal128(10, 2): [Decimal("1.50")],
        pa.list_(pa.string()): [["a", None], []],
        pa.struct({"name": pa.string(), "n": pa.int64()}): [{"name": "ann", "n": 5}, {"name": None, "n": None}],
        pa.null(): [None],
    }
    kind = draw.choice(list(kinds)[: draw.choice([3, 6, 12, 99])])
    values = [draw.choice(kinds[kind]) if draw.random() < 0.75 else None for _ in range(rows)]
    return pa.array(values, kind)


@pytest.mark.parametrize("seed", range(30))
def test_a_table_of_any_types_is_the_same_in_blocks(tmp_path, seed):
    draw = random.Random(seed)
    rows = draw.choice([1, 30, 200])
    names = ["text", "id", "created_at", "likes", "brand", "source", "author", "lang", "more", 'e"x\\tra']
    table = pa.table({name: column_of(draw, rows) for name in names if name == "text" or draw.random() < 0.6})
    if pa.types.is_struct(table.column("text").type):
        table = table.set_column(0, "text", pa.array(["good"] * rows))
    parquet.write_table(table, tmp_path / "rows.parquet")
    how = {"timezone": draw.choice(["UTC", "Asia/Tokyo"]), "brand": draw.choice([None, "Lumo"])}
    with reading.open_file(tmp_path / "rows.parquet", Options(**how)) as source:
        single = list(source.rows())
    assert len(single) == rows
    check_blocks(tmp_path / "rows.parquet", single, draw.choice([7, 1_000]), **how)


def test_one_impossible_time_or_broken_character_in_a_table_costs_its_row(read, tmp_path):
    broken = pa.array([b"good", b"br\xffken", b"fine"], pa.binary()).view(pa.string())
    impossible = pa.array([0, 1, 2**45]).view(pa.timestamp("s"))
    table = pa.table({"text": broken, "id": [1, 2, 3], "seen": impossible})
    parquet.write_table(table, tmp_path / "table.parquet")
    comments, rejects, _ = read((tmp_path / "table.parquet").read_bytes(), "rows.parquet")
    assert [comment.external_id for comment in comments] == ["1"]
    assert [(reject.record, reject.code) for reject in rejects] == [(2, "encoding"), (3, "time")]


def test_nanoseconds_are_cut_and_not_refused(read, tmp_path):
    moments = pa.array([1_424_806_552_123_456_789], pa.timestamp("ns"))
    parquet.write_table(pa.table({"text": ["good"], "created_at": moments}), tmp_path / "table.parquet")
    [comment], _, _ = read((tmp_path / "table.parquet").read_bytes(), "rows.parquet")
    assert comment.posted_at == datetime(2015, 2, 24, 19, 35, 52, 123456, tzinfo=UTC)


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.uint64(), pa.float64(), pa.string()])
def test_a_column_of_days_in_eight_digits_is_one_of_days(read, tmp_path, kind):
    days = pa.array([20_261_126, None, 20_261_127]).cast(kind)
    parquet.write_table(pa.table({"text": ["a", "b", "c"], "date": days}), tmp_path / "table.parquet")
    comments, _, _ = read((tmp_path / "table.parquet").read_bytes(), "rows.parquet")
    assert [comment.posted_at for comment in comments] == [
        datetime(2026, 11, 26, tzinfo=UTC),
        None,
        datetime(2026, 11, 27, tzinfo=UTC),
    ]


def objects(draw, rows):
    """Make objects with columns that come and go, and values of all kinds JSON has."""
    values = [*TEXTS, *NUMBERS, None, True, 1.5, 12.0, 2**70, [1, "a"], {"b": {"c": "\ud800"}}, {}, float("nan")]
    usual = {"text": "good", "id": 1, "created_at": "2026-11-02T10:20:30Z", "user": {"name": "ann"}, "n": 1}
    for _ in range(rows):
        row = {name: value if draw.random() < 0.7 else draw.choice(values) for name, value in usual.items()}
        if draw.random() < 0.2:
            del row[draw.choice(list(row))]
        yield row


@pytest.mark.parametrize("seed", range(15))
def test_objects_of_any_shape_are_the_same_in_blocks(tmp_path, monkeypatch, seed):
    draw = random.Random(seed)
    monkeypatch.setattr(pieces, "PIECE_ROWS", draw.choice([7, 100]))
    monkeypatch.setattr(pieces, "LEAST_ROWS", draw.choice([1, 5]))
    rows = list(objects(draw, 200))
    path = tmp_path / "rows.ndjson"
    path.write_text("\n".join(json.dumps(row) if draw.random() < 0.97 else "{broken" for row in rows))
    with reading.open_file(path, Options(format="ndjson")) as source:
        single = list(source.rows())
    check_blocks(path, single, draw.choice([1, 7, 1_000]), format="ndjson")
    given = list(reading.read_mappings(rows, Options(), "rows").rows())
    check_same(reading.read_mappings(rows, Options(), "rows").blocks(50), given, 50)


def test_columns_that_come_and_go_keep_the_order_of_the_rows(read):
    rows = [{"text": f"text {i}", **({"author": "ann"} if i % 2 else {"lang": "en"})} for i in range(2_000)]
    comments, _, _ = read("\n".join(map(json.dumps, rows)), "rows.ndjson")
    assert [comment.text for comment in comments] == [row["text"] for row in rows]
