"""What the database says of the work, in SQL of our own: not by the reader that is measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Engine, create_engine, text

from settings import errors

#: of the newest batch; a comment with two answers counts twice
COUNTS = """
    SELECT count(*), count(s.comment_id),
           count(*) FILTER (WHERE u.state = 'skipped'), count(*) FILTER (WHERE u.state = 'failed'),
           count(*) FILTER (WHERE s.comment_id IS NULL AND u.comment_id IS NULL)
      FROM comments AS c
      LEFT JOIN scores AS s ON s.comment_id = c.id
      LEFT JOIN unscored AS u ON u.comment_id = c.id
     WHERE c.batch_id = (SELECT max(id) FROM batches)
"""
UNFINISHED = """
    SELECT (SELECT count(*) FROM chunks WHERE state IN ('pending', 'running'))
         + (SELECT count(*) FROM batches WHERE state = 'loading')
"""
BATCHES = "SELECT count(*) FROM batches"
CLAIMANTS = "SELECT DISTINCT claimed_by FROM chunks WHERE state = 'running' AND claimed_by IS NOT NULL"
FIRST_TIMES = "SELECT min(claimed_at), min(finished_at) FROM chunks"
SPAN = "SELECT min(claimed_at), max(finished_at), sum(comments) FROM chunks WHERE id > :last"
LAST = "SELECT max(id) FROM chunks"


class WrongOutcome(errors.BrandpulseError):
    """What was measured did not do its work: its time says nothing."""


class Counts(NamedTuple):
    """Comments of a batch that one version has scored."""

    loaded: int
    scored: int
    skipped: int
    failed: int
    #: neither score nor unscored row
    unanswered: int


@contextmanager
def asking(url: str) -> Iterator[Engine]:
    """Give what the functions of this file ask."""
    # A poll must not wait where an embedded database is locked.
    how = {"timeout": 0.05} if url.startswith("sqlite") else {}
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=how)
    try:
        yield engine
    finally:
        engine.dispose()


def unfinished(engine: Engine) -> int:
    """Count the chunks that are pending or running, and the batches that are being loaded."""
    return _number(engine, UNFINISHED)


def batches(engine: Engine) -> int:
    """Count the batches."""
    return _number(engine, BATCHES)


def claimants(engine: Engine) -> set[str]:
    """Name the processes that score a chunk at this moment."""
    with engine.connect() as connection:
        return set(connection.scalars(text(CLAIMANTS)))


def first_times(engine: Engine) -> tuple[float, float]:
    """Say when the first chunk was claimed, and when one was scored, as `time.time` does."""
    with engine.connect() as connection:
        claimed, scored = connection.execute(text(FIRST_TIMES)).one()
    return claimed.timestamp(), scored.timestamp()


def last_chunk(engine: Engine) -> int:
    """Give the highest id of a chunk."""
    return _number(engine, LAST)


def rate_since(engine: Engine, last: int) -> float:
    """Give the comments per second of the chunks of higher ids, from the first claim to the last chunk's end."""
    with engine.connect() as connection:
        claimed, finished, comments = connection.execute(text(SPAN), {"last": last}).one()
    return float(comments / (finished - claimed).total_seconds())


def check(engine: Engine, rows: int) -> Counts:
    """Count the newest batch, and raise `WrongOutcome` where not each of these rows got one score or was skipped."""
    with engine.connect() as connection:
        found = Counts(*connection.execute(text(COUNTS)).one())
    if found.loaded != rows or found.scored + found.skipped != rows or found.failed or found.unanswered:
        raise WrongOutcome(f"Of {rows:,} comments this became: {found}.")
    return found


def check_rows(engine: Engine, table: str, rows: int) -> None:
    """Raise `WrongOutcome` where a table of ours does not hold these rows."""
    found = _number(engine, f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of our own
    if found != rows:
        raise WrongOutcome(f"Of {rows:,} rows {found:,} were copied.")


def _number(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())
