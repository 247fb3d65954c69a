"""Find the comments of a batch by a range of ids that the batch knows, in place of an index.

A migration runs beside workers of the version before: they go on without the index. A batch that is still being loaded
gets no range, and its comments are then looked for everywhere.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    for name in ("first_comment_id", "last_comment_id"):
        op.add_column("batches", sa.Column(name, sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE batches SET"
        " first_comment_id = coalesce((SELECT min(id) FROM comments WHERE batch_id = batches.id), 1),"
        " last_comment_id = coalesce((SELECT max(id) FROM comments WHERE batch_id = batches.id), 0)"
        " WHERE state <> 'loading'"
    )
    op.drop_index("ix_comments_batch_id_id", "comments")


def downgrade() -> None:
    """Go down."""
    op.create_index("ix_comments_batch_id_id", "comments", ["batch_id", "id"])
    for name in ("last_comment_id", "first_comment_id"):
        op.drop_column("batches", name)
