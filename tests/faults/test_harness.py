"""The harness sees what is wrong, and draws the same of the same seed."""

import psycopg
import pytest

from tests.faults import checks, kinds, plan
from worker import embedded

A_SCORE = "(SELECT model_id, comment_id FROM scores LIMIT 1)"
BREAKS = {
    "a batch whose rows are not loaded + duplicates + rejected": "UPDATE batches SET loaded = 4, duplicates = -1",
    "a comment that no job will score": "UPDATE comments SET batch_id = 99",
    "a comment that is neither scored, skipped or failed nor in an open chunk": "DELETE FROM scores",
    "a comment that a version says two things of": f"INSERT INTO unscored SELECT *, 'failed', '', '' FROM {A_SCORE} s",
    "a comment that is there twice": "UPDATE comments SET external_id = '0'",
    "a day that the tallies count otherwise": "UPDATE scores SET label = -label",
}


@pytest.fixture
def connection(postgres_url, load, scorer):
    load("good", "bad", "good again")
    embedded.drain(scorer)
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", checks.NEVER)
def test_what_must_never_be_is_found(what, database_url, connection):
    assert checks.at_any_moment(connection) == []
    connection.execute(BREAKS[what])
    assert what in {said.rpartition(":")[0] for said in checks.at_any_moment(connection)}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_comment_in_an_open_chunk_is_not_lost(database_url, connection):
    connection.execute("UPDATE chunks SET state = 'pending'")
    connection.execute("DELETE FROM scores")
    connection.execute("UPDATE tallies SET positive = 0, negative = 0, neutral = 0")
    assert checks.at_any_moment(connection) == []


def test_a_seed_draws_the_same_faults_at_the_same_moments_again():
    def told(seed):
        return [(strike.fault.name, strike.part, strike.draw.random()) for strike in plan.drawn(kinds.ALL, seed)]

    assert told(1) == told(1)
    assert told(1) != told(2)
