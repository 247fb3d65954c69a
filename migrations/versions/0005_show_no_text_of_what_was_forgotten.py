"""Show no text of comments that were forgotten, and keep when something was.

A migration runs beside workers of the version before: they read the same columns. They know no tombstones yet, and
would score an empty text: nothing is to be forgotten before the last of them has ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PROMOTED = "SELECT id FROM models WHERE promoted_at IS NOT NULL ORDER BY promoted_at DESC, id DESC LIMIT 1"
LATEST_CORRECTION = "SELECT max(id) FROM corrections WHERE comment_id = c.id"

#: as migration 0001 made it, but for the text: no comment is loaded without one, so an empty one was forgotten
SCORED_COMMENTS = f"""
VIEW scored_comments AS
SELECT c.id AS comment_id, b.name AS brand, c.source, c.external_id, c.parent_id, c.author, {{text}} AS text,
    c.posted_at, c.counted_at, {{day}} AS day, c.language, c.likes, c.url, {{extra}} AS extra, c.batch_id,
    CASE coalesce(k.label, s.label) WHEN 1 THEN 'positive' WHEN -1 THEN 'negative' ELSE 'neutral' END AS label,
    CASE s.label WHEN 1 THEN 'positive' WHEN -1 THEN 'negative' ELSE 'neutral' END AS model_label,
    k.label IS NOT NULL AS corrected,
    s.p_negative, s.p_positive, s.member, m.name || '@' || m.version AS model
FROM models m
JOIN scores s ON s.model_id = m.id
JOIN comments c ON c.id = s.comment_id
JOIN brands b ON b.id = c.brand_id
LEFT JOIN corrections k ON k.id = ({LATEST_CORRECTION})
WHERE m.id = ({PROMOTED})
"""


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "forgettings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=False),
        sa.Column("rejects", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgettings")),
    )
    _show("nullif(c.text, '')")


def downgrade() -> None:
    """Go down."""
    _show("c.text")
    op.drop_table("forgettings")


def _show(text: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Replaced and not dropped: who was given the right to read the view keeps it.
        day, extra = "(c.counted_at AT TIME ZONE 'UTC')::date", "c.extra::json"
        op.execute("CREATE OR REPLACE " + SCORED_COMMENTS.format(text=text, day=day, extra=extra))
    else:
        op.execute("DROP VIEW scored_comments")
        op.execute("CREATE " + SCORED_COMMENTS.format(text=text, day="date(c.counted_at)", extra="c.extra"))
