"""Remember of a chunk that a worker was lost over it, so that it is scored apart.

A migration runs beside workers of the version before: the column fills itself, and they go on without it. Chunks that
they give back are scored as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("chunks", sa.Column("apart", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go down."""
    op.drop_column("chunks", "apart")
