"""A chunk that ends the process that scores it, by a real fault, is scored apart: all but the comments that do so."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from multiprocessing.connection import Pipe

import psutil
import pytest
from sqlalchemy import select, update

from database import sessions
from database.tables import Chunk, Comment, Score, Unscored
from tests import lethal_worker, processes, wholeness
from tests.conftest import RETRIES
from worker import apart, batches, chunks, embedded, jobs, scoring


@pytest.fixture
def lethal_scorer(database_url, model_id):
    return lethal_worker.scorer(database_url)


def start(url):
    """Start a process that scores, and that some texts end."""
    return subprocess.Popen([sys.executable, "-m", "tests.lethal_worker", url], cwd=processes.ROOT)


def lose_a_worker(url):
    assert start(url).wait(processes.PATIENCE_SECONDS) != 0


def chunk(url):
    with sessions.reading(url) as session:
        return session.scalars(select(Chunk)).one()


def labels(url):
    with sessions.reading(url) as session:
        scored = select(Comment.text, Score.label).join(Score, Score.comment_id == Comment.id)
        return dict(session.execute(scored).tuples().all())


def faults(url):
    with sessions.reading(url) as session:
        found = select(Comment.text, Unscored.code, Unscored.reason).join(Unscored, Unscored.comment_id == Comment.id)
        return {text: (code, reason) for text, code, reason in session.execute(found)}


def counted(url, batch_id):
    with sessions.reading(url) as session:
        [job] = batches.jobs(session, batch_id)
        return jobs.count(session, job)


def test_comments_that_end_their_process_fail_alone_with_what_ended_it(database_url, lethal_scorer, load):
    batch_id = load("good", "segfaults", "bad", "is killed", "???", "exits", "poison", "good too")
    lose_a_worker(database_url)
    assert counted(database_url, batch_id).pending == 8
    assert embedded.drain(lethal_scorer) == 1
    assert labels(database_url) == {"good": 1, "bad": -1, "good too": 1}
    found = faults(database_url)
    assert {text: code for text, (code, _) in found.items()} == {
        "segfaults": "process_killed",
        "is killed": "process_killed",
        "exits": "process_killed",
        "poison": "predict_failed",
        "???": "no_known_word",
    }
    assert found["segfaults"][1] == "Scoring it ended the process with signal 11 (SIGSEGV)."
    assert "signal 9 (SIGKILL, as where memory runs out)" in found["is killed"][1]
    assert "exit code 3" in found["exits"][1]
    assert found["poison"][1] == "ValueError: poison"
    assert counted(database_url, batch_id) == (8, 3, 1, 4, 0, 0)
    assert chunk(database_url).attempts == 2
    wholeness.check_both_sums(database_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_was_lost_by_no_fault_of_its_chunk_costs_one_process(
    database_url, lethal_scorer, load, monkeypatch
):
    load("good", "bad", "hangs")
    worker = start(database_url)
    processes.wait_until(lambda: chunk(database_url).state == "running")
    processes.kill(worker)
    with sessions.writing(database_url) as session:
        session.execute(update(Comment).where(Comment.text == "hangs").values(text="so so"))
    started = []
    monkeypatch.setattr(apart, "Pipe", lambda: started.append(1) or Pipe())
    assert embedded.drain(lethal_scorer) == 1
    assert labels(database_url) == {"good": 1, "bad": -1, "so so": 0}
    assert len(started) == 1


def test_what_was_scored_before_it_took_too_long_is_kept_and_the_rest_is_tried_again(
    database_url, lethal_scorer, load, monkeypatch
):
    batch_id = load("good", "segfaults", "bad")
    lose_a_worker(database_url)
    monkeypatch.setattr(apart, "MOST_SECONDS", 0)
    release_lost(database_url)
    assert not scoring.score_chunk(lethal_scorer, chunk(database_url).id)
    assert counted(database_url, batch_id) == (3, 1, 0, 1, 1, 0)
    assert "there are more" in chunk(database_url).error
    wholeness.check_both_sums(database_url)
    assert embedded.drain(lethal_scorer) == 1
    assert counted(database_url, batch_id) == (3, 2, 0, 1, 0, 0)
    wholeness.check_both_sums(database_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_model_that_no_comment_survives_fails_the_chunk_after_few_processes(
    database_url, lethal_scorer, load, monkeypatch
):
    batch_id = load(*["segfaults"] * 9)
    lose_a_worker(database_url)
    monkeypatch.setattr(apart, "MOST_ALONE", 2)
    embedded.drain(lethal_scorer)
    assert counted(database_url, batch_id) == (9, 0, 0, 9, 0, 0)
    assert (chunk(database_url).state, chunk(database_url).attempts) == ("failed", RETRIES.max_attempts)
    assert chunk(database_url).error.startswith("None of 2 comments could be scored alone")
    with sessions.reading(database_url) as session:
        codes = session.scalars(select(Unscored.code).order_by(Unscored.comment_id)).all()
    assert codes == ["process_killed"] * 4 + ["chunk_failed"] * 5
    wholeness.check_both_sums(database_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_comment_that_takes_for_ever_fails_alone(database_url, lethal_scorer, load, monkeypatch):
    load("good", "hangs", "bad")
    monkeypatch.setattr(apart, "PART_SECONDS", 5)
    set_apart(database_url)
    assert embedded.drain(lethal_scorer) == 1
    assert labels(database_url) == {"good": 1, "bad": -1}
    assert faults(database_url) == {"hangs": ("process_killed", "Scoring it took longer than 5 s.")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_that_ends_while_it_scores_apart_leaves_no_process_behind(database_url, load, how):
    load("hangs")
    set_apart(database_url)
    worker = start(database_url)
    processes.wait_until(lambda: psutil.Process(worker.pid).children())
    [child] = psutil.Process(worker.pid).children()
    worker.send_signal(how)
    worker.wait(processes.PATIENCE_SECONDS)
    processes.wait_until(lambda: not child.is_running())
    handed_back = ("pending", 0) if how == signal.SIGTERM else ("running", 1)
    assert (chunk(database_url).state, chunk(database_url).attempts) == handed_back


def release_lost(url):
    with sessions.writing(url) as session:
        assert chunks.release_lost(session, RETRIES, datetime.now(UTC))


def set_apart(url):
    with sessions.writing(url) as session:
        session.execute(update(Chunk).values(apart=True))
