"""The answer to a COMMIT is lost, or the database is away when a chunk comes: no chunk waits for the end of a lease."""

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url, select

from database import sessions
from database.engine import engine
from database.tables import Chunk
from tests import processes, read_only, wholeness
from tests.conftest import RETRIES
from tests.faults.proxy import Proxy
from tests.faults.servers import free_port
from worker import chunks, embedded, scoring


@pytest.fixture
def chunk_id(database_url, load):
    load("good", "bad")
    with sessions.reading(database_url) as session:
        return session.scalar(select(Chunk.id))


def claim(url, chunk_id):
    with sessions.writing(url) as session:
        return chunks.claim(session, chunk_id, datetime.now(UTC))


def test_what_a_thread_claimed_without_hearing_of_it_is_free_when_it_looks_for_lost_chunks(
    database_url, chunk_id, scorer
):
    assert claim(database_url, chunk_id)
    with sessions.writing(database_url) as session:
        assert chunks.release_lost(session, RETRIES, datetime.now(UTC)) == [chunk_id]
    assert embedded.drain(scorer) == 1
    with sessions.reading(database_url) as session:
        assert not session.get_one(Chunk, chunk_id).apart, "its process was not lost"


def test_what_a_thread_claimed_without_hearing_of_it_it_may_claim_again_and_no_other_thread(database_url, chunk_id):
    others = []
    assert claim(database_url, chunk_id)
    other = threading.Thread(target=lambda: others.append(claim(database_url, chunk_id)))
    other.start()
    other.join()
    assert others == [None]
    assert claim(database_url, chunk_id)


@pytest.fixture
def through_proxy(postgres_url):
    """Address of the same database by a port that nobody listens on yet, and what listens there from then on."""
    place = make_url(postgres_url)
    port, opened = free_port(), []
    by_port = place.difference_update_query(["host"]).set(host="127.0.0.1", port=port)
    url = by_port.render_as_string(hide_password=False)

    def listen():
        opened.append(Proxy(place.query["host"], port))
        return opened[-1]

    yield url, listen
    engine(url).dispose()
    for proxy in opened:
        proxy.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("cut", ["after", "before", None])
def test_a_chunk_is_scored_although_the_database_is_away_when_it_comes(
    cut, database_url, through_proxy, chunk_id, scorer, caplog
):
    url, listen = through_proxy
    scored = []
    away = replace(scorer, database_url=url)
    with caplog.at_level(logging.WARNING, "worker.readiness"):
        worker = threading.Thread(target=lambda: scored.append(scoring.score_chunk(away, chunk_id)))
        worker.start()
        processes.wait_until(lambda: "Trying again" in caplog.text)
    listen().cuts.extend([cut] if cut else [])
    worker.join()
    assert scored == [True]
    wholeness.check_both_sums(database_url)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_chunk_is_scored_although_the_database_is_read_only_when_it_comes(database_url, chunk_id, scorer, caplog):
    read_only.set_default(database_url, "on")
    engine(database_url).dispose()  # it holds for new connections
    scored = []
    with caplog.at_level(logging.WARNING, "worker.readiness"):
        worker = threading.Thread(target=lambda: scored.append(scoring.score_chunk(scorer, chunk_id)))
        worker.start()
        processes.wait_until(lambda: "Trying again" in caplog.text)
    assert "It takes no writes" in caplog.text
    read_only.set_default(database_url, "off")
    worker.join()
    assert scored == [True]
    wholeness.check_both_sums(database_url)
