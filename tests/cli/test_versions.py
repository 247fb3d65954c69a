"""The life of a version as a user leads it: commands, a database, sentences."""

import pytest
from sqlalchemy import func, select

from database import sessions
from database.tables import Comment, Score
from tests import processes, versions, wholeness
from worker import deployment, embedded

ROWS = """id,brand,text,created_at
1,Lumo,i love this lamp it is great and wonderful,2026-11-02T10:00:00Z
2,Lumo,the worst awful boring waste of money,2026-11-03T10:00:00Z
3,Lumo,???,2026-11-03T12:00:00Z
"""
MORE = "id,brand,text,created_at\n4,Lumo,a wonderful and superb lamp,2026-11-04T10:00:00Z\n"
LABELS = "SELECT external_id, label, model FROM scored_comments ORDER BY external_id"


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


def scored(commands):
    return [tuple(row.values()) for row in commands.said("sql", LABELS)]


def test_a_version_is_promoted_rescored_and_rolled_back(commands, database_url, rows, tmp_path):
    versions.register(database_url, tmp_path, "flipped", sign=-1.0)
    by_default = [("1", "positive", versions.FIRST), ("2", "negative", versions.FIRST)]
    by_flipped = [("1", "negative", "flipped@1"), ("2", "positive", "flipped@1")]
    commands("run", rows, "--source", "x")
    assert scored(commands) == by_default

    refused = commands.refused("models", "promote", "flipped")
    assert "flipped@1 is not promoted: of the last report's period (batch 1) 3 comments have no score" in refused
    assert "brandpulse models promote flipped@1 --rescore" in refused
    assert "\n" not in refused
    assert scored(commands) == by_default

    promoted = commands.said("models", "promote", "flipped", "--rescore")
    assert (promoted["model"], promoted["before"], promoted["gap"]) == ("flipped@1", versions.FIRST, 0)
    [job] = promoted["jobs"]
    assert [job[name] for name in ("comments", "scored", "skipped", "failed", "pending")] == [3, 2, 1, 0, 0]
    assert scored(commands) == by_flipped
    assert [row["positive"] for row in commands.said("sql", "SELECT positive FROM daily_sentiment ORDER BY day")] == [
        0,
        1,
    ]
    report = commands.said("report", "--brand", "Lumo")
    assert (report["model"], report["totals"]["positive"], report["other_versions"]) == ("flipped@1", 1, {})

    later = commands("ingest", "-", stdin=MORE)
    assert "batch 2" in later
    embedded.drain(deployment.scorer())
    assert scored(commands) == [*by_flipped, ("4", "negative", "flipped@1")]

    back = commands("models", "rollback")
    assert f"{versions.FIRST} is promoted, in place of flipped@1." in back
    assert scored(commands) == by_default
    report = commands.said("report", "--brand", "Lumo")
    assert report["other_versions"] == {"flipped@1": 1}
    assert any(f"brandpulse rescore --brand Lumo --model {versions.FIRST}" in note for note in report["notes"])
    refused = commands.refused("models", "rollback")
    assert f"No version was promoted before {versions.FIRST}" in refused

    found = commands.said("rescore", "--brand", "Lumo", "--model", versions.FIRST)
    assert (found["comments"], found["scored"], found["skipped"], found["pending"]) == (4, 3, 1, 0)
    assert scored(commands) == [*by_default, ("4", "positive", versions.FIRST)]


def test_a_gap_is_allowed_where_the_user_says_so_and_the_report_names_it(commands, database_url, rows, tmp_path):
    versions.register(database_url, tmp_path, "flipped", sign=-1.0)
    commands("run", rows)
    shown = commands("models", "promote", "flipped", "--allow-gap")
    assert "3 comments of the last report's period have no score under flipped@1" in shown
    assert scored(commands) == []
    report = commands("report")
    assert "3 comments went through another model version only" in " ".join(report.split())
    assert "is promoted already" in commands("models", "promote", "flipped")


def test_imdb_is_promoted_by_name_and_goes_the_whole_way(commands, database_url, rows, tmp_path):
    versions.register(database_url, tmp_path, "flipped", sign=-1.0)
    assert commands.said("models", "promote", "flipped")["before"] == versions.FIRST
    assert commands.said("models", "promote", "imdb")["model"] == "imdb@1"
    found = commands.said("run", rows)
    assert (found["report"]["model"], found["scored"], found["skipped"], found["failed"]) == ("imdb@1", 2, 1, 0)
    assert scored(commands) == [("1", "positive", "imdb@1"), ("2", "negative", "imdb@1")]
    [lumo] = found["report"]["brands"]
    assert (lumo["positive"], lumo["negative"]) == (1, 1)
    [page] = (tmp_path / "reports").glob("*.html")
    assert "imdb@1" in page.read_text()


def test_where_a_setting_names_the_model_that_scores_promoting_says_what_it_changes(
    commands, database_url, rows, tmp_path
):
    versions.register(database_url, tmp_path, "flipped", sign=-1.0)
    commands.set(model="imdb")
    shown = commands("models", "promote", "flipped")
    assert "The views read it. But BRANDPULSE_MODEL is imdb here" in shown
    assert commands.said("models", "promote", "flipped")["scores"] == "imdb@1"
    checks = {check["name"]: check["detail"] for check in commands.said("doctor")["checks"]}
    assert "imdb@1 scores" in checks["model"]
    assert "the views read flipped@1" in checks["model"]
    assert commands.said("run", rows)["report"]["model"] == "imdb@1"
    assert scored(commands) == []


def test_a_rescore_killed_again_and_again_goes_on_and_scores_nothing_twice(
    commands, database_url, rows_file, undisturbed_by_imdb, tmp_path
):
    commands.set(chunk_size_comments=200)
    env = processes.environment(database_url, tmp_path, chunk_size_comments=200, log_level="WARNING")
    flipped_id = versions.register(database_url, tmp_path, "flipped", sign=-1.0)
    commands("ingest", rows_file, "--brand", "Lumo")
    embedded.drain(deployment.scorer())
    command = ("rescore", "--brand", "Lumo", "--model", "flipped@1")
    for kill_after in (1, 25):
        process = processes.start(*command, env=env)
        processes.wait_until(lambda n=kill_after: wholeness.count_chunks(database_url, "done") >= 60 + n, process)
        processes.kill(process)
    assert wholeness.count_chunks(database_url, "pending", "running"), "the work was over before the last kill"
    found = commands.said(*command)
    kept = wholeness.ROWS - wholeness.REJECTED
    assert (found["comments"], found["scored"], found["pending"], found["failed"]) == (kept, kept, 0, 0)
    assert len(found["jobs"]) == 1
    with sessions.reading(database_url) as session:
        statement = select(Comment.external_id, Score.label).join(Score, Score.comment_id == Comment.id)
        flipped = dict(session.execute(statement.where(Score.model_id == flipped_id)).tuples().all())
        assert session.scalar(select(func.count()).select_from(Score)) == 2 * kept
    assert flipped == {external_id: -label for external_id, (_, label) in undisturbed_by_imdb.items()}
