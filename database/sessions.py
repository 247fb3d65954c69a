"""Sessions: opened at the edge (a command, a task), handed in to everything else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from database import schema, trouble
from database.engine import engine


@contextmanager
def writing(url: str) -> Iterator[Session]:
    """Open a transaction that commits when the block ends and rolls back when it raises.

    Raises:
        errors.DatabaseUnavailable: the database cannot be reached, or is locked, read-only or full.
        errors.WrongSchema: it is not at the version that this program needs.

    """
    with _transaction(url, read_only=False) as session:
        yield session


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """Open a transaction that sees one state of the database and writes nothing; raises as `writing` does."""
    with _transaction(url, read_only=True) as session:
        yield session


@contextmanager
def _transaction(url: str, *, read_only: bool) -> Iterator[Session]:
    with trouble.named(url):
        schema.ensure(url)
        with engine(url).connect() as connection:
            # The options change the connection itself and go with it.
            connection.execution_options(**_options(connection.dialect.name, read_only=read_only))
            with connection.begin(), Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()


def _options(dialect: str, *, read_only: bool) -> dict[str, object]:
    if dialect == "sqlite":
        return {"read_only": read_only}
    # A report counts in several statements: they must see the same comments.
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if read_only else {}
