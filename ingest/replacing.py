"""`--update`: put new texts in, and take away what was said of the old ones."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from database import asking, locks, tables, tallies
from ingest import pseudonyms
from ingest.target import Target

FIELDS = ("text", "cut_from_characters", "likes", "extra")  # what a later export says anew


def replace(session: Session, target: Target, comments: Any, replaced: Mapping[int, int]) -> list[int]:  # noqa: ANN401 - a RecordBatch
    """Replace texts, but for those of comments that were forgotten since they were looked up.

    Args:
        session: an open transaction.
        target: the batch whose `--update` this is.
        comments: a `pyarrow.RecordBatch` with `rows.COLUMNS`.
        replaced: by the id of a comment, the row of its new text.

    Returns:
        the ids of the comments whose text was replaced, in their order.

    """
    # The chunks first, as who deletes a batch does.
    _take_back(session, sorted(replaced))
    locks.take_turns(session, tables.Comment)
    ids = [comment_id for part in asking.in_parts(sorted(replaced)) for comment_id in _there(session, part)]
    if not ids:
        return ids
    taken = comments.select(FIELDS).take([replaced[comment_id] for comment_id in ids])
    if target.author_key is not None:
        place, hashed = FIELDS.index("extra"), pseudonyms.in_extra(taken["extra"], target.author_key)
        taken = taken.set_column(place, "extra", hashed)
    rows = taken.to_pylist()
    session.execute(
        update(tables.Comment),
        [
            {"id": comment_id, "updated_batch_id": target.batch_id, **row}
            for comment_id, row in zip(ids, rows, strict=True)
        ],
    )
    corrected = _corrected(session, ids)
    models = select(tables.Model.id)
    for said in (tables.Score, tables.Unscored):
        for part in asking.in_parts(ids):
            tallies.take_away(session, said, said.model_id.in_(models), said.comment_id.in_(part))
    # Now that they are counted no more: what people said of the old texts is no label of the new ones.
    for part in asking.in_parts(corrected):
        session.execute(delete(tables.Correction).where(tables.Correction.comment_id.in_(part)))
    return ids


def _there(session: Session, ids: list[int]) -> Iterable[int]:
    """Give those that were not forgotten, in their order."""
    comment = tables.Comment
    return session.scalars(
        select(comment.id).where(comment.id.in_(ids), comment.forgotten_at.is_(None)).order_by(comment.id)
    )


def _corrected(session: Session, ids: list[int]) -> list[int]:
    """Find the comments that were corrected; who corrects one of them now waits, since its row was just changed."""
    between = tables.Correction.comment_id.between(ids[0], ids[-1])
    found = session.scalars(select(tables.Correction.comment_id).where(between).distinct())
    corrected = sorted(set(found).intersection(ids))
    if corrected:
        # Before any tally is written, as all do, and for all that is done here: nobody may ask for more later.
        locks.shut_out(session, tables.Correction)
    return corrected


def _take_back(session: Session, ids: list[int]) -> None:
    """Take from workers what they hold: one that read the old text must lose its claim, any other wait for the new."""
    session.execute(
        update(tables.Chunk)
        .where(
            tables.Chunk.state.in_(("pending", "running")),
            tables.Chunk.first_comment_id <= ids[-1],
            tables.Chunk.last_comment_id >= ids[0],
        )
        .values(state="pending", claimed_by=None, queued_at=None)
    )
