"""Celery workers over a real broker and PostgreSQL, disturbed in the middle: the scores are those of embedded mode."""

import contextlib
import json
import threading
from datetime import UTC, datetime, timedelta

import psutil
import redis
from sqlalchemy import select, text, update

from database import sessions
from database.tables import Chunk, Model
from ingest import loading
from ingest.options import Options
from tests import processes, read_only, wholeness
from tests.distributed.conftest import CHUNK
from worker import chunks, health, scoring, sweep


def beat(started):
    return started("beat", "--sweep-seconds", "1")


def ingest(env, rows_file):
    processes.brandpulse("ingest", rows_file, "--brand", "Lumo", env=env)


def wait_for_done(url, least):
    processes.wait_until(lambda: wholeness.count_chunks(url, "done") >= least)


def check_all_is_scored(url, undisturbed):
    processes.wait_until(lambda: wholeness.count_chunks(url, "pending", "running") == 0)
    wholeness.check_both_sums(url)
    assert wholeness.scores(url) == undisturbed


def test_a_worker_child_killed_in_the_middle_loses_nothing(env, started, postgres_url, rows_file, undisturbed):
    ingest(env, rows_file)
    beat(started)
    worker = started("worker", "--concurrency", "2")
    for least in (2, 10):
        wait_for_done(postgres_url, least)
        processes.kill(worker, psutil.Process(worker.pid).children()[0].pid)
    assert wholeness.count_chunks(postgres_url, "pending", "running"), "the work was over before the kill"
    check_all_is_scored(postgres_url, undisturbed)


def test_a_worker_killed_whole_in_the_middle_loses_nothing(env, started, postgres_url, rows_file, undisturbed):
    ingest(env, rows_file)
    beat(started)
    first = started("worker", "--concurrency", "1")
    wait_for_done(postgres_url, 2)
    children = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    for child in children:
        child.kill()
    assert wholeness.count_chunks(postgres_url, "pending", "running"), "the work was over before the kill"
    started("worker", "--concurrency", "1")
    check_all_is_scored(postgres_url, undisturbed)


def test_a_queue_flushed_in_the_middle_loses_nothing(
    env, started, postgres_url, redis_server, broker_url, rows_file, undisturbed
):
    ingest(env, rows_file)
    beat(started)
    started("worker", "--concurrency", "1")
    wait_for_done(postgres_url, 2)
    redis.Redis(port=redis_server.port).flushall()
    assert wholeness.count_chunks(postgres_url, "pending", "running"), "the work was over before the flush"
    check_all_is_scored(postgres_url, undisturbed)


def test_messages_delivered_twice_score_each_comment_once(
    env, started, postgres_url, broker_url, rows_file, undisturbed
):
    ingest(env, rows_file)
    with contextlib.closing(redis.from_url(broker_url)) as queue:
        messages = queue.lrange("celery", 0, -1)
        assert [json.loads(message)["headers"]["task"] for message in messages] == ["worker.tasks.score_chunk"] * 60
        queue.rpush("celery", *messages)
    started("worker", "--concurrency", "2")
    check_all_is_scored(postgres_url, undisturbed)


def test_a_message_holds_the_id_of_a_chunk_and_nothing_else(env, broker_url, rows_file):
    ingest(env, rows_file)
    with contextlib.closing(redis.from_url(broker_url)) as queue:
        for message in queue.lrange("celery", 0, -1):
            assert json.loads(message)["headers"]["argsrepr"].strip("(),").isdigit()


def test_two_sweeps_at_once_queue_each_chunk_once(env, postgres_url, rows_file):
    ingest(env, rows_file)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with sessions.writing(postgres_url) as session:
        session.execute(update(Chunk).values(queued_at=long_ago))
    scorer = scoring.Scorer(postgres_url, chunks.Retries(3, 0, 60), lambda _model_id: None)
    taken = []
    sweeps = [
        threading.Thread(target=lambda: taken.append(sweep.take_lost(scorer, 60, datetime.now(UTC)))) for _ in range(4)
    ]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    assert sum(map(len, taken)) == len(set().union(*taken)) == 60


def test_an_ingest_goes_on_when_the_queue_cannot_be_reached_and_the_sweep_makes_up_for_it(
    env, started, postgres_url, rows_file, undisturbed
):
    unreachable = env | {"BRANDPULSE_BROKER_URL": "redis://127.0.0.1:1/0", "BRANDPULSE_CHUNK_SIZE_COMMENTS": "6000"}
    processes.brandpulse("ingest", rows_file, "--brand", "Lumo", env=unreachable)
    wholeness.check_both_sums(postgres_url)
    beat(started)
    started("worker", "--concurrency", "1")
    check_all_is_scored(postgres_url, undisturbed)


def test_new_children_of_a_worker_go_on_beside_a_database_that_a_newer_version_has_migrated(
    env, started, postgres_url, broker_url
):
    beat(started)
    worker = psutil.Process(started("worker", "--concurrency", "1").pid)
    processes.wait_until(lambda: len(health.answering(broker_url)) == 2)
    with sessions.writing(postgres_url) as session:
        session.execute(text("ALTER TABLE chunks ADD COLUMN newer integer"))
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        model_id = session.scalars(select(Model.id).where(Model.promoted_at.is_not(None))).one()
    for child in worker.children():
        child.kill()
    queue = loading.Queue(model_id, CHUNK)
    loading.load_comments([{"text": "a good lamp"}], database_url=postgres_url, options=Options(), queue=queue)
    processes.wait_until(lambda: wholeness.count_chunks(postgres_url, "done") == 1)
    wholeness.check_both_sums(postgres_url)


def test_what_stops_a_task_is_one_line_of_the_log(started, postgres_url, tmp_path):
    read_only.set_default(postgres_url, "on")
    beat(started)
    started("worker", "--concurrency", "1")
    [log] = tmp_path.glob("worker-*.log")
    processes.wait_until(lambda: "is given up" in log.read_text())
    [first, *_] = [line for line in log.read_text().splitlines() if "is given up" in line]
    assert "WARNING" in first
    assert "It takes no writes" in first
    assert first.endswith("task=sweep")
    assert "Traceback" not in log.read_text()
