"""How Alembic runs here: over the connection handed in, or the database of the settings."""

from alembic import context
from sqlalchemy import Connection, text

from database.engine import engine
from database.tables import Table
from settings import environment

LOCK = 7_205_110  # any number that nothing else in the database locks


def run(connection: Connection) -> None:
    """Migrate in one transaction, one process at a time."""
    if connection.dialect.name == "postgresql":
        # A migration that waits for a busy table makes everyone behind it wait too: it gives up and is tried again.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text("SET LOCAL statement_timeout = '15min'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
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
    with engine(environment.load().database_url).begin() as opened:
        run(opened)
