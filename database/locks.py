"""Locks of whole tables, held to the end of the transaction; SQLite has one writer at a time and needs none."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from database.tables import Table


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
