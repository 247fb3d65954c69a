import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import comments, texts

LAST_DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def pool():
    """The texts of examples/, which are there on every machine."""
    return texts.comments(Path("nowhere"))


@pytest.fixture
def write(pool, tmp_path):
    def write_rows(rows, **options):
        name = f"{len(list(tmp_path.iterdir()))}.csv"
        return comments.write(tmp_path / name, pool, rows, **({"last_day": LAST_DAY} | options))

    return write_rows


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pieces(rows):
    return [piece for row in rows for piece in row["text"].split()]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(write):
    first, again, other = (write(500, seed=seed).read_bytes() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_no_two_comments_have_one_id_within_a_file_of_several_blocks_nor_in_files_of_other_numbers(write):
    files = [write(comments.BLOCK_ROWS + 10), write(500, first=comments.BLOCK_ROWS + 10)]
    ids = [row["id"] for file in files for row in read(file)]
    assert len(ids) == len(set(ids)) == comments.BLOCK_ROWS + 510


def test_the_times_are_in_order_over_the_days_that_end_on_the_last_one(write):
    moments = [datetime.fromisoformat(row["created_at"]) for row in read(write(5_000))]
    assert moments == sorted(moments)
    assert moments[-1].date() == LAST_DAY
    assert moments[0].date() == LAST_DAY - timedelta(days=comments.DAYS - 1)


def test_brands_and_sources_are_about_as_frequent_as_each_other(write):
    rows = read(write(5_000))
    for column, names in (("brand", comments.BRANDS), ("source", comments.SOURCES)):
        found = [row[column] for row in rows]
        assert set(found) == set(names)
        assert all(0.8 < found.count(name) * len(names) / len(rows) < 1.2 for name in names)


def test_about_as_many_pieces_are_unseen_as_in_real_tweets_once_all_texts_were_there(write):
    rows = read(write(12_000))
    seen = set(pieces(rows[:10_000]))
    later = pieces(rows[10_000:])
    assert 0.04 < sum(piece not in seen for piece in later) / len(later) < 0.09


def test_no_text_is_empty_or_holds_what_a_database_refuses(pool):
    assert all(text.strip() and "\0" not in text for text in pool.to_pylist())


def test_no_tweet_is_drawn_twice():
    drawn = texts.tweets(texts.FOLDER, 1_000)
    assert len(drawn) == len(set(drawn)) > 100
