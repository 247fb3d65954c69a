"""Corrections: a person gives a comment another label, and every count of it moves."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import tallies
from database.tables import LABEL_CODES, LABELS, Batch, Comment, Correction, Model, Score
from settings import errors


class Corrected(NamedTuple):
    """What a correction changed."""

    comment_id: int
    label: str
    #: what the comment counted as until now under each version that has scored it
    before: dict[str, str]


def correct(session: Session, comment_id: int, label: str, by: str, note: str | None = None) -> Corrected:
    """Give a comment the label that a person says; of several corrections the latest counts, under every version.

    Args:
        session: a transaction of its own: with a second comment in it, it could wait in a circle with others.
        comment_id: as `scored_comments.comment_id` shows it.
        label: `positive`, `negative` or `neutral`.
        by: who says so.
        note: why.

    Raises:
        errors.NotFound: there is no such comment.
        errors.WrongInput: it was forgotten, or there is no such label.

    """
    if label not in LABEL_CODES:
        raise errors.WrongInput(f"There is no label {label!r}: give positive, negative or neutral.")
    _lock(session, comment_id)
    of_comment = select(Correction.label).where(Correction.comment_id == comment_id)
    earlier = session.scalar(of_comment.order_by(Correction.id.desc()).limit(1))
    code, now = LABEL_CODES[label], datetime.now(UTC)
    session.add(Correction(comment_id=comment_id, label=code, corrected_by=by, note=note, created_at=now))
    # From here on nobody saves scores, and what was saved until now is seen: `database.tallies` says why.
    session.flush()
    scores = select(Model, Score.label).join(Score, Score.model_id == Model.id).where(Score.comment_id == comment_id)
    found = [
        (model, score if earlier is None else earlier) for model, score in session.execute(scores.order_by(Model.id))
    ]
    tallies.move(session, comment_id, [(model.id, before, code) for model, before in found])
    return Corrected(comment_id, label, {f"{model.name}@{model.version}": LABELS[before] for model, before in found})


def _lock(session: Session, comment_id: int) -> None:
    """Wait for who deletes the batch, corrects the comment or replaces its text, and make sure that it is there."""
    comment = session.get(Comment, comment_id)
    if comment is not None:
        session.get(Batch, comment.batch_id, with_for_update={"read": True, "key_share": True})
        comment = session.get(Comment, comment_id, with_for_update={"key_share": True}, populate_existing=True)
    if comment is None:
        raise errors.NotFound(f"There is no comment {comment_id}: `scored_comments` has their numbers, `comment_id`.")
    if comment.forgotten_at is not None:
        raise errors.WrongInput(f"Comment {comment_id} was forgotten: there is no text left to give a label.")
