"""What the driver says when the database cannot be used, in one sentence for a person."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError

from database import advice
from settings import addresses, errors


@contextmanager
def named(url: str) -> Iterator[None]:
    """Turn what the driver raises in the block into `errors.DatabaseUnavailable`, where the whole database is meant."""
    try:
        yield
    # COPY goes past SQLAlchemy, and so does what stops it.
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        what = advice.known(cause)
        if what is None and not isinstance(error, OperationalError | psycopg.OperationalError):
            raise
        said = str(cause).strip().splitlines()[0].rstrip(".")
        raise _kind(cause, what)(
            f"The database {addresses.shown(url)} cannot be used: {said}. {what or advice.CHECK}"
        ) from error


def _kind(cause: BaseException | None, what: str | None) -> type[errors.DatabaseUnavailable]:
    if isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        return errors.DatabaseBusy
    # A server comes back, is promoted or gets room; a file does not.
    if isinstance(cause, psycopg.Error) and what in {None, *advice.PASSING}:
        return errors.DatabaseGone
    return errors.DatabaseUnavailable
