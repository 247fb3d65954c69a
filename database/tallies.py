"""Tallies: how many comments there are and what became of them, written down with what they count.

Whoever inserts or deletes comments, scores or unscored rows, or corrects a label, appends rows to `tallies` in the same
transaction: so many more, so many fewer. No row is ever changed, so nobody waits for anybody's counts. A report sums
the rows; once a night `database.merging` puts those of the same brand, source, day and batch together.

The sums are true at every commit, because each row counts what its own transaction really did:

- Loading and scoring count the rows that were inserted, not those that were known already.
- Who deletes counts what the DELETE gave back: of two that delete the same, one gets it.
- What a comment is counted by (brand, source, time, batch) never changes.
- A label counts as the latest correction says. Who counts labels keeps `corrections` still, and then reads it: a
  correction that is under way waits and sees the new scores, or is waited for and seen.
- Corrections of a comment, and a new text, come one after the other: each locks the comment first.
- Who deletes a batch shuts the others out of `chunks` first, so no score of its comments can be on its way; a loading
  of the same batch finds it gone and takes back its block; a correction locks the batch.
- Deleting a batch, merging and recounting take turns, since each deletes rows that the others sum.
- All take their locks in the same order, chunks, then the version, then corrections, then tallies: nobody waits in a
  circle.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from database import asking, bulk, locks, packing, slots
from database.packing import Comments, Ints
from database.tables import Comment, Correction, Score, Tally, Unscored

COMMENTS, UNDATED, POSITIVE, NEGATIVE, NEUTRAL, SKIPPED, FAILED = range(len(packing.COLUMNS))
#: the column of a label, by its code + 1
OF_LABEL = np.array([NEGATIVE, NEUTRAL, POSITIVE])
OF_STATE = {"skipped": SKIPPED, "failed": FAILED}


def add_loaded(session: Session, comments: Comments, undated: NDArray[np.bool_]) -> None:
    """Count comments that this transaction inserted; `undated` tells which have no time of their own."""
    without = np.flatnonzero(undated)
    every = np.arange(len(undated))
    columns = np.repeat([COMMENTS, UNDATED], [len(every), len(without)])
    _write(session, None, packing.take(comments, np.concatenate([every, without])), columns)


def add_loaded_after(session: Session, batch_id: int, comment_id: int) -> None:
    """Count the comments of a batch with higher ids than this, asking the database for them.

    For who inserted comments of which another may have inserted some: what is there under the batch is its own.
    """
    found = session.execute(
        select(Comment.brand_id, Comment.source, slots.slot(Comment.counted_at), Comment.posted_at.is_(None)).where(
            Comment.batch_id == batch_id, Comment.id > comment_id
        )
    ).all()
    if found:
        brands, sources, numbers, undated = zip(*found, strict=True)
        add_loaded(session, Comments(batch_id, np.array(brands), sources, np.array(numbers)), np.array(undated, bool))


def add_scored(
    session: Session,
    model_id: int,
    comment_ids: Ints,
    comments: Comments,
    labels: Ints,
    *,
    skipped: NDArray[np.bool_],
    failed: NDArray[np.bool_],
) -> None:
    """Count the scores and unscored rows that this transaction inserted under a version.

    Args:
        session: the transaction; this has to be the last that it locks.
        model_id: the version.
        comment_ids: the comments.
        comments: what they are counted by.
        labels: codes as in `tables.LABEL_CODES`; of those that are skipped or failed they say nothing.
        skipped: which of them have an unscored row that says so.
        failed: as well.

    """
    columns = OF_LABEL[_corrected(session, comment_ids, labels) + 1]
    columns[skipped] = SKIPPED
    columns[failed] = FAILED
    _write(session, model_id, comments, columns)


def add_failed(session: Session, model_id: int, comment_ids: Iterable[int]) -> None:
    """Count comments that this transaction set failed under a version."""
    for _, comments in _look_up(session, comment_ids):
        _write(session, model_id, comments, np.full(len(comments.slots), FAILED))


def take_away(session: Session, said: type[Score | Unscored], *where: ColumnElement[bool]) -> int:
    """Delete scores or unscored rows, and count so many fewer; gives how many there were."""
    what = Score.label if said is Score else Unscored.state
    gone = session.execute(delete(said).where(*where).returning(said.model_id, said.comment_id, what)).all()
    for model_id in {row.model_id for row in gone}:
        of_model = {comment_id: value for model, comment_id, value in gone if model == model_id}
        for ids, comments in _look_up(session, of_model):
            values = [of_model[comment_id] for comment_id in ids.tolist()]
            if said is Score:
                columns = OF_LABEL[_corrected(session, ids, np.array(values)) + 1]
            else:
                columns = np.array([OF_STATE[state] for state in values])
            _write(session, model_id, comments, columns, np.full(len(ids), -1))
    return len(gone)


def move(session: Session, comment_id: int, moved: Iterable[tuple[int, int, int]]) -> None:
    """Count a comment under another label: of each version its id, the label before and the label now."""
    [(_, comment)] = _look_up(session, [comment_id])
    for model_id, before, now in moved:
        columns = OF_LABEL[np.array([before, now]) + 1]
        _write(session, model_id, packing.take(comment, np.array([0, 0])), columns, np.array([-1, 1]))


def drop_batch(session: Session, batch_id: int) -> None:
    """Take away what was counted of a batch that is being deleted."""
    locks.take_turns(session, Tally)
    bulk.change(session, delete(Tally).where(Tally.batch_id == batch_id))


def _corrected(session: Session, comment_ids: Ints, labels: Ints) -> Ints:
    """Put the latest correction in the place of a label."""
    if not len(comment_ids):
        return labels
    locks.keep_still(session, Correction)
    between = Correction.comment_id.between(int(comment_ids.min()), int(comment_ids.max()))
    given = session.execute(select(Correction.comment_id, Correction.label).where(between).order_by(Correction.id))
    latest = dict(given.tuples().all())
    if not latest:
        return labels
    found = np.flatnonzero(np.isin(comment_ids, np.fromiter(latest, np.int64)))
    corrected = labels.copy()
    corrected[found] = [latest[comment_id] for comment_id in comment_ids[found].tolist()]
    return corrected


def _look_up(session: Session, comment_ids: Iterable[int]) -> Iterable[tuple[Ints, Comments]]:
    """Ask what comments are counted by, some thousand at a time."""
    for part in asking.in_parts(comment_ids):
        found = session.execute(
            select(
                Comment.id, Comment.batch_id, Comment.brand_id, Comment.source, slots.slot(Comment.counted_at)
            ).where(Comment.id.in_(part))
        ).all()
        if found:
            ids, batches, brands, sources, numbers = zip(*found, strict=True)
            yield np.array(ids), Comments(np.array(batches), np.array(brands), sources, np.array(numbers))


def _write(
    session: Session, model_id: int | None, comments: Comments, columns: Ints, counts: Ints | None = None
) -> None:
    bulk.append(session, Tally, packing.ROW_COLUMNS, packing.counted(model_id, comments, columns, counts))
