"""`brandpulse doctor` names each fault, caused as it happens in life, and says what to do."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import ANY

import psycopg
import pytest
import redis
from click.testing import CliRunner
from sqlalchemy import event, insert, make_url, text, update

from cli.main import brandpulse
from database import advice, schema, sessions
from database.engine import engine as engine_of
from database.tables import Brand, Chunk, Model, Table
from settings import errors
from settings.environment import Settings
from worker import doctor, readiness
from worker.checks import database as checks_of_database

#: the fault is the server's own, or has nothing to do with the kind of database
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    monkeypatch.setattr(doctor, "PATIENCE_SECONDS", 1.0)


@pytest.fixture
def looked(commands):
    """Run the doctor over these settings: detail by name of the check, for those that are ok and those that are not."""

    def look(**settings):
        commands.set(**settings)
        done = CliRunner().invoke(brandpulse, ["doctor", "--json"])
        found = json.loads(done.stdout)["checks"]
        assert done.exit_code == (0 if all(check["ok"] for check in found) else 1)
        fine = {check["name"]: check["detail"] for check in found if check["ok"]}
        return fine, {check["name"]: check["detail"] for check in found if not check["ok"]}

    return look


def run(url, *statements):
    with engine_of(url).connect() as connection:
        for statement in statements:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))


def test_nothing_is_wrong_with_a_new_database(looked):
    fine, wrong = looked()
    assert not wrong
    assert list(fine)[:3] == ["database", "clock", "time zones"]


def test_a_lease_that_ends_while_a_chunk_is_scored(looked):
    _, wrong = looked(lease_seconds=15)
    assert wrong == {"lease": ANY}
    assert "BRANDPULSE_LEASE_SECONDS is 15: a chunk may take 360 s" in wrong["lease"]


def test_a_database_that_another_keeps_locked(looked, database_url):
    lock = "LOCK TABLE brands IN ACCESS EXCLUSIVE MODE" if "postgresql" in database_url else "SELECT 1"
    with sessions.writing(database_url) as session:  # on SQLite whoever writes keeps all others from it
        session.execute(text(lock))
        fine, wrong = looked()
    assert "keeps it locked" in wrong["database"]
    assert wrong["chunks"] == "Not looked at, since the database cannot be used."
    assert list(fine) == ["lease", "reports folder"]


@on_postgresql
def test_a_database_that_takes_no_writes(looked, database_url):
    name = make_url(database_url).database
    run(database_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    engine_of(database_url).dispose()
    _, wrong = looked()
    assert "takes no writes" in wrong["database"]


@on_postgresql
def test_a_database_at_an_older_version(looked, empty_postgres_url):
    _, wrong = looked(database_url=empty_postgres_url)
    assert "run `brandpulse db upgrade`" in wrong["database"]


@on_postgresql
def test_a_database_that_is_not_there_and_a_server_that_has_no_connection_left(looked, database_url):
    place = make_url(database_url)
    _, wrong = looked(database_url=place.set(database="nothing").render_as_string(hide_password=False))
    assert "`brandpulse db upgrade`" in wrong["database"]
    run(database_url, "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    try:
        _, wrong = looked(database_url=place.set(username="crowded").render_as_string(hide_password=False))
        assert "no connection left" in wrong["database"]
    finally:
        run(database_url, "DROP ROLE crowded")


def test_a_full_disk_is_named_as_such(sqlite_url):
    """SQLite says of a file that may not grow what it says of a full disk."""
    engine = engine_of(sqlite_url)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    engine.dispose()
    row = {"name": "x" * 100_000, "handles": [], "recipients": [], "created_at": datetime.now(UTC)}
    with pytest.raises(errors.DatabaseUnavailable, match="make room"), sessions.writing(sqlite_url) as session:
        session.execute(insert(Brand).values(**row))


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (psycopg.errors.DiskFull("could not extend file: No space left on device"), advice.FULL),
        (psycopg.OperationalError('FATAL: password authentication failed for user "x"'), advice.PASSWORD),
        (psycopg.OperationalError("FATAL: the database system is starting up"), advice.STARTING),
        (psycopg.errors.UniqueViolation("duplicate key"), None),
        (ValueError("is locked"), None),
    ],
)
def test_what_a_server_cannot_be_made_to_say_here_is_known_by_its_words(said, what):
    assert advice.known(said) == what


def test_a_clock_that_is_wrong(postgres_url):
    settings = Settings(database_url=postgres_url)
    assert "apart" in checks_of_database.clocks(settings)
    for seconds, said in ((9, "9 s ahead of"), (-30, "30 s behind")):
        with pytest.raises(errors.DatabaseError, match=said):
            checks_of_database.clocks(settings, lambda by=seconds: datetime.now(UTC) + timedelta(seconds=by))


def test_a_time_zone_that_this_machine_does_not_know(looked, database_url):
    with sessions.writing(database_url) as session:
        made = {"handles": [], "recipients": [], "created_at": datetime.now(UTC)}
        session.add(Brand(name="Lumo", timezone="Mars/Olympus", **made))
    _, wrong = looked()
    assert "tzdata" in wrong["time zones"]
    assert "Lumo" in wrong["time zones"]


def test_a_model_that_is_missing_or_damaged(looked, database_url):
    _, wrong = looked(model="nothing@1")
    assert "nothing@1" in wrong["model"]
    looked(model="fast@1")
    with sessions.writing(database_url) as session:
        session.execute(update(Model).where(Model.name == "fast").values(sha256="f" * 64))
    _, wrong = looked()
    assert "fast@1" in wrong["model"]


def test_chunks_that_failed_or_wait_too_long(looked, load, database_url, tmp_path):
    load("a good lamp")
    ago = datetime.now(UTC) - timedelta(hours=1)
    with sessions.writing(database_url) as session:
        session.execute(update(Chunk).values(due_at=ago))
    _, wrong = looked()
    assert "waited 60 minutes" in wrong["chunks"]
    with sessions.writing(database_url) as session:
        session.execute(update(Chunk).values(state="failed", error="the moon was full"))
    _, wrong = looked()
    assert "1 chunks failed, the latest: the moon was full. `brandpulse jobs list`" in wrong["chunks"]


def test_a_reports_folder_that_cannot_be_written_to(looked, tmp_path):
    (tmp_path / "file").write_text("")
    _, wrong = looked(reports_folder=tmp_path / "file" / "reports")
    assert "BRANDPULSE_REPORTS_FOLDER" in wrong["reports folder"]


def test_counts_that_are_not_those_of_the_comments(looked, load, database_url):
    load("a good lamp")
    with sessions.writing(database_url) as session:
        session.execute(text("DELETE FROM tallies"))
    _, wrong = looked()
    assert "`brandpulse db recount`" in wrong["counts"]


@on_postgresql
def test_a_queue_that_throws_messages_away_is_full_or_wants_a_password(looked, broker_url, redis_server):
    server = redis.Redis(port=redis_server.port)
    fine, wrong = looked(broker_url=broker_url)
    assert fine["broker"].endswith(f"//127.0.0.1:{redis_server.port}/0")
    assert "start one by `brandpulse worker`" in wrong["workers"]
    server.config_set("maxmemory-policy", "allkeys-lru")
    _, wrong = looked()
    assert "`redis-cli CONFIG SET maxmemory-policy noeviction`" in wrong["broker"]
    server.config_set("maxmemory-policy", "noeviction")
    server.config_set("maxmemory", "1")
    _, wrong = looked()
    assert "raise its maxmemory" in wrong["broker"]
    server.config_set("maxmemory", "0")
    server.config_set("requirepass", "s3cret")
    server.close()
    for url in (broker_url, broker_url.replace("redis://", "redis://:wr0ng@")):
        _, wrong = looked(broker_url=url)
        assert "Its user or password is wrong" in wrong["broker"]
        assert "wr0ng" not in json.dumps(wrong)
    redis.Redis(port=redis_server.port, password="s3cret").config_set("requirepass", "")


@on_postgresql
def test_no_worker_and_no_scheduler_though_work_and_nights_wait(looked, broker_url, database_url, commands, tmp_path):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    (tmp_path / "rows.csv").write_text(f"id,text,created_at\n1,a good lamp,{yesterday}\n2,a bad lamp,{yesterday}\n")
    commands("ingest", tmp_path / "rows.csv", "--brand", "Lumo")
    fine, wrong = looked(broker_url=broker_url)
    assert list(wrong) == ["workers"]
    assert "nothing waits for it yet" in fine["beat"]
    with sessions.writing(database_url) as session:
        session.execute(update(Brand).values(created_at=datetime.now(UTC) - timedelta(days=3)))
    _, wrong = looked(nightly_at="00:00:00", nightly_wait_minutes=0)
    assert "2 comments wait: start one by `brandpulse worker`" in wrong["workers"]
    assert "nightly reports of 1 brands wait: start one by `brandpulse beat`" in wrong["beat"]
    assert "(Lumo)" in wrong["nights"]


def test_an_address_of_short_patience_is_that_of_the_same_database(database_url):
    from database import patience

    schema.ensure(patience.hurried(database_url, 2.0))
    with engine_of(patience.hurried(database_url, 2.0)).connect() as connection:
        assert {"chunks", "tallies"} <= set(Table.metadata.tables)
        if connection.dialect.name == "postgresql":
            assert connection.execute(text("SHOW statement_timeout")).scalar() == "2s"
        else:
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 2000


def test_who_waits_for_a_database_gives_up_in_time_if_told(sqlite_url, caplog):
    nowhere = "postgresql+psycopg://nobody:s3cret@127.0.0.1:1/nothing"
    with pytest.raises(errors.DatabaseUnavailable):
        readiness.wait_for_database(nowhere, 1.5)
    [line] = caplog.messages
    assert line.endswith("Trying again in 1 s.")
    assert "s3cret" not in caplog.text
    readiness.wait_for_database(sqlite_url, 0)
