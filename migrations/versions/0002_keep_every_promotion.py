"""Keep every promotion, so that rolling back finds what was promoted before, over any number of steps.

A migration runs beside workers of the version before: they go on reading `models.promoted_at`, which stays what the
views read. What they promote themselves (the shipped default, where nothing is) is taken over at the next promotion.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("promoted_at", MOMENT, nullable=False),
        sa.Column("rolled_back_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_promotions_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
    )
    op.execute(
        "INSERT INTO promotions (model_id, promoted_at)"
        " SELECT id, promoted_at FROM models WHERE promoted_at IS NOT NULL ORDER BY promoted_at, id"
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("promotions")
