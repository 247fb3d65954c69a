import json
import random
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingest import arrays, cleaning, column_extra, column_times, times

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHARACTERS = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]


def microseconds(moment):
    return (moment - EPOCH) // timedelta(microseconds=1)


def written_times(draw, count):
    """Write times of all shapes, near the bounds and anywhere, some of them spoilt."""
    for _ in range(count):
        near = draw.choice([times.FIRST, times.LAST, datetime(2024, 2, 29, 12, tzinfo=UTC)])
        moment = near + timedelta(seconds=draw.randrange(-90_000, 90_000), microseconds=draw.randrange(1_000_000))
        seconds = int(moment.timestamp())
        fraction = draw.choice(["", f".{moment.microsecond // 1_000:03}", f".{moment.microsecond:06}"])
        zone = draw.choice(["", "Z", "Z", "+0000", "-00:00", "+01:00", "-0930", "+23:59", "+24:00", "+05:60"])
        clock = f"{moment:%Y-%m-%d}{draw.choice('TT _')}{moment:%H:%M:%S}{fraction}{zone}"
        words = f"{moment:%a %b %d %H:%M:%S} {draw.choice(['+0000', '-0930', '+2359', '+2400', 'UTC'])} {moment:%Y}"
        text = draw.choice([clock, clock, clock, words, f"{moment:%Y-%m-%d}", f"{seconds}", f"{seconds}123"])
        if draw.random() < 0.2:
            place = draw.randrange(len(text))
            text = text[:place] + draw.choice("0123456789-+:TZ /é") + text[place + 1 :]
        yield text


@pytest.mark.parametrize("naive_is_utc", [True, False])
def test_a_time_that_is_read_as_a_column_is_the_one_read_alone(naive_is_utc):
    texts = list(written_times(random.Random(7), 5_000))
    moments, is_read = column_times.read(pa.array(texts), naive_is_utc=naive_is_utc)
    alone = times.reader("UTC" if naive_is_utc else "America/New_York", day_first=None)
    assert is_read.mean() > 0.2
    for text, moment in zip(np.array(texts)[is_read], moments[is_read], strict=True):
        assert microseconds(alone(str(text))) == moment, text


def test_the_usual_times_are_read_as_a_column():
    usual = [
        "Mon Nov 02 10:20:30 +0000 2026",
        "2026-11-02",
        "2026-11-02 10:20:30",
        "2026-11-02T10:20:30Z",
        "1793614830",
        "1793614830000",
    ]
    usual += ["2026-11-02T10:20:30.123+01:00", "2026-11-02T10:20:30.123456Z", "2026-11-02 10:20:30-0800"]
    _, is_read = column_times.read(pa.array(usual), naive_is_utc=True)
    assert is_read.all()


def test_a_number_that_is_read_as_a_column_is_the_time_read_alone():
    draw = random.Random(8)
    edges = [0, 86_400, 7_258_118_400, times.MILLISECONDS_FROM, times.MICROSECONDS_FROM, 2**52]
    edges += [digits * 10**more for digits in (18_999_999, 19_700_101, 20_261_126, 21_000_000) for more in (0, 4, 6)]
    numbers = [draw.choice([edge, edge * 1_000]) + draw.randrange(-1_000, 1_000) for edge in edges for _ in range(500)]
    numbers += [draw.randrange(86_400_000, 7_258_118_400_000) for _ in range(5_000)]
    moments, is_read = column_times.of_values(pa.array(numbers), naive_is_utc=True)
    alone = times.reader("UTC", day_first=None)
    assert is_read.mean() > 0.4
    for number, moment in zip(np.array(numbers)[is_read], moments[is_read], strict=True):
        assert microseconds(alone(int(number))) == moment, number


@pytest.mark.parametrize("digits", ["20261126", "202611261530", "20261126153000", "20261399"])
def test_digits_that_are_a_day_are_left_to_be_read_alone(digits):
    _, of_text = column_times.read(pa.array([digits]), naive_is_utc=True)
    _, of_number = column_times.of_values(pa.array([int(digits)]), naive_is_utc=True)
    assert not of_text.any()
    assert not of_number.any()


def test_blanks_are_the_same_for_columns_and_strings():
    padded = [f"{character}x{character}" for character in CHARACTERS]
    assert pc.utf8_trim_whitespace(pa.array(padded)).to_pylist() == [text.strip() for text in padded]


def test_json_is_to_the_letter_the_same_for_columns_and_rows():
    texts = [*CHARACTERS[:0x3000], *CHARACTERS[0xE000 - 0x800 :: 97], "", None, 'a "b" \\ \n\\n']
    numbers = [None, *range(-1, len(texts) - 2)]
    flags = [draw is not None and draw % 3 == 0 for draw in numbers]
    columns = {'te"xt': pa.array(texts), "number": pa.array(numbers), "flag": pa.array(flags)}
    written, odd = column_extra.written(columns, len(texts))
    for i, found in enumerate(written.to_pylist()):
        row = {name: column[i].as_py() for name, column in columns.items()}
        held = {name: value for name, value in row.items() if value not in (None, "")}
        assert odd[i] or found == json.dumps(held, ensure_ascii=False)
    assert odd.sum() == 0x20 - len("\n\r\t")


def test_a_row_where_no_column_holds_anything_has_no_json():
    columns = {"a": pa.array(["x", None, ""]), "b": pa.array([None, None, 1], pa.int64())}
    assert column_extra.written(columns, 3)[0].to_pylist() == ['{"a": "x"}', None, '{"b": 1}']


def test_rows_with_a_byte_are_found_in_a_slice_too():
    column = pa.array(["\0", "a", "", None, "b\0c", "d", "\0"]).slice(1, 5)
    assert arrays.rows_with(column, arrays.parts(column)[1] == 0).tolist() == [0, 0, 0, 1, 0]


def test_values_at_which_a_function_fails_are_left():
    found, odd = arrays.mapped(pa.array(["1", "x", None, "1"]), lambda v: cleaning.string(v) and int(v), pa.int64())
    assert (found.to_pylist(), odd.tolist()) == ([1, None, None, 1], [False, True, False, False])
