"""What has to hold after whatever happened: both sums, the tallies, and one score per comment, as undisturbed."""

import random
import struct
from collections import Counter
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import func, select

from database import sessions
from database.tables import Batch, Chunk, Comment, Correction, Reject, Score, Tally, Unscored
from worker import batches, jobs

ROWS = 12_000
REJECTED = 30
WORDS = [
    *(
        "the",
        "a",
        "this",
        "is",
        "was",
        "not",
        "never",
        "very",
        "film",
        "movie",
        "phone",
        "lamp",
        "plot",
        "acting",
        "qzx",
    ),
    *("good", "great", "bad", "awful", "love", "hate", "boring", "fun", "works", "broken", "worst", "best", "friend"),
]


def write_rows(path, posted_at=""):
    """Write 12,000 comments of random words, 30 of them empty: the counts are the test's own."""
    draw = random.Random(7)
    empty = set(draw.sample(range(ROWS), REJECTED))
    texts = ["" if i in empty else " ".join(draw.choices(WORDS, k=draw.randint(3, 25))) for i in range(ROWS)]
    lines = [f"{i},{text},{posted_at}\n" for i, text in enumerate(texts)]
    path.write_text("id,text,created_at\n" + "".join(lines))
    return path


def scores(url):
    """Give the score of every comment by its external id."""
    with sessions.reading(url) as session:
        statement = select(Comment.external_id, Score.p_positive, Score.label).join(
            Score, Score.comment_id == Comment.id
        )
        found = session.execute(statement).all()
    assert len({row.external_id for row in found}) == len(found), "a comment has two scores"
    # PostgreSQL writes a four-byte number by its shortest decimals, SQLite by those of eight bytes.
    return {row.external_id: (np.float32(row.p_positive), row.label) for row in found}


def count_chunks(url, *states):
    with sessions.reading(url) as session:
        return session.scalar(select(func.count()).where(Chunk.state.in_(states)))


def rows_read(url):
    with sessions.reading(url) as session:
        return session.scalar(select(func.coalesce(func.sum(Batch.rows_read), 0)))


def check_both_sums(url):
    """Count rows and comments by hand and compare with what the batches and the tallies say."""
    check_tallies(url)
    with sessions.reading(url) as session:
        for batch in session.scalars(select(Batch)):
            assert batch.rows_read == batch.loaded + batch.duplicates + batch.rejected
            of_batch = (Comment.batch_id == batch.id, Reject.batch_id == batch.id)
            assert batch.loaded == session.scalar(select(func.count()).select_from(Comment).where(of_batch[0]))
            assert batch.rejected == session.scalar(select(func.count()).select_from(Reject).where(of_batch[1]))
            for job in batches.jobs(session, batch.id):
                counts = jobs.count(session, job)
                assert counts.comments == batch.loaded == sum(counts) - counts.comments
                assert min(counts) >= 0


KINDS = ("comments", "undated", "positive", "negative", "neutral", "skipped", "failed")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check_tallies(url):
    """Count every comment, score and unscored row by hand and compare with the sums of the tallies."""
    with sessions.reading(url) as session:
        by_hand, kept = _count_by_hand(session), Counter()
        for row in session.scalars(select(Tally)):
            key = (row.model_id, row.batch_id, row.brand_id, row.source)
            of_row = Counter()
            for place, number in struct.iter_unpack("<Hi", row.slots):
                slot = (row.day.toordinal() - EPOCH.toordinal()) * 96 + place // 7
                kept[*key, slot, KINDS[place % 7]] += number
                of_row[KINDS[place % 7]] += number
            assert [of_row[kind] for kind in KINDS] == [getattr(row, kind) for kind in KINDS]
    assert {key: number for key, number in kept.items() if number} == by_hand


def _count_by_hand(session):
    counted, keys = Counter(), {}
    of_comment = (Comment.id, Comment.batch_id, Comment.brand_id, Comment.source, Comment.counted_at, Comment.posted_at)
    for comment_id, *key, counted_at, posted_at in session.execute(select(*of_comment)):
        keys[comment_id] = (*key, (counted_at - EPOCH).total_seconds() // 900)
        counted[None, *keys[comment_id], "comments"] += 1
        counted[None, *keys[comment_id], "undated"] += posted_at is None
    corrections = session.execute(select(Correction.comment_id, Correction.label).order_by(Correction.id))
    latest = dict(corrections.tuples().all())
    for model_id, comment_id, label in session.execute(select(Score.model_id, Score.comment_id, Score.label)):
        said = {1: "positive", -1: "negative", 0: "neutral"}[latest.get(comment_id, label)]
        counted[model_id, *keys[comment_id], said] += 1
    for model_id, comment_id, state in session.execute(select(Unscored.model_id, Unscored.comment_id, Unscored.state)):
        counted[model_id, *keys[comment_id], state] += 1
    return +counted
