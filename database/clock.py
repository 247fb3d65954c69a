"""The clock of the database's machine: chunks fall due, and claims end, by clocks that have to agree."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def behind_seconds(session: Session, now: datetime) -> float | None:
    """Tell how far the database's clock is behind `now`; None of SQLite, which has none of its own."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    its: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return (now - its).total_seconds()
