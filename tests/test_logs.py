"""What processes log: one line an event, as text or as JSON, on standard error."""

import io
import json
import logging
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from database import schema, sessions
from database.engine import engine as engine_of
from database.tables import Comment
from settings import environment, logs
from tests import processes, versions
from worker import scoring

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
TEXTS = ("a wonderful lamp", "an awful lamp", "Das ist eine sehr schöne Lampe und ich liebe sie", "")
COMMON = {"time", "level", "logger", "process", "message"}
CHUNK = {"chunk", "job", "comments", "scored", "skipped", "failed", "seconds", "model"}


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    url = f"sqlite:///{folder}/brandpulse.db"
    schema.ensure(url)
    versions.begin_with_fast(url)
    engine_of(url).dispose()
    rows = "".join(f"{number},{text},{YESTERDAY}\n" for number, text in enumerate(TEXTS))
    (folder / "rows.csv").write_text(f"id,text,created_at\n{rows}")
    return processes.environment(url, folder, log_format="json", nightly_at="00:00:00") | {"FOLDER": str(folder)}


@pytest.fixture(scope="module")
def lines(env):
    """What an ingest, a worker and a night log: every line of standard error is an object."""
    commands = (("ingest", f"{env['FOLDER']}/rows.csv", "--brand", "Lumo"), ("worker", "--drain"), ("nightly",))
    found = []
    for command in commands:
        done = processes.run(*command, env=env)
        assert done.returncode == 0, done.stderr
        found += [json.loads(line) for line in done.stderr.splitlines()]
    return {line["message"]: line for line in found}


@pytest.fixture
def begun(monkeypatch):
    """Set up the log of this process, as a process of its own would, and give what it writes."""
    written = io.StringIO()
    root = logging.getLogger()
    level = root.level

    def begin(**settings):
        monkeypatch.setattr(sys, "stderr", written)
        logs.begin(environment.Settings(**settings))
        return written

    yield begin
    root.setLevel(level)
    for handler in [one for one in root.handlers if isinstance(one, logs.StandardError)]:
        root.removeHandler(handler)
    logging.captureWarnings(False)
    sys.excepthook = sys.__excepthook__


def test_an_ingest_is_a_line_with_the_counts_of_its_batch(lines):
    batch = lines["batch loaded"]
    assert set(batch) == COMMON | {"batch", "read", "loaded", "duplicates", "changed", "rejected", "seconds"}
    assert (batch["read"], batch["loaded"], batch["rejected"]) == (4, 3, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", batch["time"])


def test_a_chunk_is_a_line_with_its_counts_seconds_and_model(lines):
    chunk = lines["chunk scored"]
    assert set(chunk) == COMMON | CHUNK
    assert (chunk["level"], chunk["logger"]) == ("INFO", "worker.scoring")
    assert (chunk["comments"], chunk["scored"], chunk["skipped"], chunk["failed"]) == (3, 2, 1, 0)
    assert (chunk["chunk"], chunk["job"], chunk["model"]) == (1, 1, "fast@1")
    assert chunk["seconds"] > 0


def test_a_nightly_report_and_its_delivery_are_lines(lines):
    made, done = lines["nightly report made"], lines["delivery done"]
    assert (made["brand"], made["day"], made["revision"], made["comments"]) == ("Lumo", str(YESTERDAY), 1, 3)
    assert (done["delivery"], done["channel"], done["attempt"]) == (1, "folder", 1)
    assert min(made["seconds"], done["seconds"]) > 0


def test_the_sentence_of_a_command_that_fails_is_a_line_too(env):
    failed = processes.run("report", "--brand", "Nobody", env=env)
    line = json.loads(failed.stderr)
    assert (failed.returncode, line["level"], "Nobody" in line["message"]) == (1, "ERROR", True)


def test_a_command_of_a_person_logs_no_more_than_warnings_unless_asked(env, lines):
    as_text = env | {"BRANDPULSE_LOG_FORMAT": "text"}
    assert processes.run("report", env=as_text).stderr == ""
    asked = processes.run("report", env=as_text | {"BRANDPULSE_LOG_LEVEL": "INFO"}).stderr
    assert re.search(r"INFO \d+ cli\.report: report made revision=1 comments=3 model=fast@1 seconds=\d", asked)


def test_the_line_of_a_chunk_carries_the_same_facts_as_text(begun, load, scorer):
    load("a good lamp", "a bad lamp")
    written = begun()
    scoring.score_chunk(scorer, 1)
    [line] = written.getvalue().splitlines()
    assert re.match(r"\S+Z INFO \d+ worker\.scoring: chunk scored chunk=1 job=1 comments=2 ", line)
    assert dict(re.findall(r"(\w+)=(\S+)", line)).keys() == CHUNK


def test_an_exception_is_a_field_and_quotes_no_comment(begun, sqlite_url):
    written = begun(log_format="json")
    try:
        with sessions.writing(sqlite_url) as session:
            session.execute(insert(Comment).values(text=TEXTS[0]))
    except SQLAlchemyError as error:
        logging.getLogger("a.test").warning("it failed: %s", error, exc_info=True)
    [line] = map(json.loads, written.getvalue().splitlines())
    assert line["exception"].startswith("Traceback")
    assert "INSERT INTO comments" in line["message"]
    assert "wonderful" not in written.getvalue()


def test_a_field_that_holds_blanks_can_still_be_told_from_the_next(begun):
    written = begun()
    logging.getLogger("a.test").info("said", extra=logs.fields(brand='Bright "Side"', empty="", n=3))
    assert written.getvalue().endswith('said brand="Bright \\"Side\\"" empty="" n=3\n')
