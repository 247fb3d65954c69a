"""`--update`: put new texts in, and take away what was said of the old ones."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database import tables, tallies

FIELDS = ("text", "cut_from_characters", "likes", "extra")  # what a later export says anew


def replace(session: Session, batch_id: int, comments: Any, replaced: Mapping[int, int]) -> None:  # noqa: ANN401 - a RecordBatch
    """Replace texts.

    Args:
        session: an open transaction.
        batch_id: whose `--update` this is.
        comments: a `pyarrow.RecordBatch` with `rows.COLUMNS`.
        replaced: by the id of a comment, the row of its new text.

    """
    ids = sorted(replaced)
    _take_back(session, ids)
    rows = comments.select(FIELDS).take([replaced[comment_id] for comment_id in ids]).to_pylist()
    session.execute(
        update(tables.Comment),
        [{"id": comment_id, "updated_batch_id": batch_id, **row} for comment_id, row in zip(ids, rows, strict=True)],
    )
    models = select(tables.Model.id)
    for said in (tables.Score, tables.Unscored):
        tallies.take_away(session, said, said.model_id.in_(models), said.comment_id.in_(ids))


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
