"""Versions change while Celery workers run: nobody restarts them."""

import json

import pytest
from sqlalchemy import select

from database import sessions
from database.tables import Comment, Model, ModelFile, Score
from tests import processes, versions, wholeness


@pytest.fixture
def said(env):
    """Run a command and give its JSON document."""
    return lambda *arguments, stdin=None: json.loads(processes.brandpulse(*arguments, "--json", env=env, stdin=stdin))


def sums(said):
    """What the two views say: labels by version, and the days' counts."""
    labels = said("sql", "SELECT model, label, count(*) AS n FROM scored_comments GROUP BY 1, 2 ORDER BY 1, 2")
    days = said(
        "sql",
        "SELECT model, CAST(sum(positive) AS int) AS p, CAST(sum(negative) AS int) AS n "
        "FROM daily_sentiment GROUP BY 1",
    )
    return {(row["model"], row["label"]): row["n"] for row in labels}, [tuple(row.values()) for row in days]


def labels(url, name):
    with sessions.reading(url) as session:
        scored = select(Comment.external_id, Score.label).join(Score, Score.comment_id == Comment.id)
        return dict(session.execute(scored.join(Model, Model.id == Score.model_id).where(Model.name == name)).all())


def wait_for_no_open_chunk(url):
    processes.wait_until(lambda: wholeness.count_chunks(url, "pending", "running") == 0)


def test_versions_are_promoted_rescored_and_rolled_back_while_workers_run(
    env, said, started, postgres_url, rows_file, undisturbed_by_imdb, tmp_path
):
    versions.register(postgres_url, tmp_path, "mild")
    versions.register(postgres_url, tmp_path, "flipped", sign=-1.0)
    assert said("models", "promote", "mild")["before"] == versions.FIRST
    worker = started("worker", "--concurrency", "2")
    processes.brandpulse("ingest", rows_file, "--brand", "Lumo", env=env)
    wait_for_no_open_chunk(postgres_url)
    by_mild = {external_id: label for external_id, (_, label) in undisturbed_by_imdb.items()}
    positive = list(by_mild.values()).count(1)
    negative = len(by_mild) - positive
    mild = ({("mild@1", "negative"): negative, ("mild@1", "positive"): positive}, [("mild@1", positive, negative)])
    assert sums(said) == mild
    report = said("report", "--brand", "Lumo")
    assert report["model"] == "mild@1"

    assert "no score under it" in processes.brandpulse("models", "promote", "flipped", env=env, code=1)
    command = ("rescore", "--brand", "Lumo", "--model", "flipped")
    rescore = started(*command)
    processes.wait_until(lambda: len(labels(postgres_url, "flipped")) >= 400, rescore)
    processes.kill(rescore)
    assert sums(said) == mild, "the views go on reading the promoted version"
    found = said(*command)
    assert (found["comments"], found["scored"], found["pending"]) == (len(by_mild), len(by_mild), 0)
    by_flipped = labels(postgres_url, "flipped")
    assert by_flipped == {external_id: -label for external_id, label in by_mild.items()}

    assert said("models", "promote", "flipped")["gap"] == 0
    assert sums(said) == (
        {("flipped@1", "negative"): positive, ("flipped@1", "positive"): negative},
        [("flipped@1", negative, positive)],
    )
    report = said("report", "--brand", "Lumo")
    assert (report["model"], report["revision"], report["totals"]["positive"]) == ("flipped@1", 2, negative)
    assert "counted by mild@1" in report["notes"][0]
    processes.brandpulse("ingest", "-", "--brand", "Lumo", env=env, stdin="id,text\nnew,a wonderful lamp i love\n")
    processes.wait_until(lambda: "new" in labels(postgres_url, "flipped"), worker)
    assert labels(postgres_url, "flipped")["new"] == -1
    assert "new" not in labels(postgres_url, "mild")

    assert said("models", "rollback")["model"] == "mild@1"
    assert sums(said)[0] == mild[0], "the old answers are as they were"
    assert labels(postgres_url, "mild") == by_mild
    report = said("report", "--brand", "Lumo")
    assert report["other_versions"] == {"flipped@1": 1}
    assert worker.poll() is None
    wholeness.check_both_sums(postgres_url)
    assert said("models", "rollback")["model"] == versions.FIRST


def test_a_version_damaged_in_the_database_fails_its_chunks_with_its_name(env, said, started, postgres_url, tmp_path):
    env["BRANDPULSE_MAX_ATTEMPTS"] = "2"
    env["BRANDPULSE_MODEL"] = "mine"
    versions.register(postgres_url, tmp_path, "mine")
    with sessions.writing(postgres_url) as session:
        session.query(ModelFile).filter_by(name="words.json").one().content = b"[]"
    started("worker", "--concurrency", "1")
    started("beat", "--sweep-seconds", "1")
    processes.brandpulse("ingest", "-", env=env, stdin="text\na wonderful lamp\n")
    processes.wait_until(lambda: wholeness.count_chunks(postgres_url, "failed") == 1)
    [reason] = said("jobs", "show", "1")["reasons"]
    assert reason.startswith("The model version mine@1 cannot be trusted: its files in the database")
