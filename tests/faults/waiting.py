"""Wait for what a load comes to, over a database that may be gone, and say what is stuck where it does not come."""

import time

import psycopg

#: longest time without any progress: a claim of a living process ends with its lease, then a sweep comes
PATIENCE_SECONDS = 200
POLL_SECONDS = 0.1
PROGRESS = """
    SELECT (SELECT sum(rows_read) FROM batches), (SELECT count(*) FROM chunks WHERE state = 'done')
"""
OPEN = """
    SELECT id, state, attempts, due_at, queued_at, claimed_by, claimed_at, error FROM chunks
    WHERE state IN ('pending', 'running') ORDER BY id LIMIT 3
"""


class Stuck(AssertionError):
    """What should have come did not come."""


def until(true, load):
    """Wait until `true()` is; an ingest that was stopped is run again meanwhile."""
    moved, before = time.monotonic(), None
    while not _asked(load, true):
        progress = _asked(load, lambda: load.stage.ask(PROGRESS))
        if progress and progress != before:
            # An ingest that is run again first goes through all that is there already, however long that takes.
            moved, before = time.monotonic(), progress
        if time.monotonic() - moved > PATIENCE_SECONDS:
            raise Stuck(f"nothing moved for {PATIENCE_SECONDS} s: {_what(load)}")
        time.sleep(POLL_SECONDS)


def until_scored(load):
    """Wait until all is loaded and scored."""
    until(load.is_scored, load)


def _asked(load, true):
    load.tend()
    try:
        return true()
    except psycopg.OperationalError:  # the database, or only our own connection
        return False


def _what(load):
    try:
        chunks = load.stage.ask(OPEN)
    except psycopg.OperationalError as error:
        chunks = str(error)
    return f"open chunks {chunks}, {load.stage.fallen()}, ingest was run {load.runs} times"
