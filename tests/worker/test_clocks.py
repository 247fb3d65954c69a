"""Clocks are set: what was claimed stays claimed, what was put off is due, and beat goes on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from celery import Celery
from sqlalchemy import update

from database import sessions
from database.tables import Chunk
from tests.conftest import RETRIES
from worker import chunks, embedded, processes
from worker.scheduler import Scheduler


def put_off(url, **times):
    with sessions.writing(url) as session:
        session.execute(update(Chunk).values(**times))


def release_lost(url):
    with sessions.writing(url) as session:
        return chunks.release_lost(session, RETRIES, datetime.now(UTC))


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="here the system keeps the start of a process as a date")
def test_a_living_process_is_not_taken_for_lost_when_the_clock_is_set(tmp_path, monkeypatch):
    claimed, before = processes.me(), psutil.Process().create_time()
    process = claimed.split(":")[2]
    (tmp_path / process).symlink_to(f"/proc/{process}")
    lines = Path("/proc/stat").read_text().splitlines()
    # The boot is dated by the clock: an hour later where that is set forward by an hour.
    later = (f"btime {int(line.split()[1]) + 3600}" if line.startswith("btime") else line for line in lines)
    (tmp_path / "stat").write_text("\n".join(later))
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))
    assert psutil.Process().create_time() > before + 3000, "the clock seems as it was"
    assert not processes.is_gone(claimed)


def test_a_process_that_bears_the_id_of_a_former_one_is_not_taken_for_it():
    host, boot, process, thread, started = processes.me().split(":")
    assert processes.is_gone(f"{host}:{boot}:{process}:{thread}:{int(float(started)) + 1}")
    assert processes.is_gone(f"{host}:another boot:{process}:{thread}:{started}")
    assert not processes.is_gone(f"elsewhere:{boot}:{process}:{thread}:1")


def test_what_a_clock_that_was_ahead_put_off_is_scored_at_once(database_url, scorer, load):
    load("good", "bad")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    put_off(database_url, due_at=tomorrow, queued_at=tomorrow, attempts=1)
    release_lost(database_url)
    with sessions.reading(database_url) as session:
        [chunk] = session.query(Chunk)
    assert chunk.due_at < tomorrow
    assert chunk.queued_at is None
    assert embedded.drain(scorer) == 1


def test_a_chunk_waits_for_its_next_try_although_clocks_differ_by_seconds(database_url, load):
    load("good")
    soon = datetime.now(UTC) + timedelta(seconds=30)
    put_off(database_url, due_at=soon, attempts=1)
    release_lost(database_url)
    with sessions.reading(database_url) as session:
        assert session.query(Chunk).one().due_at == soon


def test_beat_goes_on_when_the_clock_is_set_back():
    app = Celery(broker="memory://")
    app.conf.beat_schedule = {"sweep": {"task": "sweep", "schedule": timedelta(seconds=30)}}
    app.conf.result_expires = None  # else Celery adds an entry of its own
    scheduler = Scheduler(app=app, max_interval=10**6)
    [sweep] = scheduler.schedule.values()
    sweep.last_run_at += timedelta(days=1)
    assert scheduler.tick() <= 30
