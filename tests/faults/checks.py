"""What has to hold, counted from the tables in SQL that shares nothing with what brandpulse counts by."""

import json
from collections import Counter

import numpy as np

from tests.faults.rows import SOURCE

#: each finds what must not be there, at no moment
NEVER = {
    "a batch whose rows are not loaded + duplicates + rejected": """
        SELECT b.id FROM batches b
        LEFT JOIN (SELECT batch_id, count(*) AS n FROM comments GROUP BY 1) c ON c.batch_id = b.id
        LEFT JOIN (SELECT batch_id, count(*) AS n FROM rejects GROUP BY 1) r ON r.batch_id = b.id
        WHERE b.loaded <> coalesce(c.n, 0) OR b.rejected <> coalesce(r.n, 0)
           OR b.rows_read <> b.loaded + b.duplicates + b.rejected""",
    "a comment that no job will score": """
        SELECT c.id FROM comments c
        WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.batch_id = c.batch_id AND j.kind = 'batch')""",
    "a comment that is neither scored, skipped or failed nor in an open chunk": """
        WITH open AS (
            SELECT job_id, range_agg(int8range(first_comment_id, last_comment_id, '[]')) AS ids
            FROM chunks WHERE state IN ('pending', 'running') GROUP BY 1)
        SELECT c.id FROM comments c JOIN jobs j ON j.batch_id = c.batch_id AND j.kind = 'batch'
        LEFT JOIN open o ON o.job_id = j.id
        WHERE NOT EXISTS (SELECT FROM scores s WHERE s.model_id = j.model_id AND s.comment_id = c.id)
          AND NOT EXISTS (SELECT FROM unscored u WHERE u.model_id = j.model_id AND u.comment_id = c.id)
          AND NOT coalesce(c.id <@ o.ids, false)""",
    "a comment that a version says two things of": """
        SELECT comment_id FROM (
            SELECT model_id, comment_id FROM scores UNION ALL SELECT model_id, comment_id FROM unscored) both_kinds
        GROUP BY model_id, comment_id HAVING count(*) > 1""",
    "a comment that is there twice": """
        SELECT min(id) FROM comments GROUP BY brand_id, source, external_id HAVING count(*) > 1""",
    "a day that the tallies count otherwise": """
        WITH counted AS (
            SELECT NULL::int AS model_id, batch_id, brand_id, (counted_at AT TIME ZONE 'UTC')::date AS day,
                   count(*) AS comments, 0 AS positive, 0 AS negative, 0 AS neutral, 0 AS unscored
            FROM comments GROUP BY 2, 3, 4
            UNION ALL
            SELECT s.model_id, c.batch_id, c.brand_id, (c.counted_at AT TIME ZONE 'UTC')::date, 0,
                   count(*) FILTER (WHERE label = 1), count(*) FILTER (WHERE label = -1),
                   count(*) FILTER (WHERE label = 0), 0
            FROM scores s JOIN comments c ON c.id = s.comment_id GROUP BY 1, 2, 3, 4
            UNION ALL
            SELECT u.model_id, c.batch_id, c.brand_id, (c.counted_at AT TIME ZONE 'UTC')::date, 0, 0, 0, 0, count(*)
            FROM unscored u JOIN comments c ON c.id = u.comment_id GROUP BY 1, 2, 3, 4
            UNION ALL
            SELECT model_id, batch_id, brand_id, day, -comments, -positive, -negative, -neutral, -skipped - failed
            FROM tallies)
        SELECT day::text FROM counted GROUP BY model_id, batch_id, brand_id, day
        HAVING sum(comments) <> 0 OR sum(positive) <> 0 OR sum(negative) <> 0 OR sum(neutral) <> 0
            OR sum(unscored) <> 0""",
}
SCORES = """
    SELECT m.name || '@' || m.version, c.external_id, s.p_positive, s.label FROM scores s
    JOIN comments c ON c.id = s.comment_id JOIN models m ON m.id = s.model_id JOIN brands b ON b.id = c.brand_id
    WHERE b.name = %s
"""
OUTCOMES = """
    SELECT count(*), count(s.comment_id), count(u.comment_id), count(*) FILTER (WHERE u.state = 'failed')
    FROM comments c JOIN brands b ON b.id = c.brand_id
    JOIN jobs j ON j.batch_id = c.batch_id AND j.kind = 'batch'
    LEFT JOIN scores s ON s.comment_id = c.id AND s.model_id = j.model_id
    LEFT JOIN unscored u ON u.comment_id = c.id AND u.model_id = j.model_id WHERE b.name = %s
"""
PROMOTED = """
    SELECT s.label, count(*) FROM scores s JOIN comments c ON c.id = s.comment_id JOIN brands b ON b.id = c.brand_id
    WHERE b.name = %s AND s.model_id = (SELECT id FROM models ORDER BY promoted_at DESC NULLS LAST LIMIT 1) GROUP BY 1
"""
STATES = "SELECT state, count(*)::int FROM chunks GROUP BY 1"


def at_any_moment(connection):
    """List what is there although it never may be, in one look while everything goes on."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = {what: connection.execute(query).fetchall() for what, query in NEVER.items()}
    return [f"{what}: {len(rows)}, as {rows[0][0]}" for what, rows in found.items() if rows]


def now(load):
    """List what is wrong at this moment, wherever the load stands."""
    with load.stage.postgres.connected(load.stage.database) as connection:
        return at_any_moment(connection) + of_scores(load) + load.stage.fallen()


def of_scores(load):
    """List how the scores so far differ from those of the same file when nobody disturbed it."""
    found = {(version, key): (np.float32(p), label) for version, key, p, label in load.stage.ask(SCORES, load.brand)}
    other = [key for key, score in found.items() if load.rows.scores.get(key) != score]
    return [f"a score that is another than undisturbed: {len(other)}, as {other[0]}"] if other else []


def at_the_end(load):
    """List what is wrong once all is loaded and scored."""
    wrong, wanted = now(load), load.rows.count - load.rows.rejected
    [(comments, scored, unscored, failed)] = load.stage.ask(OUTCOMES, load.brand)
    if (comments, scored, failed) != (wanted, wanted - unscored, 0):
        wrong.append(f"of {wanted} comments {comments} are loaded, {scored} scored, {failed} failed")
    states = dict(load.stage.ask(STATES))
    if set(states) != {"done"}:
        wrong.append(f"chunks that are not done: {states}")
    return wrong


def of_what_is_shown(load):
    """List how a report and a batch, as users see them, differ from what the tables say."""
    return _of_report(load) + _of_batches(load.stage)


def _of_report(load):
    labels = Counter(dict(load.stage.ask(PROMOTED, load.brand)))
    shown = json.loads(load.stage.brandpulse("report", "--brand", load.brand, "--source", SOURCE, "--json"))["totals"]
    if (shown["positive"], shown["negative"], shown["neutral"]) != (labels[1], labels[-1], labels[0]):
        return [f"a report that counts otherwise: {shown}, not {dict(labels)}"]
    return []


def _of_batches(stage):
    [(batch_id, read, loaded)] = stage.ask("SELECT id, rows_read, loaded FROM batches ORDER BY id DESC LIMIT 1")
    shown = json.loads(stage.brandpulse("batches", "show", batch_id, "--json"))
    if (shown["read"], shown["loaded"]) != (read, loaded):
        return [f"a batch that is shown otherwise: {shown}"]
    return []
