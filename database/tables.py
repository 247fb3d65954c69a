"""The tables, as `docs/architecture.md` explains them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    REAL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    sql,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from database.types import NaturalKey, UtcDateTime

# SQLite numbers rows by itself only where the key is exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")

CHUNK_STATES = ("pending", "running", "done", "failed", "cancelled")
#: How `scores.label` and `corrections.label` are stored; the views show the words.
LABEL_CODES = {"negative": -1, "neutral": 0, "positive": 1}
LABELS = {code: label for label, code in LABEL_CODES.items()}


class Table(DeclarativeBase):
    """What all tables share: names of constraints that migrations can rely on, and types."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON}


class Brand(Table):
    """What comments are about."""

    __tablename__ = "brands"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    handles: Mapped[list[str]]
    timezone: Mapped[str | None] = mapped_column(String(64))
    recipients: Mapped[list[str]]
    created_at: Mapped[datetime]


class Batch(Table):
    """What one ingest call loaded; read = loaded + duplicates + rejected, at every commit."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint("state IN ('loading', 'loaded', 'failed')", name="state"),
        CheckConstraint("rows_read = loaded + duplicates + rejected", name="conservation"),
        # PostgreSQL gives no number twice by itself.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(16))
    options: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default="loading")
    rows_read: Mapped[int] = mapped_column(BigInteger, default=0)
    loaded: Mapped[int] = mapped_column(BigInteger, default=0)
    duplicates: Mapped[int] = mapped_column(BigInteger, default=0)
    changed: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[int] = mapped_column(BigInteger, default=0)
    #: range of the ids of what it loaded; comments of batches loaded meanwhile may lie between them
    first_comment_id: Mapped[int | None] = mapped_column(BigInteger)
    last_comment_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Model(Table):
    """A model version. The promoted one is that with the latest `promoted_at`; `promotions` has the ones before."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    recipe: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    shipped: Mapped[bool]
    card: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    #: of its promotions, the latest that was not rolled back
    promoted_at: Mapped[datetime | None]


class Promotion(Table):
    """One time that a version was promoted; of those not rolled back the latest counts, and the others lie below it."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    promoted_at: Mapped[datetime]
    rolled_back_at: Mapped[datetime | None]


class ModelFile(Table):
    """One file of a version that a user made, for workers on other machines."""

    __tablename__ = "model_files"

    model_id: Mapped[int] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Job(Table):
    """What has to be scored with one model version, pinned when queued.

    Its comments are, by kind: `batch`, those the batch loaded; `update`, those whose text the batch replaced;
    `rescore`, those of the brand and period, or of the batch, that were loaded by `created_at`.
    """

    __tablename__ = "jobs"
    __table_args__ = (CheckConstraint("kind IN ('batch', 'update', 'rescore')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id"))
    counted_from: Mapped[datetime | None]
    counted_until: Mapped[datetime | None]
    #: of a rescore, when it was last asked for
    created_at: Mapped[datetime]


class Chunk(Table):
    """The work unit: those comments of one job whose ids lie in a range, both ends included."""

    __tablename__ = "chunks"
    __table_args__ = (
        CheckConstraint(f"state IN {CHUNK_STATES}", name="state"),
        Index("ix_chunks_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    first_comment_id: Mapped[int] = mapped_column(BigInteger)
    last_comment_id: Mapped[int] = mapped_column(BigInteger)
    comments: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    #: when it was last handed to the broker; empty where workers poll the database
    queued_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(255))
    claimed_at: Mapped[datetime | None]
    #: a process was lost over it: from then on it is scored in a process of its own, `worker.apart`
    apart: Mapped[bool] = mapped_column(default=False, server_default=sql.false())
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class Comment(Table):
    """One text by one author on one source at one time, about one brand.

    Comments, scores and unscored rows have no foreign keys: docs/decisions/0004-no-foreign-keys-on-large-tables.md.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_brand_id_counted_at", "brand_id", "counted_at"),
        Index(
            "ix_comments_updated_batch_id_id",
            "updated_batch_id",
            "id",
            postgresql_where=sql.text("updated_batch_id IS NOT NULL"),
            sqlite_where=sql.text("updated_batch_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    natural_key: Mapped[bytes] = mapped_column(NaturalKey, unique=True)
    batch_id: Mapped[int]
    #: the batch whose `--update` last replaced the text
    updated_batch_id: Mapped[int | None]
    brand_id: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    #: empty where it was forgotten, and only there: a row without a text becomes a reject
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime | None]
    loaded_at: Mapped[datetime]
    #: the time a report counts the comment at: `posted_at`, else `loaded_at`
    counted_at: Mapped[datetime]
    language: Mapped[str | None] = mapped_column(Text)
    likes: Mapped[int | None] = mapped_column(BigInteger)
    url: Mapped[str | None] = mapped_column(Text)
    #: the columns of the input that are no field of a comment, as JSON text
    extra: Mapped[str | None] = mapped_column(Text)
    #: length of the whole text where only its beginning was kept
    cut_from_characters: Mapped[int | None]
    #: set when text and author were forgotten: the row stays as a tombstone, `database.wiping` says what of it
    forgotten_at: Mapped[datetime | None]


class Tally(Table):
    """So many comments more or fewer, of one brand, source, day and batch; what is true is the sum of the rows.

    Why that stays true while everybody writes: `database.tallies`. Like the tables it counts it has no foreign keys.
    """

    __tablename__ = "tallies"
    __table_args__ = (Index("ix_tallies_brand_id_day", "brand_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: the version that the labels, skipped and failed are of; empty for what was loaded: comments and undated
    model_id: Mapped[int | None]
    batch_id: Mapped[int]
    brand_id: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    #: of `counted_at`, in UTC
    day: Mapped[date]
    comments: Mapped[int]
    #: of the comments, those without a time of their own
    undated: Mapped[int]
    positive: Mapped[int]
    negative: Mapped[int]
    neutral: Mapped[int]
    skipped: Mapped[int]
    failed: Mapped[int]
    #: the same counts by quarter of an hour, so that days of any zone can be made of them: `database.packing`
    slots: Mapped[bytes] = mapped_column(LargeBinary)


class Reject(Table):
    """An input row that could not become a comment."""

    __tablename__ = "rejects"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    #: 1 is the first row of data
    record: Mapped[int] = mapped_column(BigInteger)
    #: physical line of the file, 1 is the first; empty where the format has no lines
    line: Mapped[int | None] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    #: the row as it stood in the input
    content: Mapped[str | None] = mapped_column(Text)


class Forgetting(Table):
    """One time that comments were forgotten, without a word of whose they were."""

    __tablename__ = "forgettings"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: the first day that was kept, of the brands' own zones; empty where an author was forgotten
    before: Mapped[date | None]
    comments: Mapped[int] = mapped_column(BigInteger)
    rejects: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    #: empty where it ended before it had found all, and is to go on
    finished_at: Mapped[datetime | None]


class Score(Table):
    """One comment under one model version."""

    __tablename__ = "scores"
    __table_args__ = (CheckConstraint("label IN (-1, 0, 1)", name="label"),)

    model_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    comment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    p_negative: Mapped[float] = mapped_column(REAL)
    p_positive: Mapped[float] = mapped_column(REAL)
    label: Mapped[int] = mapped_column(SmallInteger)
    #: which model of a cascade spoke
    member: Mapped[str | None] = mapped_column(String(32))


class Unscored(Table):
    """One comment under one model version that got no score."""

    __tablename__ = "unscored"
    __table_args__ = (CheckConstraint("state IN ('skipped', 'failed')", name="state"),)

    model_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    comment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)


class Correction(Table):
    """A label that a person gave outside an audit sample; the latest one of a comment counts."""

    __tablename__ = "corrections"
    __table_args__ = (CheckConstraint("label IN (-1, 0, 1)", name="label"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    label: Mapped[int] = mapped_column(SmallInteger)
    corrected_by: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class AuditSample(Table):
    """Comments drawn at random from what was reported, for people to label."""

    __tablename__ = "audit_samples"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"))
    source: Mapped[str | None] = mapped_column(Text)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    population: Mapped[int] = mapped_column(BigInteger)
    seed: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class AuditLabel(Table):
    """One comment of an audit sample: what the model said when it was drawn, and what a person says."""

    __tablename__ = "audit_labels"

    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_samples.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    p_negative: Mapped[float] = mapped_column(REAL)
    p_positive: Mapped[float] = mapped_column(REAL)
    model_label: Mapped[int] = mapped_column(SmallInteger)
    label: Mapped[int | None] = mapped_column(SmallInteger)
    labelled_by: Mapped[str | None] = mapped_column(Text)
    labelled_at: Mapped[datetime | None]


class Report(Table):
    """One revision of the answer for a scope; a scope is a brand, source and period, or the batches of a run."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("scope", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(255))
    revision: Mapped[int]
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id"), index=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("models.id"))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    #: SHA-256 of the content without its time of reading: the same answer makes no new revision
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class Delivery(Table):
    """One report on its way to one recipient."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("report_id", "channel", "recipient"),
        CheckConstraint("state IN ('pending', 'sent', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
