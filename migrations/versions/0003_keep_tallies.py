"""Keep tallies of the comments, so that reports and `daily_sentiment` sum a few rows and count no comments.

Workers of the version before write scores without their tallies: stop them first, or have everything counted again by
`brandpulse db recount` once the last of them has ended.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("comments", "undated", "positive", "negative", "neutral", "skipped", "failed")
SLOTS_A_DAY = 96
ROWS_AT_ONCE = 1_000

LATEST_CORRECTION = "SELECT max(id) FROM corrections GROUP BY comment_id"
KEY = "c.batch_id, c.brand_id, c.source, {slot} AS slot"
#: by quarter of an hour, whose days are found in Python; the kind is the number of one of `KINDS`
COUNT = f"""
SELECT CAST(NULL AS integer) AS model_id, {KEY}, 0 AS kind, count(*) AS number
FROM comments c GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT CAST(NULL AS integer), {KEY}, 1, count(*)
FROM comments c WHERE c.posted_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT s.model_id, {KEY}, CASE coalesce(k.label, s.label) WHEN 1 THEN 2 WHEN -1 THEN 3 ELSE 4 END, count(*)
FROM comments c
JOIN scores s ON s.comment_id = c.id
LEFT JOIN (SELECT comment_id, label FROM corrections WHERE id IN ({LATEST_CORRECTION})) k ON k.comment_id = c.id
GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT u.model_id, {KEY}, CASE u.state WHEN 'skipped' THEN 5 ELSE 6 END, count(*)
FROM comments c JOIN unscored u ON u.comment_id = c.id GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6
"""

PROMOTED = "SELECT id FROM models WHERE promoted_at IS NOT NULL ORDER BY promoted_at DESC, id DESC LIMIT 1"

DAILY_SENTIMENT = f"""
CREATE VIEW daily_sentiment AS
SELECT b.name AS brand, t.source, t.day, m.name || '@' || m.version AS model,
    sum(t.comments) AS comments,
    sum(t.positive) AS positive,
    sum(t.negative) AS negative,
    sum(t.neutral) AS neutral,
    sum(t.positive + t.negative + t.neutral) AS scored,
    sum(t.skipped) AS skipped,
    sum(t.failed) AS failed
FROM models m
JOIN tallies t ON t.model_id IS NULL OR t.model_id = m.id
JOIN brands b ON b.id = t.brand_id
WHERE m.id = ({PROMOTED})
GROUP BY b.name, t.source, t.day, m.name, m.version
HAVING sum(t.comments) > 0
"""

#: as migration 0001 made it
DAILY_SENTIMENT_BEFORE = f"""
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
LEFT JOIN corrections k ON k.id = (SELECT max(id) FROM corrections WHERE comment_id = c.id)
WHERE m.id = ({PROMOTED})
GROUP BY b.name, c.source, {{day}}, m.name, m.version
"""


def upgrade() -> None:
    """Go up."""
    tallies = op.create_table(
        "tallies",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(kind, sa.Integer(), nullable=False) for kind in KINDS),
        sa.Column("slots", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
    )
    counted = op.get_bind().execute(sa.text(COUNT.format(slot=_slot())).execution_options(stream_results=True))
    rows = _tallies(counted)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        op.bulk_insert(tallies, some)
    op.create_index("ix_tallies_brand_id_day", "tallies", ["brand_id", "day"])
    op.execute("DROP VIEW daily_sentiment")
    op.execute(DAILY_SENTIMENT)


def _slot() -> str:
    if op.get_bind().dialect.name == "postgresql":
        return "floor(extract(epoch FROM c.counted_at) / 900)::integer"
    # Whole seconds, since strftime rounds; and counted from long before, since its division rounds towards zero.
    return "(CAST(strftime('%s', substr(c.counted_at, 1, 19)) AS integer) + 90000000000) / 900 - 100000000"


def _tallies(counted: Iterable[Any]) -> Iterator[dict[str, Any]]:
    by_day = groupby(counted, key=lambda row: (*row[:4], row.slot // SLOTS_A_DAY))
    for (model_id, batch_id, brand_id, source, day), rows in by_day:
        sums = dict.fromkeys(KINDS, 0)
        packed = b""
        for row in rows:
            sums[KINDS[row.kind]] += row.number
            packed += struct.pack("<Hi", row.slot % SLOTS_A_DAY * len(KINDS) + row.kind, row.number)
        key = {"model_id": model_id, "batch_id": batch_id, "brand_id": brand_id, "source": source}
        yield {**key, "day": date(1970, 1, 1) + timedelta(days=day), **sums, "slots": packed}


def downgrade() -> None:
    """Go down."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    day = "(c.counted_at AT TIME ZONE 'UTC')::date" if is_postgresql else "date(c.counted_at)"
    op.execute("DROP VIEW daily_sentiment")
    op.execute(DAILY_SENTIMENT_BEFORE.format(day=day))
    op.drop_table("tallies")
