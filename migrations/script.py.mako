"""${message}

A migration runs beside workers of the version before: it adds before it takes away, locks no table for long (on
PostgreSQL an index of a large table is made CONCURRENTLY, in a migration of its own), and can be undone.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Go up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go down."""
    ${downgrades if downgrades else "pass"}
