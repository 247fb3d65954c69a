from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import func, select

from database import bulk, sessions, tables
from database.tables import Brand, Comment, Score

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
ODD = ["plain", "", "ünïcödé 😀", "a\tb\nc\\N \"q\" 'q'", "x" * 70_000, "\x01\x7f"]


def of_comments(keys, **values):
    return {
        "natural_key": pa.array([key.ljust(16, b"\0") for key in keys], pa.binary(16)),
        "batch_id": 1,
        "brand_id": np.arange(len(keys), dtype=np.int64),
        "source": "x",
        "text": [f"text {i}" for i in range(len(keys))],
        "loaded_at": NOW,
        "counted_at": [NOW] * len(keys),
        **values,
    }


def all_of(session, *columns):
    return session.execute(select(*columns).order_by(Comment.id)).all()


def test_values_come_back_as_they_were_put_in(database_url):
    keys = [bytes([i]) * 16 for i in range(len(ODD))]
    likes, posted = [None, 0, -1, 2**62, 5, None], [None, NOW, NOW, None, NOW, NOW]
    with sessions.writing(database_url) as session:
        assert bulk.insert(session, Comment, of_comments(keys, text=ODD, likes=likes, posted_at=posted, author=ODD))
    with sessions.reading(database_url) as session:
        found = all_of(
            session, Comment.natural_key, Comment.text, Comment.likes, Comment.posted_at, Comment.author, Comment.url
        )
    assert [tuple(row) for row in found] == list(zip(keys, ODD, likes, posted, ODD, [None] * len(ODD), strict=True))


def test_a_value_alone_stands_in_every_row(database_url):
    with sessions.writing(database_url) as session:
        bulk.insert(session, Comment, of_comments([b"a", b"b"]))
        assert [tuple(row) for row in all_of(session, Comment.source, Comment.loaded_at)] == [("x", NOW)] * 2


def test_rows_of_which_one_is_there_are_not_inserted_and_the_transaction_goes_on(database_url):
    with sessions.writing(database_url) as session:
        assert bulk.insert(session, Comment, of_comments([b"b"]))
        assert not bulk.insert(session, Comment, of_comments([b"a", b"b", b"c"]))
        assert bulk.insert(session, Comment, of_comments([b"d"]))
    with sessions.reading(database_url) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 2


def test_of_rows_that_are_there_only_the_new_ones_are_inserted(database_url):
    with sessions.writing(database_url) as session:
        assert bulk.insert_new(session, Comment, of_comments([b"b"], text=["first"])) == 1
        assert bulk.insert_new(session, Comment, of_comments([b"a", b"b", b"c"])) == 2
        assert bulk.insert_new(session, Comment, of_comments([b"d"], author=["ann"])) == 1
    with sessions.reading(database_url) as session:
        assert session.scalar(select(Comment.text).where(Comment.natural_key == b"b".ljust(16, b"\0"))) == "first"
        assert session.scalar(select(func.count()).select_from(Comment)) == 4


@pytest.mark.parametrize("write", [bulk.insert, bulk.insert_new])
def test_no_rows_are_inserted_at_no_cost(database_url, write):
    with sessions.writing(database_url) as session:
        assert write(session, Comment, of_comments([])) in {True, 0}
        assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_small_numbers_and_four_bytes_of_a_fraction_come_back(database_url):
    thirds = np.array([1 / 3, 0, 1], np.float32)
    with sessions.writing(database_url) as session:
        values = {"model_id": 7, "comment_id": np.arange(3), "p_negative": thirds, "p_positive": thirds[::-1]}
        assert bulk.insert(session, Score, values | {"label": np.array([-1, 0, 1], np.int8)})
    with sessions.reading(database_url) as session:
        found = session.execute(select(Score).order_by(Score.comment_id)).scalars().all()
    assert [np.float32(score.p_negative) for score in found] == thirds.tolist()
    assert [(score.model_id, score.comment_id, score.label) for score in found] == [(7, 0, -1), (7, 1, 0), (7, 2, 1)]


def test_a_part_of_a_column_is_written_as_that_part(database_url):
    texts = pa.array([f"text {i}" for i in range(10)])
    likes = pa.array([None, *range(9)], pa.int64())
    with sessions.writing(database_url) as session:
        keys = pa.array([bytes([i]) * 16 for i in range(10)], pa.binary(16))
        sliced = {"natural_key": keys[3:6], "text": texts[3:6], "likes": likes[3:6]}
        bulk.insert(session, Comment, of_comments([b"a", b"b", b"c"], **sliced))
        found = all_of(session, Comment.natural_key, Comment.text, Comment.likes)
    assert [tuple(row) for row in found] == [(bytes([i]) * 16, f"text {i}", i - 1) for i in (3, 4, 5)]


def test_lists_are_kept_as_json(database_url):
    with sessions.writing(database_url) as session:
        handles = [["@lumo", 'a"b']]
        bulk.insert_new(session, Brand, {"name": ["Lumo"], "handles": handles, "recipients": [[]], "created_at": NOW})
    with sessions.reading(database_url) as session:
        assert session.scalars(select(tables.Brand)).one().handles == ["@lumo", 'a"b']
