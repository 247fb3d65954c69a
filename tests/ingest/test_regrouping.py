import pytest

from ingest import regrouping
from ingest.rows import Comment, Reject, block


def rows(first, number, text="a"):
    """Every third one a reject."""
    return [
        Reject(record, record, "quote", "why", None)
        if record % 3 == 0
        else Comment(record, record, "b", "x", None, None, None, text, None, None, None, None, None, None)
        for record in range(first, first + number)
    ]


def read(blocks):
    return [
        sorted([*found.comments["record"].to_pylist(), *(reject.record for reject in found.rejects)])
        for found in blocks
    ]


@pytest.mark.parametrize("size", [1, 2, 5, 7, 30, 100])
def test_blocks_hold_so_many_rows_in_the_order_of_the_input_whatever_the_blocks_before(size):
    given = [block(rows(1, 7)), block([]), block(rows(8, 1)), block(rows(9, 22))]
    assert read(regrouping.of_size(given, size)) == [
        list(range(first, min(first + size, 31))) for first in range(1, 31, size)
    ]


def test_blocks_of_long_texts_hold_fewer_rows_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(regrouping, "MOST_BYTES", 100_000)
    given = [block(rows(first, 5, "long" * 2_500)) for first in range(1, 101, 5)]
    found = read(regrouping.of_size(given, 1_000))
    assert [record for one in found for record in one] == list(range(1, 101))
    assert max(map(len, found)) < 25
