"""The metrics, as Prometheus' own parser reads them, against counts of the test's own."""

import json
import re
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, update

from database import sessions
from database.engine import engine as engine_of
from database.tables import Brand, Chunk, Comment, Delivery, Report
from settings.environment import Settings
from tests import processes
from worker import metrics, scoring, tasks

NOWHERE = "postgresql+psycopg://nobody:s3cret@127.0.0.1:1/nothing"


def read(exposition):
    """Give each sample by its name and labels."""
    return {
        (sample.name.removeprefix("brandpulse_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


@pytest.fixture
def asked(database_url):
    def ask(**settings):
        return read(metrics.text(Settings(database_url=database_url, **settings)))

    return ask


def test_what_is_scored_and_what_waits_is_counted(asked, load, scorer):
    load(*["a good lamp", "a bad lamp"] * 12)
    assert scoring.score_chunk(scorer, 1)
    found = asked()
    states = {state: found["chunks", state] for state in ("pending", "running", "done", "failed", "cancelled")}
    assert states == {"pending": 2, "running": 0, "done": 1, "failed": 0, "cancelled": 0}
    assert found["pending_comments",] == 14
    outcomes = [found["comments", "words@1", outcome] for outcome in ("scored", "skipped", "failed")]
    assert outcomes == [10, 0, 0]
    assert (found["recent_chunks",], found["recent_comments",]) == (1, 10)
    assert 0 < found["chunk_seconds", "0.5"] == found["chunk_seconds", "0.99"] < 60
    assert found["database_up",] == 1


def test_the_ages_are_those_of_what_has_waited_longest(asked, load, database_url):
    load("a good lamp")
    load("a good lamp", "a bad lamp")  # the first is known already
    ago = datetime.now(UTC) - timedelta(hours=3)
    with sessions.writing(database_url) as session:
        session.execute(update(Comment).where(Comment.id == 1).values(loaded_at=ago))
        session.execute(update(Chunk).where(Chunk.id == 2).values(due_at=ago, state="running", claimed_at=ago))
    found = asked()
    assert found["oldest_pending_comment_age_seconds",] == pytest.approx(0, abs=60), "its job is younger than it"
    assert found["chunk_running_seconds",] == pytest.approx(3 * 3600, abs=60)
    assert found["chunk_wait_seconds",] == pytest.approx(0, abs=60)
    with sessions.writing(database_url) as session:
        session.connection().exec_driver_sql("UPDATE jobs SET created_at = (SELECT min(loaded_at) FROM comments)")
    assert asked()["oldest_pending_comment_age_seconds",] == pytest.approx(3 * 3600, abs=60)


def test_an_empty_database_has_metrics_too(asked, model_id):
    found = asked()
    assert (found["pending_comments",], found["oldest_pending_comment_age_seconds",]) == (0, 0)
    assert not [name for name, *_ in found if name in {"chunk_seconds", "newest_report_age_seconds", "broker_up"}]


def test_deliveries_are_counted_and_the_newest_report_has_its_age(asked, database_url, model_id):
    made = datetime.now(UTC) - timedelta(hours=5)
    with sessions.writing(database_url) as session:
        session.add(Brand(id=1, name="Lumo", handles=[], recipients=[], created_at=made))
        session.flush()
        scope = {"scope": "s", "revision": 1, "brand_id": 1, "sha256": "0" * 64, "content": {}, "created_at": made}
        session.add(Report(id=1, **scope))
        session.flush()
        for number, state in enumerate(["sent", "sent", "failed", "pending"]):
            session.add(Delivery(report_id=1, channel="email", recipient=f"r{number}", state=state, due_at=made))
    found = asked()
    assert [found["deliveries", state] for state in ("pending", "sending", "sent", "failed")] == [1, 0, 2, 1]
    assert found["newest_report_age_seconds",] == pytest.approx(5 * 3600, abs=60)


def test_no_table_that_grows_with_the_comments_is_gone_through(asked, load, scorer, database_url):
    load("a good lamp", "a bad lamp")
    scoring.score_chunk(scorer, 1)
    load("a good lamp", "a bad lamp", "a lamp")
    asked()
    statements = []
    from database import patience

    engine = engine_of(patience.hurried(database_url, metrics.PATIENCE_SECONDS))
    event.listen(engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    asked()
    assert not [one for one in statements if re.search(r"\b(scores|unscored|rejects)\b", one)]
    [of_comments] = [one for one in statements if re.search(r"\bcomments ON\b", one)]
    assert "comments.id = chunks.first_comment_id" in of_comments


def test_a_database_that_is_gone_is_a_metric_and_no_error(tmp_path):
    env = processes.environment(NOWHERE, tmp_path)
    done = processes.run("metrics", "--once", env=env)
    assert done.returncode == 0
    assert read(done.stdout) == {("database_up",): 0}
    assert "cannot be used" in done.stderr
    assert "s3cret" not in done.stderr


def test_prometheus_reads_a_page_that_outlives_the_queue(postgres_url, redis_server, broker_url, tmp_path):
    env = processes.environment(postgres_url, tmp_path, broker_url=broker_url, log_format="json")
    with tasks.app.connection_for_write(broker_url) as connection:
        for number in range(3):
            tasks.score_chunk.apply_async((number,), connection=connection)
    with (tmp_path / "log").open("w") as log:
        server = processes.start("metrics", "--listen", "127.0.0.1:0", env=env, output=log)
    try:
        processes.wait_until(lambda: "metrics can be read" in (tmp_path / "log").read_text())
        url = json.loads((tmp_path / "log").read_text().splitlines()[0])["url"]
        found = read(_get(url))
        assert (found["database_up",], found["broker_up",]) == (1, 1)
        assert (found["queue_messages", "celery"], found["queue_messages", "reports"]) == (3, 0)
        redis_server.stop()
        processes.wait_until(lambda: read(_get(url))["broker_up",] == 0)
        assert read(_get(url))["database_up",] == 1
        server.terminate()
        assert server.wait(10) == 0
    finally:
        server.kill()
        server.wait()
        redis_server.start()  # its fixture stops it


def test_an_answer_is_kept_for_some_seconds(database_url, load):
    registry = metrics.registry(Settings(database_url=database_url))
    from prometheus_client import generate_latest

    before = read(generate_latest(registry).decode())
    load("a good lamp")
    started = time.monotonic()
    assert read(generate_latest(registry).decode()) == before
    assert time.monotonic() - started < metrics.KEPT_SECONDS


def test_a_place_that_cannot_be_listened_at_is_refused(tmp_path):
    env = processes.environment(f"sqlite:///{tmp_path}/b.db", tmp_path)
    wrong = processes.run("metrics", "--listen", "9808", env=env)
    assert (wrong.returncode, "no HOST:PORT" in wrong.stderr) == (2, True)


def _get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()
