import random
import struct
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from database import packing, slots

EPOCH = date(1970, 1, 1)


def by_hand(rows):
    """Take rows apart without the code that packed them."""
    found = Counter()
    for model_id, batch_id, brand_id, source, day, *totals, packed in rows:
        of_row = Counter()
        for place, number in struct.iter_unpack("<Hi", packed):
            found[model_id, batch_id, brand_id, source, (day - EPOCH).days * 96 + place // 7, place % 7] += number
            of_row[place % 7] += number
        assert totals == [of_row[column] for column in range(7)]
        assert packed, "a row that counts nothing is left out"
    return found


@pytest.mark.parametrize("most", [3, 2**31 - 1])
def test_comments_are_counted_once_each_whatever_their_ids_and_order(most):
    draw = random.Random(most)
    batches, brands = ([draw.randint(1, most) for _ in range(2_000)] for _ in range(2))
    sources = [draw.choice(["x", "reddit", "é"]) for _ in range(2_000)]
    numbers = [draw.randint(-2_000_000, 280_000_000) for _ in range(1_000)] + [
        draw.randint(0, 300) for _ in range(1_000)
    ]
    columns = [draw.randrange(7) for _ in range(2_000)]
    wanted = Counter(zip([9] * 2_000, batches, brands, sources, numbers, columns, strict=True))
    comments = packing.Comments(np.array(batches), np.array(brands), sources, np.array(numbers))
    rows = packing.counted(9, comments, np.array(columns))
    assert by_hand(rows) == wanted
    assert len({row[:5] for row in rows}) == len(rows)
    encoded = comments._replace(sources=pa.array(sources).dictionary_encode())
    assert packing.counted(9, encoded, np.array(columns)) == rows


def test_one_number_stands_for_the_batch_of_all():
    comments = packing.Comments(5, np.array([1, 2]), ["x", "x"], np.array([0, 0]))
    assert [row[:5] for row in packing.counted(None, comments, np.array([0, 0]))] == [
        (None, 5, 1, "x", EPOCH),
        (None, 5, 2, "x", EPOCH),
    ]


def test_what_sums_to_nothing_is_left_out():
    comments = packing.Comments(1, 1, ["x"] * 3, np.array([7, 7, 8]))
    rows = packing.counted(1, comments, np.array([2, 2, 3]), np.array([1, -1, -1]))
    assert by_hand(rows) == {(1, 1, 1, "x", 8, 3): -1}
    assert packing.counted(1, comments, np.array([2, 2, 3]), np.array([1, -1, 0])) == []
    assert packing.counted(1, packing.Comments(1, 1, [], np.array([], np.int64)), np.array([], np.int64)) == []


def test_rows_put_together_hold_what_each_held():
    comments = packing.Comments(1, np.array([1, 1, 2]), ["x"] * 3, np.array([7, 8, 7]))
    parts = [row for column in (2, 3, 2) for row in packing.counted(1, comments, np.full(3, column))]
    keys = {}
    numbers = np.array([keys.setdefault(row[:5], len(keys)) for row in parts])
    entries = packing.unpacked([row[-1] for row in parts])
    rows = packing.summed(list(keys), entries._replace(rows=numbers[entries.rows]))
    assert by_hand(rows) == by_hand(parts)
    assert len(rows) == 2


def test_a_slot_begins_at_its_quarter_of_an_hour_before_and_after_1970():
    moments = [
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * number + minutes)
        for number in (-97, -1, 0, 5)
        for minutes in (0, 14)
    ]
    found = slots.of(
        np.array([moment.replace(tzinfo=None) for moment in moments], "datetime64[us]") + np.timedelta64(999_999, "us")
    )
    assert found.tolist() == [number for number in (-97, -1, 0, 5) for _ in range(2)]
    assert [slots.begin(number) for number in found.tolist()[::2]] == [
        moment.replace(tzinfo=UTC) for moment in moments[::2]
    ]
