"""What comes in on purpose or by a broken export to stop the loading of a file; each of these once did."""

import gzip
import json
import os
import sys
import tracemalloc
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

from ingest import cleaning, column_cleaning, columns, json_window, opening, pieces, reading, records, supply
from ingest import parquet as parquet_rows
from ingest.options import Options
from ingest.rows import CONTENT_CHARACTERS, REASON_CHARACTERS, Raw
from settings import errors
from tests.ingest.conftest import check_blocks


def ndjson(*rows):
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.mark.parametrize(
    "moment",
    ["x\0y", "x\ud800y", "x" * 1_000_000, "1 " * 500_000, int("1" * 400), 1e300, ["x" * 1_000_000], ["\0"], True],
    ids=["nul", "surrogate", "long", "many_numbers", "large", "float", "long_array", "array", "flag"],
)
def test_what_is_no_time_costs_its_row_and_its_reason_can_be_stored(read, moment):
    comments, [reject], _ = read(ndjson({"text": "good"}, {"text": "bad", "created_at": moment}), "rows.ndjson")
    assert (len(comments), reject.code) == (1, "time")
    assert len(reject.reason) < REASON_CHARACTERS + 50
    assert "\0" not in reject.reason + reject.content
    (reject.reason + reject.content).encode()


@pytest.mark.parametrize("moment", ["0000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1e999"])
def test_times_that_no_comment_has_cost_their_row(read, moment):
    _, [reject], _ = read(ndjson({"text": "good", "created_at": moment}), "rows.ndjson")
    assert reject.code == "time"


def test_not_a_number_and_infinity_are_values_like_others(read):
    rows = (
        '{"text":"a","likes":1e999,"id":1e999}\n{"text":"b","created_at":NaN,"id":-0.0}\n{"text":1e999}\n{"text":NaN}\n'
    )
    comments, rejects, _ = read(rows, "rows.ndjson")
    assert [(one.text, one.external_id, one.likes) for one in comments[:2]] == [("a", "inf", None), ("b", "0", None)]
    assert len(comments) + len(rejects) == 4


@pytest.mark.parametrize("field", ["brand", "source"])
def test_a_name_that_no_index_can_hold_costs_its_row(read, field):
    longest = "\U00010000" * cleaning.LONGEST_NAME_CHARACTERS
    rows = [{"text": "good", field: longest}, {"text": "bad", field: f"{longest}x"}]
    comments, [reject], _ = read(ndjson(*rows), "rows.ndjson")
    assert (len(comments), reject.code) == (1, "long_id")


def test_the_longest_brand_and_source_can_be_stored(database_url):
    from ingest.loading import load_comments

    name = "".join(chr(0x10000 + 37 * i) for i in range(cleaning.LONGEST_NAME_CHARACTERS))
    rows = [{"text": "good", "brand": name, "source": name, "id": name}]
    assert load_comments(rows, database_url=database_url).counts.loaded == 1


@pytest.mark.parametrize("deep", [1_000, 100_000])
@pytest.mark.parametrize("nested", ["[]", "{}"])
def test_what_is_nested_too_deeply_costs_its_row(read, nested, deep):
    inside = nested[0] * deep + nested[1] * deep if nested == "[]" else '{"a":' * deep + "1" + "}" * deep
    rows = ['{"text": "good"}', f'{{"text": "bad", "x": {inside}}}', '{"text": "fine"}']
    for content, name in (("\n".join(rows), "rows.ndjson"), (f"[{', '.join(rows)}]", "rows.json")):
        comments, rejects, _ = read(content, name)
        assert len(comments) + len(rejects) == 3
        assert {reject.code for reject in rejects} <= {"json"}


@pytest.mark.parametrize("begins", ["[", '{"a":', '{"a":['])
def test_a_file_that_is_nothing_but_depth_is_refused_in_one_sentence(read, begins):
    with pytest.raises(errors.UnknownColumn, match="no column"):
        read(begins * 100_000, "rows.json")


@pytest.mark.parametrize("blank", ["\n", " ", ",", "\n ,"])
def test_blanks_behind_a_broken_element_are_gone_over_once(read, blank):
    # A pattern that looks ahead took an hour for a megabyte of them.
    comments, rejects, _ = read('[{"text": "good"}, {bad' + blank * 1_000_000 + ',{"text": "fine"}]', "rows.json")
    assert [comment.text for comment in comments] == ["good", "fine"]
    assert [reject.code for reject in rejects] == ["json"]


@pytest.mark.parametrize("size", range(1, 40))
def test_an_array_is_what_it_is_wherever_windows_end(monkeypatch, read, size):
    monkeypatch.setattr(json_window, "WINDOW_CHARACTERS", size)
    content = '[{"text": "good"},\n   {bad},\n    {"text": "so \\u00fc \\"so\\"", "n": -1.5e3}, 12345, {"text": 7}   ]'
    comments, rejects, _ = read(content, "rows.json")
    assert [comment.text for comment in comments] == ["good", 'so ü "so"', "7"]
    assert [reject.content for reject in rejects] == ["{bad}", "12345"]


@pytest.mark.parametrize("cut", ["[", '[{"text": "good"}', '[{"text": "good"},', '{"data": [{"text": "good"} '])
def test_of_an_array_that_ends_between_two_rows_the_break_is_a_reject(tmp_path, cut):
    path = tmp_path / "rows.json"
    path.write_text(f"{cut if len(cut) > 1 else cut + chr(123) + chr(34) + 'text' + chr(34) + ':1}'}")
    with reading.open_file(path, Options()) as source:
        *_, last = source.rows()
    assert last.code == "truncated"


def test_lines_that_each_end_inside_of_a_quote_are_not_read_on_from_each(read):
    # From each of these the next megabyte was read: an hour for a file of a megabyte.
    rows = "id,text\n" + "1,good\n" * 600 + 'a","""\n' * 5_000 + "2,fine\n"
    comments, rejects, _ = read(rows)
    assert (len(comments), len(rejects)) == (601, 5_000)
    assert {reject.code for reject in rejects} == {"quote"}


def test_the_same_with_escaped_quotes(read):
    rows = "id,text\n" + '1,"go\\"od, yes"\n' * 600 + 'a","\n' * 5_000 + '2,"fine\nso"\n'
    comments, rejects, _ = read(rows)
    assert (len(comments), len(rejects)) == (601, 5_000)


def test_a_text_of_many_quotes_and_lines_is_still_one(read):
    text = 'a "b",\n",c", ""d""\n\n"'
    comments, rejects, _ = read('id,text\n1,"' + text.replace('"', '""') + '"\n')
    assert ([comment.text for comment in comments], rejects) == ([text], [])


@pytest.mark.parametrize("name", ["rows.csv", "rows.ndjson"])
def test_a_line_without_end_is_one_reject_and_is_never_held(monkeypatch, tmp_path, name):
    monkeypatch.setattr(supply, "MOST_LINE_BYTES", 10_000)
    monkeypatch.setattr(supply, "WINDOW_BYTES", 1_000)
    monkeypatch.setattr(records, "LONGEST_BYTES", 1_000)
    first, last = (
        ("id,text\n1,good\n", "2,fine\n") if name == "rows.csv" else ('{"text": "good"}\n', '{"text": "fine"}\n')
    )
    path = tmp_path / name
    for end in ("\n", "\r\n", "\r"):
        path.write_bytes(gzip.compress((first + "x" * 1_000_000 + "ü" + end + last).encode()))
        with reading.open_file(path, Options()) as source:
            rows = list(source.rows())
        assert [getattr(row, "text", None) or row.code for row in rows] == ["good", "long_row", "fine"]
        assert len(rows[1].content) <= CONTENT_CHARACTERS + 50
        check_blocks(path, rows, 10)


def test_a_line_without_end_inside_of_a_quote_costs_the_line_that_opens_it(monkeypatch, read):
    monkeypatch.setattr(supply, "MOST_LINE_BYTES", 2_000_000)
    _, rejects, _ = read('id,text\n1,"good\n' + "x" * 3_000_000 + "\n2,fine\n")
    assert [reject.code for reject in rejects] == ["quote", "long_row"]


def test_ten_megabytes_of_one_character_are_a_text(read):
    comments, rejects, _ = read("text\n" + "a" * 10_000_000 + "\n")
    assert (comments[0].cut_from_characters, rejects) == (10_000_000, [])


def test_a_header_of_a_million_columns_is_refused_in_one_sentence(read):
    with pytest.raises(errors.UnreadableFile, match="header of more than"):
        read("text," + ",".join(f"c{i}" for i in range(1_000_000)) + "\ngood\n")


def test_many_columns_of_few_rows_are_read_row_by_row(read, monkeypatch):
    monkeypatch.setattr(
        column_cleaning.ColumnCleaner, "_comments", lambda *_: pytest.fail("each costs half a millisecond")
    )
    names, values = (",".join(f"{letter}{i}" for i in range(2_000)) for letter in "cv")
    comments, _, _ = read(f"text,{names}\n" + f"good,{values}\n" * 3)
    assert len(comments) == 3


def test_long_texts_of_parquet_come_few_at_once(tmp_path, monkeypatch):
    path = tmp_path / "rows.parquet"
    parquet.write_table(pa.table({"text": [f"{i}" * 10_000 for i in range(100)]}), path, use_dictionary=False)
    monkeypatch.setattr(parquet_rows, "BATCH_BYTES", 200_000)
    with path.open("rb") as file:
        assert max(piece.read for piece in parquet_rows.open_file(file, "rows").pieces()) <= 20


LONG = "x" * 10_000
REPEATED = {
    "dictionary": ({"text": [None, *["a"] * 49, *[LONG] * 50]}, {}),
    "prefix": (
        {"text": [f"{LONG}{i}" for i in range(100)]},
        {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
    ),
    "nested": ({"text": ["good"] * 100, "by": [None, *[{"name": LONG, "tags": ["a", LONG]}] * 99]}, {}),
    "seen late": ({"text": ["good"] * 5_000, "more": [*[None] * 4_900, *[LONG] * 100]}, {}),
    "bytes": ({"text": ["good"] * 100, "more": [LONG.encode()] * 100}, {}),
}


@pytest.mark.parametrize("how", REPEATED)
def test_what_parquet_says_once_and_repeats_comes_few_at_once(tmp_path, monkeypatch, how):
    path = tmp_path / "rows.parquet"
    rows, written = REPEATED[how]
    parquet.write_table(pa.table(rows), path, **written)
    assert path.stat().st_size < 30_000
    monkeypatch.setattr(parquet_rows, "BATCH_BYTES", 200_000)
    with path.open("rb") as file:
        read = [piece.read for piece in parquet_rows.open_file(file, "rows").pieces()]
    assert max(read) <= 21
    assert sum(read) == len(rows["text"])


def test_short_texts_of_a_dictionary_come_in_whole_batches(tmp_path):
    path = tmp_path / "rows.parquet"
    numbers = pa.array([Decimal(f"{i}.5") for i in range(20_000)], pa.decimal128(30, 2))
    parquet.write_table(pa.table({"text": ["good", "bad"] * 10_000, "price": numbers}), path)
    with path.open("rb") as file:
        assert [piece.read for piece in parquet_rows.open_file(file, "rows").pieces()] == [10_000, 10_000]


LONG_LINES = {
    "rows.ndjson": ("", '{{"text": "{}"}}', "\n", "\n"),
    "rows.json": ("[", '{{"text": "{}"}}', ",\n", "]"),
    "rows.csv": ("id,text\n", "1,{}", "\n", "\n"),
}


@pytest.mark.parametrize("name", LONG_LINES)
def test_of_long_rows_few_are_held_at_once(tmp_path, monkeypatch, name):
    monkeypatch.setattr(pieces, "PIECE_CHARACTERS", 4_000_000)
    begins, row, between, ends = LONG_LINES[name]
    path = tmp_path / name
    path.write_bytes(gzip.compress((begins + between.join([row.format("x" * 1_100_000)] * 50) + ends).encode()))
    tracemalloc.start()
    try:
        with reading.open_file(path, Options()) as source:
            assert sum(block.read for block in source.blocks(1_000)) == 50
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # All rows at once are 55 MB, held as they stand and as values: 57 to 120 MB. A piece of four and what windows and
    # decoding take were 28 to 35.
    assert peak < 45_000_000


@pytest.mark.parametrize("rows", [{"content": LONG}, {"values": {"text": LONG, "n": 1}}], ids=["text", "python"])
def test_long_rows_come_few_at_once(monkeypatch, rows):
    monkeypatch.setattr(pieces, "PIECE_CHARACTERS", 200_000)
    given = []
    source = pieces.RowSource(given.append(i) or Raw(None, **{"values": {"text": "x"}, **rows}) for i in range(1_000))
    assert source.columns()[0] == "text"
    assert len(given) == 20
    assert {piece.read for piece in source.pieces()} == {20}


def test_an_empty_line_costs_next_to_nothing(read, monkeypatch):
    monkeypatch.setattr(records, "FEW_RECORDS", 1)
    content = "id,text\n" + "\n \n\t\x1c\n\r\n\u00a0\n" * 300 + "1,good\n\n\u2003\n2,\u00a0fine\n \n"
    comments, rejects, _ = read(content)
    assert ([comment.text for comment in comments], rejects) == (["good", "fine"], [])


def test_a_column_is_named_in_a_sentence_by_its_beginning(read):
    with pytest.raises(errors.UnknownColumn) as refused:
        read("x" * 200_000 + "\n1\n")
    assert len(str(refused.value)) < 1_000


def test_a_window_that_no_machine_has_is_refused_in_one_sentence(read):
    with pytest.raises(errors.UnreadableFile, match="cannot be read: the compressed file is damaged"):
        read(b"\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00", "rows.csv.zst")


def test_columns_that_each_row_names_anew_are_not_remembered(monkeypatch):
    monkeypatch.setattr(cleaning, "KNOWN_SETS", 3)
    cleaner = cleaning.Cleaner(Options())
    for i in range(100):
        assert cleaner.fields(("text", f"column {i}")) == {"text": "text"}
    assert cleaner.fields(("text", "x" * 1_000_000)) == {"text": "text"}
    assert len(cleaner._fields) <= 3
    assert not columns.is_usual("x" * 1_000_000, "text")


def test_a_pipe_and_a_device_are_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero"):
        with pytest.raises(errors.UnreadableFile, match="pipe or a device"):
            opening.check(path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a file")
def test_a_file_that_breaks_while_it_is_read_is_refused_in_one_sentence():
    with pytest.raises(errors.UnreadableFile, match="cannot be read"), reading.open_file("/proc/self/mem", Options()):
        pass


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5_000, "."])
def test_a_name_that_no_file_can_have_is_refused_in_one_sentence(name):
    with pytest.raises(errors.UnreadableFile, match="cannot be opened"):
        opening.check(name)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such name")
def test_a_file_whose_name_is_no_text_is_loaded(database_url, tmp_path):
    from ingest.loading import load_file

    path = os.fsencode(tmp_path) + b"/b\xff\x1b[31m.csv"
    with open(path, "w") as file:  # noqa: PTH123 - a name of bytes
        file.write("id,text\n1,good\n")
    assert load_file(database_url, os.fsdecode(path), Options()).counts.loaded == 1


def test_a_text_that_breaks_off_within_its_header_says_so(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes("text,id".encode("utf-16") + b"\0")
    with reading.open_file(path, Options()) as source:
        assert [row.code for row in source.rows()] == ["encoding"]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
        pa.array([1, 2], pa.time64("ns")),
        pa.array([1, 2**50], pa.duration("s")),
        pa.array([2**31 - 1, -(2**31)], pa.date32()),
        pa.array([2**62, -(2**62)], pa.timestamp("ms")),
        pa.array([2**64 - 1, 1], pa.uint64()),
        pa.array([b"2026-11-02", b"\xff\0"]),
        pa.array([1.5, float("nan")], pa.float16()),
        pa.array([1, 2], pa.decimal128(38, 3)),
        pa.array(["a", "b"]).dictionary_encode(),
        pa.array([{"a": {"b": [{"c": "x"}]}}, None]),
        pa.nulls(2),
    ],
    ids=lambda column: str(column.type)[:20],
)
@pytest.mark.parametrize("field", ["text", "created_at", "id", "likes", "brand", "more"])
def test_a_column_of_parquet_of_any_type_is_read_or_costs_its_rows(tmp_path, field, column):
    path = tmp_path / "rows.parquet"
    table = {"text": pa.array(["good", "bad"]), field: column}
    parquet.write_table(pa.table(table), path)
    with reading.open_file(path, Options()) as source:
        rows = list(source.rows())
    assert len(rows) == 2
    check_blocks(path, rows, 1)
