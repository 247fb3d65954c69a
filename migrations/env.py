"""How Alembic runs here: over the connection handed in, or the database of the settings."""

from alembic import context
from sqlalchemy import Connection, text

from database import schema
from database.tables import Table
from settings import environment

LOCK = 7_205_110  # any number that nothing else in the database locks


def run(connection: Connection) -> None:
    """Migrate in one transaction, one process at a time."""
    if connection.dialect.name == "postgresql":
        # Another migration is waited for. A busy table is not, for long: who comes behind a migration that waits for it
        # waits too. It gives up and is tried again, by `database.schema`.
        connection.execute(text("SET LOCAL statement_timeout = '15min'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
    # SQLite cannot ALTER most things: batch mode copies the table.
    context.configure(
        connection=connection, target_metadata=Table.metadata, render_as_batch=True, compare_server_default=True
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with schema.migrating(environment.load().database_url) as opened:
        run(opened)
