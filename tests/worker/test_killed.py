"""Processes are killed with SIGKILL in the middle of their work, started again, and nothing is lost or doubled."""

from sqlalchemy import func, select

from database import schema, sessions
from database.tables import Comment, Unscored
from tests import processes, versions, wholeness


def settings(url, tmp_path):
    schema.ensure(url)
    versions.begin_with_fast(url)
    return processes.environment(url, tmp_path, chunk_size_comments=200, log_level="WARNING")


def test_a_worker_killed_again_and_again_leaves_one_score_per_comment(database_url, rows_file, undisturbed, tmp_path):
    env = settings(database_url, tmp_path)
    processes.brandpulse("ingest", rows_file, "--brand", "Lumo", env=env)
    for kill_after in (1, 20):
        worker = processes.start("worker", "--drain", env=env)
        processes.wait_until(lambda n=kill_after: wholeness.count_chunks(database_url, "done") >= n, worker)
        processes.kill(worker)
        wholeness.check_both_sums(database_url)
    assert wholeness.count_chunks(database_url, "pending", "running"), "the work was over before the last kill"
    processes.brandpulse("worker", "--drain", env=env)
    wholeness.check_both_sums(database_url)
    assert wholeness.scores(database_url) == undisturbed


def test_an_ingest_killed_in_the_middle_is_made_whole_by_loading_the_file_again(
    database_url, rows_file, undisturbed, tmp_path
):
    env = settings(database_url, tmp_path)
    ingest = processes.start("ingest", rows_file, "--brand", "Lumo", env=env)
    processes.wait_until(lambda: wholeness.rows_read(database_url) > 1_000, ingest)
    processes.kill(ingest)
    wholeness.check_both_sums(database_url)
    assert wholeness.rows_read(database_url) < wholeness.ROWS, "the file was loaded before the kill"
    processes.brandpulse("ingest", rows_file, "--brand", "Lumo", env=env)
    processes.brandpulse("worker", "--drain", env=env)
    wholeness.check_both_sums(database_url)
    with sessions.reading(database_url) as session:
        loaded = session.scalar(select(func.count()).select_from(Comment))
        assert loaded == wholeness.ROWS - wholeness.REJECTED
        assert session.scalar(select(func.count()).select_from(Unscored)) == 0
    assert wholeness.scores(database_url) == undisturbed
