"""Find out whether a database takes writes, without writing."""

import shutil
from pathlib import Path

import psycopg
from sqlalchemy import false, make_url, update
from sqlalchemy.orm import Session

from database.tables import Brand


def try_writing(session: Session) -> None:
    """Change no row: a standby, a read-only server and a file without rights refuse even that, by raising."""
    session.execute(update(Brand).where(false()).values(name=""))


def free_bytes(url: str) -> int | None:
    """Tell how much room the disk of an SQLite file has; None of a server, which does not say."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or place.database is None:
        return None
    return shutil.disk_usage(Path(place.database).absolute().parent).free


def security(session: Session) -> tuple[bool, bool] | None:
    """Tell whether the way to a server is encrypted, and whether its certificate and name were checked."""
    raw = session.connection().connection.dbapi_connection
    if not isinstance(raw, psycopg.Connection):
        return None
    return bool(raw.pgconn.ssl_in_use), raw.info.get_parameters().get("sslmode") == "verify-full"
