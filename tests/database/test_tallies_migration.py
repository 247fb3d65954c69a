"""Migration 0003 counts what is there, and the view says over the tallies what it said over the comments."""

import pytest
from sqlalchemy import inspect, select, text

from database import merging, schema, sessions
from database.engine import engine as engine_of
from database.tables import Comment
from tests import wholeness
from worker import corrections, embedded

MOMENTS = (None, "2026-11-02T23:59:59.999Z", "2026-11-03T00:00:00Z", "1965-03-01T12:00:00Z", "2026-11-03T12:00:00Z")


@pytest.fixture
def counted(database_url, load, scorer, second_id):
    """Comments of several days and batches, scored, skipped, failed, corrected, and some of them pending."""
    for i, moment in enumerate(MOMENTS):
        load(*[f"{said} {i}" for said in ("good", "bad", "so so", "poison")], "???", posted_at=moment, replace=True)
    embedded.drain(scorer)
    load("good", posted_at=MOMENTS[1])
    with sessions.reading(database_url) as session:
        comment_ids = session.scalars(select(Comment.id).order_by(Comment.id).limit(3)).all()
    for comment_id in comment_ids:
        with sessions.writing(database_url) as session:
            corrections.correct(session, comment_id, "neutral", "ana")


def view(url):
    with engine_of(url).connect() as connection:
        columns = [
            (column["name"], str(column["type"])) for column in inspect(connection).get_columns("daily_sentiment")
        ]
        rows = connection.execute(text("SELECT * FROM daily_sentiment ORDER BY brand, source, day")).all()
    return columns if engine_of(url).dialect.name == "postgresql" else [name for name, _ in columns], rows


@pytest.mark.usefixtures("counted")
def test_the_view_says_the_same_before_and_after_on_its_way_down_and_up_again(database_url):
    now = view(database_url)
    assert now[1]
    schema.downgrade(database_url, "0002")
    assert view(database_url) == now
    schema.upgrade(database_url)
    assert view(database_url) == now
    wholeness.check_tallies(database_url)
    with sessions.writing(database_url) as session:
        assert merging.merge(session) == 0
