"""Give no number of a batch twice on SQLite: of a batch that was deleted there may be a report, or an ingest under way.

PostgreSQL never did. A migration runs beside workers of the version before: they read and write the same columns.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    _remake(autoincrement=True)


def downgrade() -> None:
    """Go down."""
    _remake(autoincrement=False)


def _remake(*, autoincrement: bool) -> None:
    """Copy the table, which has a few rows: SQLite keeps the highest number only where the table was made to."""
    if op.get_bind().dialect.name == "sqlite":
        made = {"sqlite_autoincrement": autoincrement}
        with op.batch_alter_table("batches", recreate="always", table_kwargs=made):
            pass
