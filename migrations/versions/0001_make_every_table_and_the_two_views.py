"""Make every table and the two views."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KEY = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

PROMOTED = "SELECT id FROM models WHERE promoted_at IS NOT NULL ORDER BY promoted_at DESC, id DESC LIMIT 1"
LATEST_CORRECTION = "SELECT max(id) FROM corrections WHERE comment_id = c.id"

SCORED_COMMENTS = f"""
CREATE VIEW scored_comments AS
SELECT c.id AS comment_id, b.name AS brand, c.source, c.external_id, c.parent_id, c.author, c.text,
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

DAILY_SENTIMENT = f"""
CREATE VIEW daily_sentiment AS
SELECT b.name AS brand, c.source, {{day}} AS day, m.name || '@' || m.version AS model,
    count(*) AS comments,
    sum(CASE WHEN coalesce(k.label, s.label) = 1 AND s.label IS NOT NULL THEN 1 ELSE 0 END) AS positive,
    sum(CASE WHEN coalesce(k.label, s.label) = -1 AND s.label IS NOT NULL THEN 1 ELSE 0 END) AS negative,
    sum(CASE WHEN coalesce(k.label, s.label) = 0 AND s.label IS NOT NULL THEN 1 ELSE 0 END) AS neutral,
    count(s.label) AS scored,
    sum(CASE WHEN u.state = 'skipped' THEN 1 ELSE 0 END) AS skipped,
    sum(CASE WHEN u.state = 'failed' THEN 1 ELSE 0 END) AS failed
FROM models m
CROSS JOIN comments c
JOIN brands b ON b.id = c.brand_id
LEFT JOIN scores s ON s.model_id = m.id AND s.comment_id = c.id
LEFT JOIN unscored u ON u.model_id = m.id AND u.comment_id = c.id
LEFT JOIN corrections k ON k.id = ({LATEST_CORRECTION})
WHERE m.id = ({PROMOTED})
GROUP BY b.name, c.source, {{day}}, m.name, m.version
"""


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("loaded", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('loading', 'loaded', 'failed')", name=op.f("ck_batches_state")),
        sa.CheckConstraint("rows_read = loaded + duplicates + rejected", name=op.f("ck_batches_conservation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_table(
        "brands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handles", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brands")),
        sa.UniqueConstraint("name", name=op.f("uq_brands_name")),
    )
    op.create_table(
        "comments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("natural_key", KEY, nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("updated_batch_id", sa.Integer(), nullable=True),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_at", MOMENT, nullable=True),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("likes", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("cut_from_characters", sa.Integer(), nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_comments_natural_key")),
    )
    op.create_index("ix_comments_batch_id_id", "comments", ["batch_id", "id"])
    op.create_index("ix_comments_brand_id_counted_at", "comments", ["brand_id", "counted_at"])
    op.create_index(
        "ix_comments_updated_batch_id_id",
        "comments",
        ["updated_batch_id", "id"],
        unique=False,
        postgresql_where=sa.text("updated_batch_id IS NOT NULL"),
        sqlite_where=sa.text("updated_batch_id IS NOT NULL"),
    )

    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("promoted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_models_name_version")),
    )
    op.create_table(
        "scores",
        sa.Column("model_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("comment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("p_negative", sa.REAL(), nullable=False),
        sa.Column("p_positive", sa.REAL(), nullable=False),
        sa.Column("label", sa.SmallInteger(), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=True),
        sa.CheckConstraint("label IN (-1, 0, 1)", name=op.f("ck_scores_label")),
        sa.PrimaryKeyConstraint("model_id", "comment_id", name=op.f("pk_scores")),
    )
    op.create_table(
        "unscored",
        sa.Column("model_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("comment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('skipped', 'failed')", name=op.f("ck_unscored_state")),
        sa.PrimaryKeyConstraint("model_id", "comment_id", name=op.f("pk_unscored")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("comment_id", BIG_ID, nullable=False),
        sa.Column("label", sa.SmallInteger(), nullable=False),
        sa.Column("corrected_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("label IN (-1, 0, 1)", name=op.f("ck_corrections_label")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_corrections_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_comment_id", "corrections", ["comment_id"])

    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("counted_from", MOMENT, nullable=True),
        sa.Column("counted_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('batch', 'update', 'rescore')", name=op.f("ck_jobs_kind")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_jobs_batch_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_jobs_brand_id")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_jobs_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_batch_id", "jobs", ["batch_id"])

    op.create_table(
        "model_files",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_model_files_model_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "name", name=op.f("pk_model_files")),
    )
    op.create_table(
        "rejects",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_rejects_batch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejects")),
    )
    op.create_index("ix_rejects_batch_id", "rejects", ["batch_id"])

    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_reports_brand_id")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_reports_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("scope", "revision", name=op.f("uq_reports_scope_revision")),
    )
    op.create_index("ix_reports_brand_id", "reports", ["brand_id"])

    op.create_table(
        "audit_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_audit_samples_brand_id")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_audit_samples_model_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_audit_samples_report_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_samples")),
    )
    op.create_table(
        "chunks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("first_comment_id", sa.BigInteger(), nullable=False),
        sa.Column("last_comment_id", sa.BigInteger(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=True),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_chunks_state")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_chunks_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunks")),
    )
    op.create_index("ix_chunks_job_id", "chunks", ["job_id"])
    op.create_index("ix_chunks_state_due_at", "chunks", ["state", "due_at"])

    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed')", name=op.f("ck_deliveries_state")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_deliveries_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "report_id", "channel", "recipient", name=op.f("uq_deliveries_report_id_channel_recipient")
        ),
    )
    op.create_table(
        "audit_labels",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("p_negative", sa.REAL(), nullable=False),
        sa.Column("p_positive", sa.REAL(), nullable=False),
        sa.Column("model_label", sa.SmallInteger(), nullable=False),
        sa.Column("label", sa.SmallInteger(), nullable=True),
        sa.Column("labelled_by", sa.Text(), nullable=True),
        sa.Column("labelled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_audit_labels_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["audit_samples.id"], name=op.f("fk_audit_labels_sample_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sample_id", "comment_id", name=op.f("pk_audit_labels")),
    )
    day, extra = "date(c.counted_at)", "c.extra"  # SQLite keeps moments as UTC text, and reads any text as JSON
    if op.get_bind().dialect.name == "postgresql":
        day, extra = "(c.counted_at AT TIME ZONE 'UTC')::date", "c.extra::json"
    op.execute(SCORED_COMMENTS.format(day=day, extra=extra))
    op.execute(DAILY_SENTIMENT.format(day=day))


def downgrade() -> None:
    """Go down."""
    op.execute("DROP VIEW daily_sentiment")
    op.execute("DROP VIEW scored_comments")
    op.drop_table("audit_labels")
    op.drop_table("deliveries")
    op.drop_table("chunks")
    op.drop_table("audit_samples")
    op.drop_table("reports")
    op.drop_table("rejects")
    op.drop_table("model_files")
    op.drop_table("jobs")
    op.drop_table("corrections")
    op.drop_table("unscored")
    op.drop_table("scores")
    op.drop_table("models")
    op.drop_table("comments")
    op.drop_table("brands")
    op.drop_table("batches")
