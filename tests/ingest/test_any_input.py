"""What holds whatever comes in: Hypothesis draws it. `HYPOTHESIS_PROFILE=long` draws a hundred times as much."""

import csv
import io
import json
import math
import os
import string
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ingest import cleaning, delimited_source, json_arrays, json_window, keys, reading, rows, supply, times, transcoding
from ingest.loading import load_file
from ingest.options import Options
from settings import errors
from tests.ingest.conftest import check_same

# The same examples in every run: a test that fails by chance is nobody's.
_ALIKE = {"derandomize": True, "database": None, "deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("short", max_examples=60, **_ALIKE)
settings.register_profile("long", max_examples=6_000, **{**_ALIKE, "derandomize": False})
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

FORMATS = ("csv", "tsv", "json", "ndjson", "parquet", None)
#: Everything but NUL and halves of characters, which are rejects.
WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
#: A text as cleaning leaves it: seen, and without blanks at its ends.
TEXTS = WRITTEN.map(str.strip).filter(lambda text: cleaning.is_visible(text) and text not in cleaning.DELETED)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["text", "body", "id", "author", "created_at", "likes", "brand", "lang", "more"])
MOMENTS = st.datetimes(datetime(1970, 1, 3), datetime(2199, 12, 30))  # noqa: DTZ001 - they get their zone
PIECES = st.sampled_from(
    [
        *(b'"', b'""', b",", b"\t", b"\n", b"\r\n", b"\r", b"\\", b'\\"', b"{", b"}", b"[", b"]", b":", b"text"),
        *(b"id", b'{"text":"a"}', b"\xff", b"\xc3\xbc", b"\xef\xbb\xbf", b"\x00", b" ", b"\xe3\x80\x80", b"1"),
        *(b"\\ud800", b"e999"),
    ]
)


def read(content, **how):
    """Read content row by row and in blocks, which have to agree; nothing where it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        path.write_bytes(content)
        try:
            with reading.open_file(path, Options(**how)) as source:
                found = list(source.rows())
        except errors.WrongInput:
            return []
        with reading.open_file(path, Options(**how)) as source:
            check_same(source.blocks(7), found, 7)
        return found


@given(
    st.binary(max_size=200) | st.lists(PIECES, max_size=60).map(b"".join),
    st.sampled_from(FORMATS),
    st.sampled_from([1, 10, 1 << 22]),
    st.sampled_from([b"", b"text,id\n", b'[{"text":"a"},', b'{"data":[{"text":"a"}],']),
)
def test_of_any_bytes_each_row_is_a_comment_or_a_reject_that_can_be_stored(content, file_format, window, begins):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(supply, "WINDOW_BYTES", window)
        patched.setattr(delimited_source, "LEAST_ROWS", 1)
        found = read(begins + content, format=file_format)
    assert [row.record for row in found] == list(range(1, len(found) + 1))
    for row in found:
        assert isinstance(row, rows.Comment) or row.code in cleaning.CODES
        for value in row:
            if isinstance(value, str):
                assert "\0" not in value
                value.encode()


@given(
    st.lists(st.tuples(TEXTS, WRITTEN), min_size=1, max_size=8), st.sampled_from([",", "\t", ";", "|"]), st.booleans()
)
def test_what_a_writer_of_csv_wrote_comes_back_to_the_letter(written, delimiter, quoted):
    out = io.StringIO()
    how = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    table = csv.writer(out, delimiter=delimiter, quoting=how, lineterminator="\r\n")
    table.writerows([("text", "more"), *written])
    check_written(read(out.getvalue().encode()), written)


@given(st.lists(st.tuples(TEXTS, WRITTEN), min_size=1, max_size=8), st.booleans(), st.sampled_from([None, 1]))
def test_what_a_writer_of_json_wrote_comes_back_to_the_letter(written, escaped, indent):
    named = [{"text": text, "more": more} for text, more in written]
    lines = "".join(f"{json.dumps(row, ensure_ascii=escaped)}\n" for row in named)
    check_written(read(lines.encode(), format="ndjson"), written)
    check_written(read(json.dumps(named, ensure_ascii=escaped, indent=indent).encode(), format="json"), written)


@given(st.lists(st.tuples(TEXTS, WRITTEN), min_size=1, max_size=8), st.booleans())
def test_what_a_writer_of_parquet_wrote_comes_back_to_the_letter(written, coded):
    out = io.BytesIO()
    texts, more = map(list, zip(*written, strict=True))
    parquet.write_table(pa.table({"text": texts, "more": more}), out, use_dictionary=coded)
    check_written(read(out.getvalue()), written)


def check_written(found, written):
    assert [row.text for row in found] == [text for text, _ in written]
    kept = [json.loads(row.extra)["more"] if row.extra else "" for row in found]
    assert kept == [more for _, more in written]


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6), max_size=8))
def test_rows_of_any_values_are_read_alike_in_columns_and_row_by_row(written):
    named = [{"text": "good", **row} for row in written]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ingest.pieces.LEAST_ROWS", 1)
        try:
            found = list(reading.read_mappings(named, Options(), "list").rows())
            check_same(reading.read_mappings(named, Options(), "list").blocks(3), found, 3)
        except errors.UnknownColumn:
            assert not named


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6), min_size=1, max_size=5), st.integers(1, 40))
def test_an_array_is_the_same_wherever_windows_end(written, size):
    content = json.dumps(written)
    with pytest.MonkeyPatch.context() as patched:
        whole = list(json_arrays.rows(io.StringIO(content), {}))
        patched.setattr(json_window, "WINDOW_CHARACTERS", size)
        assert repr(list(json_arrays.rows(io.StringIO(content), {}))) == repr(whole)


@given(
    st.text(max_size=50), st.sampled_from(["utf-16", "utf-16-be", "cp1252", "shift_jis", "gb18030"]), st.integers(1, 9)
)
def test_a_text_in_another_encoding_is_the_same_wherever_pieces_end(text, encoding, size):
    content = text.encode(encoding, "ignore")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(transcoding, "PIECE_BYTES", size)
        stream = io.BufferedReader(transcoding.Transcoded(io.BytesIO(content), encoding))
        assert stream.read().decode("utf-8", "surrogatepass") == content.decode(encoding)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_cleaning_what_was_cleaned_changes_nothing(row):
    [first] = reading.read_mappings([{"text": "good", **row}], Options(), "list").rows()
    if isinstance(first, rows.Comment):
        fields = first._asdict()
        again = {name: fields[name] for name in cleaning.columns.USUAL_NAMES}
        [second] = reading.read_mappings([again], Options(), "list").rows()
        assert second._replace(extra=first.extra) == first


@given(st.lists(st.tuples(*(st.none() | TEXTS for _ in range(4)), TEXTS), min_size=2, max_size=2), st.none() | MOMENTS)
def test_a_key_depends_on_what_makes_a_comment_itself_and_on_nothing_else(two, moment):
    made = [
        {"brand": brand, "source": source, "external_id": id_, "author": author, "text": text, "posted_at": moment}
        for brand, source, id_, author, text in two
    ]
    found = [key_of(row) for row in made]
    assert (found[0] == found[1]) == (itself(made[0]) == itself(made[1]))
    assert found[0] == key_of({**made[0], "likes": 7, "url": "x", "language": "de", "more": "y", "parent_id": "z"})
    if itself(made[0])[0] == "record":
        assert found[0] != key_of(made[0], sha256="other")


def key_of(row, sha256="this"):
    [found] = reading.read_mappings([row], Options(), "list").rows()
    return bytes(keys.natural_keys(rows.block([found]).comments, sha256).view("V16")[0])


def itself(row):
    """Say what a row's key is made of, as the design has it."""
    named = tuple((row[name] or cleaning.UNKNOWN) for name in ("brand", "source"))
    named = (named[0], named[1].lower())
    if row["external_id"]:
        return ("id", *named, row["external_id"])
    if row["author"] or row["posted_at"]:
        return ("text", *named, row["author"], row["posted_at"], row["text"])
    return ("record",)


#: Eight may be a day, as 20261126: seconds of 1970 to 1973 are refused or taken for one.
NINE_DIGITS = 100_000_000


@given(MOMENTS, st.integers(-23 * 60, 23 * 60))
def test_a_time_comes_back_in_every_shape(moment, minutes):
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    whole = aware.replace(microsecond=0)
    read_time = times.reader("UTC", None)
    for said in (aware, aware.isoformat(), aware.isoformat(" "), aware.strftime("%Y-%m-%dT%H:%M:%S.%f%z")):
        assert read_time(said) == aware
    assert read_time(whole.strftime("%a %b %d %H:%M:%S %z %Y")) == whole
    if whole.timestamp() >= NINE_DIGITS:
        assert read_time(str(int(whole.timestamp()))) == whole.astimezone(UTC)


@given(st.text(string.printable, max_size=30) | st.floats() | st.integers())
def test_what_is_no_time_is_refused_in_a_sentence(value):
    if isinstance(value, float) and math.isnan(value):
        return
    found = None
    try:
        found = times.reader("UTC", None)(value)
    except times.Unreadable as refused:
        said = str(refused)
        assert len(said) < rows.REASON_CHARACTERS
    assert found is None or times.FIRST <= found < times.LAST


@settings(max_examples=5)
@given(st.lists(st.lists(PIECES, max_size=20).map(b"".join), max_size=20).map(b"\n".join))
def test_rows_read_are_loaded_or_duplicates_or_rejected(sqlite_url, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes(b"text,id\n" + content)
        counts = load_file(sqlite_url, path, Options(format="csv")).counts
    assert counts.read == len(read(b"text,id\n" + content, format="csv"))
    assert counts.read == counts.loaded + counts.duplicates + counts.rejected
