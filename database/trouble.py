"""What the driver says when the database cannot be used, in one sentence for a person."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from settings import errors


@contextmanager
def named(url: str) -> Iterator[None]:
    """Turn what the driver raises in the block into `errors.DatabaseUnavailable`."""
    try:
        yield
    # COPY goes past SQLAlchemy, and so does what stops it.
    except (OperationalError, psycopg.OperationalError) as error:
        place = make_url(url).render_as_string(hide_password=True)
        said = str(error.orig if isinstance(error, OperationalError) else error).strip().splitlines()[0]
        raise errors.DatabaseUnavailable(
            f"The database {place} cannot be used: {said}. Check BRANDPULSE_DATABASE_URL and that it runs."
        ) from error
