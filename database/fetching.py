"""Many rows as columns."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session


def columns(session: Session, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Run a statement that gives numbers and texts, and give its columns.

    The rows come as the driver has them: wrapped by SQLAlchemy, 10,000 comments took twice as long, and longer still
    where the garbage collector looked at them.
    """
    result = session.connection().execute(statement)
    assert result.cursor is not None
    width = len(result.keys())
    rows = result.cursor.fetchall()
    result.close()
    return list(zip(*rows, strict=True)) if rows else [()] * width
