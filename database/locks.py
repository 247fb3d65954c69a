"""Locks of whole tables, of brands and of versions, held to the end of the transaction.

SQLite has one writer at a time and needs none.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, make_url, select, text
from sqlalchemy.orm import Session

from database import sessions
from database.tables import Table

#: tell advisory locks of brands, and those of versions, from others of the same database
_BRANDS, _VERSIONS = int.from_bytes(b"bpls"), int.from_bytes(b"bpvs")


@contextmanager
def alone(url: str, brand_id: int) -> Iterator[bool]:
    """Tell whether nobody else is at a brand's reports, and keep others away while the block runs; nobody waits.

    It spares work and keeps no promise: SQLite always says yes, and who saves has to look whether another has.
    """
    if make_url(url).get_backend_name() == "sqlite":
        yield True
        return
    with sessions.writing(url) as session:
        # It ends with the transaction, so it holds behind a pooler that hands connections on with each.
        yield bool(session.scalar(select(func.pg_try_advisory_xact_lock(_BRANDS, brand_id))))


def say(session: Session, model_id: int, *, alone: bool) -> None:
    """Say that this transaction will write what a version says of comments: beside others who do, or alone.

    No lock of `scores`: that would wait for whoever vacuums it, or end an autovacuum each time.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(_VERSIONS, model_id)))


def enter(session: Session, table: type[Table]) -> None:
    """Say that this transaction will write to a table: who keeps it still is waited for now, and waits afterwards."""
    _lock(session, table, "ROW EXCLUSIVE")


def keep_still(session: Session, table: type[Table]) -> None:
    """Let nobody write to a table; many may ask for that at once, and wait for those who write to it."""
    _lock(session, table, "SHARE")


def take_turns(session: Session, table: type[Table]) -> None:
    """Wait for others who ask for the same, or for `shut_out`; who only writes rows goes on beside."""
    _lock(session, table, "SHARE UPDATE EXCLUSIVE")


def shut_out(session: Session, table: type[Table]) -> None:
    """Let nobody else write to a table or lock it; who reads goes on beside."""
    _lock(session, table, "SHARE ROW EXCLUSIVE")


def _lock(session: Session, table: type[Table], mode: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {table.__tablename__} IN {mode} MODE"))
