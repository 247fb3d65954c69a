"""What people's labels say of a version's errors: on the reported comments, and on others of the brand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from database.tables import AuditLabel, AuditSample, Batch, Comment, Model, Score
from reporting import selection
from reporting.estimating import Array
from reporting.selection import Part

LATE = 0.05  # part of the comments that may have been loaded after an audit sample of them was drawn


class Audit(NamedTuple):
    """Audited comments by the model's label (row) and people's (column), in the order of `estimating.LABELS`."""

    found: Array
    samples: tuple[int, ...]
    #: when the latest label was given
    until: date | None

    @property
    def labels(self) -> int:
        """Count the labelled comments."""
        return int(self.found.sum())


def of_part(session: Session, part: Part, model: Model, scored: int) -> Audit:
    """Find the audited comments that are a random draw from a part: of samples whose population is all of it.

    `scored` is how many comments the part has: a sample is passed over where more than `LATE` of them were loaded after
    it was drawn, or got another text.
    """
    scope = part.scope
    holds = and_(
        AuditSample.brand_id == part.brand_id,
        or_(AuditSample.source.is_(None), AuditSample.source == scope.source),
        or_(AuditSample.first_day.is_(None), AuditSample.first_day <= scope.first_day if scope.first_day else false()),
        or_(AuditSample.last_day.is_(None), AuditSample.last_day >= scope.last_day if scope.last_day else false()),
    )
    there = [
        one for one in session.scalars(select(AuditSample).where(holds)) if not _is_old(session, part, one, scored)
    ]
    of_them = AuditLabel.sample_id.in_([one.id for one in there])
    return _audit(session.execute(_labelled(part.brand_id, model.id).where(of_them, part.comments())).all())


def of_brand(session: Session, brand_id: int, model: Model) -> Audit:
    """Find all audited comments of a brand that the version has scored."""
    return _audit(session.execute(_labelled(brand_id, model.id)).all())


def _is_old(session: Session, part: Part, sample: AuditSample, scored: int) -> bool:
    since = or_(Comment.loaded_at > sample.created_at, _is_replaced(literal(sample.created_at)))
    later = select(Comment.id).where(part.comments(), since)
    most = int(LATE * scored)
    # Not counted to the end: one more than the most is enough to know.
    found = session.scalar(select(func.count()).select_from(later.limit(most + 1).subquery()))
    return int(found or 0) > most


def _labelled(brand_id: int, model_id: int) -> Select[Any]:
    """Read the audited comments of a brand, the version's own label beside people's; both are of the same text."""
    return (
        select(AuditLabel.sample_id, AuditLabel.labelled_at, Score.label.label("said"), AuditLabel.label)
        .join(AuditSample, AuditSample.id == AuditLabel.sample_id)
        .join(Comment, Comment.id == AuditLabel.comment_id)
        .join(Score, selection.scored(model_id))
        .where(AuditSample.brand_id == brand_id, AuditLabel.label.is_not(None), ~_is_replaced(AuditSample.created_at))
    )


def _is_replaced(drawn_at: ColumnElement[datetime] | InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Tell whether a comment may have got another text by `--update` since a sample was drawn.

    People label what they were given: a label that comes in after the text was replaced is of the old one too.
    """
    before = select(Batch.id).where(Batch.id == Comment.updated_batch_id, Batch.finished_at <= drawn_at)
    return and_(Comment.updated_batch_id.is_not(None), ~exists(before.correlate_except(Batch)))


def _audit(rows: Sequence[Row[Any]]) -> Audit:
    found = np.zeros((3, 3))
    for row in rows:
        found[row.said + 1, row.label + 1] += 1
    labelled = [row.labelled_at.date() for row in rows if row.labelled_at]
    return Audit(found, tuple(sorted({row.sample_id for row in rows})), max(labelled, default=None))
