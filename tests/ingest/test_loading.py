import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, or_, select, update

from database import asking, membership, sessions
from database.engine import engine as engine_of
from database.tables import Batch, Brand, Chunk, Comment, Job, Score
from ingest import loading
from ingest.options import Options
from tests import wholeness
from worker import deletion, embedded, reading

OPTIONS = Options(brand="Aurora", source="x")


def load_rows(url, rows, *, block=4, replace=False, model_id=None):
    queue = None if model_id is None else loading.Queue(model_id, block)
    return loading.load_comments(rows, database_url=url, options=OPTIONS, queue=queue, replace=replace).counts


def texts(url):
    with sessions.reading(url) as session:
        return dict(session.execute(select(Comment.external_id, Comment.text)).tuples().all())


def expected(batches, *, replace):
    """Load by hand: the text of each id, and for each batch its new, its duplicate and its changed rows."""
    there, counts = {}, []
    for rows in batches:
        new = changed = 0
        for row in rows:
            known = there.get(row["id"])
            new += known is None
            if known is None:
                there[row["id"]] = row["text"]
            elif row["text"] != known:
                changed += 1
                if replace:
                    there[row["id"]] = row["text"]
        counts.append((new, len(rows) - new, changed))
    return there, counts


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_repeated_and_known_rows_are_counted_and_kept_as_by_hand(database_url, model_id, seed, replace):
    draw = random.Random(seed)
    batches = [
        [{"id": str(draw.randrange(25)), "text": f"text {draw.randrange(3)}"} for _ in range(draw.randrange(1, 30))]
        for _ in range(6)
    ]
    found = [
        load_rows(database_url, rows, block=draw.choice([1, 3, 7, 50]), replace=replace, model_id=model_id)
        for rows in batches
    ]
    there, counts = expected(batches, replace=replace)
    assert [(one.loaded, one.duplicates, one.changed) for one in found] == counts
    assert texts(database_url) == there


def test_a_text_that_is_replaced_is_queued_again(database_url, model_id):
    load_rows(database_url, [{"id": str(i), "text": "old"} for i in range(6)], model_id=model_id)
    load_rows(database_url, [{"id": "2", "text": "new"}, {"id": "4", "text": "old"}], replace=True, model_id=model_id)
    with sessions.reading(database_url) as session:
        [job] = session.scalars(select(Job).where(Job.kind == "update"))
        [chunk] = session.scalars(select(Chunk).where(Chunk.job_id == job.id))
        assert session.scalars(select(Comment.external_id).where(membership.of_chunk(job, chunk))).all() == ["2"]


@pytest.fixture
def named(database_url, monkeypatch):
    """How many values each question names, where at most seven may be."""
    monkeypatch.setattr(asking, "MOST_VALUES", 7)
    found = []

    def note(_connection, _cursor, statement, parameters, _context, executemany):
        if " IN (" in statement and not executemany:
            found.append(statement.count("?") or len(parameters))

    event.listen(engine_of(database_url), "before_cursor_execute", note)
    return found


def test_no_question_of_a_long_block_names_more_values_than_a_database_takes(database_url, model_id, scorer, named):
    rows = [{"id": str(i), "text": "good", "brand": f"brand {i}"} for i in range(50)]
    load_rows(database_url, rows, block=50, model_id=model_id)
    embedded.drain(scorer)
    counts = load_rows(
        database_url, [{**row, "text": "bad"} for row in rows], block=50, replace=True, model_id=model_id
    )
    assert counts.changed == 50
    assert set(texts(database_url).values()) == {"bad"}
    with sessions.reading(database_url) as session:
        assert not session.scalar(select(func.count()).select_from(Score))
        [job] = session.scalars(select(Job).where(Job.kind == "update"))
        [chunk] = session.scalars(select(Chunk).where(Chunk.job_id == job.id))
        assert sorted(reading.read(session, chunk.id).brands) == sorted((f"brand {i}",) for i in range(50))
    wholeness.check_tallies(database_url)
    assert max(named) <= 10


def test_a_forgotten_comment_does_not_come_back(database_url, model_id):
    load_rows(database_url, [{"id": "1", "text": "secret"}])
    with sessions.writing(database_url) as session:
        session.execute(update(Comment).values(text="", author=None, forgotten_at=datetime.now(UTC)))
    counts = load_rows(database_url, [{"id": "1", "text": "secret"}], replace=True, model_id=model_id)
    assert (counts.loaded, counts.duplicates, counts.changed) == (0, 1, 0)
    assert texts(database_url) == {"1": ""}


def test_the_comments_of_two_batches_loaded_at_once_are_told_apart(database_url):
    def rows(name, other):
        for i in range(6):
            if i == 3 and other is not None:
                load_rows(database_url, rows(other, None), block=2)
            yield {"id": f"{name}{i}", "text": name}

    # The second is loaded while the first one is, so that its ids lie between those of the first.
    loading.load_comments(rows("a", "b"), database_url=database_url, options=OPTIONS, queue=None)
    with sessions.reading(database_url) as session:
        for batch in session.scalars(select(Batch)):
            assert session.scalar(select(func.count()).where(membership.of_batches([batch.id]))) == 6


@pytest.mark.parametrize("known", [0, 4])
def test_comments_are_found_and_queued_although_the_newest_batch_is_deleted_before_the_first_is_there(
    database_url, model_id, known, monkeypatch
):
    rows = [{"id": str(i), "text": "a"} for i in range(10)]
    load_rows(database_url, rows[:known])
    load_rows(database_url, [{"id": f"b{i}", "text": "b"} for i in range(6)])

    def deleting(blocks):
        for number, block in enumerate(blocks):
            if number == known // 4:
                with sessions.writing(database_url) as session:
                    deletion.delete_batch(session, 2)
            yield block

    monkeypatch.setattr(loading, "_ahead", deleting)
    load_rows(database_url, rows, model_id=model_id)
    with sessions.reading(database_url) as session:
        batch, job = session.scalar(select(Batch).order_by(Batch.id.desc())), session.scalars(select(Job)).one()
        of_chunks = or_(*(membership.of_chunk(job, chunk) for chunk in session.scalars(select(Chunk))))
        for found in (membership.of_batches([batch.id]), of_chunks):
            assert session.scalar(select(func.count()).select_from(Comment).where(found)) == batch.loaded == 10 - known


def test_comments_of_a_batch_without_a_range_are_found(database_url):
    load_rows(database_url, [{"id": "1", "text": "a"}, {"id": "2", "text": "b"}])
    with sessions.writing(database_url) as session:
        session.execute(update(Batch).values(first_comment_id=None, last_comment_id=None))
    with sessions.writing(database_url) as session:
        assert session.scalar(select(func.count()).where(membership.of_batches([1]))) == 2
        assert deletion.delete_batch(session, 1) == 2


def test_the_same_rows_loaded_by_several_at_once_in_different_orders_are_loaded_once(database_url):
    rows = [{"id": str(i), "text": f"text {i}"} for i in range(400)]
    orders = [rows, rows[::-1], random.Random(1).sample(rows, 400)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda order: load_rows(database_url, order, block=100), orders))
    assert sum(counts.loaded for counts in found) == 400
    assert all(counts.loaded + counts.duplicates == 400 for counts in found)
    assert len(texts(database_url)) == 400


def test_a_brand_is_made_once_by_whoever_names_it_first(database_url):
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda i: load_rows(database_url, [{"id": str(i), "text": "a"}]), range(6)))
    with sessions.reading(database_url) as session:
        assert session.scalars(select(Brand.name)).all() == ["Aurora"]


def test_what_stops_the_reading_stops_the_batch_and_says_so(database_url):
    def rows():
        yield from ({"id": str(i), "text": "a"} for i in range(150))
        raise RuntimeError("the wire broke")

    with pytest.raises(RuntimeError, match="the wire broke"):
        load_rows(database_url, rows())
    with sessions.reading(database_url) as session:
        batch = session.scalars(select(Batch)).one()
        assert batch.state == "failed"
        assert "the wire broke" in batch.error
        assert batch.rows_read == batch.loaded == len(texts(database_url))
