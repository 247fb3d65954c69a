"""A comment over which native code really crashes, in the middle of others: it fails alone, and the rest is scored."""

import os
from pathlib import Path

from sqlalchemy import select

from database import sessions
from database.tables import Chunk, Comment, Unscored
from tests import processes, wholeness

SABOTAGE = Path(__file__).parents[1] / "sabotage"


def test_celery_workers_come_to_it_and_live(env, started, postgres_url, rows_file, undisturbed):
    env["PYTHONPATH"] = f"{SABOTAGE}{os.pathsep}{env['PYTHONPATH']}"
    rows = rows_file.read_text().splitlines(keepends=True)[:60]
    rows.insert(40, "killer,it segfaults,\n")
    processes.brandpulse("ingest", "-", "--brand", "Lumo", env=env, stdin="".join(rows))
    started("beat", "--sweep-seconds", "1")
    worker = started("worker", "--concurrency", "1")
    processes.wait_until(lambda: wholeness.count_chunks(postgres_url, "done") == 1)
    wholeness.check_both_sums(postgres_url)
    scores = wholeness.scores(postgres_url)
    assert len(scores) > 50
    assert scores == {external_id: undisturbed[external_id] for external_id in scores}
    with sessions.reading(postgres_url) as session:
        found = select(Comment.external_id, Unscored.state, Unscored.code, Unscored.reason)
        rows = session.execute(found.join(Comment, Comment.id == Unscored.comment_id)).all()
        assert session.scalars(select(Chunk.attempts)).one() == 2
    ended = "Scoring it ended the process with signal 11 (SIGSEGV)."
    assert [tuple(row) for row in rows] == [("killer", "failed", "process_killed", ended)]
    assert worker.poll() is None
