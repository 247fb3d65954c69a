"""The version of the database: checked before the first use, moved by migrations."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, make_url, text

from database import patience, reader, trouble
from database.engine import engine
from settings import errors

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)

#: The newest migration. Alembic could tell, but takes 0.2 s to be imported; a test compares the two.
HEAD = "0007"
#: so long a migration tries to get its locks, and between two tries it lets others through
BUSY_SECONDS = 600.0
AGAIN_SECONDS = 3.0
MIGRATIONS = Path(__file__).parents[1] / "migrations"

_ensured: set[str] = set()
_lock = threading.Lock()


def ensure(url: str) -> None:
    """Make sure, once per process, that the database is at HEAD; an SQLite file is brought there.

    Raises:
        errors.WrongSchema: a shared database is not at HEAD, or an SQLite file is newer than this program.

    """
    with _lock:
        # Children that a worker forks later go on beside a newer database, as it does itself.
        place = patience.plain(url)[0].render_as_string()
        if place in _ensured:
            return
        if make_url(url).get_backend_name() == "sqlite":
            _ensure_sqlite(url)
        else:
            check(url)
        _ensured.add(place)


def check(url: str) -> None:
    """Raise `errors.WrongSchema` where the database is not at HEAD."""
    with trouble.named(url), engine(url).connect() as connection:
        found = current(connection)
    if found != HEAD:
        raise errors.WrongSchema(
            f"The database is at version {found or 'none'}, this program needs {HEAD}: run `brandpulse db upgrade`"
            f"{'' if found is None or found < HEAD else ' of a newer brandpulse'}."
        )


def current(connection: Connection) -> str | None:
    """Read the version of the database, None where it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(url: str, revision: str = "head") -> None:
    """Move the database up to a revision, in one transaction."""
    _move(url, "upgrade", revision)


def downgrade(url: str, revision: str) -> None:
    """Move the database down to a revision, in one transaction."""
    _move(url, "downgrade", revision)


def _move(url: str, command: str, revision: str) -> None:
    """Migrate, again and again while others hold what it needs: `migrations/env.py` waits for no lock for long.

    Raises:
        errors.DatabaseUnavailable: they still do after `BUSY_SECONDS`.

    """
    from alembic import command as alembic  # noqa: PLC0415 - 0.2 s that only migrations need

    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with trouble.named(url), migrating(url) as connection:
                getattr(alembic, command)(config(connection), revision)
                if revision == "head":
                    reader.make(connection)
        except errors.DatabaseBusy as error:
            if time.monotonic() > end:
                raise
            logger.warning("%s Trying again in %.0f s.", error, AGAIN_SECONDS)
            time.sleep(AGAIN_SECONDS)
        else:
            return


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """Open a transaction to migrate in: a table that SQLite makes anew takes nothing with it that hangs on its rows."""
    with engine(url).connect() as connection:
        if connection.dialect.name == "sqlite":
            # Within a transaction it would say nothing. Nobody else gets this connection.
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            yield connection


def config(connection: Connection) -> "Config":
    """Make Alembic's configuration over an open connection."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def _ensure_sqlite(url: str) -> None:
    _check_folder(url)
    with engine(url).connect() as connection:
        found = current(connection)
    if found is None or found < HEAD:
        upgrade(url)  # its transaction takes the write lock first: of two processes the second finds nothing to do
    elif found > HEAD:
        check(url)


def _check_folder(url: str) -> None:
    file = make_url(url).database
    if file and not Path(file).parent.is_dir():
        raise errors.WrongSetting(
            f"BRANDPULSE_DATABASE_URL names {file}, but {Path(file).parent} is no folder: make it, or name another."
        )
