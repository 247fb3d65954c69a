"""Workers that are told to end with a chunk in hand, by a person, Docker or systemd, finish it or hand it back."""

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from database import sessions
from database.tables import Chunk
from tests import processes

SABOTAGE = Path(__file__).parents[1] / "sabotage"
HANDED_BACK = ("pending", 0, None, False)


@pytest.fixture
def busy(env, started, postgres_url):
    """Start a worker, and give it once it has a chunk in hand for so many seconds."""

    def busy(seconds, grace, *, queue=True):
        env["BRANDPULSE_GRACE_SECONDS"] = str(grace)
        env["PYTHONPATH"] = f"{SABOTAGE}{os.pathsep}{env['PYTHONPATH']}"
        if not queue:
            del env["BRANDPULSE_BROKER_URL"]
        processes.brandpulse("ingest", "-", env=env, stdin=f"text\nit sleeps {seconds} seconds\n")
        process = started("worker", *(["--concurrency", "1"] if queue else []))
        processes.wait_until(lambda: chunk(postgres_url)[0] == "running")
        return process

    return busy


def chunk(url):
    with sessions.reading(url) as session:
        return session.execute(select(Chunk.state, Chunk.attempts, Chunk.claimed_by, Chunk.apart)).tuples().one()


def test_a_chunk_that_ends_in_time_is_finished(busy, postgres_url):
    worker = busy(seconds=1, grace=60)
    worker.terminate()
    assert worker.wait(processes.PATIENCE_SECONDS) == 0
    assert chunk(postgres_url) == ("done", 1, None, False)


@pytest.mark.parametrize("queue", [True, False])
def test_a_chunk_that_does_not_is_handed_back_as_it_was(busy, postgres_url, queue):
    worker = busy(seconds=600, grace=0.5, queue=queue)
    worker.terminate()
    assert worker.wait(processes.PATIENCE_SECONDS) == 0
    assert chunk(postgres_url) == HANDED_BACK


@pytest.mark.parametrize(("queue", "how"), [(True, signal.SIGINT), (False, signal.SIGTERM)])
def test_a_worker_that_is_told_again_hands_its_chunk_back_at_once(busy, postgres_url, queue, how):
    worker = busy(seconds=600, grace=3_600, queue=queue)
    while worker.poll() is None:
        worker.send_signal(how)
        time.sleep(0.5)
    assert chunk(postgres_url) == HANDED_BACK
