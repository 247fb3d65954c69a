"""Who `brandpulse sql` reads as, and what may be read.

On PostgreSQL a role of the database's own, which `db upgrade` makes: docs/decisions/0031-the-reader.md. SQLite has no
roles; there the authorizer asks here.
"""

import logging

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from database.tables import Table

logger = logging.getLogger(__name__)

VIEWS = ("scored_comments", "daily_sentiment")
#: The files of models: bytes that nobody reads, by the hundred megabytes.
HIDDEN_TABLES = {"model_files"}
#: Addresses of people, and of webhooks and chats with the tokens in them.
HIDDEN_COLUMNS = {"brands": {"recipients"}, "deliveries": {"recipient"}}
READABLE = {*VIEWS, *Table.metadata.tables, "alembic_version"} - HIDDEN_TABLES


def may_read(table: str, column: str) -> bool:
    """Tell whether a column of our tables and views may be read."""
    return table in READABLE and column not in HIDDEN_COLUMNS.get(table, ())


def name(connection: Connection) -> str:
    """Name the role of a PostgreSQL database: roles are the server's, and two databases share none."""
    # 63 bytes is as long as a name can be.
    return f"{connection.scalar(text('SELECT current_database()'))}"[:56] + "_reader"


def make(connection: Connection) -> bool:
    """Make the role, or give it the rights that it lacks; to be called in the transaction that moves the tables.

    Returns:
        whether this user may read as it; where not, the log says what an administrator has to do.

    """
    if connection.dialect.name != "postgresql":
        return True
    role = _quoted(connection, name(connection))
    try:
        with connection.begin_nested():
            if not exists(connection):
                connection.execute(text(f"CREATE ROLE {role}"))
                connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
            for statement in _grants(connection, role):
                connection.execute(text(statement))
            connection.execute(text(f"SET LOCAL ROLE {role}"))
            connection.execute(text("RESET ROLE"))
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        logger.warning("%s", missing(connection))
        return False
    return True


def exists(connection: Connection) -> bool:
    """Tell whether the role is there."""
    found = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    return connection.scalar(found, {"name": name(connection)}) is not None


def missing(connection: Connection) -> str:
    """Say what an administrator has to do where the role is not there, or this user may not become it."""
    role, user = name(connection), connection.scalar(text("SELECT current_user"))
    return (
        f"`brandpulse sql` cannot read as the role {role}, so it reads as {user}, in a transaction that "
        f'writes nothing: let an administrator run CREATE ROLE "{role}"; GRANT "{role}" TO "{user}"; then '
        "`brandpulse db upgrade` again."
    )


def become(connection: Connection) -> bool:
    """Read as the role until the transaction ends, where that can be; tells whether."""
    try:
        with connection.begin_nested():
            connection.execute(text(f"SET LOCAL ROLE {_quoted(connection, name(connection))}"))
    except DBAPIError as error:
        refused = psycopg.errors.InsufficientPrivilege | psycopg.errors.InvalidParameterValue
        if not isinstance(error.orig, refused | psycopg.errors.UndefinedObject):
            raise
        return False
    return True


def _grants(connection: Connection, role: str) -> list[str]:
    place = _quoted(connection, connection.scalar(text("SELECT current_schema()")))
    whole = sorted(READABLE - HIDDEN_COLUMNS.keys())
    return [
        f"GRANT USAGE ON SCHEMA {place} TO {role}",
        f"GRANT SELECT ON {', '.join(whole)} TO {role}",
        *(f"GRANT SELECT ({_shown(table)}) ON {table} TO {role}" for table in sorted(HIDDEN_COLUMNS)),
    ]


def _shown(table: str) -> str:
    columns = Table.metadata.tables[table].columns
    return ", ".join(column.name for column in columns if column.name not in HIDDEN_COLUMNS[table])


def _quoted(connection: Connection, word: str) -> str:
    quoted: str = connection.dialect.identifier_preparer.quote_identifier(word)
    return quoted
